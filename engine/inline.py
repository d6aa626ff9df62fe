"""The engine on the thread of whoever uses it: for the command line, scripts and tests.

There is no thread and nothing waits: a stretch of work is done whenever someone comes for the
events, and none in between.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from engine.protocol import Command, Event, Pause, Snapshot, Train
from engine.session import Session
from engine.training.pace import SLICE, Stride


class Inline:
    """Runs a session where it is called.

    It trains as fast as it goes, whatever the speed: speeds are for watching. A fault is raised
    where it happens, in `events`.

    Args:
        session: what carries out commands; nothing else may touch it from now on.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._notify: Callable[[], None] = lambda: None
        self._inbox: deque[Command] = deque()
        self._stride = Stride()

    @property
    def latest(self) -> Snapshot:
        """What is true now; made when it is looked at."""
        return self._session.snapshot()

    def start(self, notify: Callable[[], None] = lambda: None) -> None:
        """Begin to notify: of what was sent, and of work that is left."""
        self._notify = notify
        if self._inbox:
            notify()

    def send(self, command: Command) -> None:
        """Put a command in."""
        self._inbox.append(command)
        self._notify()

    def events(self) -> list[Event]:
        """Work for about a slice, and tell what happened.

        Torch is imported, which takes seconds, once a command needs it.

        Raises:
            Unusable: torch cannot be imported.
        """
        session, happened = self._session, list[Event]()
        end = time.monotonic() + SLICE
        while self._inbox:
            happened += self._hear(self._inbox.popleft())
        while session.is_busy and time.monotonic() < end:
            happened += session.work()
        if session.is_training:
            happened += self._train()
        # What happened is told first: an import that fails must not take it along.
        if session.needs_torch and not session.is_busy and not happened:
            session.import_torch()
            happened += session.become_ready()
        happened += session.keeping.news()
        if session.has_work:
            self._notify()
        return happened

    def drop(self) -> None:
        """Stop training, and drop all that was asked for and is not done."""
        self._inbox.clear()
        self._session.forget()

    def close(self, timeout: float) -> bool:
        """Leave the runs, and wait until they are on disk."""
        return self._session.close(timeout, is_last=True)

    def _hear(self, command: Command) -> list[Event]:
        if not isinstance(command, Train | Pause):
            # It may have made a step a thousand times as dear.
            self._stride.reset()
        return list(self._session.handle(command))

    def _train(self) -> list[Event]:
        steps, start = self._stride.steps, time.perf_counter()
        events = list(self._session.train(steps))
        # A run that stops has taken fewer steps than it was to.
        if self._session.is_training:
            self._stride.note(steps, time.perf_counter() - start)
        return events
