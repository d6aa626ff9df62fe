"""The dataset pane on a screen of its own, with a session in place of the engine's thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType

import tui
from engine import Session
from engine.protocol import Command, Event, LoadDataset, Snapshot
from tui import commands, keymap
from tui.dataset.pane import DatasetPane
from tui.dataset.words import WordList
from tui.messages import Ask, Intend
from tui.plot import door as plots
from tui.state import State
from tui.state.intents import Intent, Moved, OrderChosen
from tui.state.reducing import reduce


class Clock:
    """A clock that stands until it is put forward."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class DatasetBench(App[None]):
    """Shows the pane, answers what it asks, and notes it.

    Args:
        path: the file of words.
        is_answering: whether questions are answered, or noted only.
    """

    CSS_PATH: ClassVar = Path(tui.__file__).parent / "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(keymap.bindings())
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, path: str | None = None, *, is_answering: bool = True) -> None:
        super().__init__()
        plots.warm_up()
        self.session = Session()
        self.state = State()
        self.clock = Clock()
        self.pane = DatasetPane(id="dataset", clock=self.clock)
        self.asked: list[Command] = []
        self.picked: list[str] = []
        self.moved: list[tuple[int, int]] = []
        self._path = path
        self._is_answering = is_answering

    def compose(self) -> ComposeResult:
        """The pane, and nothing else."""
        yield self.pane

    def on_mount(self) -> None:
        self.take(*self.session.run(LoadDataset(self._path)))

    def take(self, *messages: Event | Snapshot | Intent) -> None:
        """Let things happen, then show the state."""
        for message in messages:
            self.state = reduce(self.state, message)
        self.pane.show(self.state)

    def on_ask(self, message: Ask) -> None:
        self.asked.append(message.command)
        if self._is_answering:
            self.take(*self.session.run(message.command))

    def on_intend(self, message: Intend) -> None:
        if isinstance(message.intent, Moved):
            self.moved.append((message.intent.row, message.intent.column))
        if isinstance(message.intent, OrderChosen):
            self.take(message.intent)

    def on_dataset_pane_picked(self, message: DatasetPane.Picked) -> None:
        self.picked.append(message.word)

    def action_command(self, name: str) -> None:
        command = commands.BY_ID[name]
        if name == "facts":
            self.pane.toggle_facts()
        elif command.intent is not None:
            self.take(command.intent(self.state))

    def action_leave_field(self) -> None:
        self.pane.home.focus()

    @property
    def list(self) -> WordList:
        """The words."""
        return self.pane.query_one(WordList)

    @property
    def shown(self) -> Sequence[str]:
        """Words of the list from the top, twenty at most."""
        return [self.list.word(i) for i in range(min(20, self.list.count))]

    @property
    def frame(self) -> str:
        """What is on the screen."""
        strips = self.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)
