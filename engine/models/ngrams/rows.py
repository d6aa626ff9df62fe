"""Counts of some order laid out as a table: a row for each context, in ascending order.

The rows are the contexts that were seen in any part of a split, so that the tables of all parts
have the same ones and a loss is one table against another. Contexts are put in order by their
symbols from the first to the last, which is their order as numbers of base V, without those.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.ngrams.contexts import ContextCounts, changes
from engine.models.ngrams.levels import Ints
from engine.protocol import PartName
from engine.words.vocabulary import Vocabulary

MOST_DRAWN = 500_000_000
"""Bytes of initial weights drawn for every context there could be, most of them for none."""

LONGEST_DRAWN = 4
"""Order up to which they are."""


def is_drawn_whole(order: int, symbols: int) -> bool:
    """Whether initial weights are drawn for every context there could be."""
    return order <= LONGEST_DRAWN and 4 * symbols**order <= MOST_DRAWN


@dataclass(frozen=True, eq=False)
class RowCounts:
    """Counts N of one part, sparse, with a row for each context of all parts."""

    vocabulary: Vocabulary
    height: int
    """Rows, R; the last one is of no context where some that were drawn have none, see `Rows`."""
    rows: Ints
    """Row of each cell, rising, shape (cells,)."""
    symbols: NDArray[Any]
    """Index of the symbol that was predicted, shape (cells,)."""
    counts: Ints
    """How often, shape (cells,)."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, (R, V)."""
        return self.height, len(self.vocabulary)

    @cached_property
    def predictions(self) -> int:
        """Symbols predicted: the sum over all cells."""
        return int(self.counts.sum())

    @cached_property
    def floor(self) -> float:
        """Entropy floor H(next | context) in nats: the least average NLL of any such table."""
        totals = np.bincount(self.rows, self.counts, self.height)[self.rows]
        p = self.counts / totals
        # Python's log, as the bigram's floor has it: the same bits.
        terms = map(lambda n, each: n * math.log(each), self.counts.tolist(), p.tolist())
        # From 0, so that what is certain has an NLL of 0 and not of −0.
        return (0.0 - math.fsum(terms)) / self.predictions

    def cells(self) -> Iterator[tuple[int, int, int]]:
        """Every cell that was seen, (row, symbol, count), row by row and symbol by symbol."""
        columns = (self.rows, self.symbols, self.counts)
        return zip(*(column.tolist() for column in columns), strict=True)


@dataclass(frozen=True, eq=False)
class Rows:
    """The contexts of a table, and the counts of each part in it.

    Contexts that were never seen have no row. But where their initial weights are drawn with all
    others they belong to mean(W²), in which nothing but the sum of their squares shows: one row
    behind those of the contexts stands for them all. It has no counts, so it shrinks as they would.
    """

    order: int
    dots: int
    split: str
    contexts: NDArray[Any]
    """Indices of their n − 1 symbols, rising, shape (R, n − 1)."""
    parts: dict[PartName, RowCounts]

    @property
    def is_drawn_whole(self) -> bool:
        """Whether initial weights are drawn for all contexts there could be, as in the lecture."""
        return is_drawn_whole(self.order, len(self.vocabulary))

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet."""
        return self.parts["train"].vocabulary

    @property
    def possible(self) -> int:
        """Contexts that there could be, V^(n − 1)."""
        return int(len(self.vocabulary) ** (self.order - 1))

    @property
    def has_rest(self) -> bool:
        """Whether the last row stands for the contexts that were never seen."""
        return self.parts["train"].height > len(self.contexts)


def distinct_endings(contexts: NDArray[Any], length: int) -> int:
    """How many different last symbols there are, so many together."""
    endings = contexts[:, contexts.shape[1] - length :]
    order = np.lexsort(endings.T) if length else np.arange(len(endings))
    return int(np.count_nonzero(changes(endings[order])))


def lay_out(
    tables: Mapping[PartName, ContextCounts], split: str, *, keeps_rest: bool = True
) -> Rows:
    """Give the counts of each part the rows of all of them.

    Args:
        tables: of one order, dots and alphabet; train among them.
        split: what the parts are called together.
        keeps_rest: whether a row is to stand for contexts that were drawn, but never seen.
    """
    train = tables["train"]
    contexts = np.concatenate([table.grams[:, :-1] for table in tables.values()])
    # lexsort goes by its last key first, and by none of no symbols.
    order = np.lexsort(contexts.T[::-1]) if train.order > 1 else np.arange(len(contexts))
    is_new = changes(contexts[order])
    rows = np.empty(len(contexts), np.int64)
    rows[order] = np.cumsum(is_new) - 1
    distinct = contexts[order][is_new]
    size = len(train.vocabulary)
    has_rest = keeps_rest and is_drawn_whole(train.order, size)
    height = len(distinct) + (has_rest and len(distinct) < size ** (train.order - 1))
    parts: dict[PartName, RowCounts] = {}
    start = 0
    for name, table in tables.items():
        of_part = rows[start : start + table.cells]
        start += table.cells
        # Within a context the cells stand in the order of the alphabet already.
        by_row = np.argsort(of_part, kind="stable")
        parts[name] = RowCounts(
            table.vocabulary,
            height,
            of_part[by_row],
            table.grams[by_row, -1],
            table.counts[by_row],
        )
    return Rows(train.order, train.dots, split, distinct, parts)
