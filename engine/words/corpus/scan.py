"""Lines made into words and counted, a piece at a time: what a corpus is, without its words.

The rules are those of `engine.words.cleaning`, and it is they that are asked. But most lines are
words as they stand, and that is seen of all lines of a piece at once: in ASCII by the table of its
pairs, else by its code points. Only the others are taken out and cleaned one by one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from engine.words.cleaning import CLEANED, LINE_ENDS, Cleaner
from engine.words.corpus.distinct import Distinct, Hasher
from engine.words.corpus.grams import Grams
from engine.words.corpus.pairs import (
    BYTES,
    CODES,
    END,
    Cells,
    Codes,
    Ints,
    Pairs,
    added,
    check_symbols,
    count_bytes,
    repacked,
    width,
)
from engine.words.vocabulary import BOUNDARY

BLANK = 32

FITS, LOOSE, UNFIT = 1, 2, 3
"""What a code point is: a symbol as it stands, one that may have to be joined to that before it,
or one that has to be looked at; 0 where that is not known yet."""

AT_ONCE = 1 << 20
"""Cells whose ends are counted at once."""

_kinds = np.zeros(CODES, np.uint8)
"""Kind of each code point that was met with."""


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
        if self.distinct is not None and other.distinct is not None:
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
        self.is_text = is_text
        self._cleaner = Cleaner(is_text=is_text)
        self._pairs = Pairs()
        self._grams = grams
        self._lengths = np.zeros(64, np.int64)
        self._long: dict[int, int] = {}
        self._distinct = distinct
        self._hasher = Hasher()
        self._table = np.zeros(BYTES * BYTES, np.int64)
        self._stands = _standing(is_text)

    def tally(self) -> Tally:
        """Give what was counted so far."""
        lengths = {length: int(n) for length, n in enumerate(self._lengths) if n} | self._long
        rest = lengths, self._cleaner.cleaned, self._distinct
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
            data = bytes(text)
            self._take_others(data, is_ascii=data.isascii())

    def take_plain(self, text: memoryview) -> bool:
        """Count whole lines, as `take` does, if all are words as they stand, or blank.

        Returns:
            Whether they were; if not, nothing is counted.
        """
        codes = np.frombuffer(text, np.uint8)
        table = self._table
        table[:] = 0
        count_bytes(codes, table)
        square = table.reshape(BYTES, BYTES)
        seen: NDArray[np.bool_] = np.not_equal(square.sum(0), 0)
        # "  ", " \n" and "\n ": blanks that a word does not hold as it stands.
        loose = int(square[BLANK, BLANK] + square[END, BLANK] + square[BLANK, END])
        if loose or (seen & ~self._stands).any() or codes[-1] != END:
            return False
        self._cleaner.blank_lines += int(square[END, END])
        square[END, END] = 0
        if self._grams is None:
            self._pairs.ascii += table
        else:
            self._grams.take(codes)
        self._measure(codes)
        return True

    def words(self, lines: str) -> list[str]:
        """Make words of lines, not counted yet; but what is cleaned of them is."""
        return self._cleaner.words(lines)

    def take_words(self, words: list[str]) -> None:
        """Count words that are clean."""
        if words:
            self._count(codes_of("\n" + "\n".join(words) + "\n"))

    def _take_others(self, data: bytes, *, is_ascii: bool) -> None:
        """Count lines of which some may be no words as they stand."""
        text = data.decode()
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        for end in LINE_ENDS[: 3 if is_ascii else None]:
            text = text.replace(end, "\n")
        codes = codes_of(text)
        kinds = self._kinds(codes)
        dirty: NDArray[np.bool_] = np.equal(kinds, UNFIT)
        is_blank: NDArray[np.bool_] = np.equal(codes, BLANK)
        is_end: NDArray[np.bool_] = np.equal(codes, END)
        dirty[1:] |= is_blank[1:] & (is_blank[:-1] | is_end[:-1])
        dirty[:-1] |= is_blank[:-1] & is_end[1:]
        codes, kinds = self._clean_apart(text, codes, kinds, dirty)
        if not is_ascii:
            rest = codes.astype("<u4").tobytes().decode("utf-32-le")
            if not unicodedata.is_normalized("NFC", rest):
                codes, kinds = self._clean_apart(rest, codes, kinds, kinds == LOOSE)
                rest = codes.astype("<u4").tobytes().decode("utf-32-le")
                if not unicodedata.is_normalized("NFC", rest):
                    codes, _ = self._clean_apart(rest, codes, kinds, codes != END)
        blank = (codes[1:] == END) & (codes[:-1] == END)
        if blanks := int(np.count_nonzero(blank)):
            self._cleaner.blank_lines += blanks
            codes = codes[np.append(True, ~blank)]
        self._count(codes)

    def _clean_apart(
        self, text: str, codes: Codes, kinds: NDArray[np.uint8], dirty: NDArray[np.bool_]
    ) -> tuple[Codes, NDArray[np.uint8]]:
        """Clean and count those lines in which something is dirty; gives the rest.

        Args:
            text: lines between two line feeds.
            codes: its code points.
            kinds: theirs.
            dirty: whether each makes its line so.
        """
        places = np.flatnonzero(dirty)
        if not len(places):
            return codes, kinds
        ends = np.flatnonzero(codes == END)
        lines = np.unique(np.searchsorted(ends, places))
        begins, stops = ends[lines - 1] + 1, ends[lines]
        word = self._cleaner.word
        cuts = zip(begins.tolist(), stops.tolist(), strict=True)
        words = [made for begin, stop in cuts if (made := word(text[begin:stop]))]
        self.take_words(words)
        # Each line goes with its end: one more at its begin, one less behind its end.
        steps = np.zeros(len(codes) + 1, np.int8)
        steps[begins] += 1
        steps[stops + 1] -= 1
        kept = np.add.accumulate(steps[:-1], dtype=np.int8) == 0
        return codes[kept], kinds[kept]

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
        # Unlike bincount it lets go of the interpreter, which another thread may wait for.
        np.add.at(self._lengths, lengths, 1)
        self._lengths[0] = 0
        if self._distinct is not None:
            self._distinct.take(self._hasher.hashes(codes, ends))

    def _kinds(self, codes: Codes) -> NDArray[np.uint8]:
        kinds: NDArray[np.uint8] = _kinds[codes]
        for code in np.unique(codes[kinds == 0]).tolist():
            _kinds[code] = _kind(chr(code))
        kinds = _kinds[codes]
        if not self.is_text:
            kinds[codes == ord(BOUNDARY)] = UNFIT
        return kinds


def _kind(symbol: str) -> int:
    if symbol == "\n":
        return FITS
    if not symbol.isprintable() or not unicodedata.is_normalized("NFC", symbol):
        return UNFIT
    # What composition may join to a symbol before it: marks, and the vowels and finals of Hangul.
    is_loose = unicodedata.category(symbol)[0] == "M" or "\u1160" <= symbol <= "\u11ff"
    return LOOSE if is_loose else FITS


def codes_of(text: str) -> Codes:
    """Code points of a text, in bytes if all are ASCII."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    codes: Codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
    return codes


def _standing(is_text: bool) -> NDArray[np.bool_]:
    """Tell which bytes a word may hold as it stands, with the line feed."""
    stands = np.zeros(BYTES, bool)
    stands[BLANK:127] = True
    stands[ord(BOUNDARY)] = is_text
    stands[END] = True
    return stands
