"""Messages of panes and screens that the app passes on as they are."""

from __future__ import annotations

from textual.message import Message

from engine.protocol import Command
from tui.state.intents import Intent


class Ask(Message):
    """The engine is asked something."""

    def __init__(self, command: Command) -> None:
        self.command = command
        super().__init__()


class Intend(Message):
    """The user wants the state to change."""

    def __init__(self, intent: Intent) -> None:
        self.intent = intent
        super().__init__()
