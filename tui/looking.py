"""What the commands do that change what one looks at: view, contexts, size and colours."""

from __future__ import annotations

from textual.widget import AwaitMount

from tui.commands import other_speed
from tui.dataset.pane import DatasetPane
from tui.desk import Desk
from tui.palette import (
    ContextProvider,
    ModelProvider,
    RampProvider,
    StepProvider,
    ThemeProvider,
    ViewProvider,
)
from tui.screens.main import MainScreen
from tui.state import State
from tui.state.hand import HandTaken
from tui.state.intents import ContextChosen, StageToggled, ViewChosen
from tui.state.scrub import FilmPaced
from tui.terminal.app import TerminalApp
from tui.terminal.screens import Palette, Picker, uncovered


class Looking:
    """One method for each such command, named by its id.

    Args:
        app: what screens are laid on, and what notices are told by.
        desk: the state, and the way to the engine.
        main: the screen at the bottom.
    """

    def __init__(self, app: TerminalApp, desk: Desk, main: MainScreen) -> None:
        self._app, self._desk, self._main = app, desk, main

    @property
    def _state(self) -> State:
        return self._desk.state

    def view(self, direction: int = 1) -> None:
        """Show another view."""
        names = self._state.views
        index = (names.index(self._state.view) + direction) % len(names)
        self._desk.take(ViewChosen(names[index]))

    def view_back(self) -> None:
        """Show the view before."""
        self.view(-1)

    def filter_by(self, gram: tuple[int, ...]) -> None:
        """Show the words that hold an n-gram, and their list where it is not in sight."""
        pane = self._main.query_one(DatasetPane)
        text = "".join(map(self._state.symbols.__getitem__, gram))
        # Boundaries before a word are one in the filter, however many stand in a context.
        pane.filter_by(text if len(text) == 2 else "." * text.startswith(".") + text.lstrip("."))
        pane.list_words()
        if not pane.display:
            self._main.go("dataset")

    def go_to_field(self, pane: str, name: str) -> None:
        """Go to the field of a setting; on stage, where there are none, leave that."""
        if self._state.is_on_stage:
            self._desk.take(StageToggled())
            self._main.show(self._state)
        self._main.go(pane)
        self._main.set_focus(self._main.query_one(f"#{pane} #field-{name}"))

    def shallower(self) -> None:
        """Go up to the contexts that end alike, whatever stands before."""
        state = self._state
        self._desk.take(ContextChosen(state.before[:-1], state.before[-1]))

    def context(self) -> AwaitMount:
        """Type a context."""
        return self._app.push_screen(Palette([ContextProvider], placeholder="Type a context…"))

    def model(self) -> AwaitMount:
        """Pick an order, dots, a split, a model or an optimizer from a list."""
        return self._app.push_screen(Picker([ModelProvider], placeholder="Pick a model…"))

    def zoom_in(self) -> None:
        """Make cells larger."""
        self._main.heatmap.zoom(1)

    def zoom_out(self) -> None:
        """Make cells smaller."""
        self._main.heatmap.zoom(-1)

    def zoom_auto(self) -> None:
        """Choose the size of the cells to fit."""
        self._main.heatmap.zoom_to(None)

    def views(self) -> AwaitMount:
        """Pick a view from a list."""
        return self._app.push_screen(Picker([ViewProvider], placeholder="Pick a view…"))

    def ramp(self) -> AwaitMount:
        """Pick colours from a list."""
        return self._app.push_screen(Picker([RampProvider], placeholder="Pick colours…"))

    def step_typed(self) -> AwaitMount:
        """Type a step."""
        return self._app.push_screen(Palette([StepProvider], placeholder="Type a step…"))

    def faster(self) -> None:
        """Play the film quicker, or else train faster."""
        self._pace(1)

    def slower(self) -> None:
        """Play the film slower, or else train slower."""
        self._pace(-1)

    def hand(self) -> None:
        """Put a hand on the table, where its cells are, or take it off."""
        self._main.go("heatmap")
        self._desk.take(HandTaken())

    def _pace(self, direction: int) -> None:
        if self._state.scrub.film.is_playing:
            self._desk.take(FilmPaced(direction))
        else:
            self._desk.send(other_speed(self._state, direction))

    def theme(self) -> AwaitMount:
        """Choose a theme, in place of what another list is asked for."""
        if uncovered(self._app, Palette):
            self._app.screen.dismiss()
        return self._app.push_screen(Picker([ThemeProvider], placeholder="Pick a theme…"))
