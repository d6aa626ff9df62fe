"""The state machine of the laboratory: takes a command, changes state, yields events.

Synchronous and without a thread, so it can be tested, and used from a script, as it is. Nothing
here imports torch until `import_torch` is called: the counts stand on the screen before that.
"""

from __future__ import annotations

import math
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
    CloseChapter,
    Command,
    CommandRefused,
    Compare,
    Configure,
    DatasetLoaded,
    DrawNext,
    EngineReady,
    Event,
    ForceSymbol,
    Load,
    LoadDataset,
    ModelName,
    OpenChapter,
    OpenDrawing,
    Pause,
    Rank,
    Refusal,
    Reset,
    Retune,
    Row,
    RunStarted,
    Sample,
    Save,
    Score,
    Settings,
    SettingsChanged,
    Shutdown,
    Snapshot,
    Sort,
    StopSampling,
    TakeApart,
    Toggle,
    Train,
    UndoDraw,
    UndoReset,
    Watch,
    Window,
    WordsScored,
)

if TYPE_CHECKING:
    from engine.apart import Apart
    from engine.lab.lectern import Lectern
    from engine.naming import Naming
    from engine.ranking import Ranker
    from engine.runs import Runs

Task = Iterator[Event | None]
"""Something slow; between its pieces it yields what happened, or nothing."""


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
        self._tasks: dict[str, Task] = {}
        self._ranker: Ranker | None = None
        self._naming: Naming | None = None
        self._apart: Apart | None = None
        self._lectern: Lectern | None = None
        self._waiting: list[Command] = []
        self._watch = Watch()

    @property
    def is_busy(self) -> bool:
        """Whether there are tasks to be worked off."""
        return bool(self._tasks) or not self.rest

    @property
    def rest(self) -> float:
        """Seconds until the chapter that lies open goes on; infinite if none does."""
        return self._lectern.wait if self._lectern is not None else math.inf

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
                self._tasks["sample"] = self._names().sample(command)
            case StopSampling():
                if self._naming is not None:
                    self._naming.stop()
            case Compare():
                yield self._names().compare(command)
            case OpenDrawing() | DrawNext() | UndoDraw() | ForceSymbol() | Retune():
                yield self._names().draw(command)
            case TakeApart():
                self._tasks["take apart"] = self._take_apart(command)
            case Score():
                yield self._score(command)
            case Rank():
                # Only the latest request for a model is still wanted.
                self._tasks[f"rank {command.model}"] = self._rank(command)
            case Sort():
                self._tasks["sort"] = self._ranking().sort(command)
            case Watch():
                self._watch = command
            case Configure():
                yield from self._configure(command)
            case OpenChapter():
                yield from self._open_lectern().open(command)
            case CloseChapter():
                if self._lectern is not None:
                    yield from self._lectern.close()
            case Shutdown():
                self._tasks.clear()
                self._waiting.clear()
                self._lectern = None
            case Toggle():
                yield from self._dispatch(Pause() if self.is_training else Train())
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
            if self._tasks.get(name) is not task:
                continue
            try:
                event = next(task)
            except StopIteration:
                self._tasks.pop(name, None)
            else:
                if event is not None:
                    yield event
        if self._lectern is not None:
            yield from self._lectern.step()

    def run(self, command: Command) -> Iterator[Event]:
        """Carry out a command to its end, training excepted: for scripts and tests."""
        yield from self.handle(command)
        while self._tasks or self.rest < math.inf:
            yield from self.work()

    def train(self, steps: int) -> Iterator[Event]:
        """Take at most so many steps of the run in hand, if it is running."""
        if self.runs is not None:
            yield from self.runs.advance(steps)

    def halt(self) -> None:
        """Stop training and drop all tasks, after a fault."""
        self._tasks.clear()
        self._lectern = None
        if self.runs is not None:
            self.runs.is_running = False

    def _load_dataset(self, command: LoadDataset) -> Iterator[Event]:
        try:
            dataset = yield from reading.load(command.path)
            counts = yield from counting.count(dataset.words, dataset.vocabulary)
            saved = self._keep_run(command)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))
            return
        self._forget_words()
        self.dataset, self.counts = dataset, counts
        # Before anyone hears of the words, lest a snapshot show them with the run on the old ones.
        started = list(self._first_run()) if self._is_ready else []
        yield from saved
        yield DatasetLoaded(
            counting.report(dataset, counts),
            dataset.vocabulary.symbols,
            dataset.words.text,
            dataset.offsets,
        )
        yield from started

    def _keep_run(self, command: LoadDataset) -> list[Event]:
        """Save the run in hand before it is lost; Refusal if that fails."""
        if self.runs is None or self.runs.is_saved or command.save_to is None:
            return []
        try:
            return list(self.runs.save(Save(command.save_to)))
        except Refusal as refusal:
            raise Refusal(f"The run in hand could not be saved, so it stays. {refusal}") from None

    def _forget_words(self) -> None:
        """Drop what is being worked out of words that are no longer there."""
        self._ranker = self._naming = self._apart = self._lectern = None
        for name in [name for name in self._tasks if name != "load"]:
            del self._tasks[name]

    def _names(self) -> Naming:
        """What draws names; needs torch, and Refusal if there are no words."""
        from engine.naming import Naming

        if self._naming is None:
            words = self._ranking().words
            dataset = self.dataset
            assert dataset is not None
            self._naming = Naming(dataset.words, words, self.table, lambda: self._run_key()[1])
        return self._naming

    def _open_lectern(self) -> Lectern:
        """What works off the chapters of the lab; needs torch and words."""
        from engine.lab.lectern import Lectern

        if self._lectern is None:
            assert self.dataset is not None
            assert self.counts is not None
            assert self.runs is not None
            self._lectern = Lectern(self.dataset, self.counts, self.runs)
        return self._lectern

    def _take_apart(self, command: TakeApart) -> Task:
        """Take a word apart under the models there are; Refusal if there are no words."""
        from engine.apart import Apart, Model

        def model(name: ModelName) -> Model:
            run = self._run_key() if name == "neural" else (0, 0)
            smoothing = command.smoothing if name == "counts" else 0.0
            return Model(self.table(name, command.smoothing), (name, smoothing, *run))

        if self._apart is None:
            words = self._ranking().words
            assert self.dataset is not None
            self._apart = Apart(self.dataset.words, words)
        return self._apart.take(command, model("counts"), model("neural") if self.runs else None)

    def _run_key(self) -> tuple[int, int]:
        """Number and step of the run in hand."""
        return (self.runs.number, self.runs.run.step) if self.runs else (0, 0)

    def _score(self, command: Score) -> WordsScored:
        table = self.table(command.model, command.smoothing)
        words = tuple(score(clean(word), table) for word in command.words)
        return WordsScored(command.request, words, command)

    def _rank(self, command: Rank) -> Task:
        """Start ranking with the model as it is now; Refusal if there is none."""
        table = self.table(command.model, command.smoothing)
        is_network = command.model == "neural" and self.runs is not None
        run = (self.runs.number, self.runs.run.step) if is_network and self.runs else (0, 0)
        return self._ranking().rank(command, table, run)

    def _ranking(self) -> Ranker:
        """What puts the words in order; Refusal if there are none."""
        from engine.ranking import Ranker

        if self._ranker is None:
            if self.dataset is None or self.counts is None:
                raise Refusal("There are no words yet; load a file of words first.")
            self._ranker = Ranker(self.dataset, self.counts)
        return self._ranker

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

        import engine.naming
        import engine.runs
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
    if isinstance(command, Score | Rank):
        return command.model == "neural"
    draws = Sample | Compare | OpenDrawing | DrawNext | UndoDraw | ForceSymbol | Retune
    reads = OpenChapter | CloseChapter
    return isinstance(command, Train | Toggle | Reset | UndoReset | Save | Load | draws | reads)


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
