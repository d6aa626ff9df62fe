"""Words taken apart under both models, and where they stand among the words of the dataset."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.answers.ranking import likelihoods
from engine.models.likelihood import Model, score
from engine.protocol import Refusal, ScoredWord, Standing, TakeApart, WordTakenApart
from engine.words.cleaning import clean
from engine.words.dataset import Words
from engine.words.membership import index
from engine.words.order import Encoded, Pieces

MOST_SYMBOLS = 10_000
"""Longest word that is taken apart."""

REMEMBERED = 4
"""Models whose NLLs of all words are kept: those used last."""

Key = tuple[Hashable, ...]
"""Name, parameters, n-grams, run and step: what makes a model another one."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A model as it is now, and what tells it from itself at another time."""

    model: Model
    key: Key


class Apart:
    """Takes words apart.

    Args:
        words: the dataset; `None` if they are not at hand.
        encoded: its words as indices.
    """

    def __init__(self, words: Words | None, encoded: Callable[[], Pieces[Encoded]]) -> None:
        self._words, self._encoded = words, encoded
        self._nlls: OrderedDict[Key, NDArray[np.float32]] = OrderedDict()

    def take(
        self, command: TakeApart, counts: Kept, neural: Kept | None, step: int
    ) -> Iterator[WordTakenApart | None]:
        """Take a word apart at once, then say where it stands among the words, if these are here.

        Args:
            command: the word.
            counts: a counting model.
            neural: the network, if there is one.
            step: of its run.

        Raises:
            Refusal: it is too long.
        """
        word = clean(command.word)
        if len(word) > MOST_SYMBOLS:
            raise Refusal(
                f"The word has {len(word):,} symbols; at most {MOST_SYMBOLS:,} are taken apart."
            )
        times = None if self._words is None else index(self._words).count(word)
        first = score(word, counts.model)
        second = score(word, neural.model) if neural else None
        if times is None:
            yield WordTakenApart(command, first, second, None, None, None, step)
            return
        if counts.key not in self._nlls or (neural and neural.key not in self._nlls):
            yield WordTakenApart(command, first, second, None, None, times, step)
        above = yield from self._standing(first, counts)
        below = (yield from self._standing(second, neural)) if second and neural else None
        yield WordTakenApart(command, first, second, above, below, times, step)

    def _standing(self, word: ScoredWord, kept: Kept) -> Pieces[Standing | None]:
        """Where a word stands; nowhere if it holds a symbol outside the alphabet."""
        if word.unknown:
            return None
        if kept.key not in self._nlls:
            words = yield from self._encoded()
            nlls = yield from likelihoods(words, kept.model)
            self._nlls[kept.key] = np.sort(nlls)
            if len(self._nlls) > REMEMBERED:
                self._nlls.popitem(last=False)
        self._nlls.move_to_end(kept.key)
        nlls = self._nlls[kept.key]
        likelier, beyond = (
            int(np.searchsorted(nlls, np.float32(word.nll), side)) for side in ("left", "right")
        )
        return Standing(likelier, beyond - likelier, len(nlls))
