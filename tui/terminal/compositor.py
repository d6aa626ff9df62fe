"""What is drawn and written when parts of the screen change, and no more than that.

Textual 8 draws every widget anew that lies within the rectangle around all changes, and writes a
changed stretch from the start of its widget's line. A heatmap, a chart and a clock that move at
once lie around everything; and to recolour one cell at the right of the heatmap it would send all
cells left of it. Here only what is seen of the changed stretches is drawn, and both ends are cut.

Textual also loses changes of place. It compares a layout with the one it worked out last, which is
not always the one that was drawn last: where something was scrolled, or asked where it is, before
the layout is due, rows of what stood there stay. Here a layout is compared with the one drawn last.

And under a dialog through which one sees, Textual draws the whole screen below for each line of it
that is wanted, link by link. Here that screen's own compositor is asked for just those lines.

A large screen takes longer to draw than a key may wait: it is drawn in several turns of the event
loop, and written in one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

from rich.color import ColorSystem
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor, CompositorMap, CompositorUpdate
from textual._context import visible_screen_stack
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.frontbuffer import FrontBuffer
from tui.terminal.steady import Steady

AT_ONCE = 4000
"""Cells that are drawn in one turn of the event loop."""

TURN, PIECE = 0.02, 16
"""Seconds of one turn where there are several, and lines of a widget that it may take beyond."""

TRIES = 3
"""Times that what is being drawn may be laid out anew before it is drawn without a pause."""


class Part(NamedTuple):
    """A stretch of a line of the screen that shows one widget."""

    left: int
    right: int
    widget: Widget
    place: Region
    """Where on the screen the widget is."""
    seen: Region
    """What of that is on the screen."""


class LeanUpdate(CompositorUpdate):
    """Writes stretches of the screen, given in the order of reading: line, column, text."""

    def __init__(self, stretches: list[tuple[int, int, Strip]]) -> None:
        self._stretches = stretches
        self.front = FrontBuffer()
        """What stands on the terminal; nothing is known of it unless one is given."""

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        return self.front.update(self._stretches, console._color_system or ColorSystem.TRUECOLOR)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the lines of a whole screen, for a picture of it."""
        for y, line in groupby(self._stretches, key=itemgetter(0)):
            if y:
                yield Segment.line()
            for _, _, strip in line:
                yield from strip


class LeanCompositor(Compositor):
    """Puts the parts of a screen together as Textual does, but draws and writes less."""

    _lines: list[list[Part]] | None = None
    _lines_of: object = None
    _drawn: Mapping[Widget, tuple[Region, Region]] = {}
    """Where each widget was when the screen was drawn last, and within which region it was seen."""

    def __init__(self) -> None:
        super().__init__()
        self.is_drawn = asyncio.Event()
        """Whether nothing of it is being drawn."""
        self.is_drawn.set()

    def _arrange_root(
        self, root: Widget, size: Size, visible_only: bool = True
    ) -> tuple[CompositorMap, set[Widget]]:
        """Lay all out, and leave no layout lying about.

        What Textual finds it with refers to itself, and to what it has found: each layout would be
        kept until garbage is looked for, and a third of all garbage would be layouts.
        """
        found, widgets = super()._arrange_root(root, size, visible_only)
        kept = found.copy(), widgets.copy()
        found.clear()
        widgets.clear()
        return kept

    def render_full_update(self, simplify: bool = False) -> LeanUpdate:  # type: ignore[override]
        """Return the whole screen."""
        self._drawn = self.visible_widgets
        self._dirty_regions.clear()
        return self._update([(y, part) for y, line in enumerate(self._parts()) for part in line])

    def render_partial_update(self) -> LeanUpdate | None:  # type: ignore[override]
        """Return what changed since the last time, if anything did."""
        seen = self._take(self._changed)
        return self._update(seen) if seen else None

    async def render_in_turns(self) -> LeanUpdate | None:
        """Return the same, drawn with pauses in which others have their turn."""
        for _ in range(TRIES):
            before, changed = self._drawn, self._changed
            seen, drawn = self._take(changed), Drawn()
            layout, end = self._drawn, time.perf_counter() + TURN
            for piece in _drawing(seen, PIECE):
                drawn.update(piece)
                if time.perf_counter() > end:
                    await asyncio.sleep(0)
                    if self.visible_widgets is not layout:
                        break
                    end = time.perf_counter() + TURN
            else:
                return LeanUpdate(_stretches(seen, drawn)) if seen else None
            self._drawn = before
            self._dirty_regions |= changed
        return self.render_partial_update()

    @property
    def is_large(self) -> bool:
        """Whether more has changed than is drawn at once."""
        return sum(region.area for region in self._changed) > AT_ONCE

    @property
    def _changed(self) -> set[Region]:
        """Where the screen is no longer what was drawn."""
        before, now = self._drawn, self.visible_widgets
        moved = set() if before is now else before.items() ^ now.items()
        return self._dirty_regions.union(place.intersection(clip) for _, (place, clip) in moved)

    def _take(self, changed: set[Region]) -> list[tuple[int, Part]]:
        """Say what is seen there, which is taken for drawn from now on."""
        self._drawn = self.visible_widgets
        self._dirty_regions.clear()
        spans = self._regions_to_spans(changed)
        return [(y, part) for span in spans for y, part in self._at(*span)]

    def lines(self, crop: Region) -> list[Strip]:
        """Draw a part of the screen, a strip a line."""
        seen = [part for y in crop.line_range for part in self._at(y, crop.x, crop.right)]
        strips: list[list[Strip]] = [[] for _ in crop.line_range]
        for y, _, strip in _stretches(seen, _draw(seen)):
            strips[y - crop.y].append(strip)
        return [Strip.join(line) for line in strips]

    def _update(self, seen: list[tuple[int, Part]]) -> LeanUpdate:
        """Draw what is to be seen."""
        return LeanUpdate(_stretches(seen, _draw(seen)))

    def _at(self, y: int, start: int, stop: int) -> Iterator[tuple[int, Part]]:
        """Say what is seen from one column of a line to before another, from left to right."""
        lines = self._parts()
        for part in lines[y] if 0 <= y < len(lines) else ():
            left, right = max(part.left, start), min(part.right, stop)
            if left < right:
                yield y, part._replace(left=left, right=right)

    def _parts(self) -> list[list[Part]]:
        """Say what is seen on each line, from left to right; worked out once for each layout."""
        visible = self.visible_widgets
        if self._lines is None or self._lines_of is not visible:
            self._lines_of = visible
            screen = self.size.region
            # The one in front comes first, and hides what comes after it.
            places = [(w, place, place.intersection(clip)) for w, (place, clip) in visible.items()]
            cut = [(w, place, seen.intersection(screen)) for w, place, seen in places]
            parts = [Part(seen.x, seen.right, w, place, seen) for w, place, seen in cut if seen]
            edges = {screen.y, screen.bottom}
            edges |= {edge for part in parts for edge in (part.seen.y, part.seen.bottom)}
            self._lines = []
            # Between two edges all lines are alike.
            for top, bottom in pairwise(sorted(edges)):
                line: list[Part] = []
                for part in parts:
                    if part.seen.y <= top < part.seen.bottom:
                        line += list(_uncovered(part, line))
                line.sort(key=lambda part: part.left)
                self._lines += [line] * (bottom - top)
        return self._lines


def _uncovered(whole: Part, line: list[Part]) -> Iterator[Part]:
    """Give the stretches of a part that are not behind those in front of it."""
    at = whole.left
    for left, right in sorted((part.left, part.right) for part in line):
        if left > at and at < whole.right:
            yield whole._replace(left=at, right=min(left, whole.right))
        at = max(at, right)
    if at < whole.right:
        yield whole._replace(left=at)


Drawn = dict[tuple[Widget, int], Strip]
"""Lines of widgets, by where on the screen they are."""


def _stretches(seen: list[tuple[int, Part]], drawn: Drawn) -> list[tuple[int, int, Strip]]:
    """Cut from the lines of widgets what is seen of them."""
    return [
        (y, p.left, drawn[p.widget, y].crop(p.left - p.seen.x, p.right - p.seen.x)) for y, p in seen
    ]


def _draw(seen: list[tuple[int, Part]]) -> Drawn:
    """Draw the lines of widgets that are wanted, each widget once."""
    drawn = Drawn()
    for piece in _drawing(seen, len(seen)):
        drawn.update(piece)
    return drawn


def _drawing(seen: list[tuple[int, Part]], most: int) -> Iterator[Drawn]:
    """Draw the lines of widgets that are wanted, so many of one in one go."""
    rows: dict[Widget, tuple[Part, int, int]] = {}
    for y, part in seen:
        _, first, last = rows.get(part.widget, (part, y, y))
        rows[part.widget] = part, min(first, y), max(last, y)
    for widget, (part, first, last) in rows.items():
        offset = part.seen.offset - part.place.offset
        for y in range(first, last + 1, most):
            height = min(most, last + 1 - y)
            strips = _lines(widget, Region(offset.x, y - part.place.y, part.seen.width, height))
            yield {(widget, at): strip for at, strip in enumerate(strips, start=y)}


def _lines(widget: Widget, crop: Region) -> list[Strip]:
    """Draw a part of a widget; where that fails, its place stays blank."""
    below = _seen_through(widget)
    if isinstance(widget, Screen):
        # Each time that its ground is drawn, Textual takes a screen off this.
        visible_screen_stack.set(widget.app._background_screens)
    try:
        return widget.render_lines(crop) if below is None else below.lines(crop)
    except Exception as error:
        app = widget.app
        if not isinstance(app, Steady):
            raise
        app.spare(error, widget)
        return [Strip.blank(crop.width, Style())] * crop.height


def _seen_through(widget: Widget) -> LeanCompositor | None:
    """What draws the screen below, if the widget is a screen that lets all of that be seen."""
    if not isinstance(widget, Screen) or widget.styles.background.a:
        return None
    stack: list[Screen[object]] = widget.app.screen_stack
    at = stack.index(widget) if widget in stack else 0
    below = stack[at - 1]._compositor if at else None
    if isinstance(below, LeanCompositor) and below.size == widget.size:
        return below
    return None
