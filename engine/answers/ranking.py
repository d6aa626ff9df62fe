"""Words in order by how likely a model finds them, and bigrams by how often they were seen.

In pieces, as in `engine.words.pieces`: the generators yield nothing between two pieces.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.models.counts import Counts
from engine.models.likelihood import Batched, Model
from engine.protocol import Rank, Sort, WordsRanked, WordsSorted
from engine.words.indexed import Indexed
from engine.words.order import Encoded, by_key, by_length
from engine.words.pieces import Pieces, told

ROWS = 64
"""Rows of a table turned into logarithms between two pauses."""

MOST_ENTRIES = 1 << 20
"""Entries of a table of logarithms that is laid out; of a larger one only what is asked for is."""

ASKED = 1 << 12
"""Bigrams of such a table looked up one by one between two pauses."""


class Ranker:
    """Ranks and sorts the words of one dataset.

    Args:
        words: the dataset.
        counts: their bigrams.
    """

    def __init__(self, words: Indexed, counts: Counts) -> None:
        self._words, self._counts = words, counts

    def rank(
        self, command: Rank, model: Model, run: tuple[int, int]
    ) -> Iterator[WordsRanked | None]:
        """Find how likely a model finds each word.

        Args:
            command: what was asked for.
            model: which must not change meanwhile.
            run: number and step of the run it belongs to.
        """
        words = yield from self._words.encoded()
        nll = yield from likelihoods(words, model)
        order = b""
        if command.is_ordered:
            order = yield from told((yield from by_likelihood(nll)))
        yield WordsRanked(command.request, command, *run, (yield from told(nll)), order)

    def sort(self, command: Sort) -> Iterator[WordsSorted | None]:
        """Put the words in order by alphabet and by length, and the bigrams by their counts.

        Of a table file there are only the bigrams.
        """
        if not self._words.is_at_hand:
            bigrams = yield from by_count(self._counts)
            yield WordsSorted(command.request, b"", b"", b"", bigrams.tobytes())
            return
        alphabet = lengths = b""
        if "alphabet" in command.orders:
            alphabet = yield from told((yield from self._words.alphabet()).order)
        if "length" in command.orders:
            words = yield from self._words.encoded()
            lengths = yield from told((yield from by_length(words)))
        repeats = yield from told((yield from self._words.repeats()))
        counted = yield from told((yield from by_count(self._counts)))
        yield WordsSorted(command.request, alphabet, lengths, repeats, counted)


def likelihoods(words: Encoded, model: Model) -> Pieces[NDArray[np.float32]]:
    """Average NLL of each word's n-grams under a model, shape (words,), nats; inf if impossible.

    Summed in float64 and rounded at the end, so that it is `likelihood.nll` to seven digits. Not a
    number for a word of which the model predicts nothing.
    """
    table = yield from _table(model, words.symbols)
    nll = np.empty(len(words), np.float32)
    for start, end in words.pieces():
        piece = words.part(start, end)
        if isinstance(model, Batched):
            terms = yield from model.log_probabilities(piece)
        else:
            indices = piece.indices.astype(np.intp)
            places = indices[:-1] * words.symbols + indices[1:]
            terms = (yield from _each(model, places)) if table is None else table.take(places)
        predicted = np.maximum(piece.lengths + 1 - (model.order - 1 - model.dots), 0)
        nll[start:end] = _means(terms, predicted)
        yield
    return nll


def _means(terms: NDArray[np.float64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Average of each word's terms, with the other sign; not a number if it has none."""
    has_any = sizes > 0
    means = np.full(len(sizes), np.nan)
    if len(terms):
        sums = np.add.reduceat(terms, (np.cumsum(sizes) - sizes)[has_any])
        # From 0, because −0.0 would be sorted as if it were the greatest.
        means[has_any] = (0.0 - sums) / sizes[has_any]
    return means


def by_likelihood(nll: NDArray[np.float32]) -> Pieces[NDArray[np.uint32]]:
    """Numbers of the words from the most to the least likely; impossible ones are the last."""
    # Floats from 0 upwards are in the order of their bits.
    return by_key(nll.view(np.uint32))


def by_count(counts: Counts) -> Pieces[NDArray[np.uint32]]:
    """All bigrams that were seen, the most frequent first, shape (bigrams, 3): i, j, N[i, j].

    Equally frequent ones are in the order of the alphabet.
    """
    cells = np.empty((counts.nonzero, 3), np.uint32)
    at = 0
    for i, row in enumerate(counts.rows):
        columns = sorted(row)
        part = cells[at : at + len(columns)]
        part[:, 0], part[:, 1], part[:, 2] = i, columns, [row[j] for j in columns]
        at += len(columns)
        if i % ROWS == 0:
            yield
    order = yield from by_key(~cells[:, 2])
    return cells[order]


def _table(model: Model, symbols: int) -> Pieces[NDArray[np.float64] | None]:
    """Log probabilities of all bigrams, shape (V²,), where that is how a model is asked."""
    if isinstance(model, Batched) or symbols**2 > MOST_ENTRIES:
        return None
    logs = np.empty((symbols, symbols))
    for i in range(symbols):
        logs[i] = model.log_row((i,))
        if i % ROWS == ROWS - 1:
            yield
    return logs.ravel()


def _each(model: Model, places: NDArray[np.intp]) -> Pieces[NDArray[np.float64]]:
    """Log probabilities of bigrams by their places in the table, each asked for once."""
    distinct, which = np.unique(places, return_inverse=True)
    firsts, seconds = (part.tolist() for part in np.divmod(distinct, len(model.vocabulary)))
    logs = np.empty(len(distinct))
    for start in range(0, len(distinct), ASKED):
        end = start + ASKED
        pairs = zip(firsts[start:end], seconds[start:end], strict=True)
        logs[start:end] = [model.log_probability((i,), j) for i, j in pairs]
        yield
    return logs[which]
