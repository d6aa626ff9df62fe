"""The state machine of the laboratory: takes a command, changes state, yields events.

Synchronous and without a thread, so it can be tested, and used from a script, as it is. Nothing
here imports torch until `import_torch` is called: the counts stand on the screen before that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, assert_never

from engine.answers import Answers
from engine.answers.slow import CLIMB, FOLDER, LOOK, OBJECTIVE, Slow, begin
from engine.answers.tasks import Task, Tasks, refusing
from engine.limits import changed
from engine.models.counts import Counts
from engine.protocol import (
    ClimbLadder,
    CloseChapter,
    Command,
    CommandRefused,
    Configure,
    EngineReady,
    Event,
    ListBigrams,
    LoadDataset,
    Look,
    OpenChapter,
    Pause,
    Progressed,
    Refusal,
    Settings,
    SettingsChanged,
    Shelf,
    Shutdown,
    Snapshot,
    Steer,
    StopClimbing,
    StopSampling,
    Toggle,
    Train,
    Watch,
)
from engine.training.directing import OfRuns, carry_out, read_words
from engine.training.safekeeping import Safekeeping
from engine.waking import import_torch, needs_torch
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.training.objectives import Objectives
    from engine.training.runs import Runs


class Session:
    """Data, settings, and the runs on them.

    Args:
        settings: those in force before the first command.
        shelf: where runs are kept on disk; they are not if not given.
    """

    def __init__(self, settings: Settings | None = None, shelf: Shelf | None = None) -> None:
        self.settings = settings or Settings()
        self.keeping = Safekeeping(shelf)
        self._answers: Answers | None = None
        """What is worked out of the words there are; new words start from nothing."""
        self._is_ready = False
        self._tasks = Tasks()
        self._waiting: list[Command] = []
        self._watch = Watch()

    @property
    def dataset(self) -> Dataset | None:
        """The words, if there are any yet."""
        return self._answers.dataset if self._answers else None

    @property
    def counts(self) -> Counts | None:
        """Counts of their bigrams."""
        return self._answers.counts if self._answers else None

    @property
    def _objectives(self) -> Objectives | None:
        """What can be trained on, once torch is there."""
        return self._answers.models.objectives if self._answers else None

    @property
    def runs(self) -> Runs | None:
        """Runs on these words, once torch is there; none where no network of them can be."""
        return self._objectives.runs if self._objectives else None

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks to be worked off."""
        return bool(self._tasks) or not self.rest

    @property
    def rest(self) -> float:
        """Seconds until there is something to do of itself; infinite if there is nothing."""
        return self._answers.rest if self._answers else math.inf

    @property
    def is_training(self) -> bool:
        """Whether there are steps to be taken."""
        return self.runs is not None and self.runs.is_running

    @property
    def needs_torch(self) -> bool:
        """Whether a command waits for torch."""
        return bool(self._waiting) and not self._is_ready

    @property
    def has_work(self) -> bool:
        """Whether anything is left to do, be it later."""
        is_open = self.rest < math.inf
        return self.is_busy or self.is_training or self.needs_torch or is_open

    # Commands

    def handle(self, command: Command) -> Iterator[Event]:
        """Carry out a command; what is slow becomes a task, to be worked off with `work`.

        What needs torch waits until it is there, and it is known whether there is a network.

        Yields:
            What happened; `CommandRefused` if it cannot be done.
        """
        has_begun = self._objectives is not None and self._objectives.has_begun
        if not has_begun and needs_torch(command):
            self._waiting.append(command)
            return
        try:
            yield from self._dispatch(command)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def _dispatch(self, command: Command) -> Iterator[Event]:
        if isinstance(command, Slow):
            yield from begin(command, self._asked, self._tasks)
            return
        if isinstance(command, OfRuns):
            yield from self._of_runs(command, self._objectives)
            return
        match command:
            case LoadDataset():
                self._tasks.start("load", self._load_dataset(command))
            case StopClimbing():
                # It may wait for torch yet.
                self._waiting = [c for c in self._waiting if not isinstance(c, ClimbLadder)]
                self._tasks.drop(CLIMB)
                yield Progressed(CLIMB, 1, 1)
            case StopSampling():
                if self._answers is not None:
                    self._answers.stop_drawing()
            case ListBigrams():
                yield self._asked().list_bigrams(command)
            case Watch():
                self._watch = command
            case Configure():
                yield from self._configure(command)
            case OpenChapter():
                yield from self._asked().lectern().open(command)
            case CloseChapter():
                if self._answers is not None:
                    yield from self._answers.close_chapter()
            case Shutdown():
                self._waiting.clear()
                self._drop_tasks()
            case Steer():
                pass
            case Toggle():
                yield from self._dispatch(Pause() if self.is_training else Train())
            case _:
                assert_never(command)

    # Slow things, worked off in small steps between the steps of training

    def work(self) -> Iterator[Event]:
        """Take every task one step further."""
        yield from self._noted(self._tasks.work())
        if self._answers is not None:
            yield from self._answers.step()

    def run(self, command: Command) -> Iterator[Event]:
        """Carry out a command to its end, training excepted: for scripts and tests."""
        yield from self.handle(command)
        while self._tasks or self.rest < math.inf:
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
        if self._answers is not None:
            self._answers.halt()

    def _load_dataset(self, command: LoadDataset) -> Iterator[Event]:
        try:
            read = yield from read_words(command, self.settings, self._objectives)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))
            return
        told = list(self._noted(read.told))
        # What was being worked out of the words before is of no use any more.
        self._tasks.keep("load", FOLDER)
        number = self.runs.number if self.runs else 0
        self._answers = Answers(read.dataset, read.counts)
        # Before anyone hears of the words, lest a snapshot show them with the run on the old ones.
        started = list(self._first_run(self._answers, number)) if self._is_ready else []
        yield from told
        yield read.event
        yield from started

    def _asked(self) -> Answers:
        """What answers questions; Refusal if there are no words to ask about."""
        if self._answers is None:
            raise Refusal("There are no words yet; load a file of words first.")
        return self._answers

    def _of_runs(self, command: OfRuns, objectives: Objectives | None) -> Iterator[Event]:
        if objectives is None:
            return
        steps = refusing(command, carry_out(command, objectives, lambda: self.settings))
        if isinstance(command, Look):
            self._tasks.drop(LOOK)  # Only the latest step is wanted.
            yield from self._tasks.begin(LOOK, steps)
        else:
            yield from self._noted(self._tasks.begin(OBJECTIVE, steps))

    def _configure(self, command: Configure) -> Iterator[Event]:
        if self._objectives is not None and self._objectives.has_begun:
            steps = self._objectives.configure(command, lambda: self.settings)
            yield from self._noted(self._tasks.begin(OBJECTIVE, steps))
            return
        self.settings = changed(self.settings, command)
        yield SettingsChanged(self.settings, 0, 0)
        if self._answers is not None and self._is_ready:
            # It was being counted what settings asked for before.
            yield from self._first_run(self._answers)

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
        self._is_ready = True
        yield EngineReady(str(torch.__version__), torch.get_num_threads())
        if self._answers is not None:
            yield from self._first_run(self._answers)

    def _first_run(self, answers: Answers, number: int = 0) -> Iterator[Event]:
        """Start the first run on new data, if there can be one, then do what had to wait for it.

        Args:
            answers: the data.
            number: of the last run on the data before.
        """
        objectives = answers.objectives(number, self.keeping.keeper)

        def steps() -> Task:
            yield from objectives.start(self.settings)
            waiting, self._waiting = self._waiting, []
            for command in waiting:
                yield from self.handle(command)

        yield from self._noted(self._tasks.begin(OBJECTIVE, steps()))

    def close(self, timeout: float, *, is_last: bool = False) -> bool:
        """Leave the runs, see there, and wait so many seconds until they are on disk."""
        if self._objectives is not None:
            self._objectives.leave(is_last=is_last)
        return self.keeping.close(timeout)

    # What is true now

    def snapshot(self) -> Snapshot:
        """Describe the run, and the part of the matrices that is being watched."""
        snapshot = Snapshot(settings=self.settings)
        if self._objectives is not None:
            snapshot = self._objectives.describe(snapshot)
        if self._answers is not None:
            snapshot = self._answers.models.describe(snapshot, self._watch)
        return snapshot
