"""What is asked about a list of words: their order, names drawn, a word taken apart, a chapter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from engine.answers.ground import Ground
from engine.answers.models import Models
from engine.answers.tasks import Task
from engine.limits import check
from engine.models.likelihood import score
from engine.protocol import (
    NETWORKS,
    BigramsListed,
    ClimbLadder,
    CountContexts,
    Event,
    Exercise,
    Guess,
    ListBigrams,
    Rank,
    Score,
    Sort,
    TakeApart,
    Tune,
    WordsScored,
)
from engine.words.cleaning import clean

if TYPE_CHECKING:
    from engine.lab.lectern import Lectern
    from engine.sampling.naming import Naming


class Answers:
    """Answers the questions of one screen about words, with the models there are of them.

    What that takes is imported and made when the first question comes.

    Args:
        ground: the words, and the runs on them.
        may_rest: says whether the main run may be made to rest for the sake of a chapter.
    """

    def __init__(self, ground: Ground, may_rest: Callable[[], bool] = lambda: True) -> None:
        self.ground, self._may_rest = ground, may_rest
        self.models = Models(ground)
        self._naming: Naming | None = None
        self._lectern: Lectern | None = None

    # Words

    def rank(self, command: Rank) -> Task:
        """Start ranking with the model as it is now."""
        key = self.models.key if command.model in NETWORKS else (0, 0)
        model = yield from self.models.make(command.model, command.smoothing, command.ngrams)
        yield from self.ground.ranking().rank(command, model, key)

    def sort(self, command: Sort) -> Task:
        """Start sorting."""
        return self.ground.ranking().sort(command)

    def list_bigrams(self, command: ListBigrams) -> BigramsListed:
        """Name the most frequent bigrams."""
        check("top", command.number)
        bigrams = tuple(self.ground.counts.top(command.number))
        return BigramsListed(command.request, command, bigrams)

    def score(self, command: Score) -> Task:
        """Score words, bigram by bigram or n-gram by n-gram."""
        model = yield from self.models.make(command.model, command.smoothing, command.ngrams)
        words = tuple(score(clean(word), model) for word in command.words)
        yield WordsScored(command.request, words, command)

    def take_apart(self, command: TakeApart) -> Task:
        """Take a word apart under the models there are."""
        from engine.answers.apart import Kept

        neural, step = None, self.models.key[1]
        if self.models.has_network(command.ngrams):
            network = yield from self.models.make("neural", 0.0, command.ngrams)
            neural = Kept(network, ("neural", *self.models.key))
        asked = command.model, command.smoothing, command.ngrams
        counting = Kept((yield from self.models.make(*asked)), asked)
        yield from self.ground.apart().take(command, counting, neural, step)

    # Longer contexts

    def trial(self, command: CountContexts | Tune | ClimbLadder | Exercise) -> Task:
        """Start to count n-grams, to tune or compare models of them, or to work an exercise."""
        if isinstance(command, Exercise):
            return self._exercise(command)
        return self.ground.trials().work(command)

    def _exercise(self, command: Exercise) -> Task:
        """Start to work an exercise of the lecture's; needs torch."""
        from engine.answers.exercising import exercise

        return exercise(command, self.ground.dataset, self.ground.encode)

    # Names

    def naming(self) -> Naming:
        """What draws names; needs torch."""
        from engine.sampling.naming import Naming

        if self._naming is None:
            models = self.models
            self._naming = Naming(self.ground.indexed(), models.make, lambda: models.key[1])
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
            ground = self.ground
            self._lectern = Lectern(
                ground.dataset, ground.counts, lambda: ground.runs, self._may_rest
            )
        return self._lectern

    @property
    def rest(self) -> float:
        """Seconds until there is something to do of itself; infinite if there is nothing."""
        return self._lectern.wait if self._lectern is not None else math.inf

    def step(self) -> Iterator[Event]:
        """Take the chapter that lies open one step further."""
        if self._lectern is not None:
            yield from self._lectern.step()

    def guess(self, command: Guess) -> Iterator[Event]:
        """Answer what the chapter that lies open waits with."""
        if self._lectern is not None:
            yield from self._lectern.guess(command)

    def close_chapter(self) -> Iterator[Event]:
        """End the chapter that lies open."""
        if self._lectern is not None:
            yield from self._lectern.close()

    def halt(self) -> None:
        """Drop the chapter that lies open, and the way to a step, after a fault or at the end."""
        self._lectern = None
        self.models.halt()
