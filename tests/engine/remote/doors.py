"""What the tests of a line need: an engine that says what a test lets it say, and both ends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.protocol import Command, Event, Snapshot
from engine.remote.attach import Attached
from engine.remote.hello import About, Hello, language
from engine.remote.visit import Visit
from tests import PATIENCE

ABOUT = About(language(), "0123456789ab", "box", 1, 0.0, run="0123456789ab", step=7)


class FakeDoor:
    """An engine as one screen has it, which a test drives."""

    def __init__(self) -> None:
        self.latest: Snapshot | None = None
        self.sent: list[Command] = []
        self.is_overrun = self.is_full = False
        self.is_left = False
        self._events: list[Event] = []
        self._notify: Callable[[], None] = lambda: None

    def start(self, notify: Callable[[], None]) -> None:
        """Be alive."""
        self._notify = notify
        notify()

    def send(self, command: Command) -> None:
        """Take a command down."""
        self.sent.append(command)

    def events(self) -> list[Event]:
        """Give what was said."""
        said, self._events = self._events, []
        return said

    def close(self, timeout: float) -> bool:
        """Be left."""
        self.is_left = True
        return True

    def say(self, *events: Event) -> None:
        """Have something happen."""
        self._events = [*self._events, *events]
        self._notify()

    def show(self, snapshot: Snapshot) -> None:
        """Have something be true."""
        self.latest = snapshot
        self._notify()


def hello(*, is_far: bool = False, name: str = "anna@box") -> Hello:
    """Introduce a screen."""
    return Hello(language(), name, is_far=is_far)


@contextmanager
def visit(door: FakeDoor, about: About = ABOUT) -> Iterator[tuple[Visit, socket.socket]]:
    """Have a screen come; gives its end of the line, too."""
    here, there = socket.socketpair()
    visit = Visit(here, lambda hello: door, lambda: about)
    visit.start()
    try:
        yield visit, there
    finally:
        there.close()
        visit.close()
        assert visit.join(PATIENCE)


@contextmanager
def attached(
    door: FakeDoor, about: About = ABOUT, *, is_far: bool = False
) -> Iterator[tuple[Attached, Visit]]:
    """Have a screen at an engine, and started."""
    with visit(door, about) as (visiting, there):
        screen = Attached(there, hello(is_far=is_far))
        screen.start()
        try:
            yield screen, visiting
        finally:
            assert screen.close(PATIENCE)


def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    waiting = threading.Event()
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        waiting.wait(0.002)


def heard(screen: Attached, kind: type[Event]) -> list[Event]:
    """Take what a screen is told until something of a kind has come."""
    told: list[Event] = []

    def has_come() -> bool:
        told.extend(screen.events())
        return any(isinstance(event, kind) for event in told)

    until(has_come)
    return told
