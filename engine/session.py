"""The state machine of the laboratory: takes a command, changes state, yields events.

Synchronous and without a thread, so it can be tested, and used from a script, as it is. Nothing
here imports torch until `import_torch` is called: the counts stand on the screen before that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from engine import counts as counting
from engine import dataset as reading
from engine.counts import COUNT_MATRICES, Counts
from engine.dataset import Dataset, clean
from engine.likelihood import CountTable, Table, score
from engine.limits import check, given
from engine.protocol import (
    Command,
    CommandRefused,
    Configure,
    DatasetLoaded,
    EngineReady,
    Event,
    Load,
    LoadDataset,
    ModelName,
    NamesSampled,
    Pause,
    Refusal,
    Reset,
    Row,
    RunStarted,
    Sample,
    SampledName,
    Save,
    Score,
    Settings,
    SettingsChanged,
    Shutdown,
    Snapshot,
    Train,
    UndoReset,
    Watch,
    Window,
    WordsScored,
)

if TYPE_CHECKING:
    from engine.runs import Runs

NAMES_A_PART = 100
"""Most names that are drawn before they are reported."""

PATIENCE = 0.05
"""Seconds of drawing names after which those there are reported."""


class Session:
    """Data, settings, and the runs on them.

    Args:
        settings: those in force before the first command.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.dataset: Dataset | None = None
        self.counts: Counts | None = None
        self.runs: Runs | None = None
        self._is_ready = False
        self._tasks: dict[str, Iterator[Event]] = {}
        self._waiting: list[Command] = []
        self._watch = Watch()

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks to be worked off."""
        return bool(self._tasks)

    @property
    def is_training(self) -> bool:
        """Whether there are steps to be taken."""
        return self.runs is not None and self.runs.is_running

    # Commands

    def handle(self, command: Command) -> Iterator[Event]:
        """Carry out a command; what is slow becomes a task, to be worked off with `work`.

        What needs torch waits until it is there.

        Yields:
            What happened; `CommandRefused` if the command cannot be carried out.
        """
        if self.runs is None and _needs_torch(command):
            self._waiting.append(command)
            return
        try:
            yield from self._dispatch(command)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def _dispatch(self, command: Command) -> Iterator[Event]:
        match command:
            case LoadDataset():
                self._tasks["load"] = self._load_dataset(command)
            case Sample():
                # Drawing again ends what was being drawn.
                self._tasks["sample"] = self._sample(command)
            case Score():
                yield self._score(command)
            case Watch():
                self._watch = command
            case Configure():
                yield from self._configure(command)
            case Shutdown():
                self._tasks.clear()
                self._waiting.clear()
            case Train() | Pause() | Reset() | UndoReset() | Save() | Load():
                if self.runs is not None:
                    yield from self._direct(command, self.runs)
            case _:
                assert_never(command)

    def _direct(
        self, command: Train | Pause | Reset | UndoReset | Save | Load, runs: Runs
    ) -> Iterator[Event]:
        """Pass on a command that concerns the run in hand, noting changed settings."""
        for event in _of_runs(command, runs, self.settings):
            if isinstance(event, SettingsChanged):
                self.settings = event.settings
            yield event

    # Slow things, worked off in small steps between the steps of training

    def work(self) -> Iterator[Event]:
        """Take every task one step further."""
        for name, task in list(self._tasks.items()):
            event = next(task, None)
            if event is not None:
                yield event
            elif self._tasks.get(name) is task:
                del self._tasks[name]

    def run(self, command: Command) -> Iterator[Event]:
        """Carry out a command to its end, training excepted: for scripts and tests."""
        yield from self.handle(command)
        while self._tasks:
            yield from self.work()

    def train(self, steps: int) -> Iterator[Event]:
        """Take at most so many steps of the run in hand, if it is running."""
        if self.runs is not None:
            yield from self.runs.advance(steps)

    def halt(self) -> None:
        """Stop training and drop all tasks, after a fault."""
        self._tasks.clear()
        if self.runs is not None:
            self.runs.is_running = False

    def _load_dataset(self, command: LoadDataset) -> Iterator[Event]:
        try:
            dataset = yield from reading.load(command.path)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))
            return
        counts = yield from counting.count(dataset.words, dataset.vocabulary)
        self.dataset, self.counts = dataset, counts
        yield DatasetLoaded(
            counting.report(dataset, counts),
            dataset.vocabulary.symbols,
            dataset.words.text,
            dataset.offsets,
        )
        if self._is_ready:
            yield from self._first_run()

    def _sample(self, command: Sample) -> Iterator[Event]:
        from engine.sampler import sample

        assert self.dataset is not None
        command = replace(command, prefix=clean(command.prefix))
        names: list[SampledName] = []
        last = time.perf_counter()
        try:
            table = self.table(command.model, command.smoothing)
            for done, name in enumerate(sample(table, self.dataset.words, command), start=1):
                names.append(name)
                is_last = done == command.number
                due = len(names) == NAMES_A_PART or time.perf_counter() - last > PATIENCE
                if due or is_last:
                    yield NamesSampled(command.request, tuple(names), command, is_last)
                    names.clear()
                    last = time.perf_counter()
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def _score(self, command: Score) -> WordsScored:
        table = self.table(command.model, command.smoothing)
        words = tuple(score(clean(word), table) for word in command.words)
        return WordsScored(command.request, words, command)

    def _configure(self, command: Configure) -> Iterator[Event]:
        settings = replace(self.settings, **given(command))  # type: ignore[arg-type]
        if self.runs is None:
            self.settings = settings
            yield SettingsChanged(settings, 0, 0)
            return
        # If the run refuses them, they are not in force.
        events = list(self.runs.configure(settings))
        self.settings = settings
        yield from events

    # torch

    def import_torch(self) -> None:
        """Import torch, which takes seconds; may be called from another thread."""
        import torch

        import engine.runs
        import engine.sampler
        import engine.views  # noqa: F401

        # A table of 27×27 is too small to share out: more threads are slower, and only with one
        # are results repeatable bit for bit.
        torch.set_num_threads(1)

    def become_ready(self) -> Iterator[Event]:
        """Take note that torch is here; the first run starts once there are data, too."""
        import torch

        self._is_ready = True
        yield EngineReady(str(torch.__version__), torch.get_num_threads())
        if self.counts is not None:
            yield from self._first_run()

    def _first_run(self) -> Iterator[Event]:
        """Start the first run on new data, then carry out what had to wait for it."""
        from engine.runs import Runs

        assert self.dataset is not None
        assert self.counts is not None
        number = self.runs.number if self.runs else 0
        try:
            self.runs = Runs(self.dataset, self.counts, self.settings, number)
        except Refusal as refusal:
            wanted = Configure(gradient=self.settings.gradient, device=self.settings.device)
            yield CommandRefused(wanted, str(refusal))
            self.settings = replace(self.settings, device="cpu", gradient="counts")
            self.runs = Runs(self.dataset, self.counts, self.settings, number)
            yield SettingsChanged(self.settings, self.runs.number, 0)
        yield RunStarted(self.runs.number, 0, "first")
        waiting, self._waiting = self._waiting, []
        for command in waiting:
            yield from self.handle(command)

    # Models

    def table(self, model: ModelName, smoothing: float) -> Table:
        """Probabilities of a model as it is now; Refusal if there is none."""
        if self.counts is None:
            raise Refusal("There are no words yet; load a file of words first.")
        check("model", model)
        check("smoothing", smoothing)
        if model == "counts":
            return CountTable(self.counts, smoothing)
        from engine.views import NetworkTable

        assert self.runs is not None
        return NetworkTable(self.runs.objective, self.runs.run.weights)

    # What is true now

    def snapshot(self) -> Snapshot:
        """Describe the run, and the part of the matrices that is being watched."""
        snapshot = Snapshot(settings=self.settings)
        if self.runs is not None:
            snapshot = self.runs.describe(snapshot)
        if self.counts is None:
            return snapshot
        watch = _inside(self._watch, len(self.counts.vocabulary))
        return replace(
            snapshot, window=self._window(watch, self.counts), row=self._row(watch, self.counts)
        )

    def _window(self, watch: Watch, counts: Counts) -> Window | None:
        if watch.matrix in COUNT_MATRICES:
            return _count_window(counts, watch, self.settings.smoothing)
        if self.runs is None:
            return None
        from engine.views import window

        return window(watch, self.runs.run, self.settings.smoothing)

    def _row(self, watch: Watch, counts: Counts) -> Row:
        if self.runs is None:
            return counts.cursor_row(watch.cursor_row, self.settings.smoothing)
        from engine.views import cursor_row

        return cursor_row(self.runs.run, watch.cursor_row, self.settings.smoothing)


def _needs_torch(command: Command) -> bool:
    if isinstance(command, Score):
        return command.model == "neural"
    return isinstance(command, Train | Reset | UndoReset | Sample | Save | Load)


def _of_runs(
    command: Train | Pause | Reset | UndoReset | Save | Load, runs: Runs, settings: Settings
) -> Iterator[Event]:
    match command:
        case Train():
            return runs.start(command)
        case Pause():
            return runs.pause("asked")
        case Reset():
            return runs.reset(settings)
        case UndoReset():
            return runs.undo_reset(settings)
        case Save():
            return runs.save(command)
        case Load():
            return runs.load(command, settings)
        case _:
            assert_never(command)


def _inside(watch: Watch, size: int) -> Watch:
    """Move a window to where it lies inside a table of this size."""
    row = max(0, min(watch.row, size - 1))
    column = max(0, min(watch.column, size - 1))
    return replace(
        watch,
        row=row,
        column=column,
        rows=max(1, min(watch.rows, size - row)),
        columns=max(1, min(watch.columns, size - column)),
        cursor_row=max(0, min(watch.cursor_row, size - 1)),
    )


@lru_cache(maxsize=4)
def _count_window(counts: Counts, watch: Watch, smoothing: float) -> Window:
    # The counts do not change while training does; their window need not be made anew each time.
    return counts.window(watch, smoothing)
