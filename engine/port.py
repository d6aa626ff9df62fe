"""What a screen needs of an engine, wherever that lives: on a thread, or in another process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from engine.protocol import Command, Event, Snapshot


class Engine(Protocol):
    """Takes commands, and tells what has happened and what is true now.

    None of its methods waits for the engine, `close` excepted.
    """

    @property
    def latest(self) -> Snapshot | None:
        """What was true a moment ago; all events about it are out by then. None at first."""

    def start(self, notify: Callable[[], None]) -> None:
        """Begin to live; what was sent before is carried out first.

        Args:
            notify: called, on a thread of the engine's, when there is news to come for.
        """

    def send(self, command: Command) -> None:
        """Put a command in."""

    def events(self) -> list[Event]:
        """Take out what has happened since the last call, the earliest first."""

    def close(self, timeout: float) -> bool:
        """End within so many seconds; False if it did not."""
