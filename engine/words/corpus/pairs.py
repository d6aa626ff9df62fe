"""How often each symbol follows each other one in a text, by its bytes or by its code points.

Text in ASCII is counted as it lies: two bytes are one number of 16 bits. Other text goes through
an alphabet that grows as it is read; up to 256 symbols it is bytes again, beyond that pairs are
sorted, and only those that were seen are kept.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.protocol import Refusal
from engine.words.dataset import MOST_SYMBOLS

Ints = NDArray[np.int64]
Codes = NDArray[np.unsignedinteger[Any]]
"""Code points, in bytes where all are ASCII."""

END = 10
"""Code of the line feed: the boundary of every word."""

PIECE = 1 << 17
"""Pairs counted at once, so that table and text stay in the cache."""

MOST_CELLS = 20_000_000
"""Pairs seen that are kept, where there are too many symbols for a table of all."""

BYTES = 256
CODES = 0x110000
WIDE = 21
"""Bits of a code point."""


def count_bytes(text: NDArray[np.uint8], table: Ints) -> None:
    """Add all pairs of neighbours to a table.

    Args:
        text: bytes.
        table: shape (65536,); a pair stands at first + 256 · second.
    """
    for offset in (0, 1):
        pairs = text[offset : offset + (len(text) - offset) // 2 * 2].view("<u2")
        for start in range(0, len(pairs), PIECE):
            # bincount is a little faster, and four times slower where malloc gives memory back.
            np.add.at(table, pairs[start : start + PIECE], 1)


class Alphabet:
    """Symbols of a text, numbered in the order they appear in; several threads may ask at once.

    Args:
        order: of the n-grams they are numbered for.
    """

    def __init__(self, order: int) -> None:
        self._order = order
        self._lock = threading.Lock()
        self._codes = [END]
        self._numbers = np.zeros(CODES, np.uint16)
        """Code point to number; 0 if it is not in it yet, and for the boundary."""

    @property
    def codes(self) -> Ints:
        """Code points, the boundary first."""
        return np.array(self._codes, np.int64)

    def numbered(self, codes: Codes) -> tuple[NDArray[np.uint16], int]:
        """Number a text; those symbols that are new are taken in.

        Returns:
            The numbers, and how many symbols there are by now.

        Raises:
            Refusal: there are too many.
        """
        numbers = self._numbers[codes]
        new = codes[(numbers == 0) & (codes != END)]
        if len(new):
            with self._lock:
                new = np.unique(new)
                new = new[self._numbers[new] == 0]
                size = len(self._codes)
                check_symbols(size + len(new), self._order)
                # Known first, used then: who is told a number finds that many symbols.
                self._codes += new.tolist()
                self._numbers[new] = np.arange(size, size + len(new))
            numbers = self._numbers[codes]
        return numbers, len(self._codes)


class Pairs:
    """Pairs of code points of a text, with how often each was seen."""

    def __init__(self) -> None:
        self.ascii: Ints = np.zeros(BYTES * BYTES, np.int64)
        self._alphabet = Alphabet(2)
        """Of what is not ASCII."""
        self._few: Ints = np.zeros(BYTES * BYTES, np.int64)
        self._many = Cells()

    def take(self, codes: Codes) -> None:
        """Count all neighbours."""
        if codes.dtype == np.uint8:
            count_bytes(codes.view(np.uint8), self.ascii)
            return
        numbers, symbols = self._alphabet.numbered(codes)
        if symbols <= BYTES:
            count_bytes(numbers.astype(np.uint8), self._few)
        else:
            keys = numbers[:-1].astype(np.uint32) << np.uint32(16)
            keys |= numbers[1:]
            self._many.take(keys)

    def cells(self) -> tuple[Ints, Ints, Ints]:
        """Give what was seen, as `engine.words.corpus.grams.Grams.cells` does of order 2."""
        codes = self._alphabet.codes
        own = np.zeros(BYTES, np.int64)
        own[: min(BYTES, len(codes))] = codes[:BYTES]
        keys, counts = self._many.cells()
        found = [
            _listed(self.ascii, np.arange(BYTES)),
            _listed(self._few, own),
            (codes[keys >> 16] << WIDE | codes[keys & 0xFFFF], counts),
        ]
        keys, counts = added(found)
        # Code points stand in their order, and so do their numbers.
        seen = np.zeros(CODES, np.bool_)
        seen[END] = seen[keys >> WIDE] = seen[keys & (1 << WIDE) - 1] = True
        symbols = np.flatnonzero(seen)
        numbers = np.zeros(CODES, np.uint16)
        numbers[symbols] = np.arange(len(symbols))
        return symbols, repacked(keys, 2, WIDE, width(2), numbers), counts


def width(order: int) -> int:
    """Bits of a symbol in an n-gram that is one number, of numbers below 2⁶³."""
    return 63 // order


def check_symbols(number: int, order: int) -> None:
    """Refuse an alphabet of so many symbols, the boundary included."""
    if number > MOST_SYMBOLS + 1:
        raise Refusal(
            f"The text holds more than {MOST_SYMBOLS:,} different symbols, more than can be "
            "numbered in two bytes. Take a part of it, or words of one script."
        )
    if number > 1 << width(order):
        raise Refusal(
            f"The text holds more than {(1 << width(order)) - 1:,} different symbols, too many "
            f"for its n-grams of order {order} to be counted as it is read. Take a lower order, "
            "or words of one script."
        )


def repacked(
    keys: Ints, order: int, bits: int, wanted: int, numbers: NDArray[np.integer] | None = None
) -> Ints:
    """Write n-grams that are one number each in other bits.

    Args:
        keys: the numbers of their symbols side by side, that of the first one highest.
        order: symbols of each.
        bits: that a symbol has.
        wanted: that it gets.
        numbers: what is put in the place of each symbol's number; the same if not given.
    """
    made = np.zeros(len(keys), np.int64)
    for place in range(order):
        digit = keys >> bits * place & (1 << bits) - 1
        if numbers is not None:
            digit = numbers[digit].astype(np.int64, copy=False)
        made |= digit << wanted * place
    return made


def _listed(table: Ints, codes: Ints) -> tuple[Ints, Ints]:
    """List a table of pairs of bytes, in code points."""
    seen = np.flatnonzero(table)
    return codes[seen & 0xFF] << WIDE | codes[seen >> 8], table[seen]


def added(found: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Add lists of cells: their keys, in order and each once, with the sums of their counts."""
    keys = np.concatenate([keys for keys, _ in found])
    counts = np.concatenate([counts for _, counts in found])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    if not len(keys):
        return keys, counts
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[first], np.add.reduceat(counts[order], first)


def tallied(keys: NDArray[np.unsignedinteger]) -> tuple[Ints, Ints]:
    """Give the different ones of some keys in order, and how often each is there."""
    keys = np.sort(keys)
    first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[first].astype(np.int64), np.diff(np.append(first, len(keys)))


class Cells:
    """Cells of a table that is too large to be laid out: those that were seen."""

    def __init__(self, most: int = MOST_CELLS) -> None:
        self.most = most
        self._keys: Ints = np.empty(0, np.int64)
        self._counts: Ints = np.empty(0, np.int64)
        self._pending: list[tuple[Ints, Ints]] = []
        self._waiting = 0

    def take(self, keys: NDArray[np.unsignedinteger]) -> None:
        """Count cells, in any order.

        Raises:
            Refusal: there are too many.
        """
        self.add(*tallied(keys))

    def add(self, keys: Ints, counts: Ints) -> None:
        """Add cells that were counted, in order and each once; Refusal as `take`."""
        self._pending.append((keys, counts))
        self._waiting += len(keys)
        if self._waiting > max(1 << 20, len(self._keys) // 2):
            self._settle()

    def cells(self) -> tuple[Ints, Ints]:
        """Keys in order, and their counts."""
        self._settle()
        return self._keys, self._counts

    def _settle(self) -> None:
        if self._pending:
            found = [(self._keys, self._counts), *self._pending]
            self._pending, self._waiting = [], 0
            self._keys, self._counts = added(found)
        check_cells(len(self._keys), self.most)


def check_cells(number: int, most: int = MOST_CELLS) -> None:
    """Refuse a table of too many cells."""
    if number > most:
        raise Refusal(
            f"The table has more than {most:,} cells that were seen, each of 16 bytes: too many to "
            "be kept. Count a part of the text, or take a lower order."
        )
