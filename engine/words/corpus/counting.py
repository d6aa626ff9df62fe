"""A corpus counted by all cores: units handed out in order, what each finds added up.

A thread a core: numpy lets go of the interpreter for most of what it does, and hashlib and zlib do,
too. It is kept while counts are added, so processes, which torchrun starts, get further than
threads; see `tests.bench.counting`. Sums of integers do not depend on who counted what, so neither
does the result.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from engine.protocol import Progressed, Refusal
from engine.records import record
from engine.words import hints
from engine.words.corpus.digest import BLOCK, tree
from engine.words.corpus.distinct import Distinct
from engine.words.corpus.grams import Grams
from engine.words.corpus.pairs import check_cells
from engine.words.corpus.reading import BOM, READ, Piece, Reader, Unit, cut
from engine.words.corpus.scan import Scanner, Tally
from engine.words.corpus.sources import Source
from engine.words.corpus.whole import Edges, Sequencer
from engine.words.dataset import no_words
from engine.words.opening import empty, not_utf8

SHARES = 4
"""Units a core gets, so that all end at about the same time."""

LARGEST = 1 << 26
"""Bytes of the largest unit."""

WAIT = 0.1
"""Seconds between two reports."""

PATIENCE = 1.0
"""Seconds that a thread is waited for that was told to end; one may hang in a pipe for ever."""


@record
class Text:
    """What a text that was counted is named by, wherever it lies and however it is packed."""

    bytes: int
    """As it is when unpacked."""
    tree: str
    """Its hash, in hexadecimal; see `engine.words.corpus.digest`."""


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


class UnitRefused(Refusal):
    """A unit that cannot be counted."""

    def __init__(self, reason: str, unit: int) -> None:
        super().__init__(reason)
        self.unit = unit
        """Its number."""


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


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def units_of(sources: Sequence[Source], hands: int) -> list[Unit]:
    """Cut sources so that so many can count at once."""
    whole = sum(source.size for source in sources if source.is_plain)
    return cut(sources, min(LARGEST, max(BLOCK, whole // (hands * SHARES))))


def count(
    sources: Sequence[Source],
    units: Sequence[Unit],
    asked: Asked,
    hands: int,
    size: int = READ,
    begin: Callable[[Source], None] = lambda _: None,
) -> Generator[Progressed, None, Found]:
    """Count units, saying how far it has come in bytes of the sources as they lie.

    Args:
        sources: all of them.
        units: those to be counted, in order.
        asked: how.
        hands: threads that count.
        size: bytes read at a time.
        begin: called with the source of each unit that is begun, on the thread that counts it.

    Raises:
        UnitRefused: a source cannot be used; of several units the first.
    """
    hall = _Hall(sources, units, asked, size, begin)
    threads = [
        threading.Thread(target=hall.work, name=f"counting {i}", daemon=True)
        for i in range(max(1, min(hands, len(units))))
    ]
    total = sum(unit.end - unit.start if unit.end else sources[unit.source].size for unit in units)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                thread.join(WAIT)
                yield Progressed("counting", hall.done, max(total, hall.done))
    finally:
        hall.stop()
        for thread in threads:
            thread.join(PATIENCE)
    return hall.found()


class _Hall:
    """Where threads take units, and leave what they found."""

    def __init__(
        self,
        sources: Sequence[Source],
        units: Sequence[Unit],
        asked: Asked,
        size: int,
        begin: Callable[[Source], None],
    ) -> None:
        self.done = 0
        self._sources = sources
        self._left = iter(units)
        self._asked = asked
        self._size = size
        self._begin = begin
        self._lock = threading.Lock()
        self._last = max((unit.number for unit in units), default=0)
        """Number of the last unit that is still wanted: less when an earlier one failed."""
        self._failed: dict[int, Exception] = {}
        distinct = Distinct() if asked.tells_distinct else None
        self._found = Found(Tally(asked.order, distinct=distinct), {}, {})
        self._grams = Grams(asked.order) if asked.order > 2 else None

    def stop(self) -> None:
        """Have all threads end soon."""
        self._last = -1

    def found(self) -> Found:
        """What was found; what failed first is raised."""
        if self._failed:
            raise self._failed[min(self._failed)]
        if self._grams is not None:
            tally = self._found.tally
            tally.symbols, tally.keys, tally.counts = self._grams.cells()
        return self._found

    def work(self) -> None:
        """Count units until there are none."""
        distinct = Distinct() if self._asked.tells_distinct else None
        scanner: Scanner | Sequencer
        if self._asked.is_whole:
            scanner = Sequencer(self._asked.order, self._grams)
        else:
            scanner = Scanner(is_text=self._asked.is_text, distinct=distinct, grams=self._grams)
        while (unit := self._next()) is not None:
            try:
                self._count(unit, scanner)
            except Exception as error:
                is_ours = isinstance(error, Refusal)
                with self._lock:
                    self._failed[unit.number] = (
                        UnitRefused(str(error), unit.number) if is_ours else error
                    )
                    self._last = min(self._last, unit.number - 1)
        with self._lock:
            self._found.tally.join(scanner.tally())

    def _next(self) -> Unit | None:
        with self._lock:
            unit = next(self._left, None)
        return unit if unit is not None and unit.number <= self._last else None

    def _note(self, read: int) -> None:
        with self._lock:
            self.done += read

    def _count(self, unit: Unit, scanner: Scanner | Sequencer) -> None:
        source = self._sources[unit.source]
        self._begin(source)
        reader = Reader(source, unit, self._note, self._size)
        lines, is_first = 0, unit.start == 0
        for piece in reader.pieces():
            if unit.number > self._last:
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
        with self._lock:
            self._found.blocks[unit.number] = reader.blocks.digests()
            self._found.bytes[unit.number] = reader.bytes
            if isinstance(scanner, Sequencer):
                self._found.edges[unit.number] = scanner.close()

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


def texts(units: Sequence[Unit], found: Found) -> list[Text]:
    """Name the texts that units are of, in their order; all units of each must be there."""
    blocks: dict[int, list[bytes]] = {}
    sizes: dict[int, int] = {}
    for unit in units:
        blocks.setdefault(unit.source, []).extend(found.blocks[unit.number])
        sizes[unit.source] = sizes.get(unit.source, 0) + found.bytes[unit.number]
    return [Text(sizes[source], tree(blocks[source])) for source in sorted(blocks)]


def check(sources: Sequence[Source], found: Found) -> str:
    """Say what the first source looks like, if that is odd.

    Raises:
        Refusal: there is no word at all, or more cells than a table may have.
    """
    tally, named = found.tally, sources[0].shown if sources else ""
    dropped = tally.cleaned["dropped_words"]
    if not tally.words:
        shown = named if len(sources) == 1 else "The text"
        if not sum(found.bytes.values()):
            raise empty(shown)
        raise Refusal(no_words(shown, dropped, found.hint))
    check_cells(len(tally.keys))
    hint = found.hint or (hints.TABLE if tally.cleaned["cut_lines"] else "")
    return f"{named} {hint}" if hint else ""
