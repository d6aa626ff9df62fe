"""Words taken apart under both models, and where they stand among the words of the dataset."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.answers.ranking import likelihoods
from engine.models.likelihood import Table, score
from engine.protocol import Refusal, ScoredWord, Standing, TakeApart, WordTakenApart
from engine.words.cleaning import clean
from engine.words.dataset import Words
from engine.words.membership import index
from engine.words.order import Encoded, Pieces

MOST_SYMBOLS = 10_000
"""Longest word that is taken apart."""

REMEMBERED = 4
"""Models whose NLLs of all words are kept: those used last."""

Key = tuple[str, float, int, int]
"""Name, smoothing, run and step: what makes a model another one."""


@dataclass(frozen=True, eq=False)
class Model:
    """A model as it is now."""

    table: Table
    key: Key


class Apart:
    """Takes words apart.

    Args:
        words: the dataset.
        encoded: its words as indices.
    """

    def __init__(self, words: Words, encoded: Callable[[], Pieces[Encoded]]) -> None:
        self._words, self._encoded = words, encoded
        self._nlls: OrderedDict[Key, NDArray[np.float32]] = OrderedDict()

    def take(
        self, command: TakeApart, counts: Model, neural: Model | None
    ) -> Iterator[WordTakenApart | None]:
        """Take a word apart at once, then say where it stands.

        Raises:
            Refusal: it is too long.
        """
        word = clean(command.word)
        if len(word) > MOST_SYMBOLS:
            raise Refusal(
                f"The word has {len(word):,} symbols; at most {MOST_SYMBOLS:,} are taken apart."
            )
        return self._take(command, word, counts, neural)

    def _take(
        self, command: TakeApart, word: str, counts: Model, neural: Model | None
    ) -> Iterator[WordTakenApart | None]:
        step = neural.key[-1] if neural else 0
        times = index(self._words).count(word)
        first = score(word, counts.table)
        second = score(word, neural.table) if neural else None
        if counts.key not in self._nlls or (neural and neural.key not in self._nlls):
            yield WordTakenApart(command, first, second, None, None, times, step)
        above = yield from self._standing(first, counts)
        below = (yield from self._standing(second, neural)) if second and neural else None
        yield WordTakenApart(command, first, second, above, below, times, step)

    def _standing(self, word: ScoredWord, model: Model) -> Pieces[Standing | None]:
        """Where a word stands; nowhere if it holds a symbol outside the alphabet."""
        if word.unknown:
            return None
        if model.key not in self._nlls:
            words = yield from self._encoded()
            nlls = yield from likelihoods(words, model.table)
            self._nlls[model.key] = np.sort(nlls)
            if len(self._nlls) > REMEMBERED:
                self._nlls.popitem(last=False)
        self._nlls.move_to_end(model.key)
        nlls = self._nlls[model.key]
        likelier, beyond = (
            int(np.searchsorted(nlls, np.float32(word.nll), side)) for side in ("left", "right")
        )
        return Standing(likelier, beyond - likelier, len(nlls))
