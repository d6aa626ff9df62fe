"""Words counted, a piece of lines at a time: what a corpus is, without its words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from engine.words.cleaning import CLEANED
from engine.words.corpus.distinct import Distinct, Hasher
from engine.words.corpus.grams import Grams
from engine.words.corpus.lines import Lines, codes_of
from engine.words.corpus.pairs import (
    END,
    Cells,
    Codes,
    Ints,
    Pairs,
    added,
    check_symbols,
    repacked,
    width,
)

AT_ONCE = 1 << 20
"""Cells whose ends are counted at once."""


@dataclass
class Tally:
    """What was counted."""

    order: int = 2
    """Symbols of an n-gram; where text is counted, with order − 1 boundaries before each word."""
    symbols: Ints = field(default_factory=lambda: np.array([END], np.int64))
    """Code points of the alphabet: a line feed, which is the boundary, then in order."""
    keys: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """N-grams that were seen, in order: the numbers of their symbols in the alphabet, that of the
    first one highest, each in `engine.words.corpus.pairs.width` bits."""
    counts: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    """How often, shape (cells,)."""
    lengths: dict[int, int] = field(default_factory=dict)
    """Each length there is, in symbols, and how many words have it."""
    cleaned: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CLEANED, 0))
    distinct: Distinct | None = None

    def join(self, other: Tally) -> None:
        """Add what was counted elsewhere, of the same order.

        Raises:
            Refusal: there are too many symbols then.
        """
        symbols = np.union1d(self.symbols, other.symbols)
        mine, others = self.spelled_in(symbols), other.spelled_in(symbols)
        self.keys, self.counts = added([(mine, self.counts), (others, other.counts)])
        self.symbols = symbols
        for length, number in other.lengths.items():
            self.lengths[length] = self.lengths.get(length, 0) + number
        for name, number in other.cleaned.items():
            self.cleaned[name] += number
        # Threads see words by the same one.
        is_same = self.distinct is other.distinct
        if self.distinct is not None and other.distinct is not None and not is_same:
            self.distinct.join(other.distinct)

    def spelled_in(self, symbols: Ints) -> Ints:
        """Give the n-grams in another alphabet that holds this one; they stay in order.

        Raises:
            Refusal: it is too large.
        """
        check_symbols(len(symbols), self.order)
        if len(symbols) == len(self.symbols):
            return self.keys
        bits = width(self.order)
        numbers = np.searchsorted(symbols, self.symbols)
        return repacked(self.keys, self.order, bits, bits, numbers)

    def ends(self, order: int) -> Tally:
        """Count the last symbols of the n-grams: what a lower order counts."""
        if order == self.order:
            return self
        bits, cells = width(self.order), Cells()
        # A piece after the other: all at once would take several times the memory of the table.
        for start in range(0, len(self.keys), AT_ONCE):
            piece = slice(start, start + AT_ONCE)
            keys = self.keys[piece] & (1 << bits * order) - 1
            keys = repacked(keys, order, bits, width(order))
            cells.add(*added([(keys, self.counts[piece])]))
        keys, counts = cells.cells()
        return replace(self, order=order, keys=keys, counts=counts)

    def dotted(self, dots: int) -> Tally:
        """Leave out n-grams that hold more boundaries before a word than so many.

        Args:
            dots: at most order − 1, which is all there are.
        """
        if dots >= self.order - 1:
            return self
        bits = width(self.order)
        first = self.keys >> bits * (self.order - 1 - dots) & (1 << bits) - 1
        kept = first != 0
        return replace(self, keys=self.keys[kept], counts=self.counts[kept])

    @property
    def words(self) -> int:
        """How many words there are."""
        return sum(self.lengths.values())

    @property
    def mean_length(self) -> float:
        """Symbols of a word."""
        return sum(length * number for length, number in self.lengths.items()) / self.words


class Scanner:
    """Counts pieces of text.

    Args:
        is_text: whether lines are running text: full stops are symbols, tabs are blanks.
        distinct: where words are seen by, if they are to be told from one another.
        grams: where n-grams are counted, if not pairs; `tally` leaves them out.
    """

    def __init__(
        self,
        *,
        is_text: bool = False,
        distinct: Distinct | None = None,
        grams: Grams | None = None,
    ) -> None:
        self._lines = Lines(is_text=is_text)
        self._pairs = Pairs()
        self._grams = grams
        self._lengths = np.zeros(64, np.int64)
        self._long: dict[int, int] = {}
        self._distinct = distinct
        self._hasher = Hasher()

    def tally(self) -> Tally:
        """Give what was counted so far."""
        lengths = {length: int(n) for length, n in enumerate(self._lengths) if n} | self._long
        rest = lengths, self._lines.cleaner.cleaned, self._distinct
        if self._grams is None:
            return Tally(2, *self._pairs.cells(), *rest)
        empty = Tally(self._grams.order)
        return Tally(empty.order, empty.symbols, empty.keys, empty.counts, *rest)

    def take(self, text: memoryview) -> None:
        """Count whole lines.

        Args:
            text: UTF-8, lines between two line feeds of which the first is not of the text; the
                last one may be another line end.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
            Refusal: there are too many symbols, or pairs of them.
        """
        if not self.take_plain(text):
            self._count(self._lines.words(text))

    def take_plain(self, text: memoryview) -> bool:
        """Count whole lines, as `take` does, if all are words as they stand, or blank.

        Returns:
            Whether they were; if not, nothing is counted.
        """
        codes = np.frombuffer(text, np.uint8)
        pairs = self._lines.pairs(codes)
        if pairs is None:
            return False
        if self._grams is None:
            self._pairs.ascii += pairs
        else:
            self._grams.take(codes)
        self._measure(codes)
        return True

    def words(self, lines: str) -> list[str]:
        """Make words of lines, not counted yet; but what is cleaned of them is."""
        return self._lines.cleaner.words(lines)

    def take_words(self, words: list[str]) -> None:
        """Count words that are clean."""
        if words:
            self._count(codes_of("\n" + "\n".join(words) + "\n"))

    def _count(self, codes: Codes) -> None:
        """Count words, each between two line feeds."""
        if len(codes) > 1:
            (self._pairs if self._grams is None else self._grams).take(codes)
            self._measure(codes)

    def _measure(self, codes: Codes) -> None:
        """Note the lengths of words, and which they are; nothing lies between some line feeds."""
        ends = np.flatnonzero(codes == END)
        lengths = np.diff(ends) - 1
        longest = int(lengths.max(initial=0))
        if longest >= 1 << 16:
            for length in lengths[lengths >= 1 << 16].tolist():
                self._long[length] = self._long.get(length, 0) + 1
            lengths = lengths[lengths < 1 << 16]
            longest = int(lengths.max(initial=0))
        if longest >= len(self._lengths):
            self._lengths = np.append(self._lengths, np.zeros(longest, np.int64))
        np.add.at(self._lengths, lengths, 1)
        self._lengths[0] = 0
        if self._distinct is not None:
            self._distinct.take(self._hasher.hashes(codes, ends))
