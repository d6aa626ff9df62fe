"""A text counted as one sequence: its lines follow each other, a blank between any two.

A unit counts what lies within it, and keeps its first and last symbols; where two units meet, it
is counted when all are there. So it does not matter how the text was cut, nor who counted what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.records import record
from engine.words.cleaning import Cleaner, last_end
from engine.words.corpus.grams import Grams
from engine.words.corpus.pairs import Pairs
from engine.words.corpus.reading import Unit
from engine.words.corpus.scan import Tally, codes_of

BLANK, END = " ", "\n"


@record
class Edges:
    """What a unit begins and ends with."""

    head: str
    """Its first n − 1 symbols, or all of them if there are fewer."""
    tail: str
    """The last ones."""
    length: int
    """How many symbols it has; 0 if nothing but blank lines."""


class Sequencer:
    """Counts pieces of units, as `Scanner` counts pieces of lines.

    Args:
        order: symbols of an n-gram, 2 or more.
        grams: where n-grams are counted, if not pairs; `tally` leaves them out.
    """

    def __init__(self, order: int, grams: Grams | None) -> None:
        self._reach = order - 1
        self._order, self._grams, self._pairs = order, grams, Pairs()
        self._cleaner = Cleaner(is_text=True)
        self._head = self._tail = ""
        self._length = 0

    def tally(self) -> Tally:
        """Give what was counted so far; how long the texts are is told by `joined`."""
        tally = Tally(self._order, cleaned=self._cleaner.cleaned)
        if self._grams is None:
            tally.symbols, tally.keys, tally.counts = self._pairs.cells()
        return tally

    def take(self, text: memoryview) -> None:
        """Count whole lines, as `Scanner.take` is given them; UnicodeDecodeError, Refusal as it."""
        lines = bytes(text).decode()
        lines = lines[1 : len(lines) - last_end(lines)]
        words = self._cleaner.words(lines.replace("\r\n", "\n"))
        if not words:
            return
        more = BLANK.join(words) if not self._length else BLANK.join(["", *words])
        if len(self._head) < self._reach:
            self._head = (self._head + more)[: self._reach]
        following = self._tail + more
        # Those that end further up begin in the unit before.
        self._count(following, self._reach)
        self._tail = following[-self._reach :]
        self._length += len(more)

    def close(self) -> Edges:
        """End a unit: the next piece is of another one."""
        edges = Edges(self._head, self._tail, self._length)
        self._head, self._tail, self._length = "", "", 0
        return edges

    def join(self, units: Sequence[Edges]) -> int:
        """Count what lies between the units of a text; gives the symbols of it.

        Args:
            units: all, in order.
        """
        before, length = END, 0
        for unit in filter(lambda unit: unit.length, units):
            more = BLANK + unit.head if length else unit.head
            self._count(before + more, len(before))
            is_short = unit.length <= self._reach
            before = (before + more)[-self._reach :] if is_short else unit.tail
            length += unit.length + (length > 0)
        if length:
            self._count(before + END, len(before))
        return length

    def _count(self, text: str, known: int) -> None:
        """Count the n-grams that end in each symbol from a place on."""
        if len(text) <= known:
            return
        if self._grams is None:
            self._pairs.take(codes_of(text))
        else:
            self._grams.take(codes_of(text), known)


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
