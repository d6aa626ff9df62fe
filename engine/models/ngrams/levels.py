"""All orders below a table, worked out from its cells: what a model backs off to.

Every order m = 1 … n predicts the same symbols, the shorter ones from the end of the same context.
The contexts form a tree: one of length m is the id of the one of length m − 1 that it ends in, and
a symbol before that. So whatever is looked up is looked up in sorted whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.ngrams.contexts import ContextCounts
from engine.words.pieces import Pieces

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOWHERE = -1
"""Id of a context that was never seen; with a symbol behind it, the key is not there either."""


@dataclass(frozen=True, eq=False)
class Level:
    """The m-grams that were seen, for one m, and their contexts."""

    keys: Ints
    """context id · V + symbol of each cell, rising, shape (cells,)."""
    contexts: Ints
    """Context id of each cell, shape (cells,)."""
    starts: Ints
    """First cell of each context, shape (contexts,)."""
    counts: Ints
    """How often each cell was seen."""
    left: Ints
    """How many kinds of symbols stand to the left of each cell; at the top, the counts."""

    @cached_property
    def totals(self) -> Ints:
        """Sum of the counts of each context, shape (contexts,)."""
        return np.add.reduceat(self.counts, self.starts)

    @cached_property
    def left_totals(self) -> Ints:
        """The same of the kinds to the left."""
        return np.add.reduceat(self.left, self.starts)

    @cached_property
    def kinds(self) -> Ints:
        """How many kinds of symbols follow each context, shape (contexts,)."""
        return np.diff(self.starts, append=len(self.keys))

    @cached_property
    def rare(self) -> tuple[Ints, Ints, Ints]:
        """How many cells of each context have 1, 2, and 3 or more kinds to the left."""
        once, twice = (np.add.reduceat((self.left == n) + 0, self.starts) for n in (1, 2))
        return once, twice, self.kinds - once - twice


class Levels:
    """The counts of a table at every order up to its own.

    Args:
        table: the counts, of at least one n-gram; a level is worked out when first asked for.
    """

    def __init__(self, table: ContextCounts) -> None:
        self.table = table
        self.symbols = len(table.vocabulary)
        self._ids, self._tree = _tree(table.grams, self.symbols)
        self._levels: dict[int, Level] = {}

    def level(self, m: int) -> Level:
        """The m-grams, m from 1 to the order of the table."""
        if m not in self._levels:
            self._levels[m] = (
                self._top() if m == self.table.order else self._below(self.level(m + 1), m)
            )
        return self._levels[m]

    def build(self) -> Pieces[None]:
        """Work all levels out, one after the other."""
        for m in range(self.table.order, 0, -1):
            self.level(m)
            yield

    def contexts_of(self, grams: NDArray[Any]) -> list[Ints]:
        """Ids of the contexts of n-grams, shape (grams,), one array a length from 0 to n − 1."""
        if grams is self.table.grams:
            return self._ids
        ids = [np.zeros(len(grams), np.int64)]
        for length, keys in enumerate(self._tree[1:], start=1):
            symbol = grams[:, self.table.order - 1 - length]
            ids.append(found(keys, _keys(ids[-1], symbol, self.symbols)))
        return ids

    def look_up(self, grams: NDArray[Any]) -> Seen:
        """What was seen of some n-grams, shape (grams, n), at every order."""
        return Seen(self, grams, self.contexts_of(grams))

    def row(self, context: Sequence[int]) -> Seen:
        """What was seen of a context with each symbol after it: V n-grams.

        Raises:
            ValueError: the context has another length than those of the table.
        """
        if len(context) != self.table.order - 1:
            raise ValueError(f"a context has {self.table.order - 1} symbols, not {len(context)}")
        return self.rows([context])

    def rows(self, contexts: Sequence[Sequence[int]]) -> Seen:
        """What was seen of some contexts with each symbol after them: V n-grams a context."""
        grams = np.zeros((len(contexts), self.table.order), np.int64)
        grams[:, :-1] = contexts
        # An n-gram's last symbol is no part of its context: that is looked for once for all V.
        ids = [np.repeat(each, self.symbols) for each in self.contexts_of(grams)]
        grams = np.repeat(grams, self.symbols, axis=0)
        grams[:, -1] = np.tile(np.arange(self.symbols), len(contexts))
        return Seen(self, grams, ids)

    def _top(self) -> Level:
        contexts = self._ids[-1]
        keys = contexts * self.symbols + self.table.grams[:, -1]
        counts = self.table.counts
        return Level(keys, contexts, _starts(contexts), counts, counts)

    def _below(self, above: Level, m: int) -> Level:
        """Put the cells of the level above together whose contexts end alike."""
        parents = self._tree[m] // self.symbols
        unsorted = parents[above.contexts] * self.symbols + above.keys % self.symbols
        order = np.argsort(unsorted, kind="stable")
        keys = unsorted[order]
        starts = _starts(keys)
        counts = np.add.reduceat(above.counts[order], starts)
        keys = keys[starts]
        contexts = keys // self.symbols
        left = np.diff(starts, append=len(order))
        return Level(keys, contexts, _starts(contexts), counts, left)


class Seen:
    """What the counts know of some n-grams, one number each: shape (grams,), float64.

    Args:
        levels: the counts.
        grams: indices of symbols, shape (grams, n).
        contexts: ids of their contexts, one array a length.
    """

    def __init__(self, levels: Levels, grams: NDArray[Any], contexts: list[Ints]) -> None:
        self.symbols = levels.symbols
        self.order = levels.table.order
        self._levels, self._grams, self._contexts = levels, grams, contexts
        self._cells: dict[int, Ints] = {}

    def __len__(self) -> int:
        return len(self._grams)

    def __getitem__(self, piece: slice) -> Seen:
        contexts = [ids[piece] for ids in self._contexts]
        return Seen(self._levels, self._grams[piece], contexts)

    def count(self, m: int) -> Floats:
        """How often their last m symbols were seen."""
        return self._of_cell(self._levels.level(m).counts, m)

    def left(self, m: int) -> Floats:
        """How many kinds of symbols stood to the left of their last m; at the top, the count."""
        return self._of_cell(self._levels.level(m).left, m)

    def total(self, m: int) -> Floats:
        """How often the last m − 1 symbols of their contexts were seen."""
        return self._of_context(self._levels.level(m).totals, m)

    def left_total(self, m: int) -> Floats:
        """The sum of `left` over all symbols after these contexts."""
        return self._of_context(self._levels.level(m).left_totals, m)

    def kinds(self, m: int) -> Floats:
        """How many kinds of symbols follow these contexts."""
        return self._of_context(self._levels.level(m).kinds, m)

    def rare(self, m: int) -> tuple[Floats, Floats, Floats]:
        """How many of those kinds have 1, 2, and 3 or more kinds to their left."""
        once, twice, more = self._levels.level(m).rare
        return self._of_context(once, m), self._of_context(twice, m), self._of_context(more, m)

    def _of_context(self, values: Ints, m: int) -> Floats:
        ids = self._contexts[m - 1]
        return np.where(ids == NOWHERE, 0, values[ids]).astype(np.float64)

    def _of_cell(self, values: Ints, m: int) -> Floats:
        if m not in self._cells:
            keys = _keys(self._contexts[m - 1], self._grams[:, -1], self.symbols)
            self._cells[m] = found(self._levels.level(m).keys, keys)
        cells = self._cells[m]
        return np.where(cells == NOWHERE, 0, values[cells]).astype(np.float64)


def found(keys: Ints, wanted: Ints) -> Ints:
    """Places of some numbers among rising ones; `NOWHERE` for those that are not there."""
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, places, NOWHERE)


def _keys(contexts: Ints, symbols: NDArray[Any], size: int) -> Ints:
    """A context and a symbol as one number; below 0, so not there, after `NOWHERE`."""
    keys: Ints = contexts * size + symbols
    return keys


def _tree(grams: NDArray[Any], size: int) -> tuple[list[Ints], list[Ints]]:
    """Context ids of sorted n-grams for each length, and for each length the keys of the ids.

    The n-grams are sorted by their contexts from the right, so an id is new where a symbol is.
    """
    ids = np.zeros(len(grams), np.int64)
    is_new = np.zeros(len(grams), np.bool_)
    is_new[:1] = True
    all_ids, tree = [ids], [np.zeros(1, np.int64)]
    for column in range(grams.shape[1] - 2, -1, -1):
        symbols = grams[:, column]
        is_new = is_new.copy()
        is_new[1:] |= symbols[1:] != symbols[:-1]
        tree.append(_keys(ids[is_new], symbols[is_new], size))
        ids = np.cumsum(is_new) - 1
        all_ids.append(ids)
    return all_ids, tree


def _starts(ordered: Ints) -> Ints:
    """Places where rising numbers change, the first one included."""
    is_new = np.ones(len(ordered), np.bool_)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return np.flatnonzero(is_new)
