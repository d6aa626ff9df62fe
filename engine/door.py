"""The door of one screen to an engine that lives on a thread: commands in, news out."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from engine.answers.seat import Seat
from engine.protocol import Command, Event, ForAll, Snapshot, SteeringPassed

MOST_EVENTS = 10_000
"""Events that wait for a screen of another process before it is given up."""

MOST_COMMANDS = 1000
"""Commands of such a screen that wait for the engine before no more are read."""

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
        self.heard = 0
        """How many commands the worker has taken out."""
        self._sent = 0
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

    @property
    def is_full(self) -> bool:
        """Whether so many commands wait that whoever can should hold back."""
        return self._sent - self.heard >= MOST_COMMANDS

    def send(self, command: Command) -> None:
        """Put a command in; returns at once."""
        self._sent += 1
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


class Doors:
    """All doors of a worker.

    Args:
        own: that of the process that the engine lives in.
    """

    def __init__(self, own: Door) -> None:
        self.own = own
        self._doors = [own]

    def __iter__(self) -> Iterator[Door]:
        return iter(tuple(self._doors))

    def __contains__(self, door: object) -> bool:
        return door in self._doors

    def add(self, door: Door) -> None:
        """Take a door in."""
        self._doors.append(door)

    def remove(self, door: Door) -> None:
        """Tell nothing more to a door."""
        self._doors.remove(door)

    def of(self, seat: Seat | None) -> Door:
        """The door of a seat, or else that of the engine's own process."""
        return next((door for door in self._doors if door.seat is seat), self.own)

    def tell(self, events: Iterable[Event], door: Door | None = None) -> list[Door]:
        """Put events out as they happen.

        Args:
            events: those.
            door: where answers go; everywhere if not given.

        Returns:
            Where any were put out.
        """
        told: list[Door] = []
        for event in events:
            for each in self if isinstance(event, ForAll) or door is None else (door,):
                each.tell(event)
                if each not in told:
                    told.append(each)
        return told

    def notify(self, doors: Iterable[Door] | None = None) -> None:
        """Say that there is news, at some doors or at all."""
        for door in self if doors is None else doors:
            door.notify()
