"""The exhibit of a chapter as a section of the screen: dials, progress, picture."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.message import Message

from engine.lab import Chapter, HandRow
from tui.colours.depth import colour_depth
from tui.lab import exhibits, pages
from tui.lab.dials import GAP, Considered, Dial, DialInput, align, shared_out, written
from tui.lab.guess import GuessBar
from tui.lab.parts.canvas import RAMP, Canvas
from tui.lab.parts.handrow import HOLD
from tui.lab.parts.texts import prose
from tui.state import State
from tui.state.hand import Handling, HandMoved, HandScaled, HandTaken, HandUndone, Held
from tui.state.lesson import Lesson
from tui.text.ascii import is_ascii
from tui.text.rows import Row, Run, action_at
from tui.widgets.lines import Lines, own_style
from tui.widgets.say import say

GUESS_EDGE = 2
"""Columns of the edge of a question."""

HANDLINGS: dict[str, Handling] = {
    "hand": HandTaken(),
    "faster": HandMoved(1),
    "slower": HandMoved(-1),
    "undo": HandUndone(),
    "coarser": HandScaled(),
}
"""What commands do with a row in hand."""

FIGURES = 5
"""Lines below the bars of a row: its symbols, its figures, and the keys."""


class Wheeled(Message):
    """The wheel was turned over a bar of the row in hand."""

    def __init__(self, column: int, direction: int) -> None:
        self.column, self.direction = column, direction
        super().__init__()


class ExhibitView(Lines):
    """An exhibit; its roles may be levels of a ramp. Its height only grows while a chapter lasts.

    A change of height would paint everything anew.
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._canvas = Canvas(40)
        self._tall = 0
        self.drawn = 0
        """Rows of the exhibit, without the blanks below it."""
        self.is_held = False
        """Whether a hand lies on a row, so that the wheel moves it and not the page."""

    def begin(self) -> None:
        """Forget the height of the chapter before."""
        self._tall = 0

    def draw(self, rows: list[Row], canvas: Canvas) -> None:
        """Show rows that were drawn on a canvas."""
        if canvas != self._canvas:
            self._canvas = canvas
            self.refresh()
        self.drawn = len(rows)
        self._tall = max(self._tall, len(rows))
        blank = max(self._tall, canvas.height) - len(rows)
        self.show([*rows, *([()] * blank)])

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Let the bar under the mouse have more."""
        self._wheel(event, 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Let the bar under the mouse have less."""
        self._wheel(event, -1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        _, is_bar, rest = action_at(self.rows, event.x, event.y).partition(HOLD)
        if self.is_held and is_bar:
            event.stop()
            event.prevent_default()
            say(self, Wheeled(int(rest.rstrip(")")), direction))

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


def hand_row_of(lesson: Lesson) -> HandRow | None:
    """Find the row of an exhibit that can be taken in hand."""
    parts = lesson.exhibit.parts if lesson.exhibit is not None else ()
    return next((part for part in parts if isinstance(part, HandRow)), None)


class ExhibitSection(Vertical):
    """Dials above, the picture below."""

    def __init__(self, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self.border_title = "Exhibit"
        self._about: Chapter | None = None
        self._in_hand = ""
        self._drawn: tuple[object, ...] = ()
        self._shares: tuple[int, int] = (0, 0)
        """Columns of each column of dials."""
        self._lesson = Lesson()
        self._held = Held()
        self._keys: Mapping[str, str] = {}
        self._is_sought = False
        """Whether the row is to be brought into sight, once it is drawn."""

    def compose(self) -> ComposeResult:
        """Dials, what is said of them, progress, picture."""
        yield Horizontal(id="lab-dials")
        yield Lines(id="lab-about")
        yield GuessBar(id="lab-guess")
        yield Lines(id="lab-progress")
        yield VerticalScroll(ExhibitView("lab-picture"), id="lab-exhibit-page")

    @property
    def picture(self) -> ExhibitView:
        """What is drawn."""
        return self.query_one(ExhibitView)

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Each dial, and where it stands."""
        return tuple((dial.dial.name, dial.field.sent) for dial in self.query(Dial))

    async def open(self, about: Chapter, texts: Mapping[str, str]) -> None:
        """Set the dials of a chapter up, at these values or else at their defaults."""
        self._about, self._held = about, Held()
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
        if width := self.query_one("#lab-progress").content_size.width:
            self._lay_dials(width)

    def _lay_dials(self, width: int) -> None:
        """Give each column of dials the room that its values need."""
        dials = list(self.query(Dial))
        shares = shared_out(dials, width - GAP)
        if dials and shares != self._shares:
            self._shares = shares
            self.query_one("#lab-dials").styles.grid_columns = shares

    def begin(self) -> None:
        """Let the picture begin at its least height."""
        self.picture.begin()

    def turn(self, direction: int, name: str = "") -> None:
        """Turn a dial: the one named, or the one in hand, which is the first at the beginning.

        While a hand lies on a row, it goes to the symbol beside it.
        """
        if not name and self._held.hand.is_on and self.handle("at", self._held.column + direction):
            return
        # There may be none of that name: while another chapter is opened, its dials are on the way.
        for dial in self.query(Dial):
            if dial.dial.name == (name or self._in_hand):
                dial.field.action_turn(direction)

    def show(self, lesson: Lesson, state: State) -> None:
        """Draw what has changed."""
        progress = self.query_one("#lab-progress", Lines)
        width = progress.content_size.width
        self._lesson = lesson
        if self._about is None or not width:
            return
        self._lay_dials(width)
        progress.show(pages.progress(lesson, self._about, state, width))
        self._keys = state.keys
        question = lesson.exhibit.question if lesson.exhibit is not None else None
        self.query_one(GuessBar).show(question, lesson.guessed, width - GUESS_EDGE, state.keys)
        if lesson.opened is not None:
            in_force = dict(lesson.opened.inputs)
            for dial in self.query(Dial):
                dial.field.placeholder = in_force.get(dial.dial.name, "")
        self._draw(self._about)

    def _draw(self, about: Chapter) -> None:
        size = self.query_one("#lab-exhibit-page").scrollable_content_region.size
        if not size.width:
            return
        is_dark = self.app.current_theme.dark
        depth, has_ascii = colour_depth(os.environ), is_ascii(os.environ)
        canvas = Canvas(size.width - 1, size.height, is_dark, depth, has_ascii, keys=self._keys)
        exhibit, row = self._lesson.exhibit, hand_row_of(self._lesson)
        if row is not None and self._held.column >= len(row.symbols):
            self._held = Held()  # It lay on a row of other words.
        if (about.name, exhibit, canvas, self._held) == self._drawn:
            return
        self._drawn = (about.name, exhibit, canvas, self._held)
        in_hand = replace(canvas, held=self._held)
        rows = exhibits.draw(about.name, exhibit, in_hand) if exhibit else []
        self.picture.is_held = self._held.hand.is_on
        self.picture.draw(rows, canvas)
        if self._is_sought:
            self._is_sought = False
            self.call_after_refresh(self._bring_into_sight)

    # A row in the reader's hand

    def handle(self, name: str, column: int | None = None) -> bool:
        """Do with the row what a command says, or go to a symbol of it; whether there is a row."""
        row = hand_row_of(self._lesson)
        if row is None or self._about is None:
            return False
        held = self._held
        if column is None and not held.hand.is_on:
            column = row.counts.index(max(row.counts))
        if column is not None:
            held = replace(held, column=column % len(row.symbols))
        if name in HANDLINGS:
            held = held.intend(HANDLINGS[name], row)
        elif not held.hand.is_on:
            held = held.intend(HandTaken(), row)
        self._held, self._is_sought = held, True
        self._draw(self._about)
        return True

    def let_go(self) -> bool:
        """Take the hand off the row; whether there was one on it."""
        return self._held.hand.is_on and self.handle("hand")

    def _bring_into_sight(self) -> None:
        rows = self.picture.rows
        bars = [y for y, row in enumerate(rows) if any(HOLD in "".join(run[2:]) for run in row)]
        if bars:
            whole = Region(0, bars[0] - 1, 1, len(bars) + FIGURES)
            self.query_one("#lab-exhibit-page").scroll_to_region(whole, animate=False)

    def on_wheeled(self, message: Wheeled) -> None:
        """Move the bar under the mouse."""
        message.stop()
        self.handle("faster" if message.direction > 0 else "slower", message.column)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Take a dial in hand."""
        if isinstance(event.widget, DialInput) and event.widget.dial.kind != "text":
            self._in_hand = event.widget.dial.name

    def on_considered(self, message: Considered) -> None:
        """Say what a dial may be, or why it cannot be what is typed."""
        message.stop()
        self.tell(message.text, "bad" if message.is_wrong else "dim")

    def tell(self, text: str, role: Literal["bad", "dim", "warn"] = "warn") -> None:
        """Say something below the dials, until there is something else to say there."""
        about = self.query_one("#lab-about", Lines)
        width = max(20, about.content_size.width)
        about.show(prose(text, width, role) if text else [])
