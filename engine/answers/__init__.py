"""What is asked about a list of words: their order, names drawn, a word taken apart, a chapter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.answers.tasks import Task
from engine.limits import check
from engine.models.counts import COUNT_MATRICES, Counts
from engine.models.likelihood import CountTable, Table, score
from engine.protocol import (
    BigramsListed,
    ClimbLadder,
    CountContexts,
    Event,
    Exercise,
    ListBigrams,
    ModelName,
    Rank,
    Refusal,
    Row,
    Score,
    Snapshot,
    Sort,
    TakeApart,
    Tune,
    Watch,
    Window,
    WordsScored,
)
from engine.words.cleaning import clean
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.answers.apart import Apart
    from engine.answers.ranking import Ranker
    from engine.answers.trials import Trials
    from engine.lab.lectern import Lectern
    from engine.models.endings import Endings
    from engine.models.views import Moment
    from engine.sampling.naming import Naming
    from engine.training.objectives import Objectives
    from engine.training.runs import Runs


class Answers:
    """Answers questions about words with the models there are of them.

    What that takes is imported and made when the first question comes.

    Args:
        dataset: the words.
        counts: their bigrams.
    """

    def __init__(self, dataset: Dataset, counts: Counts) -> None:
        self.dataset, self.counts = dataset, counts
        self.objectives: Objectives | None = None
        """The runs on these words, by what they are trained on, once torch is there."""
        self._ranker: Ranker | None = None
        self._naming: Naming | None = None
        self._apart: Apart | None = None
        self._lectern: Lectern | None = None
        self._trials: Trials | None = None
        self._endings: Endings | None = None

    # Models

    @property
    def runs(self) -> Runs | None:
        """The runs in hand, once there are any."""
        return self.objectives.runs if self.objectives else None

    @property
    def _network(self) -> Moment | None:
        """The network as it is now, if there is one and its table is that of the bigrams."""
        run = self.runs.run if self.runs else None
        return run.moment if run and run.settings.is_bigram else None

    def table(self, model: ModelName, smoothing: float) -> Table:
        """Probabilities of a model as it is now; Refusal for what is out of range."""
        check("model", model)
        check("smoothing", smoothing)
        if model == "counts":
            return CountTable(self.counts, smoothing)
        from engine.models.views import NetworkTable

        assert self.runs is not None
        if self._network is None:
            settings = self.runs.run.settings
            raise Refusal(
                f"The network in hand is of order {settings.order}, dots {settings.dots} and split "
                f"{settings.split}, and names and words go by bigrams of all words; take these, or "
                "the model counts."
            )
        return NetworkTable(self._network)

    def _run_key(self) -> tuple[int, int]:
        """Number and step of the run in hand."""
        return (self.runs.number, self.runs.run.step) if self.runs else (0, 0)

    # Words

    def ranking(self) -> Ranker:
        """What puts the words in order."""
        from engine.answers.ranking import Ranker

        if self._ranker is None:
            self._ranker = Ranker(self.dataset, self.counts)
        return self._ranker

    def rank(self, command: Rank) -> Task:
        """Start ranking with the model as it is now."""
        key = self._run_key() if command.model == "neural" else (0, 0)
        return self.ranking().rank(command, self.table(command.model, command.smoothing), key)

    def sort(self, command: Sort) -> Task:
        """Start sorting."""
        return self.ranking().sort(command)

    def list_bigrams(self, command: ListBigrams) -> BigramsListed:
        """Name the most frequent bigrams."""
        check("top", command.number)
        return BigramsListed(command.request, command, tuple(self.counts.top(command.number)))

    def score(self, command: Score) -> WordsScored:
        """Score words, bigram by bigram."""
        table = self.table(command.model, command.smoothing)
        words = tuple(score(clean(word), table) for word in command.words)
        return WordsScored(command.request, words, command)

    def take_apart(self, command: TakeApart) -> Task:
        """Take a word apart under the models there are."""
        from engine.answers.apart import Apart, Model

        def model(name: ModelName) -> Model:
            """A model as it is now, and what tells it from itself at another time."""
            run = self._run_key() if name == "neural" else (0, 0)
            smoothing = command.smoothing if name == "counts" else 0.0
            return Model(self.table(name, command.smoothing), (name, smoothing, *run))

        if self._apart is None:
            self._apart = Apart(self.dataset.words, self.ranking().words)
        return self._apart.take(
            command, model("counts"), model("neural") if self._network else None
        )

    # Longer contexts

    def trial(self, command: CountContexts | Tune | ClimbLadder | Exercise) -> Task:
        """Start to count n-grams, to tune or compare models of them, or to work an exercise."""
        if isinstance(command, Exercise):
            return self._exercise(command)
        from engine.answers.trials import Trials

        if self._trials is None:
            self._trials = Trials(self.dataset, self.ranking().words)
        return self._trials.work(command)

    def _exercise(self, command: Exercise) -> Task:
        """Start to work an exercise of the lecture's; needs torch."""
        from engine.answers.exercising import exercise

        return exercise(command, self.dataset, self.ranking().words)

    # Names

    def naming(self) -> Naming:
        """What draws names; needs torch."""
        from engine.sampling.naming import Naming

        if self._naming is None:
            words = self.ranking().words
            self._naming = Naming(self.dataset.words, words, self.table, lambda: self._run_key()[1])
        return self._naming

    def stop_drawing(self) -> None:
        """End a batch that is being drawn, if one is."""
        if self._naming is not None:
            self._naming.stop()

    # Chapters

    def lectern(self) -> Lectern:
        """What works off the chapters of the lab; needs torch."""
        from engine.lab.lectern import Lectern

        if self._lectern is None:
            self._lectern = Lectern(self.dataset, self.counts, lambda: self.runs)
        return self._lectern

    @property
    def rest(self) -> float:
        """Seconds until there is something to do of itself; infinite if there is nothing."""
        if self.runs is not None and not self.runs.is_settled:
            return 0.0
        return self._lectern.wait if self._lectern is not None else math.inf

    def step(self) -> Iterator[Event]:
        """Take the chapter that lies open one step further, and what is to be said of the run."""
        if self.runs is not None and not self.runs.is_settled:
            self.runs.settle()
        if self._lectern is not None:
            yield from self._lectern.step()

    def close_chapter(self) -> Iterator[Event]:
        """End the chapter that lies open."""
        if self._lectern is not None:
            yield from self._lectern.close()

    def halt(self) -> None:
        """Drop the chapter that lies open, after a fault or at the end."""
        self._lectern = None

    # What is being watched

    def describe(self, snapshot: Snapshot, watch: Watch) -> Snapshot:
        """Add the part of the matrices that is being watched."""
        watch, smoothing = _inside(watch, len(self.counts.vocabulary)), snapshot.settings.smoothing
        if self.runs is not None and self._network is None:
            window, row = self._seen_by_contexts(self.runs.run.moment, watch, smoothing)
            return replace(snapshot, window=window, row=row)
        return replace(
            snapshot, window=self._window(watch, smoothing), row=self._row(watch, smoothing)
        )

    def _seen_by_contexts(
        self, moment: Moment, watch: Watch, smoothing: float
    ) -> tuple[Window | None, Row]:
        from engine.models.endings import Endings

        if self._endings is None or self._endings.objective is not moment.objective:
            self._endings = Endings(moment.objective)
        return self._endings.seen(watch, moment, smoothing)

    def _window(self, watch: Watch, smoothing: float) -> Window | None:
        if watch.matrix in COUNT_MATRICES:
            return _count_window(self.counts, watch, smoothing)
        if self._network is None:
            return None
        from engine.models.views import NETWORK_MATRICES, window

        if watch.matrix not in NETWORK_MATRICES:
            return None

        return window(watch, self._network, smoothing)

    def _row(self, watch: Watch, smoothing: float) -> Row:
        if self._network is None:
            return self.counts.cursor_row(watch.cursor_row, smoothing)
        from engine.models.views import cursor_row

        return cursor_row(self._network, watch.cursor_row, smoothing)


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
