"""How many different words there are: exact up to ten million, and an estimate beyond.

Of each word 64 bits of hash are kept, while there is room for all. When there is not, those are
kept that end in a 0, then those that end in two, and so on: adaptive sampling, by Wegman. What is
left at last does not depend on the order of the words, and the estimate, of at least five million
of them, is off by 0.05 %.
"""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

MOST = 10_000_000
"""Hashes that are kept."""

PENDING = 1 << 20
"""Hashes that wait to be sorted among the others."""

GROWN = 2
"""Part of what is kept that may wait beside it; of all of it 150 MB more would be taken."""

MULTIPLIER = 0x9E3779B97F4A7C15
"""Odd, so that it has an inverse; the golden ratio in 64 bits."""

Hashes = NDArray[np.uint64]


class Distinct:
    """Hashes of the words that were seen, by several threads perhaps.

    Args:
        most: that are kept.
        pending: that may wait to be sorted.
    """

    def __init__(self, most: int = MOST, pending: int = PENDING) -> None:
        self.most, self.pending = most, pending
        self.level = 0
        """Zeros that a hash ends in to be kept."""
        self._kept = np.empty(0, np.uint64)
        self._pending: list[Hashes] = []
        self._waiting = 0
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, object]:
        """What goes to another process, which has locks of its own."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state, _lock=threading.Lock())

    @property
    def is_exact(self) -> bool:
        """Whether every word is kept."""
        self._settle()
        return self.level == 0

    @property
    def number(self) -> int:
        """How many different words there are, about so if that is not exact."""
        self._settle()
        return len(self._kept) << self.level

    def count(self) -> int:
        """How many there are, and nothing is kept of them."""
        number, self._kept = self.number, np.empty(0, np.uint64)
        return number

    def take(self, hashes: Hashes) -> None:
        """See words."""
        with self._lock:
            self._pending.append(self._sampled(hashes))
            self._waiting += len(self._pending[-1])
            # What is there is sorted again no more often than it has grown by some of it.
            if self._waiting > max(self.pending, len(self._kept) // GROWN):
                self._settle()

    def join(self, other: Distinct) -> None:
        """See the words that another one has seen."""
        other._settle()
        self.level = max(self.level, other.level)
        self._kept = self._sampled(self._kept)
        self._pending.append(self._sampled(other._kept))
        self._settle()

    def _sampled(self, hashes: Hashes) -> Hashes:
        if not self.level:
            return hashes
        kept: Hashes = hashes[hashes & np.uint64((1 << self.level) - 1) == 0]
        return kept

    def _settle(self) -> None:
        if self._pending:
            seen, self._kept = [self._kept, *self._pending], np.empty(0, np.uint64)
            self._pending, self._waiting = [], 0
            kept = np.concatenate(seen)
            seen.clear()  # Not to be held beside what is made of it.
            kept.sort()
            is_new = np.append(True, kept[1:] != kept[:-1])
            self._kept = kept if is_new.all() else kept[is_new]
        while len(self._kept) > self.most:
            self.level += 1
            self._kept = self._sampled(self._kept)


class Hasher:
    """Hashes all words of a piece of text at once.

    A word's hash is a polynomial of its symbols, each first put in place of by 64 random bits, and
    mixed at the end. Powers go by the place in the piece and are taken back at the word's first.
    """

    def __init__(self) -> None:
        self._powers = np.ones(1, np.uint64)
        self._inverses = np.ones(1, np.uint64)

    def hashes(self, codes: NDArray[np.integer], ends: NDArray[np.integer]) -> Hashes:
        """Hash words.

        Args:
            codes: code points of a text of words, each between two line feeds.
            ends: where those stand, in order; nothing lies between some two of them.
        """
        if len(codes) > len(self._powers):
            self._grow(len(codes))
        starts = ends[:-1]
        starts = starts[np.diff(ends) > 1] + 1
        if not len(starts):
            return np.empty(0, np.uint64)
        terms = MIXED[codes] if codes.dtype == np.uint8 else _mixed(codes.astype(np.uint64))
        terms[ends] = 0
        terms *= self._powers[: len(codes)]
        return _mixed(np.add.reduceat(terms, starts) * self._inverses[starts])

    def _grow(self, size: int) -> None:
        self._powers = np.full(size, MULTIPLIER, np.uint64)
        self._inverses = np.full(size, pow(MULTIPLIER, -1, 1 << 64), np.uint64)
        for powers in (self._powers, self._inverses):
            powers[0] = 1
            np.multiply.accumulate(powers, out=powers)


def _mixed(bits: Hashes) -> Hashes:
    """Spread 64 bits over all of them: the finaliser of splitmix64, by Steele, Lea and Flood."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


MIXED = _mixed(np.arange(256, dtype=np.uint64))
"""What is put in the place of each byte."""
