"""The ladder on the screen: rows come in as they are worked out, the best on dev on top."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from engine.protocol import ClimbLadder, StopClimbing
from tui.keymap import bindings_of, closing
from tui.ladder import standing
from tui.ladder.saying import sentences, splits_of
from tui.ladder.table import Entry, entries, heads, line, name_of
from tui.messages import Ask, Intend
from tui.overlying import LADDER
from tui.state import State
from tui.state.climbs import Climbs
from tui.state.intents import LadderAsked
from tui.text.rows import Row
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.overlay import Overlay
from tui.widgets.say import say

SAID = 3
"""Lines for what is said of a row, where the screen is wide; where it is narrow, one more."""

NARROW = 100


class Rungs(RowList):
    """Models and marks; the cursor stays on its row while others come in above."""

    def __init__(self) -> None:
        super().__init__(id="rungs")
        self.entries: tuple[Entry, ...] = ()
        self.state = State()

    def row(self, index: int, width: int) -> Row:
        """One of them."""
        best = standing.best(self.state.replies.climbs.shown)
        is_comparable = standing.is_comparable(self.state)
        return line(self.entries[index], width, best, is_comparable=is_comparable)

    def take(self, state: State, rows: tuple[Entry, ...], *, from_top: bool) -> None:
        """Show other rows.

        Args:
            state: what they are of.
            rows: they.
            from_top: whether to start anew.
        """
        here = self.here if self.cursor and not from_top else None
        self.state = state
        if rows == self.entries and not from_top:
            return
        shrinks, self.entries = len(rows) < self.count, rows
        if from_top or shrinks:
            self.show(len(rows), from_top=from_top)
        else:
            self.grow(len(rows))
            self.update()
        if here is not None:
            names = [name_of(entry) for entry in rows]
            if (name := name_of(here)) in names:
                self.cursor = names.index(name)

    @property
    def here(self) -> Entry | None:
        """The row under the cursor, if there is any."""
        return self.entries[self.cursor] if self.cursor < len(self.entries) else None


class LadderScreen(Overlay):
    """Splits and standing, the list, a word on the row under the cursor, keys."""

    AUTO_FOCUS: ClassVar[str | None] = "#rungs"
    MAY_DOCK: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(LADDER), *closing("ladder")]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        climbs = state.replies.climbs
        self._split, self._request = climbs.split, climbs.request
        """What was asked for last: over a slow line several keys come at once."""
        self._by_new = False
        self._is_asking = False
        """Whether it was asked if test is to be opened."""
        self._told = ""
        """Why it cannot be."""

    @property
    def _climbs(self) -> Climbs:
        return self.state.replies.climbs

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        with Vertical(id="ladder-box", classes="overlay") as box:
            box.border_title = "The ladder: every counting model, order 1 to 7"
            yield Lines(id="ladder-standing")
            yield Lines(id="ladder-heads")
            yield Rungs()
            yield Lines(id="ladder-said")
            yield Lines(id="ladder-keys")

    def on_mount(self) -> None:
        """Climb, unless it was done before."""
        self._ask()

    def draw(self) -> None:
        """Draw the state."""
        self._draw()

    def _draw(self, *, from_top: bool = False) -> None:
        climbs, width = self._climbs, self.query_one("#ladder-standing").size.width
        if width < 1:
            return
        above = standing.rows(self.state, width, is_asking=self._is_asking)
        if self._told:
            above[-1] = ((self._told, "warn"),)
        self.query_one("#ladder-standing", Lines).show(above)
        rungs, climbed = self.query_one(Rungs), climbs.shown
        known = climbed.rungs if climbed else ()
        marks = standing.has_marks(climbs)
        rows = entries(known, by_new=self._by_new, has_marks=marks)
        rungs.take(self.state, rows, from_top=from_top)
        room = rungs.scrollable_content_region.width
        self.query_one("#ladder-heads", Lines).show([heads(room, by_new=self._by_new)])
        self._say(width)
        self.query_one("#ladder-keys", Lines).show([hints(self.state.keys)])

    def _say(self, width: int) -> None:
        """Say what the row under the cursor is, in as many lines as were set aside."""
        here = self.query_one(Rungs).here
        said = sentences(here, width) if here is not None else []
        most = SAID + (width < NARROW)
        said = [*said[:most], *[()] * (most - len(said))]
        self.query_one("#ladder-said", Lines).show([*said, standing.marks_said(self.state, width)])

    # Handlers

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Say what the row is."""
        event.stop()
        self._draw()

    on_row_list_picked = on_row_list_moved

    def on_row_list_sized(self, event: RowList.Sized) -> None:
        """Write the heads over the columns as they are now."""
        event.stop()
        self._draw()

    # Actions

    def action_take(self, split: str) -> None:
        """Climb the ladder on a split."""
        self._split = split
        self._stop()
        self._ask()

    def action_turn(self, direction: int) -> None:
        """Go to another split."""
        names = splits_of(self.state.report)
        self.action_take(names[(names.index(self._split) + direction) % len(names)])

    def action_sort(self) -> None:
        """Sort by the loss on new words, or by that on all of dev again."""
        self._by_new = not self._by_new
        self._forget()
        self._draw(from_top=True)

    def action_open_test(self) -> None:
        """Ask whether to open test; the second time, open it."""
        self._told = standing.why_sealed(self._climbs)
        if self._told:
            self._is_asking = False
        elif self._is_asking:
            self._ask(opens_test="best")
            return
        else:
            self._is_asking = True
        self._draw()

    def action_close(self) -> None:
        """Keep test sealed, if that is the question; else leave."""
        if self._is_asking:
            self._forget()
            self._draw()
            return
        super().action_close()

    def _ask(self, *, opens_test: Literal["no", "best"] = "no") -> None:
        self._forget()
        self._request += 1
        command = ClimbLadder(self._split, opens_test, self._request)
        say(self, Intend(LadderAsked(command)))
        if command.split not in self._climbs.whole or opens_test != "no":
            say(self, Ask(command))

    def _stop(self) -> None:
        """Have the climb before ended: one that waits for torch would come in between later."""
        say(self, Ask(StopClimbing()))

    def _forget(self) -> None:
        self._is_asking, self._told = False, ""


def hints(chosen: Mapping[str, str]) -> Row:
    """Keys of this screen."""
    before, after, *others = ((c.key_in(chosen), c.label, f"screen.{c.action}") for c in LADDER)
    keys = (
        ("↑ ↓", "row", ""),
        (before[0], "", before[2]),
        after,
        *others,
        ("esc", "close", "screen.close"),
    )
    row: list[tuple[str, str] | tuple[str, str, str]] = []
    for key, what, action in keys:
        click = (action,) if action else ()
        row += [(key, "accent", *click), (f" {what}  ", "dim", *click)]
    return row  # type: ignore[return-value]
