"""Who counts: takes a unit of a corpus after the other, and keeps what is found in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.protocol import Refusal
from engine.records import record
from engine.words import hints
from engine.words.corpus.distinct import Distinct
from engine.words.corpus.grams import Grams
from engine.words.corpus.reading import BOM, READ, Piece, Reader, Unit
from engine.words.corpus.scan import Scanner, Tally
from engine.words.corpus.sources import Source
from engine.words.corpus.whole import Edges, Sequencer
from engine.words.opening import not_utf8


@record
class Asked:
    """How text is to be counted."""

    is_text: bool = False
    """Whether it is running text; else each line is a word."""
    is_whole: bool = False
    """Whether each text is one sequence; else each line of it is one."""
    tells_distinct: bool = False
    """Whether words are told from one another, which takes as long as the counting."""
    order: int = 2
    """Symbols of the n-grams that are counted, 2 or more."""


@dataclass
class Found:
    """What was found in some units."""

    tally: Tally
    blocks: dict[int, list[bytes]]
    """Hashes of the blocks of each unit, by its number."""
    bytes: dict[int, int]
    """Bytes of the text of each unit."""
    edges: dict[int, Edges] = field(default_factory=dict)
    """What each unit begins and ends with, by its number, where texts are whole."""
    hint: str = ""
    """What the first source looks like, if that is odd."""

    def join(self, other: Found) -> None:
        """Add what was found in other units.

        Raises:
            Refusal: there are too many symbols then.
        """
        self.tally.join(other.tally)
        self.blocks |= other.blocks
        self.bytes |= other.bytes
        self.edges |= other.edges
        self.hint = self.hint or other.hint


class Hand:
    """Counts units on the thread that asks.

    Args:
        sources: all there are.
        asked: how.
        size: bytes read at a time.
        grams: where n-grams are counted, by several hands, if not pairs; `found` leaves them out.
        distinct: where words are told from one another, by several hands, if they are.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        asked: Asked,
        size: int,
        grams: Grams | None = None,
        distinct: Distinct | None = None,
    ) -> None:
        self._sources, self._asked, self._size = sources, asked, size
        self._found = Found(Tally(asked.order), {}, {})
        self._scanner: Scanner | Sequencer
        if asked.is_whole:
            self._scanner = Sequencer(asked.order, grams)
        else:
            self._scanner = Scanner(is_text=asked.is_text, distinct=distinct, grams=grams)

    def count(self, unit: Unit, note: Callable[[int], None], is_wanted: Callable[[], bool]) -> None:
        """Count a unit.

        Args:
            unit: which.
            note: called with the bytes that were read of its source, as it lies.
            is_wanted: whether it still is; else it is left half counted.

        Raises:
            Refusal: its source cannot be used.
        """
        source, scanner = self._sources[unit.source], self._scanner
        reader = Reader(source, unit, note, self._size)
        lines, is_first = 0, unit.start == 0
        for piece in reader.pieces():
            if not is_wanted():
                return
            if is_first:
                self._look(unit, source, piece)
                is_first = False
            try:
                scanner.take(piece.text)
            except UnicodeDecodeError as error:
                raise bad_byte(source, piece, error, lines) from None
            if not source.is_plain:
                lines += bytes(piece.text[1:]).count(b"\n")
            piece.text.release()
        self._found.blocks[unit.number] = reader.blocks.digests()
        self._found.bytes[unit.number] = reader.bytes
        if isinstance(scanner, Sequencer):
            self._found.edges[unit.number] = scanner.close()

    def found(self) -> Found:
        """Give what was found in all units."""
        self._found.tally = self._scanner.tally()
        return self._found

    def close(self) -> None:
        """Count no more."""

    def _look(self, unit: Unit, source: Source, piece: Piece) -> None:
        """Look at how a source begins: whether it is text at all, and one word a line."""
        start = bytes(piece.text[1 : 1 + READ])
        if source.is_plain:  # However small its pieces are, it is told by as much of it.
            with open(source.path, "rb") as file:
                start = file.read(READ).removeprefix(BOM)
        if foreign := hints.foreign(start[: hints.START]):
            raise Refusal(f"{source.shown} {foreign}")
        if unit.source == 0 and not self._asked.is_text:
            self._found.hint = hints.of(start.decode(errors="ignore"))


def bad_byte(source: Source, piece: Piece, error: UnicodeDecodeError, lines: int) -> Refusal:
    """Say where the first bad byte of a piece stands in its source.

    Args:
        source: that it is of.
        piece: which.
        error: what decoding it said.
        lines: line feeds before the piece, where they cannot be counted any more.
    """
    data = bytes(piece.text)
    at = data.rfind(b"\n", 0, error.start)
    lines += data.count(b"\n", 1, error.start)
    if source.is_plain:
        lines += _line_feeds(source.path, piece.at)
    # In the first line columns count from the beginning of the file, a BOM included.
    begin = piece.at - 1 + at if lines else -1
    column = piece.at - 1 + error.start - begin
    return not_utf8(source.shown, data[error.start], lines + 1, column)


def _line_feeds(path: str, end: int) -> int:
    found = 0
    with open(path, "rb") as file:
        while end > 0 and (data := file.read(min(READ, end))):
            found += data.count(b"\n")
            end -= len(data)
    return found
