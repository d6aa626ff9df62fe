"""The state machine of the laboratory: takes a command, changes state, yields events.

Synchronous and without a thread, so it can be tested, and used from a script, as it is. Nothing
here imports torch until `import_torch` is called: the counts stand on the screen before that.

What all screens share is changed in one place, `Shared`; what each has for itself is its `Seat`'s.
Whoever has no screens uses the session's own seat without a word about it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from engine.answers.ground import Ground
from engine.answers.seat import Own, Seat, Seats
from engine.answers.shared import Shared
from engine.models.counts import Counts
from engine.protocol import (
    ClimbLadder,
    Command,
    CommandRefused,
    Configure,
    Event,
    KeepingFailed,
    LoadDataset,
    Pause,
    Refusal,
    Settings,
    Shelf,
    Shutdown,
    Snapshot,
    Steer,
    Steering,
    StopClimbing,
    TellMachine,
    Toggle,
    Train,
)
from engine.training.directing import OfRuns
from engine.training.safekeeping import Safekeeping
from engine.waking import import_torch, needs_torch
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.training.runs import Runs


class Session:
    """Data, settings, the runs on them, and the seats of those who look.

    Args:
        settings: those in force before the first command.
        shelf: where runs are kept on disk; they are not if not given.
    """

    def __init__(self, settings: Settings | None = None, shelf: Shelf | None = None) -> None:
        self.keeping = Safekeeping(shelf)
        self.seats = Seats()
        self.is_over = False
        """Whether it was asked to end."""
        self.is_handed_over = False
        """Whether another engine goes on with the runs."""
        self.shared = Shared(
            settings or Settings(), lambda: self.keeping.keeper, self._take_in, self._go_on
        )
        self._waiting: list[tuple[Seat, Command]] = []

    @property
    def settings(self) -> Settings:
        """Those in force."""
        return self.shared.settings

    @property
    def dataset(self) -> Dataset | None:
        """The words, if there are any yet."""
        return self.shared.ground.dataset if self.shared.ground else None

    @property
    def counts(self) -> Counts | None:
        """Counts of their bigrams."""
        return self.shared.ground.counts if self.shared.ground else None

    @property
    def runs(self) -> Runs | None:
        """Runs on these words, once torch is there; none where no network of them can be."""
        return self.shared.runs

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks to be worked off."""
        shared = self.shared
        return bool(shared.tasks) or shared.is_to_settle or any(each.is_busy for each in self.seats)

    @property
    def rest(self) -> float:
        """Seconds until there is something to do of itself; infinite if there is nothing."""
        return 0.0 if self.shared.is_to_settle else min(seat.rest for seat in self.seats)

    @property
    def is_training(self) -> bool:
        """Whether there are steps to be taken."""
        return self.runs is not None and self.runs.is_running

    @property
    def needs_torch(self) -> bool:
        """Whether a command waits for torch."""
        return bool(self._waiting) and self.shared.ready is None

    @property
    def has_work(self) -> bool:
        """Whether anything is left to do, be it later."""
        is_open = self.rest < math.inf
        return self.is_busy or self.is_training or self.needs_torch or is_open

    # Commands

    def handle(self, command: Command, seat: Seat | None = None) -> Iterator[Event]:
        """Carry out a command; what is slow becomes a task, to be worked off with `work`.

        What needs torch waits until it is there, and it is known whether there is a network.

        Args:
            command: what is to be done.
            seat: who wants it; the session's own if not given.

        Yields:
            What happened; `CommandRefused` if it cannot be done.
        """
        seat = seat or self.seats.own
        try:
            if isinstance(command, Steering) and not seat.steers:
                raise Refusal(self.seats.why_not(seat))
            if not self.shared.has_begun and needs_torch(command):
                self._waiting.append((seat, command))
                yield from self.shared.begin_again()
                return
            yield from self._dispatch(command, seat)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def _dispatch(self, command: Command, seat: Seat) -> Iterator[Event]:
        if isinstance(command, Own):
            if isinstance(command, StopClimbing):
                # It may wait for torch yet.
                self._waiting = [
                    (whose, each)
                    for whose, each in self._waiting
                    if whose is not seat or not isinstance(each, ClimbLadder)
                ]
            yield from seat.ask(command)
            return
        if isinstance(command, OfRuns):
            yield from self.shared.direct(command, seat.look)
            return
        match command:
            case LoadDataset():
                self.shared.load(command)
            case Configure():
                yield from self.shared.configure(command)
            case Shutdown():
                self.is_over = True
                self._waiting.clear()
                self._drop_tasks()
            case Toggle():
                yield from self._dispatch(Pause() if self.is_training else Train(), seat)
            case TellMachine():
                yield self.shared.tell_machine(command)
            case Steer():
                yield from self.seats.steer(seat)
            case _:
                assert_never(command)

    # Seats

    def join(self, name: str, *, is_readonly: bool = False) -> Seat:
        """Give a screen a seat; what it has to be told first is in `greeting`."""
        seat = self.seats.join(name, is_readonly=is_readonly)
        if self.shared.ground is not None:
            seat.begin_on(self.shared.ground)
        return seat

    def greeting(self) -> Iterator[Event]:
        """Tell what somebody who comes late has missed and cannot see in the snapshot."""
        yield from self.shared.greeting()
        if self.keeping.trouble:
            yield KeepingFailed(self.keeping.trouble)

    def leave(self, seat: Seat) -> Iterator[Event]:
        """Take note that a screen is gone; the run goes on."""
        self._waiting = [each for each in self._waiting if each[0] is not seat]
        yield from self.seats.leave(seat)

    def _take_in(self, ground: Ground) -> None:
        """Have all seats begin on other words."""
        for seat in self.seats:
            seat.begin_on(ground)

    def _go_on(self) -> Iterator[Event]:
        """Do what had to wait for torch and the first run."""
        waiting, self._waiting = self._waiting, []
        for seat, command in waiting:
            if seat is self.seats.own:
                yield from self.handle(command)
            else:
                seat.put_off(self.handle(command, seat))

    # Slow things, worked off in small steps between the steps of training

    def work(self) -> Iterator[Event]:
        """Take every task one step further."""
        yield from self.work_shared()
        for seat in self.seats:
            yield from seat.work()

    def work_shared(self) -> Iterator[Event]:
        """Take those tasks one step further that concern all seats."""
        yield from self.shared.work()

    def run(self, command: Command) -> Iterator[Event]:
        """Carry out a command to its end, training excepted: for scripts and tests."""
        yield from self.handle(command)
        while self.is_busy or self.rest < math.inf:
            yield from self.work()

    def train(self, steps: int) -> Iterator[Event]:
        """Take at most so many steps, if the run in hand is running."""
        yield from self.shared.train(steps)

    def halt(self) -> None:
        """Stop training and drop all tasks, after a fault."""
        self._drop_tasks()
        if self.runs is not None:
            self.runs.halt()

    def forget(self) -> None:
        """Do the same, and forget what waits for torch: nobody waits for an answer any more."""
        self._waiting.clear()
        self.halt()

    def _drop_tasks(self) -> None:
        self.shared.tasks.keep()
        for seat in self.seats:
            seat.halt()

    # torch

    def import_torch(self) -> None:
        """Import torch, which takes seconds, on any thread; Unusable if it is not there."""
        import_torch()

    def become_ready(self) -> Iterator[Event]:
        """Take note that torch is here; the first run starts once there are data, too."""
        self.keeping.wake()
        yield from self.shared.become_ready()

    def close(self, timeout: float, *, is_last: bool = False) -> bool:
        """Leave the runs, see there, and wait so many seconds until they are on disk."""
        if self.shared.objectives is not None and not self.is_handed_over:
            self.shared.objectives.leave(is_last=is_last)
        self.shared.close_gauges()
        return self.keeping.close(timeout)

    # What is true now

    def snapshot(self, seat: Seat | None = None) -> Snapshot:
        """Describe the run, and what a seat watches; that of the session itself if not given."""
        seat = seat or self.seats.own
        snapshot = Snapshot(settings=self.settings, screens=self.seats.lines(seat))
        if self.shared.objectives is not None:
            snapshot = self.shared.objectives.describe(snapshot, seat.look)
        if seat.answers is not None:
            snapshot = seat.answers.models.describe(snapshot, seat.watch)
        return snapshot
