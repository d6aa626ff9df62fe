"""A loss is a table against a table: the counts of some words, under a model of others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import mul

import numpy as np
from numpy.typing import NDArray

from engine.models.ngrams.contexts import ContextCounts, changes
from engine.models.ngrams.levels import Floats, Ints, Seen
from engine.models.ngrams.smoothing import Rule
from engine.words.pieces import Pieces
from engine.words.vocabulary import BOUNDARY

PIECE = 1 << 13
"""Cells looked at between two pauses: some milliseconds, at the highest order too."""


def loss(table: ContextCounts, seen: Seen, rule: Rule) -> Pieces[float]:
    """Average negative log likelihood in nats a prediction, exact to float64; it may be infinite.

    Args:
        table: what was predicted, of at least one n-gram.
        seen: what is known of each of its cells.
        rule: makes probabilities of that.
    """
    terms = np.empty(len(seen))
    is_possible = True
    for start in range(0, len(seen), PIECE):
        piece = slice(start, start + PIECE)
        p = rule(seen[piece])
        is_possible &= bool(p.all())
        if is_possible:
            terms[piece] = _terms(table.counts[piece], p)
        yield
    return _mean(terms, table) if is_possible else math.inf


def nll(table: ContextCounts, p: Floats) -> float:
    """The same, of the probability of each cell of a table."""
    if not p.all():
        return math.inf
    terms = np.empty(len(p))
    # All cells as Python's numbers at once would take ten times their memory.
    for start in range(0, len(p), PIECE):
        piece = slice(start, start + PIECE)
        terms[piece] = _terms(table.counts[piece], p[piece])
    return _mean(terms, table)


def floor(table: ContextCounts) -> float:
    """Entropy floor H(next | context) in nats: the least average NLL of any table of that order."""
    return entropy(table.counts, np.flatnonzero(changes(table.grams[:, :-1])))


def entropy(counts: Ints, starts: Ints) -> float:
    """H(next | context) in nats, exact, in little memory.

    Args:
        counts: of each cell, those of a context side by side, shape (cells,).
        starts: the first cell of each context, shape (contexts,).
    """
    totals = np.add.reduceat(counts, starts)

    def pieces() -> Iterator[list[float]]:
        for start in range(0, len(counts), PIECE):
            piece = counts[start : start + PIECE]
            cells = np.arange(start, start + len(piece))
            yield _terms(piece, piece / totals[np.searchsorted(starts, cells, "right") - 1])

    # fsum rounds once, in whatever order; from 0, as in `_mean`.
    return (0.0 - math.fsum(chain.from_iterable(pieces()))) / int(counts.sum())


def _terms(counts: Ints, p: Floats) -> list[float]:
    """Log likelihood of each cell, by Python's log, as the bigram's loss has it: the same bits."""
    return list(map(mul, counts.tolist(), map(math.log, p.tolist())))


def _mean(terms: Floats, table: ContextCounts) -> float:
    # The bare data give Python's numbers, the array numpy's, which take four times as long. From 0,
    # so that what is certain has an NLL of 0 and not of −0.
    return (0.0 - math.fsum(terms.data)) / table.predictions


def quick_loss(table: ContextCounts, pieces: Sequence[Seen], rule: Rule) -> Pieces[float]:
    """The same to 12 digits or so, for a search: what is looked up once is kept in the pieces.

    Args:
        table: what was predicted.
        pieces: what is known of its cells, as `cut` gives it.
        rule: makes probabilities of that.
    """
    total, start = 0.0, 0
    for piece in pieces:
        counts = table.counts[start : start + len(piece)]
        start += len(piece)
        with np.errstate(divide="ignore"):
            # No product of BLAS, here and in all of this folder: it shares a sum of some thousand
            # terms out among threads that then wait for one another for milliseconds.
            total += float((counts * np.log(rule(piece))).sum())
        yield
    return (0.0 - total) / table.predictions


def cut(seen: Seen) -> list[Seen]:
    """Cut into pieces of some milliseconds."""
    return [seen[start : start + PIECE] for start in range(0, len(seen), PIECE)]


def unseen(table: ContextCounts, seen: Seen) -> NDArray[np.intp]:
    """Places of the n-grams that train does not hold, the commonest first, then by the alphabet.

    Without smoothing, any of them makes the loss infinite.
    """
    places = np.flatnonzero(seen.count(seen.order) == 0)
    # lexsort goes by its last key first.
    return places[np.lexsort((*table.grams[places].T[::-1], -table.counts[places]))]


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
