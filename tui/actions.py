"""What the commands of the table do that neither ask the engine nor change the state alone."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual.widget import AwaitMount

from engine.protocol import (
    Course,
    CoursesTold,
    Event,
    FolderListed,
    ListRuns,
    LoadDataset,
    OpenTest,
    RunsListed,
    RunStarted,
    Save,
    TellCourses,
)
from tui import commands, storage
from tui.dataset.pane import DatasetPane
from tui.keymap import keymap
from tui.leaving import Leaving
from tui.reproduce import command_lines
from tui.sampling.pane import SamplerPane
from tui.state.intents import ComparisonChosen, WordPicked
from tui.state.panes import PANES
from tui.state.scrub import FilmStopped
from tui.text.paths import on_this, tilde
from tui.wording import cut_off

LEFT, RECIPE = -1, -2
"""Requests by which runs are asked for that were cut off, and the recipe of the run in hand."""

if TYPE_CHECKING:
    from tui.dataset.files import WordsScreen
    from tui.exporting import Exporter


class Actions(Leaving):
    """One method for each command, named by its id."""

    _asked_for_test: tuple[int, int] | None = None
    """Run and step at which it was asked for."""

    _exporter: Exporter | None = None
    """Imported when something is exported."""

    _files: WordsScreen | None = None
    """Where a file was chosen last, or is being chosen; imported then."""

    def lab(self, name: str = "") -> Awaitable[object]:
        """Open the lab, in a chapter or where it was left; turn to it where the lab lies open."""
        from tui.lab.keys import own_keys
        from tui.lab.reader import Engagement
        from tui.lab.screen import LabScreen

        if isinstance(lab := self._app.screen, LabScreen):
            return lab.turn_to(name)
        # What is learned in the lab goes by its own keys, whatever else the user gave them to.
        self._app.set_keymap(keymap(self._state.keys, own_keys(self._state.keys)))
        ways = Engagement(self._desk.send, self._desk.take, self.copy_lines, self._desk.remember)
        return self._app.push_screen(LabScreen(self._state, ways, name), self._leave_lab)

    def _leave_lab(self, _: None) -> None:
        self._app.set_keymap(keymap(self._state.keys))
        self._main.show(self._state)

    def pane(self, number: str) -> None:
        """Go to a pane."""
        self._main.go(list(PANES)[int(number) - 1])

    def maximise(self) -> None:
        """Give the active pane the whole screen, or give it back."""
        self._main.maximise()

    def clear(self) -> None:
        """Stop the film, clear the notices, leave the tour, clear a word or the filter: one."""
        if self._state.scrub.film.is_playing:
            self._desk.take(FilmStopped())
            return
        if self._app.hush() or self.leave_tour():
            return
        if self._state.word:
            self._desk.take(WordPicked(""))
        else:
            self._main.query_one(DatasetPane).filter_by("")

    def generate(self) -> None:
        """Draw names, where they are seen."""
        if not self._main.query_one(SamplerPane).region:
            self._main.go("sampler")
        self.draw_again()

    def draw_again(self) -> None:
        """Draw names in the way that is chosen."""
        self._desk.draw_again()

    def open_test(self) -> None:
        """Open test where that is asked for twice, at the same step of the same run."""
        from tui.ladder.standing import looks_before

        here = self._state.snapshot.run, self._state.snapshot.step
        if self._asked_for_test == here:
            # What it says beside the figures of the run, the notice need not ask for any more.
            self._app.hush()
            self._desk.send(OpenTest())
            return
        self._asked_for_test = here
        key = commands.BY_ID["open_test"].key_in(self._state.keys)
        times = looks_before(self._state.replies.climbs.looks)
        self._tell(f"{key} once more opens test, at the end of all choices; {times}.", "warning")

    def export(self, index: int = 0) -> AwaitMount | None:
        """Choose what is written to a file, beginning with one of the table of exports."""
        from tui.exporting import Exporter
        from tui.figures.exports import EXPORTS

        self._exporter = self._exporter or Exporter(self._app, self._desk)
        return self._exporter.open(EXPORTS[index])

    def note(self, event: Event) -> None:
        """Draw names anew where those there are come from a model of other n-grams."""
        super().note(event)
        if self._exporter is not None:
            self._exporter.note(event)
        if self._files is not None and isinstance(event, FolderListed):
            self._files.hear(event)
        drawn, sample = self._state.drawn, self._state.sample
        if isinstance(event, RunStarted) and drawn is not None and drawn.ngrams != sample.ngrams:
            self.draw_again()
        if isinstance(event, CoursesTold) and event.command.request == RECIPE:
            self._copy_recipe(next(iter(event.courses), None))
        if isinstance(event, RunsListed) and event.command.request == LEFT:
            left = (each for each in event.runs if each.is_of_these_words and not each.is_ended)
            found = next((each for each in left if not each.is_in_use), None)
            if found is not None and self._state.snapshot.newest == 0:
                self._tell(cut_off(found, self._state.keys))

    def both(self) -> None:
        """Show names of both models side by side, or those of one."""
        self._desk.take(ComparisonChosen(not self._state.replies.is_comparing))
        self._main.go("sampler")
        self.generate()

    def copy(self) -> None:
        """Copy the names."""
        names = [name.name for name in self._state.names]
        self.copy_lines(names, "names.txt", f"{len(names)} names")

    def reproduce(self) -> None:
        """Copy the command lines that bring back what is on the screen, once the recipe is told."""
        if (snapshot := self._state.snapshot).newest:
            self._desk.send(TellCourses((snapshot.id,), RECIPE))
        else:
            self._copy_recipe(None)

    def _copy_recipe(self, course: Course | None) -> None:
        state = self._state
        lines = command_lines(state, self._app.theme, course)
        told = "the command that opens this" if len(lines) == 1 else f"{len(lines)} commands"
        told = f"{told}: {lines[-1]}"
        if course is not None and not course.is_drawn:
            key = commands.BY_ID["save"].key_in(state.keys)
            told += f" – not the run, which began with weights of another; {key} saves it"
        self.copy_lines(lines, "commands.txt", told)

    def copy_lines(self, lines: list[str], name: str, told: str) -> None:
        """Copy to the clipboard, and to a file in case the terminal does not listen."""
        text = "\n".join(lines) + "\n"
        self._app.copy_to_clipboard(text)
        if self._state.engine.is_readonly:
            self._tell(f"Copied {told}.")
            return
        try:
            file = storage.write_text(name, text)
        except OSError as error:
            self._tell(f"Copied {told}; no file: {error.strerror}.", "warning")
        else:
            where = on_this(self._state.engine.machine)
            self._tell(f"Copied {told}. Also in {tilde(str(file))}{where}")

    def filter(self) -> None:
        """Type into the filter, above the words."""
        self._main.query_one(DatasetPane).list_words()
        self._main.go("dataset")
        self._main.set_focus(self._main.query_one("#filter"))

    def facts(self) -> None:
        """Show the facts of the data, or the words."""
        self._main.go("dataset")
        self._main.query_one(DatasetPane).toggle_facts()

    def file(self) -> AwaitMount:
        """Choose another file of words."""
        from tui.dataset.files import WordsScreen

        self._files = WordsScreen(self._source, self._state.engine.machine)
        self._desk.send(self._files.asked)
        return self._app.push_screen(self._files, self._open_words)

    @property
    def _source(self) -> str:
        """Where the words are from, or those of train; empty if there are none."""
        return self._state.report.path if self._state.report else ""

    def _open_words(self, chosen: LoadDataset | None) -> None:
        if chosen is not None:
            self._desk.send(chosen)

    def save(self) -> None:
        """Save the run to a file beside those that are kept, to be handed on."""
        self._desk.send(Save())

    def look_for_left(self) -> None:
        """Ask for runs that were cut off."""
        self._desk.send(ListRuns(LEFT))

    def save_unsaved(self) -> None:
        """Save what would be lost if the program were ended now."""
        snapshot = self._desk.engine.latest
        if snapshot is not None and not snapshot.is_saved and not self._state.engine.is_readonly:
            self.save()

    def suspend(self) -> None:
        """Go back to the shell."""
        if self._app.can_suspend:
            self._app.action_suspend_process()
        else:
            self._tell("No shell is waiting here that could bring the program back.")

    def redraw(self) -> None:
        """Write the whole screen anew."""
        self._app.rewrite()
