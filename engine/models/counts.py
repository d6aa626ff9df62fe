"""The count model: how often each symbol follows each other one, in pure Python.

The lecture counts with `d[k] = d.get(k, 0) + 1`. `collections.Counter` does that very thing in C;
it is fed chunk by chunk so that the screen stays fluent while a large file is counted.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from typing import Any

from engine.protocol import DataReport, MatrixName, Progressed, Row, Watch, Window
from engine.words.dataset import Dataset, Words, finish
from engine.words.vocabulary import BOUNDARY, Vocabulary

CHUNK = 20_000
"""Words counted between two reports of progress."""

SYMBOLS = 1 << 18
"""Symbols counted between two reports if there are more, for a word may be as long as a book."""

SLICE = 1 << 15
"""Symbols counted while nothing else runs: some milliseconds."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Bigram counts N, sparse: one dict of followers a row."""

    vocabulary: Vocabulary
    rows: tuple[dict[int, int], ...]
    """Row i maps j to N[i, j], without zeros."""

    @cached_property
    def totals(self) -> list[int]:
        """Sum of each row, shape (V,); equal to the column sums, as every word ends at `.`."""
        return [sum(row.values()) for row in self.rows]

    @cached_property
    def bigrams(self) -> int:
        """Sum over all cells."""
        return sum(self.totals)

    @cached_property
    def floor(self) -> float:
        """Entropy floor H(next | current) in nats: the least NLL of any bigram model of them."""
        return self.nll(0.0)

    @property
    def predictions(self) -> int:
        """Symbols predicted: each bigram predicts its second one."""
        return self.bigrams

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, (V, V): the context of a bigram is one symbol."""
        return len(self.vocabulary), len(self.vocabulary)

    @property
    def nonzero(self) -> int:
        """How many cells were seen at all."""
        return sum(map(len, self.rows))

    @property
    def once(self) -> int:
        """How many cells were seen exactly once."""
        return sum(n == 1 for row in self.rows for n in row.values())

    def count(self, i: int, j: int) -> int:
        """How often symbol j follows symbol i."""
        return self.rows[i].get(j, 0)

    def cells(self) -> Iterator[tuple[int, int, int]]:
        """Every cell that was seen, (i, j, N[i, j]), row by row and column by column."""
        for i, row in enumerate(self.rows):
            for j in sorted(row):
                yield i, j, row[j]

    def top(self, number: int) -> list[tuple[str, str, int]]:
        """The most frequent bigrams; equally frequent ones in the order of the alphabet."""
        s = self.vocabulary.symbols
        ordered = sorted(self.cells(), key=lambda cell: -cell[2])
        return [(s[i], s[j], n) for i, j, n in islice(ordered, max(0, number))]

    def probability(self, i: int, j: int, smoothing: float) -> float:
        """P(j | i) = (N[i, j] + k) / (Σ N[i] + kV), in float64."""
        below = self.totals[i] + smoothing * len(self.vocabulary)
        return (self.count(i, j) + smoothing) / below if below else 0.0

    def row(self, i: int, smoothing: float) -> list[float]:
        """Row i of P, shape (V,), float64; it sums to 1."""
        below = self.totals[i] + smoothing * len(self.vocabulary) or 1.0
        row = [smoothing / below] * len(self.vocabulary)
        for j, n in self.rows[i].items():
            row[j] = (n + smoothing) / below
        return row

    def log_row(self, i: int, smoothing: float) -> list[float]:
        """Natural logs of that row, shape (V,), nats; −inf for what was not seen nor smoothed.

        All that was not seen has one logarithm, so that a row costs no more than its cells.
        """
        below = self.totals[i] + smoothing * len(self.vocabulary) or 1.0
        row = [log_of(smoothing / below)] * len(self.vocabulary)
        for j, n in self.rows[i].items():
            row[j] = log_of((n + smoothing) / below)
        return row

    def excess(self, i: int, log_probabilities: Sequence[float]) -> list[float]:
        """Each cell's part of the excess loss of a model in nats, shape (V,), float64.

        N[i, j] / n · (log P(j | i) − log p(j | i)) with P unsmoothed, and 0 where N is 0. Over a
        row it sums to (row total / n) · KL(P ‖ p), over the table to the excess loss; one cell's
        part is negative where the model overrates it.

        Args:
            i: the row.
            log_probabilities: log p of the model for row i, shape (V,), natural logarithms.
        """
        parts = [0.0] * len(self.vocabulary)
        for j, n in self.rows[i].items():
            parts[j] = n / self.bigrams * (math.log(n / self.totals[i]) - log_probabilities[j])
        return parts

    def nll(self, smoothing: float) -> float:
        """Average negative log likelihood of the data in nats a bigram, exact to float64."""
        terms = []
        for row, total in zip(self.rows, self.totals, strict=True):
            below = total + smoothing * len(self.vocabulary)
            terms += [n * math.log((n + smoothing) / below) for n in row.values()]
        # From 0, so that what is certain has an NLL of 0 and not of −0.
        return (0.0 - math.fsum(terms)) / self.bigrams

    def cursor_row(self, i: int, smoothing: float) -> Row:
        """Row i in exact figures: counts and probabilities."""
        counts = array("q", [self.count(i, j) for j in range(len(self.vocabulary))])
        return Row(i, counts.tobytes(), array("d", self.row(i, smoothing)).tobytes())

    def window(self, watch: Watch, smoothing: float) -> Window:
        """Visible window of `counts`, `count_probabilities` or `log_counts`.

        It must lie inside the table; `low` and `high` are those of the whole table. No more rows
        and columns are made than are in view: the table may be far too large to be laid out.
        """
        values, columns = array("f"), range(watch.column, watch.column + watch.columns)
        for i in range(watch.row, watch.row + watch.rows):
            values.extend(_VALUES[watch.matrix](self, i, columns, smoothing))
        return Window(
            watch.matrix,
            watch.row,
            watch.column,
            watch.rows,
            watch.columns,
            *self.extent(watch.matrix, smoothing),
            values.tobytes(),
        )

    def told(self, matrix: MatrixName, i: int, smoothing: float) -> list[float]:
        """Row i of `counts`, `count_probabilities` or `log_counts`, shape (V,), float64."""
        return _VALUES[matrix](self, i, range(len(self.vocabulary)), smoothing)

    @cached_property
    def _extremes(self) -> list[tuple[int, int]]:
        """Least and greatest count of each row, those that are 0 included, shape (V, 2)."""
        size = len(self.vocabulary)
        return [
            (min(row.values()) if len(row) == size else 0, max(row.values(), default=0))
            for row in self.rows
        ]

    def extent(self, matrix: MatrixName, smoothing: float) -> tuple[float, float]:
        """Least and greatest value of one of these."""
        least, most = min(low for low, _ in self._extremes), max(n for _, n in self._extremes)
        if matrix == "counts":
            return least, most
        if matrix == "log_counts":
            return 0.0, math.log(most)
        # The greatest probability of a row is that of its greatest count: no other is needed.
        ends = [
            ((low + smoothing) / below, (high + smoothing) / below)
            for (low, high), below in zip(self._extremes, self._below(smoothing), strict=True)
        ]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def _below(self, smoothing: float) -> Iterator[float]:
        """What stands below the line in each row of P; 1 where that would be 0."""
        added = smoothing * len(self.vocabulary)
        return (total + added or 1.0 for total in self.totals)


def log_of(p: float) -> float:
    """Natural log by Python's own, with whose bits all figures of bigrams are known; −inf of 0."""
    return math.log(p) if p else -math.inf


def _count_row(counts: Counts, i: int, columns: range, _: float) -> list[float]:
    row = counts.rows[i]
    return [float(row.get(j, 0)) for j in columns]


def _log_row(counts: Counts, i: int, columns: range, _: float) -> list[float]:
    row = counts.rows[i]
    return [math.log(row[j]) if j in row else math.nan for j in columns]


def _probability_row(counts: Counts, i: int, columns: range, smoothing: float) -> list[float]:
    row, below = counts.rows[i], counts.totals[i] + smoothing * len(counts.vocabulary) or 1.0
    return [(row.get(j, 0) + smoothing) / below for j in columns]


_VALUES: dict[MatrixName, Callable[[Counts, int, range, float], list[float]]] = {
    "counts": _count_row,
    "log_counts": _log_row,
    "count_probabilities": _probability_row,
}

COUNT_MATRICES = frozenset(_VALUES)
"""The matrices that need no network."""


def count(words: Words, vocabulary: Vocabulary) -> Generator[Progressed, None, Counts]:
    """Count every bigram of every word, the two at its boundaries included."""
    pairs: Counter[tuple[str, str]] = Counter()
    for done, piece in words.pieces(CHUNK):
        # One boundary between two words is the end of the one and the beginning of the other.
        text = BOUNDARY + piece.replace("\n", BOUNDARY) + BOUNDARY
        for start in range(0, len(text) - 1, SLICE):
            if start and start % SYMBOLS == 0:
                yield Progressed("counting", done - 1, len(words))
            pairs.update(pairwise(text[start : start + SLICE + 1]))
        yield Progressed("counting", done, len(words))
    rows: tuple[dict[int, int], ...] = tuple({} for _ in vocabulary.symbols)
    for (first, second), n in pairs.items():
        rows[vocabulary.indices[first]][vocabulary.indices[second]] = n
    return Counts(vocabulary, rows)


def count_all(words: Words, vocabulary: Vocabulary) -> Counts:
    """Count without reporting progress."""
    return finish(count(words, vocabulary))


def figures(counts: Counts, words: int) -> dict[str, Any]:
    """What a report of data says of the counts of so many words, by the names of its fields."""
    symbols = len(counts.vocabulary)
    return {
        "symbols": symbols,
        "bigrams": counts.bigrams,
        "nonzero": counts.nonzero,
        "zero": symbols**2 - counts.nonzero,
        "once": counts.once,
        "mean_length": counts.bigrams / words - 1,
        "floor": counts.floor,
    }


def report(dataset: Dataset, counts: Counts) -> DataReport:
    """Describe the data in figures."""
    words = sum(many for _, many in dataset.lengths)
    return DataReport(
        source=dataset.source,
        sha256=dataset.sha256,
        words=words,
        distinct=dataset.distinct,
        shortest=dataset.shortest,
        longest=dataset.longest,
        blank_lines=dataset.blank_lines,
        removed_characters=dataset.removed_characters,
        dropped_words=dataset.dropped_words,
        lengths=dataset.lengths,
        normalized_words=dataset.normalized_words,
        cut_lines=dataset.cut_lines,
        hint=dataset.hint,
        files=dataset.files,
        counted=dataset.counted,
        **figures(counts, words),
    )
