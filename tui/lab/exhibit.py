"""The exhibit of a chapter as a section of the screen: dials, progress, picture."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll

from engine.lab import Chapter
from tui.colours.depth import colour_depth
from tui.lab import exhibits, pages
from tui.lab.dials import Considered, Dial, DialInput, align, written
from tui.lab.guess import GuessBar
from tui.lab.parts.canvas import RAMP, Canvas
from tui.lab.parts.texts import prose
from tui.state import State
from tui.state.lesson import Lesson
from tui.text.ascii import is_ascii
from tui.text.rows import Row, Run
from tui.widgets.lines import Lines, own_style

GUESS_EDGE = 2
"""Columns of the edge of a question."""


class ExhibitView(Lines):
    """An exhibit; its roles may be levels of a ramp. Its height only grows while a chapter lasts.

    A change of height would paint everything anew.
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._canvas = Canvas(40)
        self._tall = 0

    def begin(self) -> None:
        """Forget the height of the chapter before."""
        self._tall = 0

    def draw(self, rows: list[Row], canvas: Canvas) -> None:
        """Show rows that were drawn on a canvas."""
        if canvas != self._canvas:
            self._canvas = canvas
            self.refresh()
        self._tall = max(self._tall, len(rows))
        blank = max(self._tall, canvas.height) - len(rows)
        self.show([*rows, *([()] * blank)])

    def _style(self, run: Run) -> Style:
        word, _, rest = run[1].partition(" ")
        if word != RAMP:
            return super()._style(run)
        kind, _, level = rest.partition(" ")
        ramp = self._canvas.ramp(kind)  # type: ignore[arg-type]
        if not ramp.colours:
            return own_style(self)
        at = int(level)
        return Style.parse(f"{ramp.text_colour(at)} on {ramp.colours[at]}")


class ExhibitSection(Vertical):
    """Dials above, the picture below."""

    def __init__(self, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = "Exhibit"
        self._about: Chapter | None = None
        self._in_hand = ""
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Dials, what is said of them, progress, picture."""
        yield Horizontal(id="lab-dials")
        yield Lines(id="lab-about")
        yield GuessBar(id="lab-guess")
        yield Lines(id="lab-progress")
        yield VerticalScroll(ExhibitView("lab-picture"), id="lab-exhibit-page")

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Each dial, and where it stands."""
        return tuple((dial.dial.name, dial.field.sent) for dial in self.query(Dial))

    async def open(self, about: Chapter, texts: Mapping[str, str]) -> None:
        """Set the dials of a chapter up, at these values or else at their defaults."""
        self._about = about
        with_stops = [c.name for c in about.controls if c.stops or c.options]
        self._in_hand = with_stops[0] if with_stops else ""
        self.query_one("#lab-about", Lines).show([])
        self.query_one("#lab-exhibit-page").scroll_home(animate=False)
        self.begin()
        made = [Dial(c, texts.get(c.name, written(c.default))) for c in about.controls]
        align(made)
        # Last of all: the lab may be closed while one waits.
        dials = self.query_one("#lab-dials")
        await dials.remove_children()
        await dials.mount_all(made)

    def begin(self) -> None:
        """Let the picture begin at its least height."""
        self.query_one(ExhibitView).begin()

    def turn(self, direction: int, name: str = "") -> None:
        """Turn a dial: the one named, or the one in hand, which is the first at the beginning."""
        # There may be none of that name: while another chapter is opened, its dials are on the way.
        for dial in self.query(Dial):
            if dial.dial.name == (name or self._in_hand):
                dial.field.action_turn(direction)

    def show(self, lesson: Lesson, state: State) -> None:
        """Draw what has changed."""
        progress = self.query_one("#lab-progress", Lines)
        width = progress.content_size.width
        if self._about is None or not width:
            return
        progress.show(pages.progress(lesson, self._about, state, width))
        question = lesson.exhibit.question if lesson.exhibit is not None else None
        self.query_one(GuessBar).show(question, lesson.guessed, width - GUESS_EDGE)
        if lesson.opened is not None:
            in_force = dict(lesson.opened.inputs)
            for dial in self.query(Dial):
                dial.field.placeholder = in_force.get(dial.dial.name, "")
        self._draw(self._about, lesson)

    def _draw(self, about: Chapter, lesson: Lesson) -> None:
        size = self.query_one("#lab-exhibit-page").scrollable_content_region.size
        if not size.width:
            return
        is_dark = self.app.current_theme.dark
        depth, has_ascii = colour_depth(os.environ), is_ascii(os.environ)
        canvas = Canvas(size.width - 1, size.height, is_dark, depth, has_ascii)
        exhibit = lesson.exhibit
        if (about.name, exhibit, canvas) == self._drawn:
            return
        self._drawn = (about.name, exhibit, canvas)
        rows = exhibits.draw(about.name, exhibit, canvas) if exhibit else []
        self.query_one(ExhibitView).draw(rows, canvas)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Take a dial in hand."""
        if isinstance(event.widget, DialInput) and event.widget.dial.kind != "text":
            self._in_hand = event.widget.dial.name

    def on_considered(self, message: Considered) -> None:
        """Say what a dial may be, or why it cannot be what is typed."""
        message.stop()
        about = self.query_one("#lab-about", Lines)
        role: Literal["bad", "dim"] = "bad" if message.is_wrong else "dim"
        width = max(20, about.content_size.width)
        about.show(prose(message.text, width, role) if message.text else [])
