"""The thread the engine lives on: inbox, pace, snapshot slots, failure report, end.

A screen puts commands in and never waits. Out come events, which are rare, in a queue, and the
latest snapshot in one slot that is overwritten: a slow or stalled terminal cannot slow training,
and nothing can pile up. Each screen has a door of its own to put them in and take them out.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from engine.door import Door, Doors, Item
from engine.preload import preload
from engine.protocol import (
    Command,
    EngineFailed,
    Event,
    Shutdown,
    Snapshot,
)
from engine.session import Session
from engine.training.pace import SLICE, Pace
from engine.waking import give_memory_back, share_one_heap

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

    It is the door of its own process, too.

    Args:
        session: what carries out commands; nothing else may touch it from now on.
    """

    def __init__(self, session: Session) -> None:
        share_one_heap()  # Before there are other threads, those of the screen included.
        self.has_ended = threading.Event()
        """Set when the session is closed, and nothing more will happen."""
        self._session = session
        self._inbox: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._own = Door(self._inbox)
        self._own.seat = session.seats.own
        self._doors = Doors(self._own)
        self._send: Callable[[Command], None] = self._own.send
        self._stop = threading.Event()
        self._has_begun = threading.Event()
        self._pace = Pace()
        self._due = self._busy_since = 0.0
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
        self._importer = threading.Thread(target=self._import, name="importer", daemon=True)

    @property
    def latest(self) -> Snapshot | None:
        """What was true a moment ago, at the process's own door."""
        return self._own.latest

    def start(self, notify: Callable[[], None] = lambda: None) -> None:
        """Begin to live: carry out what was sent before, then import torch, and listen meanwhile.

        To read a million words and import torch at once would take longer for both.
        """
        self._own.notify = notify
        self._thread.start()
        self._importer.start()

    def send(self, command: Command) -> None:
        """Put a command in; returns at once."""
        self._send(command)

    def pass_on(self, send: Callable[[Command], None]) -> None:
        """Have another engine hear what its own process sends, now that this one has ended.

        Args:
            send: gives that one a command; what was sent here and not heard is the first.
        """
        self._send = send
        with suppress(queue.Empty):
            while True:
                item = self._inbox.get_nowait()
                if not callable(item) and item[0] is self._own:
                    send(item[1])

    def events(self) -> list[Event]:
        """Take out what has happened since the last call."""
        return self._own.events()

    def join(self, name: str, *, is_readonly: bool = False) -> Door:
        """Give another screen a door; what it has missed comes out of it first.

        Args:
            name: who looks from where.
            is_readonly: whether it never steers.
        """
        door = Door(self._inbox, self._let_go)
        self._inbox.put(lambda: self._admit(door, name, is_readonly=is_readonly))
        return door

    def close(self, timeout: float) -> bool:
        """End the thread; False if it, or the import of torch, did not end in time."""
        self._stop.set()
        self._has_begun.set()
        self._own.send(Shutdown())
        end = time.monotonic() + timeout
        for thread in (self._thread, self._importer):
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))
        return not (self._thread.is_alive() or self._importer.is_alive())

    def call(self, ask: Callable[[Session], Iterable[Event]]) -> None:
        """Have something done with the session between two turns; returns at once.

        Args:
            ask: called on the engine's thread; gives what is to be told.
        """
        self._inbox.put(lambda: ask(self._session))

    def _let_go(self, door: Door) -> None:
        self._inbox.put(lambda: self._dismiss(door))

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
            failed = EngineFailed("importing torch", str(error))
            self._inbox.put(lambda: [failed])

    # On the engine's thread

    def _live(self) -> None:
        keeping = self._session.keeping
        keeping.on_news = lambda: self._inbox.put(keeping.news)
        while not (self._stop.is_set() or self._session.is_over):
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
            self._show(self._doors)
        except Exception:
            log.exception("closing")
        self.has_ended.set()
        self._doors.notify()

    def _report(self, message: str) -> None:
        self._doors.tell([EngineFailed("the last command", message)])
        # It may be the snapshot itself that fails.
        with suppress(Exception):
            self._show(self._doors)
        self._doors.notify()

    def _admit(self, door: Door, name: str, *, is_readonly: bool) -> Iterator[Event]:
        """Let a screen in, and tell it what it has missed."""
        door.seat = self._session.join(name, is_readonly=is_readonly)
        for event in self._session.greeting():
            door.tell(event)
        door.show(self._session.snapshot(door.seat))
        door.notify()
        self._doors.add(door)
        yield from ()

    def _dismiss(self, door: Door) -> Iterator[Event]:
        """Take note that a screen is gone."""
        if door in self._doors and door.seat is not None:
            self._doors.remove(door)
            yield from self._session.leave(door.seat)
            give_memory_back()

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
            self._work()
        if was_busy and not session.is_busy and time.monotonic() - self._busy_since > LONG:
            give_memory_back()
        # What was worked out may be told by the snapshot alone.
        is_news = heard or (was_busy and not session.is_busy)
        if session.is_training:
            self._train()
        else:
            self._pace.rest()
        start = time.monotonic()
        if is_news:
            self._show(self._doors)
            self._doors.notify()
        elif start >= self._due:
            # A screen that does not keep up needs none that it would not see.
            self._show([door for door in self._doors if door.is_seen])
        else:
            return
        end = time.monotonic()
        # A large table takes as long to look at as some steps do: they come first.
        self._due = end + max(1 / SNAPSHOTS_A_SECOND, STEPS_FIRST * (end - start))

    def _hear(self) -> bool:
        """Carry out commands for a while, waiting for one as long as there is nothing to do."""
        wait, end = self._wait(), math.inf
        heard = False
        while time.monotonic() < end:
            try:
                item = self._inbox.get(timeout=wait) if wait else self._inbox.get_nowait()
            except queue.Empty:
                return heard
            if callable(item):
                self._emit(item())
            else:
                door, command = item
                door.heard += 1
                if door.seat is not None and door in self._doors:
                    self._emit(self._session.handle(command, door.seat), door)
            # Whoever says too much holds up neither training nor other screens.
            heard, wait, end = True, 0.0, min(end, time.monotonic() + SLICE)
        return heard

    def _wait(self) -> float:
        """Seconds that may pass before there is something to do."""
        if self._session.is_busy:
            return 0.0
        rest = min(3600.0, self._session.rest)
        if self._session.is_training:
            rest = min(rest, self._pace.wait(self._session.settings.speed, time.monotonic()))
        return rest

    def _work(self) -> None:
        """Take every task one step further; what comes of it goes to whoever asked for it."""
        steering = self._doors.of(self._session.seats.steering)
        self._emit(self._session.work_shared(), steering)
        for door in self._doors:
            if door.seat is not None and door.seat.is_busy:
                self._emit(door.seat.work(), door)

    def _train(self) -> None:
        start = time.monotonic()
        if due := self._pace.due(self._session.settings.speed, start):
            self._emit(self._session.train(due))
            self._pace.stride.note(due, time.monotonic() - start)

    # What comes out

    def _emit(self, events: Iterable[Event], door: Door | None = None) -> None:
        """Tell what happens, and show what is true then.

        Args:
            events: as they happen.
            door: where answers go; that of the engine's own process if not given.
        """
        told = self._doors.tell(events, door or self._own)
        if told:
            self._show(told)
            self._doors.notify(told)

    def _show(self, doors: Iterable[Door]) -> None:
        for door in doors:
            door.show(self._session.snapshot(door.seat))
