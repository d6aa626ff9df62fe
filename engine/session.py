"""The state machine of the laboratory: takes a command, changes state, yields events.

Synchronous and without a thread, so it can be tested, and used from a script, as it is. Nothing
here imports torch until `import_torch` is called: the counts stand on the screen before that.

What all screens share, words, settings and runs, is changed here; what each has for itself is its
`Seat`'s. Whoever has no screens uses the session's own seat without a word about it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

from engine.answers.ground import Ground
from engine.answers.seat import Own, Seat, Seats
from engine.answers.slow import OBJECTIVE
from engine.answers.tasks import Task, Tasks, refusing
from engine.limits import changed
from engine.models.counts import Counts
from engine.protocol import (
    ClimbLadder,
    Command,
    CommandRefused,
    Configure,
    DatasetLoaded,
    EngineReady,
    Event,
    KeepingFailed,
    LoadDataset,
    NetworkRefused,
    Pause,
    Refusal,
    RunStarted,
    Settings,
    SettingsChanged,
    Shelf,
    Shutdown,
    Snapshot,
    Steer,
    Steering,
    StopClimbing,
    Toggle,
    Train,
)
from engine.training.directing import OfRuns, carry_out, read_words
from engine.training.safekeeping import Safekeeping
from engine.waking import import_torch, needs_torch
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.training.objectives import Objectives
    from engine.training.runs import Runs


class Session:
    """Data, settings, the runs on them, and the seats of those who look.

    Args:
        settings: those in force before the first command.
        shelf: where runs are kept on disk; they are not if not given.
    """

    def __init__(self, settings: Settings | None = None, shelf: Shelf | None = None) -> None:
        self.settings = settings or Settings()
        self.keeping = Safekeeping(shelf)
        self.seats = Seats()
        self.is_over = False
        """Whether it was asked to end."""
        self._ground: Ground | None = None
        self._loaded: DatasetLoaded | None = None
        self._ready: EngineReady | None = None
        """What was told of torch; nothing until it is here."""
        self._tasks = Tasks()
        self._waiting: list[tuple[Seat, Command]] = []

    @property
    def dataset(self) -> Dataset | None:
        """The words, if there are any yet."""
        return self._ground.dataset if self._ground else None

    @property
    def counts(self) -> Counts | None:
        """Counts of their bigrams."""
        return self._ground.counts if self._ground else None

    @property
    def _objectives(self) -> Objectives | None:
        """What can be trained on, once torch is there."""
        return self._ground.objectives if self._ground else None

    @property
    def runs(self) -> Runs | None:
        """Runs on these words, once torch is there; none where no network of them can be."""
        return self._objectives.runs if self._objectives else None

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks to be worked off."""
        return bool(self._tasks) or self._is_to_settle or any(seat.is_busy for seat in self.seats)

    @property
    def rest(self) -> float:
        """Seconds until there is something to do of itself; infinite if there is nothing."""
        return 0.0 if self._is_to_settle else min(seat.rest for seat in self.seats)

    @property
    def _is_to_settle(self) -> bool:
        """Whether there is yet to be worked out what regularisation costs the run in hand."""
        return self.runs is not None and not self.runs.is_settled

    @property
    def is_training(self) -> bool:
        """Whether there are steps to be taken."""
        return self.runs is not None and self.runs.is_running

    @property
    def needs_torch(self) -> bool:
        """Whether a command waits for torch."""
        return bool(self._waiting) and self._ready is None

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
            has_begun = self._objectives is not None and self._objectives.has_begun
            if not has_begun and needs_torch(command):
                self._waiting.append((seat, command))
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
            yield from self._of_runs(command, seat)
            return
        match command:
            case LoadDataset():
                self._tasks.start("load", self._load_dataset(command))
            case Configure():
                yield from self._configure(command)
            case Shutdown():
                self.is_over = True
                self._waiting.clear()
                self._drop_tasks()
            case Toggle():
                yield from self._of_runs(Pause() if self.is_training else Train(), seat)
            case Steer():
                yield from self.seats.steer(seat)
            case _:
                assert_never(command)

    # Seats

    def join(self, name: str, *, is_readonly: bool = False) -> Seat:
        """Give a screen a seat; what it has to be told first is in `greeting`."""
        seat = self.seats.join(name, is_readonly=is_readonly)
        if self._ground is not None:
            seat.begin_on(self._ground)
        return seat

    def greeting(self) -> Iterator[Event]:
        """Tell what somebody who comes late has missed and cannot see in the snapshot."""
        if self._loaded is not None:
            yield self._loaded
        if self._ready is not None:
            yield self._ready
        if self.runs is not None:
            if self.runs.objective.parted.split != "none":
                yield self.runs.objective.parted
            yield SettingsChanged(self.settings, self.runs.number, self.runs.run.step)
            yield RunStarted(self.runs.number, self.runs.run.step, "first")
        elif self._objectives is not None and self._objectives.refusal:
            yield NetworkRefused(self._objectives.refusal)
        if self.keeping.trouble:
            yield KeepingFailed(self.keeping.trouble)

    def leave(self, seat: Seat) -> Iterator[Event]:
        """Take note that a screen is gone; the run goes on."""
        self._waiting = [each for each in self._waiting if each[0] is not seat]
        yield from self.seats.leave(seat)

    # Slow things, worked off in small steps between the steps of training

    def work(self) -> Iterator[Event]:
        """Take every task one step further."""
        yield from self.work_shared()
        for seat in self.seats:
            yield from seat.work()

    def work_shared(self) -> Iterator[Event]:
        """Take those tasks one step further that concern all seats."""
        yield from self._noted(self._tasks.work())
        if self._is_to_settle and self.runs is not None:
            self.runs.settle()

    def run(self, command: Command) -> Iterator[Event]:
        """Carry out a command to its end, training excepted: for scripts and tests."""
        yield from self.handle(command)
        while self.is_busy or self.rest < math.inf:
            yield from self.work()

    def train(self, steps: int) -> Iterator[Event]:
        """Take at most so many steps, if the run in hand is running."""
        if self.runs is not None:
            yield from self.runs.advance(steps)

    def halt(self) -> None:
        """Stop training and drop all tasks, after a fault."""
        self._drop_tasks()
        if self.runs is not None:
            self.runs.halt()

    def _drop_tasks(self) -> None:
        self._tasks.keep()
        for seat in self.seats:
            seat.halt()

    def _load_dataset(self, command: LoadDataset) -> Iterator[Event]:
        try:
            read = yield from read_words(command, self.settings, self._objectives)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))
            return
        told = list(self._noted(read.told))
        # What was being worked out of the words before is of no use any more.
        self._tasks.keep("load")
        number = self.runs.number if self.runs else 0
        self._ground, self._loaded = Ground(read.dataset, read.counts), read.event
        for seat in self.seats:
            seat.begin_on(self._ground)
        # Before anyone hears of the words, lest a snapshot show them with the run on the old ones.
        started = list(self._first_run(self._ground, number)) if self._ready else []
        yield from told
        yield self._loaded
        yield from started

    def _of_runs(self, command: OfRuns, seat: Seat) -> Iterator[Event]:
        if self._objectives is None:
            return
        steps = carry_out(command, self._objectives, lambda: self.settings, seat.look)
        yield from self._noted(self._tasks.begin(OBJECTIVE, refusing(command, steps)))

    def _configure(self, command: Configure) -> Iterator[Event]:
        if self._objectives is not None and self._objectives.has_begun:
            steps = self._objectives.configure(command, lambda: self.settings)
            yield from self._noted(self._tasks.begin(OBJECTIVE, steps))
            return
        self.settings = changed(self.settings, command)
        yield SettingsChanged(self.settings, 0, 0)
        if self._ground is not None and self._ready:
            # It was being counted what settings asked for before.
            yield from self._first_run(self._ground)

    def _noted(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass on what happened, taking note of changed settings."""
        for event in events:
            if isinstance(event, SettingsChanged):
                self.settings = event.settings
            yield event

    # torch

    def import_torch(self) -> None:
        """Import torch, which takes seconds, on any thread; Unusable if it is not there."""
        import_torch()

    def become_ready(self) -> Iterator[Event]:
        """Take note that torch is here; the first run starts once there are data, too."""
        import torch

        self.keeping.wake()
        self._ready = EngineReady(str(torch.__version__), torch.get_num_threads())
        yield self._ready
        if self._ground is not None:
            yield from self._first_run(self._ground)

    def _first_run(self, ground: Ground, number: int = 0) -> Iterator[Event]:
        """Start the first run on new data, if there can be one, then do what had to wait for it.

        Args:
            ground: the data.
            number: of the last run on the data before.
        """
        objectives = ground.begin(number, self.keeping.keeper)

        def steps() -> Task:
            yield from objectives.start(self.settings)
            waiting, self._waiting = self._waiting, []
            for seat, command in waiting:
                if seat is self.seats.own:
                    yield from self.handle(command)
                else:
                    seat.put_off(self.handle(command, seat))

        yield from self._noted(self._tasks.begin(OBJECTIVE, steps()))

    def close(self, timeout: float, *, is_last: bool = False) -> bool:
        """Leave the runs, see there, and wait so many seconds until they are on disk."""
        if self._objectives is not None:
            self._objectives.leave(is_last=is_last)
        return self.keeping.close(timeout)

    # What is true now

    def snapshot(self, seat: Seat | None = None) -> Snapshot:
        """Describe the run, and what a seat watches; that of the session itself if not given."""
        seat = seat or self.seats.own
        snapshot = Snapshot(settings=self.settings, screens=self.seats.lines(seat))
        if self._objectives is not None:
            snapshot = self._objectives.describe(snapshot, seat.look)
        if seat.answers is not None:
            snapshot = seat.answers.models.describe(snapshot, seat.watch)
        return snapshot
