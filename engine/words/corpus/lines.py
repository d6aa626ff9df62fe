"""Lines of text made into words, all those of a piece at once.

The rules are those of `engine.words.cleaning`, and it is they that are asked. But most lines are
words as they stand, and that is seen of all lines of a piece at once: in ASCII by the table of its
pairs, else by its code points. Only the others are taken out, cleaned one by one, and put back.
"""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

from engine.words.cleaning import LINE_ENDS, Cleaner
from engine.words.corpus.pairs import BYTES, CODES, END, Codes, Ints, count_bytes
from engine.words.vocabulary import BOUNDARY

BLANK = 32

FITS, LOOSE, UNFIT = 1, 2, 3
"""What a code point is: a symbol as it stands, one that may have to be joined to that before it,
or one that has to be looked at; 0 where that is not known yet."""

_kinds = np.zeros(CODES, np.uint8)
"""Kind of each code point that was met with."""


class Lines:
    """Makes words of pieces of text, counting what is cleaned of them.

    Args:
        is_text: whether lines are running text: full stops are symbols, tabs are blanks.
    """

    def __init__(self, *, is_text: bool = False) -> None:
        self.is_text = is_text
        self.cleaner = Cleaner(is_text=is_text)
        self._table = np.zeros(BYTES * BYTES, np.int64)
        self._stands = _standing(is_text)

    def pairs(self, codes: NDArray[np.uint8]) -> Ints | None:
        """Count the pairs of whole lines, if all are words as they stand, or blank.

        Args:
            codes: lines between two line feeds of which the first is not of the text.

        Returns:
            Pairs as `count_bytes` has them, none of them within a blank line; the next call counts
            in the same table. Nothing if some line is no word as it stands.
        """
        table = self._table
        table[:] = 0
        count_bytes(codes, table)
        square = table.reshape(BYTES, BYTES)
        seen: NDArray[np.bool_] = np.not_equal(square.sum(0), 0)
        # "  ", " \n" and "\n ": blanks that a word does not hold as it stands.
        loose = int(square[BLANK, BLANK] + square[END, BLANK] + square[BLANK, END])
        if loose or (seen & ~self._stands).any() or codes[-1] != END:
            return None
        self.cleaner.blank_lines += int(square[END, END])
        square[END, END] = 0
        return table

    def words(self, lines: memoryview) -> Codes:
        """Make words of whole lines.

        Args:
            lines: UTF-8, lines between two line feeds of which the first is not of the text; the
                last one may be another line end.

        Returns:
            The words in their order, each between two line feeds.

        Raises:
            UnicodeDecodeError: it is not UTF-8.
        """
        text = bytes(lines).decode()
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        is_ascii = text.isascii()
        for end in LINE_ENDS[: 3 if is_ascii else None]:
            text = text.replace(end, "\n")
        codes = codes_of(text)
        kinds = self._kinds(codes)
        dirty: NDArray[np.bool_] = np.equal(kinds, UNFIT)
        is_blank: NDArray[np.bool_] = np.equal(codes, BLANK)
        is_end: NDArray[np.bool_] = np.equal(codes, END)
        dirty[1:] |= is_blank[1:] & (is_blank[:-1] | is_end[:-1])
        dirty[:-1] |= is_blank[:-1] & is_end[1:]
        text, codes = self._cleaned(text, codes, dirty)
        # What is clean stays as it is when it is cleaned again.
        if not unicodedata.is_normalized("NFC", text):
            text, codes = self._cleaned(text, codes, self._kinds(codes) == LOOSE)
            if not unicodedata.is_normalized("NFC", text):
                text, codes = self._cleaned(text, codes, codes != END)
        words = without_blank_lines(codes)
        self.cleaner.blank_lines += len(codes) - len(words)
        return words

    def _cleaned(self, text: str, codes: Codes, dirty: NDArray[np.bool_]) -> tuple[str, Codes]:
        """Clean those lines in which something is dirty; those that give no word are left out.

        Args:
            text: lines between two line feeds.
            codes: its code points.
            dirty: whether each makes its line so.
        """
        places = np.flatnonzero(dirty)
        if not len(places):
            return text, codes
        ends = np.flatnonzero(codes == END)
        lines = np.unique(np.searchsorted(ends, places))
        begins, stops = ends[lines - 1] + 1, ends[lines]
        word, parts, at = self.cleaner.word, list[str](), 0
        for begin, stop in zip(begins.tolist(), stops.tolist(), strict=True):
            made = word(text[begin:stop])
            parts += text[at:begin], made
            at = stop if made else stop + 1
        text = "".join([*parts, text[at:]])
        return text, codes_of(text)

    def _kinds(self, codes: Codes) -> NDArray[np.uint8]:
        kinds: NDArray[np.uint8] = _kinds[codes]
        for code in np.unique(codes[kinds == 0]).tolist():
            _kinds[code] = _kind(chr(code))
        kinds = _kinds[codes]
        if not self.is_text:
            kinds[codes == ord(BOUNDARY)] = UNFIT
        return kinds


def without_blank_lines(codes: Codes) -> Codes:
    """Leave out what stands between two line feeds where that is nothing."""
    blank = (codes[1:] == END) & (codes[:-1] == END)
    return codes[np.append(True, ~blank)] if blank.any() else codes


def codes_of(text: str) -> Codes:
    """Code points of a text, in bytes if all are ASCII."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    codes: Codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
    return codes


def _kind(symbol: str) -> int:
    if symbol == "\n":
        return FITS
    if not symbol.isprintable() or not unicodedata.is_normalized("NFC", symbol):
        return UNFIT
    # What composition may join to a symbol before it: marks, and the vowels and finals of Hangul.
    is_loose = unicodedata.category(symbol)[0] == "M" or "\u1160" <= symbol <= "\u11ff"
    return LOOSE if is_loose else FITS


def _standing(is_text: bool) -> NDArray[np.bool_]:
    """Tell which bytes a word may hold as it stands, with the line feed."""
    stands = np.zeros(BYTES, bool)
    stands[BLANK:127] = True
    stands[ord(BOUNDARY)] = is_text
    stands[END] = True
    return stands
