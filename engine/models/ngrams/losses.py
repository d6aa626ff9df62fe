"""A loss is a table against a table: the counts of some words, under a model of others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.models.ngrams.contexts import ContextCounts
from engine.models.ngrams.levels import Floats, Ints, Levels, Seen
from engine.models.ngrams.smoothing import Rule
from engine.words.vocabulary import BOUNDARY

PIECE = 1 << 15
"""Cells turned into Python's numbers at a time: as lists all of them take five times the room."""


class Model(Protocol):
    """What sampling, scoring and ranking may ask of a model."""

    def row(self, context: Sequence[int]) -> Floats:
        """Probability of each symbol after a context, shape (V,), float64."""

    def probabilities(self, table: ContextCounts) -> Floats:
        """Probability of each cell of a table, shape (cells,), float64: the fast path."""


@dataclass(frozen=True, eq=False)
class CountModel:
    """A model made of counts by a rule."""

    levels: Levels
    rule: Rule

    def row(self, context: Sequence[int]) -> Floats:
        """Probability of each symbol after a context of n − 1 symbols, shape (V,), float64.

        It sums to 1; without smoothing, after a context never seen, it is 0 throughout.
        """
        return self.rule(self.levels.row(context))

    def probabilities(self, table: ContextCounts) -> Floats:
        """Probability of each cell of a table, shape (cells,), float64."""
        return self.rule(self.levels.look_up(table.grams))


def nll(table: ContextCounts, p: Floats) -> float:
    """Average negative log likelihood in nats a prediction, exact to float64; it may be infinite.

    Args:
        table: what was predicted, of at least one n-gram.
        p: probability of each of its cells.
    """
    if not p.all():
        return math.inf
    return (0.0 - math.fsum(_terms(table.counts, p))) / table.predictions


def _terms(counts: Ints, p: Floats) -> Iterator[float]:
    """Log likelihood of each cell, by Python's log, as the bigram's loss has it: the same bits."""
    for start in range(0, len(p), PIECE):
        piece = slice(start, start + PIECE)
        yield from map(mul, counts[piece].tolist(), map(math.log, p[piece].tolist()))


def quick_nll(table: ContextCounts, p: Floats) -> float:
    """The same to 13 digits or so, for a search."""
    with np.errstate(divide="ignore"):
        return 0.0 - float(table.counts @ np.log(p)) / table.predictions


def unseen(seen: Seen) -> NDArray[np.intp]:
    """Places of the n-grams never seen: without smoothing, any of them makes the loss infinite."""
    return np.flatnonzero(seen.count(seen.order) == 0)


def culprits(
    table: ContextCounts, places: NDArray[np.intp], words: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Name n-grams of a table, each with the first word that it stands in.

    Args:
        table: the counts of some words.
        places: which of its n-grams.
        words: those words.
    """
    text = "\n".join(BOUNDARY * table.dots + word + BOUNDARY for word in words)
    for place in places:
        gram = table.spell(table.grams[place])
        at = text.find(gram)
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        yield gram, text[start : end if end >= 0 else len(text)].strip(BOUNDARY)
