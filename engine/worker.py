"""The thread the engine lives on: inbox, pace, snapshot slot, failure report, end.

The screen puts commands in and never waits. Out come events, which are rare, in a queue, and the
latest snapshot in one slot that is overwritten: a slow or stalled terminal cannot slow training,
and nothing can pile up.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from engine.preload import preload
from engine.protocol import Command, EngineFailed, Event, Shutdown, Snapshot
from engine.session import Session
from engine.training.pace import SLICE, Pace

SNAPSHOTS_A_SECOND = 15
"""How often the slot is overwritten while something moves."""

STEPS_FIRST = 9
"""Times as long as looking took that passes until it is done again: nine tenths are for steps."""

LONG = 0.25
"""Seconds of work after which the memory that it took is worth to be given back."""

CLOSING = 5.0
"""Seconds that a slow disk has at the end to take what is to be kept."""

log = logging.getLogger(__name__)


class Worker:
    """Runs a session on a thread of its own.

    Args:
        session: what carries out commands; nothing else may touch it from now on.
    """

    def __init__(self, session: Session) -> None:
        self.latest: Snapshot | None = None
        self._session = session
        self._notify: Callable[[], None] = lambda: None
        self._inbox: queue.SimpleQueue[Command | Callable[[], Iterable[Event]]] = (
            queue.SimpleQueue()
        )
        self._outbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._has_begun = threading.Event()
        self._pace = Pace()
        self._due = self._busy_since = 0.0
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
        self._importer = threading.Thread(target=self._import, name="importer", daemon=True)

    def start(self, notify: Callable[[], None] = lambda: None) -> None:
        """Begin to live: carry out what was sent before, then import torch, and listen meanwhile.

        To read a million words and import torch at once would take longer for both.
        """
        self._notify = notify
        self._thread.start()
        self._importer.start()

    def send(self, command: Command) -> None:
        """Put a command in; returns at once."""
        self._inbox.put(command)

    def events(self) -> list[Event]:
        """Take out what has happened since the last call."""
        taken: list[Event] = []
        while True:
            try:
                taken.append(self._outbox.get_nowait())
            except queue.Empty:
                return taken

    def close(self, timeout: float) -> bool:
        """End the thread; False if it, or the import of torch, did not end in time."""
        self._stop.set()
        self._has_begun.set()
        self.send(Shutdown())
        end = time.monotonic() + timeout
        for thread in (self._thread, self._importer):
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))
        return not (self._thread.is_alive() or self._importer.is_alive())

    # On the importing thread

    def _import(self) -> None:
        try:
            self._has_begun.wait()
            preload()
            if not self._stop.is_set():
                self._session.import_torch()
                self._inbox.put(self._session.become_ready)
        except Exception as error:
            log.exception("importing")
            self._outbox.put(EngineFailed("importing torch", str(error)))
            self._notify()

    # On the engine's thread

    def _live(self) -> None:
        keeping = self._session.keeping
        keeping.on_news = lambda: self._inbox.put(keeping.news)
        while not self._stop.is_set():
            if self._inbox.empty() and not self._session.is_busy:
                self._has_begun.set()
            try:
                self._turn()
            except Exception as error:
                # A fault of ours must neither end the thread nor be repeated for ever.
                log.exception("engine")
                self._session.halt()
                self._report(f"{type(error).__name__}: {error}")
        try:
            self._session.close(CLOSING)
            self.latest = self._session.snapshot()
        except Exception:
            log.exception("closing")

    def _report(self, message: str) -> None:
        self._outbox.put(EngineFailed("the last command", message))
        # It may be the snapshot itself that fails.
        with suppress(Exception):
            self.latest = self._session.snapshot()
        self._notify()

    def _turn(self) -> None:
        """One round: hear commands, work off tasks, train, publish."""
        session = self._session
        is_fresh = not session.is_busy
        heard = self._hear()
        if is_fresh:
            self._busy_since = time.monotonic()
        if heard:
            # What was heard may have made a step a thousand times as dear.
            self._pace.stride.reset()
        end = time.monotonic() + SLICE
        was_busy = session.is_busy
        while session.is_busy and time.monotonic() < end:
            self._emit(session.work())
        if was_busy and not session.is_busy and time.monotonic() - self._busy_since > LONG:
            _give_memory_back()
        # What was worked out may be told by the snapshot alone.
        is_news = heard or (was_busy and not session.is_busy)
        if session.is_training:
            self._train()
        else:
            self._pace.rest()
        start = time.monotonic()
        if is_news or start >= self._due:
            self.latest = session.snapshot()
            end = time.monotonic()
            # A large table takes as long to look at as some steps do: they come first.
            self._due = end + max(1 / SNAPSHOTS_A_SECOND, STEPS_FIRST * (end - start))
            if is_news:
                self._notify()

    def _hear(self) -> bool:
        """Carry out every command in the inbox, waiting for one while there is nothing to do."""
        wait = self._wait()
        heard = False
        while True:
            try:
                item = self._inbox.get(timeout=wait) if wait else self._inbox.get_nowait()
            except queue.Empty:
                return heard
            self._emit(item() if callable(item) else self._session.handle(item))
            heard, wait = True, 0.0

    def _wait(self) -> float:
        """Seconds that may pass before there is something to do."""
        if self._session.is_busy:
            return 0.0
        rest = min(3600.0, self._session.rest)
        if self._session.is_training:
            rest = min(rest, self._pace.wait(self._session.settings.speed, time.monotonic()))
        return rest

    def _train(self) -> None:
        start = time.monotonic()
        due = self._pace.due(self._session.settings.speed, start)
        if due:
            self._emit(self._session.train(due))
            self._pace.stride.note(due, time.monotonic() - start)

    def _emit(self, events: Iterable[Event]) -> None:
        happened = False
        for event in events:
            self._outbox.put(event)
            happened = True
        if happened:
            self.latest = self._session.snapshot()
            self._notify()


def _give_memory_back() -> None:
    """Return what is free to the system, which glibc does only where nothing lies above it.

    Of a million words that is 60 of 400 MB; it takes some milliseconds, and no lock of Python's.
    """
    import ctypes

    with suppress(OSError, AttributeError):  # There is none but in glibc.
        ctypes.CDLL(None).malloc_trim(0)
