"""A text counted as one sequence: its lines follow each other, a blank between any two.

A unit counts what lies within it, and keeps its first and last symbols; where two units meet, it
is counted when all are there. So it does not matter how the text was cut, nor who counted what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.records import record
from engine.words.corpus.grams import Grams
from engine.words.corpus.lines import BLANK, Lines, codes_of, without_blank_lines
from engine.words.corpus.pairs import BYTES, END, Codes, Ints, Pairs
from engine.words.corpus.reading import Unit
from engine.words.corpus.scan import Tally


@record
class Edges:
    """What a unit begins and ends with."""

    head: str
    """Its first n − 1 symbols, or all of them if there are fewer."""
    tail: str
    """The last ones."""
    length: int
    """How many symbols it has; 0 if nothing but blank lines."""


NOTHING: Codes = np.empty(0, np.uint8)


class Sequencer:
    """Counts pieces of units, as `Scanner` counts pieces of lines.

    Args:
        order: symbols of an n-gram, 2 or more.
        grams: where n-grams are counted, if not pairs; `tally` leaves them out.
    """

    def __init__(self, order: int, grams: Grams | None) -> None:
        self._reach = order - 1
        self._order, self._grams, self._pairs = order, grams, Pairs()
        self._lines = Lines(is_text=True)
        self._head = self._tail = NOTHING
        self._length = 0

    def tally(self) -> Tally:
        """Give what was counted so far; how long the texts are is told by `joined`."""
        tally = Tally(self._order, cleaned=self._lines.cleaner.cleaned)
        if self._grams is None:
            tally.symbols, tally.keys, tally.counts = self._pairs.cells()
        return tally

    def take(self, text: memoryview) -> None:
        """Count whole lines, as `Scanner.take` is given them; UnicodeDecodeError, Refusal as it."""
        codes: Codes = np.frombuffer(text, np.uint8)
        pairs = self._lines.pairs(codes.view(np.uint8))
        if pairs is not None and self._grams is None:
            self._take_pairs(bytes(text).strip(b"\n"), pairs)
            return
        codes = self._lines.words(text) if pairs is None else without_blank_lines(codes)
        spaced = codes[1:-1].copy()
        spaced[spaced == END] = BLANK
        self._append(spaced)

    def close(self) -> Edges:
        """End a unit: the next piece is of another one."""
        edges = Edges(_text(self._head), _text(self._tail), self._length)
        self._head, self._tail, self._length = NOTHING, NOTHING, 0
        return edges

    def join(self, units: Sequence[Edges]) -> int:
        """Count what lies between the units of a text; gives the symbols of it.

        Args:
            units: all, in order.
        """
        before, length = chr(END), 0
        for unit in filter(lambda unit: unit.length, units):
            more = chr(BLANK) + unit.head if length else unit.head
            self._count(codes_of(before + more), len(before))
            is_short = unit.length <= self._reach
            before = (before + more)[-self._reach :] if is_short else unit.tail
            length += unit.length + (length > 0)
        if length:
            self._count(codes_of(before + chr(END)), len(before))
        return length

    def _take_pairs(self, lines: bytes, pairs: Ints) -> None:
        """Count lines in ASCII by their pairs, which `Lines.pairs` has counted."""
        if not lines:
            return
        square = pairs.reshape(BYTES, BYTES)
        # Every line begins behind a line feed, and every symbol stands behind something.
        length = int(square.sum() - square[END].sum() + square[:, END].sum()) - 1
        square[BLANK] += square[END]
        square[:, BLANK] += square[:, END]
        square[END] = square[:, END] = 0
        # There is no blank before the first line, nor behind the last.
        square[lines[0], BLANK] -= 1
        square[BLANK, lines[-1]] -= 1
        self._pairs.ascii += pairs
        self._append(np.frombuffer(lines, np.uint8, 1))
        self._tail = np.frombuffer(lines[-1:], np.uint8)
        self._length += length - 1

    def _append(self, more: Codes) -> None:
        """Count symbols that follow those of the unit so far, a blank between them."""
        if not len(more):
            return
        known = len(self._tail)
        parts = [self._tail, np.array([BLANK], np.uint8), more] if self._length else [more]
        following: Codes = np.concatenate(parts)
        if len(self._head) < self._reach:
            fresh = following[known : known + self._reach]
            self._head = np.concatenate([self._head, fresh])[: self._reach]
        # Those that end further up begin in the unit before.
        self._count(following, self._reach)
        self._tail = following[-self._reach :].copy()
        self._length += len(following) - known

    def _count(self, codes: Codes, known: int) -> None:
        """Count the n-grams that end in each symbol from a place on."""
        if len(codes) <= known:
            return
        if self._grams is None:
            self._pairs.take(codes)
        else:
            self._grams.take(codes, known)


def _text(codes: Codes) -> str:
    return "".join(map(chr, codes.tolist()))


def joined(units: Sequence[Unit], edges: Mapping[int, Edges], order: int) -> Tally:
    """Count what lies between the units of all texts, and how long these are.

    Args:
        units: of all texts, in order.
        edges: of each, by its number.
        order: symbols of an n-gram.

    Raises:
        Refusal: there are too many symbols, or n-grams.
    """
    grams = Grams(order) if order > 2 else None
    between, lengths = Sequencer(order, grams), dict[int, int]()
    for source in sorted({unit.source for unit in units}):
        length = between.join([edges[u.number] for u in units if u.source == source])
        if length:
            lengths[length] = lengths.get(length, 0) + 1
    tally = between.tally()
    if grams is not None:
        tally.symbols, tally.keys, tally.counts = grams.cells()
    tally.lengths = lengths
    return tally
