"""Lines of text that repaint only what changed: what every live figure is drawn with.

`Static.update` sends its whole box again; over a slow line two small boxes at ten times a second
are 19 kB/s. Here a new text is held against the one on the screen, and from each line only the
stretches that differ are painted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import get_args

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import RenderResult
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from tui.colours.depth import Depth, colour_depth
from tui.colours.palettes import RUNS
from tui.colours.themes import least_of, lifted
from tui.text import glossary
from tui.text.rows import CHART_ROLES as ROLES
from tui.text.rows import RUN_ROLES, Row, Run, TextRole, _at, differences, width_of
from tui.text.rows import ChartRole as ChartRole
from tui.widgets.tips import tip

LINE_ROLES: tuple[str, ...] = (*ROLES, *get_args(TextRole))


ROLE_CLASSES = {f"lines--{role}" for role in LINE_ROLES if role not in RUN_ROLES}
"""Component classes that the screen at the bottom must have."""

FILLED = frozenset({"key", "chosen"})
"""Roles that have a background of their own."""


@lru_cache(maxsize=256)
def _on(look: Style, background: Color | None) -> Style:
    return look + Style(bgcolor=background)


@lru_cache(maxsize=16)
def _run_looks(
    dark: bool, grounds: tuple[str, ...], least: float, depth: Depth
) -> dict[str, Style]:
    """Give the looks of runs beside the one in hand, so that they are seen on these grounds."""
    colours: Iterable[str] = RUNS[dark]
    # What 16 colours look like is up to the terminal; another one might come to be the same.
    if depth is not Depth.ANSI and all(ground.startswith("#") for ground in grounds):
        colours = (lifted(colour, grounds, least) for colour in colours)
    return dict(zip(RUN_ROLES, map(Style.parse, colours), strict=True))


def own_style(widget: Widget) -> Style:
    """Look of a widget itself; its `rich_style` would be worked out anew for each line."""
    return widget.visual_style.rich_style


def role_style(widget: Widget, role: str) -> Style:
    """Look of a role in the theme, on the widget's own background.

    The looks are held once, by the screen at the bottom: if every widget had its own, most of the
    time to the first frame would go into working them out.
    """
    own = own_style(widget)
    if role in RUN_ROLES:
        app = widget.app
        grounds = tuple(map(app.theme_variables.__getitem__, ("background", "surface")))
        depth, least = colour_depth(os.environ), least_of(app.theme)
        looks = _run_looks(app.current_theme.dark, grounds, least, depth)
        return _on(looks[role], own.bgcolor)
    look = widget.app.screen_stack[0].get_component_rich_style(f"lines--{role}", default=own)
    return look if role in FILLED else _on(look, own.bgcolor)


class Lines(Widget):
    """Rows of runs, each with a role that the theme gives a colour."""

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: list[Row] = []
        self._word: glossary.Word | None = None
        """The word under the mouse."""

    @property
    def rows(self) -> list[Row]:
        """What is shown."""
        return self._rows

    @property
    def text(self) -> str:
        """What is shown, without roles."""
        return "\n".join("".join(run[0] for run in row) for row in self._rows)

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows, painting what differs from those shown before."""
        old, new = self._rows, list(rows)
        self._rows = new
        if len(old) != len(new) and self.styles.is_auto_height:
            self.refresh(layout=True)
            # A layout asked for before may be under way and keep the old height; once more is sure.
            self.call_after_refresh(self.refresh, layout=True)
            return
        changed = [
            Region(start, y, end - start, 1)
            for y in range(max(len(old), len(new)))
            for start, end in differences(_at(old, y), _at(new, y))
        ]
        if changed:
            self.refresh(*changed)

    def word_at(self, x: int, y: int) -> glossary.Word | None:
        """Give the word of the glossary that stands somewhere."""
        return glossary.at(_at(self._rows, y), x) if y >= 0 else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the word under the mouse, once it rests there."""
        word = self.word_at(event.x, event.y)
        if word is not self._word:
            self._word = word
            self.tooltip = tip(word) if word is not None else None

    def render(self) -> RenderResult:
        """Give nothing: the lines are drawn by `render_line`."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Draw one line, as wide as the widget."""
        row = _at(self._rows, y)
        segments = [Segment(run[0], self._style(run)) for run in row]
        return Strip(segments).adjust_cell_length(self.size.width, own_style(self))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take as many rows as there are."""
        return len(self._rows)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Take as many columns as the widest row."""
        return max(map(width_of, self._rows), default=0)

    def _style(self, run: Run) -> Style:
        style = role_style(self, run[1])
        return style + Style(meta={"@click": run[2]}) if len(run) == 3 else style
