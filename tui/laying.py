"""What the commands do that lay a screen over the laboratory, which stays beneath it."""

from __future__ import annotations

from textual.widget import AwaitMount

from tui.looking import Looking
from tui.state.intents import WordPicked
from tui.widgets.lists import RowList
from tui.widgets.overlay import Overlay


class Laying(Looking):
    """One method for each such command, named by its id; a screen is imported when it is laid."""

    def _lay(self, overlay: Overlay) -> AwaitMount:
        """Lay a screen over the laboratory, which is drawn again once it is gone."""
        return self._app.push_screen(overlay, lambda _: self._main.show(self._desk.leave()))

    def apart(self) -> AwaitMount:
        """Take a word apart: the one that was picked, or that the cursor of a list is at."""
        from tui.sampling.word import WordScreen

        rows = self._app.focused
        if not self._state.word and isinstance(rows, RowList) and rows.count:
            self._desk.take(WordPicked(rows.word(rows.cursor)))
        return self._lay(WordScreen(self._state))

    def draw(self) -> AwaitMount:
        """Draw a name letter by letter."""
        from tui.sampling.drawing import DrawingScreen

        return self._lay(DrawingScreen(self._state))

    def ladder(self) -> AwaitMount:
        """Hold every counting model against the others."""
        from tui.ladder.screen import LadderScreen

        return self._lay(LadderScreen(self._state))

    def machine(self) -> AwaitMount:
        """Show how busy the engine's machine is."""
        from tui.machine.screen import MachineScreen

        return self._lay(MachineScreen(self._state))

    def open(self) -> AwaitMount:
        """Show all runs."""
        from tui.runs.screen import RunsScreen

        return self._lay(RunsScreen(self._state))

    def branch(self) -> AwaitMount:
        """Go on from the step on the screen in another run."""
        from tui.runs.branch import BranchScreen

        return self._lay(BranchScreen(self._state))
