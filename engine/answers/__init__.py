"""What is asked about a list of words: their order, names drawn, a word taken apart, a chapter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.answers.models import Models
from engine.answers.tasks import Task
from engine.limits import check
from engine.models.counts import Counts
from engine.models.likelihood import score
from engine.protocol import (
    NETWORKS,
    BigramsListed,
    ClimbLadder,
    CountContexts,
    Event,
    Exercise,
    ListBigrams,
    Rank,
    Score,
    Sort,
    TakeApart,
    Tune,
    WordsScored,
)
from engine.words.cleaning import clean
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.answers.apart import Apart
    from engine.answers.ranking import Ranker
    from engine.lab.lectern import Lectern
    from engine.sampling.naming import Naming
    from engine.training.keeper import Keeper
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
        self.models = Models(dataset, counts, lambda: self.ranking().words())
        self._ranker: Ranker | None = None
        self._naming: Naming | None = None
        self._apart: Apart | None = None
        self._lectern: Lectern | None = None

    @property
    def runs(self) -> Runs | None:
        """The runs in hand, once there are any."""
        return self.models.runs

    def objectives(self, number: int, keeper: Keeper | None) -> Objectives:
        """What can be trained on these words; needs torch.

        Args:
            number: of the last run there was.
            keeper: keeps the runs on disk, if they are to be kept.
        """
        from engine.training.objectives import Objectives

        if self.models.objectives is None:
            words = self.ranking().words
            made = Objectives(self.dataset, self.counts, words, number, keeper)
            self.models.objectives = made
        return self.models.objectives

    # Words

    def ranking(self) -> Ranker:
        """What puts the words in order."""
        from engine.answers.ranking import Ranker

        if self._ranker is None:
            self._ranker = Ranker(self.dataset, self.counts)
        return self._ranker

    def rank(self, command: Rank) -> Task:
        """Start ranking with the model as it is now."""
        key = self.models.key if command.model in NETWORKS else (0, 0)
        model = yield from self.models.make(command.model, command.smoothing, command.ngrams)
        yield from self.ranking().rank(command, model, key)

    def sort(self, command: Sort) -> Task:
        """Start sorting."""
        return self.ranking().sort(command)

    def list_bigrams(self, command: ListBigrams) -> BigramsListed:
        """Name the most frequent bigrams."""
        check("top", command.number)
        return BigramsListed(command.request, command, tuple(self.counts.top(command.number)))

    def score(self, command: Score) -> Task:
        """Score words, bigram by bigram or n-gram by n-gram."""
        model = yield from self.models.make(command.model, command.smoothing, command.ngrams)
        words = tuple(score(clean(word), model) for word in command.words)
        yield WordsScored(command.request, words, command)

    def take_apart(self, command: TakeApart) -> Task:
        """Take a word apart under the models there are."""
        from engine.answers.apart import Apart, Kept

        if self._apart is None:
            self._apart = Apart(self.dataset.words, self.ranking().words)
        neural, step = None, self.models.key[1]
        if self.models.has_network(command.ngrams):
            network = yield from self.models.make("neural", 0.0, command.ngrams)
            neural = Kept(network, ("neural", *self.models.key))
        asked = command.model, command.smoothing, command.ngrams
        counting = Kept((yield from self.models.make(*asked)), asked)
        yield from self._apart.take(command, counting, neural, step)

    # Longer contexts

    def trial(self, command: CountContexts | Tune | ClimbLadder | Exercise) -> Task:
        """Start to count n-grams, to tune or compare models of them, or to work an exercise."""
        if isinstance(command, Exercise):
            return self._exercise(command)
        return self.models.trials().work(command)

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
            self._naming = Naming(
                self.dataset.words, words, self.models.make, lambda: self.models.key[1]
            )
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
