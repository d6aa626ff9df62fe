"""The door of one screen to an engine that lives on a thread: commands in, news out."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from engine.answers.seat import Seat
from engine.protocol import Command, Event, Snapshot, SteeringPassed

MOST_EVENTS = 10_000
"""Events that wait for a screen of another process before it is given up."""

Item = tuple["Door", Command] | Callable[[], Iterable[Event]]


class Door:
    """The way of one screen to a worker, and back.

    Args:
        inbox: of the worker.
        leave: has the worker close it for good; none of the process that the engine lives in,
            whose events are bounded by nothing.
    """

    def __init__(
        self,
        inbox: queue.SimpleQueue[Item],
        leave: Callable[[Door], None] | None = None,
    ) -> None:
        self.seat: Seat | None = None
        """Of the session; the worker gives it one."""
        self.is_overrun = False
        """Whether so many events waited that some are lost: nothing more comes out of it then."""
        self.is_seen = True
        """Whether the latest snapshot was fetched, so that the next one is worth the making."""
        self.notify: Callable[[], None] = lambda: None
        self._inbox, self._leave = inbox, leave
        self._events: deque[Event] = deque()
        self._latest: Snapshot | None = None

    @property
    def latest(self) -> Snapshot | None:
        """What was true a moment ago."""
        self.is_seen = True
        return self._latest

    def start(self, notify: Callable[[], None]) -> None:
        """Be told from now on when there is news."""
        self.notify = notify
        notify()

    def send(self, command: Command) -> None:
        """Put a command in; returns at once."""
        self._inbox.put((self, command))

    def events(self) -> list[Event]:
        """Take out what has happened since the last call."""
        taken: list[Event] = []
        with suppress(IndexError):
            while True:
                taken.append(self._events.popleft())
        return taken

    def close(self, timeout: float) -> bool:
        """Leave; the engine lives on."""
        if self._leave is not None:
            self._leave(self)
        return True

    # Of the worker

    def tell(self, event: Event) -> None:
        """Put an event out."""
        if self.is_overrun:
            return
        if self._leave is not None and len(self._events) >= MOST_EVENTS:
            self._events.clear()
            self.is_overrun = True
        elif isinstance(event, SteeringPassed):
            self._events.append(replace(event, is_own=self.seat is not None and self.seat.steers))
        else:
            self._events.append(event)

    def show(self, snapshot: Snapshot) -> None:
        """Put a snapshot into the slot."""
        self._latest, self.is_seen = snapshot, False
