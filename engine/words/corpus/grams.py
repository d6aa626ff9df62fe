"""How often each n-gram of a higher order stands in a text, and n-grams as numbers.

Symbols go through an alphabet that grows as text is read, and an n-gram is one whole number: the
numbers of its symbols side by side, in as many bits as the alphabet takes by now. What stands
before a boundary belongs to another word, so there the boundary is repeated: an n-gram begins with
as many as there is room for, and those of fewer dots are some of these.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.words.corpus.pairs import (
    MOST_CELLS,
    PIECE,
    Alphabet,
    Cells,
    Codes,
    Ints,
    repacked,
    tallied,
    width,
)

DENSE = 24
"""Bits of an n-gram up to which a table is laid out: 134 MB, for 256 symbols at order 3."""

SMALL = 20
"""The same for that of a piece of text, which each thread has for itself: 8 MB."""


class Grams:
    """N-grams of a text, with how often each was seen; several threads may count at once.

    Args:
        order: symbols of an n-gram, 3 or more.
        most: cells that are kept where there are too many symbols for a table of all.
    """

    def __init__(self, order: int, most: int = MOST_CELLS) -> None:
        self.order = order
        self._most = most
        self._alphabet = Alphabet(order)
        self._lock = threading.Lock()
        self._bits = 1
        self._table: Ints | None = np.zeros(1 << order, np.int64)
        """Of every n-gram there could be, while that many are laid out."""
        self._cells = Cells(most)

    def take(self, codes: Codes, known: int = 1) -> None:
        """Count the n-grams that end in each symbol from a place on.

        Args:
            codes: code points; nothing lies between some two boundaries.
            known: symbols at the beginning that are context alone: the boundary, or the last
                n − 1 of a text that goes on.

        Raises:
            Refusal: there are too many symbols, or n-grams.
        """
        numbers, symbols = self._alphabet.numbered(codes)
        bits = max(1, (symbols - 1).bit_length())
        keys = self._keys(numbers, bits, known)
        if bits * self.order <= SMALL:
            table = np.zeros(1 << bits * self.order, np.int64)
            for each in keys:
                np.add.at(table, each.astype(np.intp), 1)
            with self._lock:
                if bits == self._bits and self._table is not None:
                    self._table += table
                else:
                    seen = np.flatnonzero(table)
                    self._add(seen, table[seen], bits)
        elif found := list(keys):
            seen, counts = tallied(np.concatenate(found))
            with self._lock:
                self._add(seen, counts, bits)

    def cells(self) -> tuple[Ints, Ints, Ints]:
        """Give what was seen.

        Returns:
            The alphabet in code points, the boundary first, then in order, shape (V,); n-grams in
            order, each the numbers of its symbols there, `width` bits each; and their counts.
        """
        codes = self._alphabet.codes
        order = np.argsort(codes)
        if self._table is not None:
            return codes[order], *self._listed(self._table, order)
        keys, counts = self._cells.cells()
        keys = repacked(keys, self.order, self._bits, width(self.order), np.argsort(order))
        # Nothing but boundaries stands for a line that is blank.
        keys, counts = keys[keys != 0], counts[keys != 0]
        places = np.argsort(keys)
        return codes[order], keys[places], counts[places]

    def _listed(self, table: Ints, order: Ints) -> tuple[Ints, Ints]:
        """List a table that is laid out, by one first symbol after the other to spare memory."""
        table[0] = 0  # Nothing but boundaries stands for a line that is blank.
        keys = np.empty(np.count_nonzero(table), np.int64)
        counts, at = np.empty_like(keys), 0
        square = table.reshape((1 << self._bits,) * self.order)
        for first, number in enumerate(order.tolist()):
            part = square[number]
            for axis in range(self.order - 1):
                part = part.take(order, axis)
            part = part.ravel()
            seen = np.flatnonzero(part)
            piece = slice(at, at := at + len(seen))
            counts[piece] = part[seen]
            keys[piece] = first << width(self.order) * (self.order - 1)
            for place in range(self.order - 1):
                seen, digit = np.divmod(seen, len(order))
                keys[piece] |= digit << width(self.order) * place
        return keys, counts

    def _keys(
        self, numbers: NDArray[np.uint16], bits: int, known: int
    ) -> Iterator[NDArray[np.unsignedinteger]]:
        """N-grams that end in each symbol from a place on, a piece after the other."""
        kind: type[np.uint32 | np.uint64] = np.uint32 if bits * self.order <= 32 else np.uint64
        shift: Any = kind(bits)
        for start in range(known, len(numbers), PIECE):
            before = max(0, start - self.order + 1)
            text: NDArray[Any] = numbers[before : start + PIECE].astype(kind)
            is_inner = text != 0
            context = text
            for _ in range(self.order - 2):
                longer = text.copy()
                longer[1:] |= context[:-1] << shift
                longer *= is_inner
                context = longer
            grams = context[:-1] << shift
            grams |= text[1:]
            yield grams[start - before - 1 :]

    def _add(self, keys: Ints, counts: Ints, bits: int) -> None:
        """Add cells, each once, to those that all threads have found."""
        if bits > self._bits:
            self._widen(bits)
        elif bits < self._bits:
            keys = repacked(keys, self.order, bits, self._bits)
        if self._table is not None:
            self._table[keys] += counts
        else:
            self._cells.add(keys, counts)

    def _widen(self, bits: int) -> None:
        """Take more bits for a symbol, as the alphabet has grown."""
        if self._table is not None:
            keys = np.flatnonzero(self._table)
            counts, self._table = self._table[keys], None
        else:
            keys, counts = self._cells.cells()
        keys = repacked(keys, self.order, self._bits, bits)
        self._bits = bits
        if bits * self.order <= DENSE:
            self._table = np.zeros(1 << bits * self.order, np.int64)
            self._table[keys] = counts
        else:
            self._cells = Cells(self._most)
            self._cells.add(keys, counts)
