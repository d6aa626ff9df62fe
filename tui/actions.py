"""What the commands of the table do that neither ask the engine nor change the state alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.command import CommandPalette
from textual.widget import AwaitMount

from engine.protocol import Compare, Load, LoadDataset, Sample, Save
from tui import commands, storage
from tui.dataset.pane import DatasetPane
from tui.opening import PANES
from tui.palette import RampProvider, ViewProvider
from tui.reproduce import command_lines, has_changed_course
from tui.sampling.pane import SamplerPane
from tui.state import reduce
from tui.state.intents import ComparisonChosen, SampleChosen, ViewChosen, WordPicked
from tui.state.views import VIEWS
from tui.wording import Notice

if TYPE_CHECKING:
    from tui.app import Laboratory


class Actions:
    """One method for each such command, named by its id.

    Args:
        app: the app they act on.
    """

    def __init__(self, app: Laboratory) -> None:
        self._app = app

    def lab(self) -> AwaitMount:
        """Open the lab where it was left."""
        return self._app.open_lab()

    def pane(self, number: str) -> None:
        """Go to a pane."""
        self._app.main.go(PANES[int(number) - 1])

    def maximise(self) -> None:
        """Give the active pane the whole screen, or give it back."""
        self._app.main.maximise()

    def view(self, direction: int = 1) -> None:
        """Show another view."""
        names = list(VIEWS)
        index = (names.index(self._app.state.view) + direction) % len(names)
        self._app.take(ViewChosen(names[index]))

    def view_back(self) -> None:
        """Show the view before."""
        self.view(-1)

    def zoom_in(self) -> None:
        """Make cells larger."""
        self._app.main.heatmap.zoom(1)

    def zoom_out(self) -> None:
        """Make cells smaller."""
        self._app.main.heatmap.zoom(-1)

    def zoom_auto(self) -> None:
        """Choose the size of the cells to fit."""
        self._app.main.heatmap.zoom_to(None)

    def views(self) -> None:
        """Pick a view from a list."""
        self._app.push_screen(CommandPalette([ViewProvider], placeholder="Pick a view…"))

    def ramp(self) -> None:
        """Pick colours from a list."""
        self._app.push_screen(CommandPalette([RampProvider], placeholder="Pick colours…"))

    def clear(self) -> None:
        """Clear the path of a word, or else the filter."""
        if self._app.state.word:
            self._app.take(WordPicked(""))
        else:
            self._app.main.query_one(DatasetPane).filter_by("")

    def generate(self) -> None:
        """Draw names."""
        sample = self._app.state.sample
        smoothing = self._app.state.settings.smoothing
        if not self._app.main.query_one(SamplerPane).region:
            self._app.main.go("sampler")
        self.draw_names(replace(sample, request=sample.request + 1, smoothing=smoothing))

    def draw_names(self, sample: Sample) -> None:
        """Draw names in a certain way."""
        self._app.state = reduce(self._app.state, SampleChosen(sample))
        self._app.send(sample)
        if self._app.state.replies.is_comparing:
            self._app.send(Compare(sample))

    def both(self) -> None:
        """Show names of both models side by side, or those of one."""
        self._app.take(ComparisonChosen(not self._app.state.replies.is_comparing))
        self._app.main.go("sampler")
        self.generate()

    def apart(self) -> AwaitMount:
        """Take a word apart."""
        from tui.sampling.word import WordScreen

        return self._app.lay(WordScreen(self._app.state))

    def draw(self) -> AwaitMount:
        """Draw a name letter by letter."""
        from tui.sampling.drawing import DrawingScreen

        return self._app.lay(DrawingScreen(self._app.state))

    def copy(self) -> None:
        """Copy the names."""
        names = [name.name for name in self._app.state.names]
        self.copy_lines(names, "names.txt", f"{len(names)} names")

    def reproduce(self) -> None:
        """Copy the command lines that bring back what is on the screen."""
        state = self._app.state
        lines = command_lines(state, self._app.theme)
        told = "the command that opens this" if len(lines) == 1 else f"{len(lines)} commands"
        told = f"{told}: {lines[-1]}"
        if has_changed_course(state):
            key = commands.BY_ID["save"].key_in(state.keys)
            told += f" – not the run, whose settings were changed on the way; {key} saves it"
        self.copy_lines(lines, "commands.txt", told)

    def copy_lines(self, lines: list[str], name: str, told: str) -> None:
        """Copy to the clipboard, and to a file in case the terminal does not listen."""
        text = "\n".join(lines) + "\n"
        self._app.copy_to_clipboard(text)
        try:
            file = storage.write_text(name, text)
        except OSError as error:
            self._app.tell(Notice(f"Copied {told}; no file: {error.strerror}.", "warning"))
        else:
            self._app.tell(Notice(f"Copied {told}. Also in {file}"))

    def filter(self) -> None:
        """Type into the filter."""
        self._app.main.go("dataset")
        self._app.main.set_focus(self._app.main.query_one("#filter"))

    def facts(self) -> None:
        """Show the facts of the data, or the words."""
        self._app.main.go("dataset")
        self._app.main.query_one(DatasetPane).toggle_facts()

    def file(self) -> AwaitMount:
        """Choose another file of words."""
        from tui.dataset.files import WordsScreen

        source = self._app.state.report.source if self._app.state.report else ""
        return self._app.push_screen(WordsScreen(source), self._open_words)

    def _open_words(self, chosen: LoadDataset | None) -> None:
        if chosen is None:
            return
        try:
            file = storage.run_file(self._app.state)
        except OSError as error:
            self._app.tell(Notice(f"The runs folder cannot be made: {error.strerror}.", "error"))
        else:
            self._app.send(replace(chosen, save_to=str(file)))

    def save(self) -> None:
        """Save the run to the runs folder."""
        try:
            self._app.send(Save(str(storage.run_file(self._app.state))))
        except OSError as error:
            self._app.tell(Notice(f"The runs folder cannot be made: {error.strerror}.", "error"))

    def open(self) -> AwaitMount | None:
        """Choose a saved run."""
        from tui.screens.saved import SavedScreen

        try:
            folder = storage.runs_folder()
        except OSError as error:
            self._app.tell(Notice(f"The runs folder cannot be made: {error.strerror}.", "error"))
            return None
        return self._app.push_screen(SavedScreen(folder), self._open)

    def _open(self, path: str | None) -> None:
        if path:
            self._app.send(Load(path))

    def help(self) -> AwaitMount:
        """Explain."""
        from tui.screens.help import HelpScreen

        return self._app.push_screen(HelpScreen(self._app.options.keys))

    def theme(self) -> None:
        """Choose a theme."""
        self._app.search_themes()

    def suspend(self) -> None:
        """Go back to the shell."""
        driver = self._app._driver
        if driver is not None and driver.can_suspend:
            self._app.action_suspend_process()
        else:
            self._app.tell(Notice("No shell is waiting here that could bring the program back."))

    def redraw(self) -> None:
        """Write the whole screen anew."""
        self._app.front.forget()
        self._app.screen.refresh()

    def quit(self) -> None:
        """End."""
        self._app.leave(0)
