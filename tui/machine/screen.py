"""The gauges on the screen: asked for once a second, as long as they are looked at."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from engine.protocol import MachineTold, TellMachine
from tui.commands import BY_ID
from tui.keymap import closing
from tui.machine.gauges import page
from tui.messages import Ask
from tui.state import State
from tui.terminal.later import later
from tui.widgets.lines import Lines
from tui.widgets.overlay import Overlay
from tui.widgets.say import say

EVERY = 1.0
"""Seconds between two questions."""

SOON = 0.25
"""Seconds after the first question until the second: use is only known from two looks."""

SHARE, BORDER = 0.9, 2
"""Of the rows of the screen, those that the box may take, and of these those of its border."""


class MachineScreen(Overlay):
    """CPU, memory and graphics cards; the laboratory stays in sight around it."""

    MAY_DOCK: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = list(closing("machine"))

    def __init__(self, state: State) -> None:
        super().__init__(state)
        before = state.replies.machine
        self._first = before.command.request + 1 if before is not None else 1
        """Request from which on an answer is not one to an earlier screen."""
        self._request = self._first - 1

    @property
    def is_docked(self) -> bool:
        """The laboratory stays in sight around it."""
        return True

    @property
    def _told(self) -> MachineTold | None:
        told = self.state.replies.machine
        return told if told is not None and told.command.request >= self._first else None

    def compose(self) -> ComposeResult:
        """Rows in a box."""
        with Vertical(id="machine") as box:
            box.border_title = "The engine's machine"
            key = BY_ID["machine"].key_in(self.state.keys)
            box.border_subtitle = f"{key} or esc closes"
            yield Lines(id="gauges")

    def on_mount(self) -> None:
        """Ask, and go on asking."""
        self._ask()
        later(self, SOON, self._ask)
        self.set_interval(EVERY, self._ask)

    def draw(self) -> None:
        """Draw what was told last."""
        gauges = self.query_one("#gauges", Lines)
        if (width := gauges.size.width) > 0:
            most = int(SHARE * self.size.height) - BORDER
            gauges.show(page(self._told, self.state, width, most))

    def _ask(self) -> None:
        self._request += 1
        say(self, Ask(TellMachine(self._request)))
