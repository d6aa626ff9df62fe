"""The screen of runs: the tree of this session's, those on disk, and a field for any other."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from engine.protocol import ListRuns, Load, TakeUp
from tui.keymap import bindings_of, closing
from tui.messages import Ask, Intend
from tui.overlying import RUNS
from tui.runs import table
from tui.runs.saying import FULL, OF_OTHER_WORDS, hints, sentences
from tui.runs.tree import Entry, Heading, entries
from tui.state import State
from tui.state.courses import MOST_COMPARED
from tui.state.intents import ComparisonCleared, ComparisonToggled, Intent, OtherChosen, ViewChosen
from tui.state.panes import PANES
from tui.terminal.calm import StillInput
from tui.text.paths import on
from tui.text.rows import Row, paragraph
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.overlay import Overlay
from tui.widgets.say import say

EMPTY = (
    "Here every run will be a line: that in hand, those before a reset or a branch, those on disk. "
    "There is none yet; space, back in the laboratory, trains one."
)

LOOKING = "Looking which runs are on disk …"


class RunRows(RowList):
    """Runs below headings, on which the cursor does not rest."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(command for command in RUNS if command.id == "compare"),
    ]

    class Marked(RowList.Moved):
        """The sign of a run was clicked."""

    def __init__(self) -> None:
        super().__init__(id="runs")
        self.entries: tuple[Heading | Entry, ...] = ()
        self._standing = table.standing(State(), 0.0)

    def row(self, index: int, width: int) -> Row:
        """A run, or a heading."""
        return table.line(self.entries[index], width, self._standing)

    def take(self, rows: tuple[Heading | Entry, ...], standing: table.Standing) -> None:
        """Show these rows; the cursor stays on its run."""
        here, old = self.here, [_id_of(each) for each in self.entries]
        self.entries, self._standing = rows, standing
        ids = [_id_of(each) for each in rows]
        if ids == old:
            self.update()
            return
        self.show(len(rows), from_top=False)
        wanted = here.line.id if here else standing.state.snapshot.id
        self.cursor = ids.index(wanted) if wanted in ids else self.cursor

    @property
    def here(self) -> Entry | None:
        """The run under the cursor, if there is any."""
        entry = self.entries[self.cursor] if self.cursor < len(self.entries) else None
        return entry if isinstance(entry, Entry) else None

    def validate_cursor(self, cursor: int) -> int:
        """Go over a heading to the run behind it."""
        cursor = super().validate_cursor(cursor)
        if cursor < len(self.entries) and isinstance(self.entries[cursor], Heading):
            cursor += -1 if 0 < cursor < self.cursor else 1
        return super().validate_cursor(cursor)

    def on_click(self, event: events.Click) -> None:
        """Compare the run whose sign was clicked; elsewhere the row is picked."""
        offset = event.get_content_offset_capture(self)
        index = self.scroll_offset.y + offset.y
        if index >= self.count or isinstance(self.entries[index], Heading):
            event.prevent_default()
        elif offset.x < table.SIGN:
            event.prevent_default()
            self.cursor = index
            say(self, self.Marked(self, index))


def _id_of(entry: Heading | Entry) -> str:
    return entry.line.id if isinstance(entry, Entry) else entry.text


class RunsScreen(Overlay):
    """Table, a word on the run under the cursor, field, keys."""

    AUTO_FOCUS: ClassVar[str | None] = "#runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_of(command for command in RUNS if command.id != "compare"),
        *closing("open"),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._told = ""
        """Why what was asked for cannot be done."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        with Vertical(id="runs-box", classes="overlay") as box:
            box.border_title = Content(f"Runs{on(self.state.engine.machine)}")
            yield Lines(id="runs-heads")
            yield RunRows()
            yield Lines(id="runs-said")
            yield StillInput(placeholder="or the id or path of another run", compact=True)
            yield Lines(id="runs-keys")

    def on_mount(self) -> None:
        """Ask which runs are on disk."""
        say(self, Ask(ListRuns()))

    def draw(self) -> None:
        """Draw the state."""
        rows, width = self.query_one(RunRows), self.query_one("#runs-said").size.width
        if width < 1:
            return
        standing = table.standing(self.state, time.time())
        rows.take(entries(self.state), standing)
        room = rows.scrollable_content_region.width
        self.query_one("#runs-heads", Lines).show(self._heads(room, width, standing))
        said = sentences(rows.here, standing, width)
        if self._told:
            said = paragraph(self._told, width, "warn")
        self.query_one("#runs-said", Lines).show([*said[:3], *[()] * (3 - len(said))])
        self.query_one("#runs-keys", Lines).show([hints(width, self.state.keys)])

    def _heads(self, room: int, width: int, standing: table.Standing) -> list[Row]:
        if not self.query_one(RunRows).count:
            return paragraph(EMPTY if self.state.courses.kept else LOOKING, width, "dim")
        return [table.heads(room, standing)]

    # Handlers

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Say what the run is."""
        event.stop()
        self._told = ""
        self.draw()

    def on_row_list_sized(self, event: RowList.Sized) -> None:
        """Write the heads over the columns as they are now."""
        event.stop()
        self.draw()

    def on_row_list_picked(self, event: RowList.Picked) -> None:
        """Take the run in hand."""
        event.stop()
        here = self.query_one(RunRows).here
        if here is None:
            return
        if here.kept is not None:
            say(self, Ask(Load(here.kept.path)))
        elif here.line.id != self.state.snapshot.id:
            say(self, Ask(TakeUp(here.line.id)))
        self.leave()

    def on_run_rows_marked(self, event: RunRows.Marked) -> None:
        """Compare the run, or no longer."""
        event.stop()
        self.action_compare()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on with the run that was typed."""
        event.stop()
        if event.value.strip():
            say(self, Ask(Load(event.value.strip())))
            self.leave()

    # Actions

    def action_compare(self) -> None:
        """Show the run under the cursor in the chart, or no longer."""
        here, courses = self.query_one(RunRows).here, self.state.courses
        if here is None:
            return
        id = here.line.id
        if id == self.state.snapshot.id:
            self._refuse("The run in hand is in the chart as it is.")
        elif here.kept is not None and not here.kept.is_of_these_words:
            self._refuse(OF_OTHER_WORDS)
        elif id not in courses.colours and len(courses.colours) == MOST_COMPARED:
            self._refuse(FULL)
        else:
            self._want(ComparisonToggled(id))

    def action_clear(self) -> None:
        """Compare none."""
        self._want(ComparisonCleared())

    def action_difference(self) -> None:
        """Show the run in hand less that under the cursor in the heatmap."""
        here, snapshot = self.query_one(RunRows).here, self.state.snapshot
        if here is None:
            return
        if here.kept is not None or here.line.id == snapshot.id or not here.line.step:
            self._refuse(
                "The heatmap shows the run in hand less another one of this session; enter takes "
                "this one up."
                if here.kept is not None
                else "The heatmap shows the run in hand less another one that has taken steps."
            )
            return
        say(self, Intend(OtherChosen(here.line.id)))
        say(self, Intend(ViewChosen("run_difference")))
        self.leave()
        pane = [*PANES].index("heatmap") + 1
        self.app.call_later(self.app.run_action, f"app.command('pane_{pane}')")

    def _want(self, intent: Intent) -> None:
        self._told = ""
        say(self, Intend(intent))

    def _refuse(self, reason: str) -> None:
        self._told = reason
        self.draw()
