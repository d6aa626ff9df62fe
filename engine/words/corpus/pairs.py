"""How often each symbol follows each other one in a text, by its bytes or by its code points.

Text in ASCII is counted as it lies: two bytes are one number of 16 bits. Other text goes through
an alphabet that grows as it is read; up to 256 symbols it is bytes again, beyond that pairs are
sorted, and only those that were seen are kept.
"""

from __future__ import annotations

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


class Pairs:
    """Pairs of code points of a text, with how often each was seen."""

    def __init__(self) -> None:
        self.ascii: Ints = np.zeros(BYTES * BYTES, np.int64)
        self._codes = [END]
        """The alphabet of what is not ASCII, in the order of its appearance."""
        self._numbers: NDArray[np.uint16] | None = None
        """Code point to number in that alphabet; 0 if it is not in it yet, and for the boundary."""
        self._few: Ints = np.zeros(BYTES * BYTES, np.int64)
        self._many = Cells()

    def take(self, codes: Codes) -> None:
        """Count all neighbours; a text begins and ends with a boundary."""
        if codes.dtype == np.uint8:
            count_bytes(codes.view(np.uint8), self.ascii)
            return
        numbers = self._numbered(codes)
        if len(self._codes) <= BYTES:
            count_bytes(numbers.astype(np.uint8), self._few)
        else:
            keys = numbers[:-1].astype(np.uint32) << np.uint32(16)
            keys |= numbers[1:]
            self._many.take(keys)

    def _numbered(self, codes: Codes) -> NDArray[np.uint16]:
        if self._numbers is None:
            self._numbers = np.zeros(CODES, np.uint16)
        numbers = self._numbers[codes]
        new = np.unique(codes[(numbers == 0) & (codes != END)])
        if not len(new):
            return numbers
        if len(self._codes) + len(new) > MOST_SYMBOLS + 1:
            raise too_many_symbols()
        self._numbers[new] = np.arange(len(self._codes), len(self._codes) + len(new))
        self._codes += new.tolist()
        return self._numbers[codes]

    def cells(self) -> tuple[Ints, Ints]:
        """Give the pairs that were seen.

        Returns:
            Pairs in order, each first · 2³² + second, in code points; and their counts.
        """
        codes = np.array(self._codes, np.int64)
        own = np.zeros(BYTES, np.int64)
        own[: min(BYTES, len(codes))] = codes[:BYTES]
        keys, counts = self._many.cells()
        found = [
            _listed(self.ascii, np.arange(BYTES)),
            _listed(self._few, own),
            (codes[keys >> 16] << 32 | codes[keys & 0xFFFF], counts),
        ]
        return added(found)


def too_many_symbols() -> Refusal:
    """Refuse an alphabet."""
    return Refusal(
        f"The text holds more than {MOST_SYMBOLS:,} different symbols, more than can be numbered "
        "in two bytes. Take a part of it, or words of one script."
    )


def _listed(table: Ints, codes: Ints) -> tuple[Ints, Ints]:
    """List a table of pairs of bytes, in code points."""
    seen = np.flatnonzero(table)
    return codes[seen & 0xFF] << 32 | codes[seen >> 8], table[seen]


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
        keys = np.sort(keys)
        first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        counts = np.diff(np.append(first, len(keys)))
        self._pending.append((keys[first].astype(np.int64), counts))
        self._waiting += len(first)
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
