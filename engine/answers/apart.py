"""Words taken apart under both models, and where they stand among the words of the dataset."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.answers.ranking import likelihoods
from engine.models.likelihood import Model, score
from engine.protocol import Refusal, ScoredWord, Standing, TakeApart, WordTakenApart
from engine.words.cleaning import clean
from engine.words.indexed import Indexed
from engine.words.pieces import Pieces, aside_if_large

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
        words: the dataset.
    """

    def __init__(self, words: Indexed) -> None:
        self._words = words
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
        first = score(word, counts.model)
        second = score(word, neural.model) if neural else None
        if not self._words.is_at_hand:
            yield WordTakenApart(command, first, second, None, None, None, step)
            return
        times = yield from (yield from self._words.known()).count(word)
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
            words = yield from self._words.encoded()
            nlls = yield from likelihoods(words, kept.model)
            yield from aside_if_large(len(nlls), lambda: _sorted(nlls))
            self._nlls[kept.key] = nlls
            if len(self._nlls) > REMEMBERED:
                self._nlls.popitem(last=False)
        self._nlls.move_to_end(kept.key)
        nlls = self._nlls[kept.key]
        likelier, beyond = (
            int(np.searchsorted(nlls, np.float32(word.nll), side)) for side in ("left", "right")
        )
        return Standing(likelier, beyond - likelier, len(nlls))


def _sorted(nlls: NDArray[np.float32]) -> Pieces[None]:
    nlls.sort()
    yield
