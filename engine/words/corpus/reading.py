"""Text read a piece at a time, each of whole lines, and cut into units that can be read apart.

A line belongs to the unit that it begins in. Where one begins is looked for in the bytes around a
cut, by one rule, so two units that meet there agree though neither knows of the other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence

from engine.protocol import Refusal
from engine.records import record
from engine.words.corpus.digest import BLOCK, Blocks
from engine.words.corpus.pairs import END
from engine.words.corpus.sources import Flow, Source
from engine.words.opening import refusing

READ = 1 << 20
"""Bytes read at a time."""

LONGEST = 1 << 23
"""Bytes of the longest line."""

BOM = b"\xef\xbb\xbf"

_OTHER_ENDS = re.compile(rb"\r(?!\n|\Z)|\v|\f|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""Line ends beside the line feed, by which text is cut that holds no line feed for long."""

_LAST_END = re.compile(rb"(?:[\n\r\v\f]|\xc2\x85|\xe2\x80[\xa8\xa9])\Z")


@record
class Unit:
    """A part of a source, or all of it, that is counted by one who knows of no other."""

    number: int
    """Its place among all."""
    source: int
    """Place of its source among all."""
    start: int
    end: int
    """Bytes it reaches from and to, not this one; 0 where the source is read as it comes."""


def cut(sources: Sequence[Source], size: int) -> list[Unit]:
    """Cut sources into units of about so many bytes; those that are packed stay whole."""
    step = max(BLOCK, -(-size // BLOCK) * BLOCK)
    units: list[Unit] = []
    for number, source in enumerate(sources):
        starts = range(0, source.size, step) if source.is_plain else range(1)
        for start in starts:
            end = min(source.size, start + step) if source.is_plain else 0
            units.append(Unit(len(units), number, start, end))
    return units


@record
class Piece:
    """Whole lines, between two line feeds of which the first is not of the text."""

    text: memoryview
    at: int
    """Where in the source its second byte stands."""


class Reader:
    """Reads a unit.

    Args:
        source: that it is of.
        unit: which.
        note: called with the bytes that were read of the source as it lies.
        size: bytes read at a time.
        blocks: hash what is read.
    """

    def __init__(
        self,
        source: Source,
        unit: Unit,
        note: Callable[[int], None],
        size: int = READ,
        blocks: Blocks | None = None,
    ) -> None:
        self.source = source
        self.unit = unit
        self.blocks = blocks or Blocks()
        self.bytes = 0
        """Bytes of the text that are the unit's own."""
        self._note = note
        self._size = size

    def pieces(self) -> Iterator[Piece]:
        """Read lines; a piece is to be let go of before the next one is asked for.

        Raises:
            Refusal: the source cannot be read, or has become shorter.
        """
        if self.source.is_plain:
            with refusing(self.source.shown), open(self.source.path, "rb", buffering=0) as file:
                handle = file.fileno()
                begin = line_start(handle, self.unit.start)
                stop = line_start(handle, self.unit.end)
                yield from self._pieces(self._part(handle, stop), begin - self.unit.start)
                if self.bytes < self.unit.end - self.unit.start:
                    raise self._shorter()
        else:
            flow = Flow(self.source)
            try:
                yield from self._pieces(self._flowing(flow), 0)
            finally:
                flow.close()

    def _part(self, handle: int, stop: int) -> Callable[[memoryview], int]:
        at = self.unit.start

        def read_into(view: memoryview) -> int:
            nonlocal at
            view = view[: max(0, stop - at)]
            if not len(view):
                return 0
            read = os.preadv(handle, [view], at)
            if not read:
                raise self._shorter()
            own = view[: max(0, min(read, self.unit.end - at))]
            self.blocks.take(own)
            self.bytes += len(own)
            self._note(len(own))
            at += read
            return read

        return read_into

    def _shorter(self) -> Refusal:
        return Refusal(f"{self.source.shown} became shorter while it was read; count it again.")

    def _flowing(self, flow: Flow) -> Callable[[memoryview], int]:
        before = 0

        def read_into(view: memoryview) -> int:
            nonlocal before
            read = flow.read_into(view)
            self.blocks.take(view[:read])
            self.bytes += read
            now = flow.at() if self.source.size else before + read
            self._note(now - before)
            before = now
            return read

        return read_into

    def _pieces(self, read_into: Callable[[memoryview], int], skip: int) -> Iterator[Piece]:
        """Read, leaving out the first bytes, which belong to a line of the unit before."""
        buffer = bytearray(2 * self._size + 1)
        buffer[0] = END
        have, at = 1, self.unit.start
        while True:
            if len(buffer) < have + self._size:
                buffer = buffer + bytes(len(buffer))
            read = read_into(memoryview(buffer)[have : have + self._size])
            have += read
            if skip:
                gone = min(skip, have - 1)
                del buffer[1 : 1 + gone]
                skip, have, at = skip - gone, have - gone, at + gone
            if at == 0 and buffer.startswith(BOM, 1, have) and have > len(BOM):
                del buffer[1 : 1 + len(BOM)]
                have, at = have - len(BOM), len(BOM)
            if not read:
                if have > 1:
                    if not _LAST_END.search(buffer, max(0, have - 3), have):
                        buffer[have : have + 1] = b"\n"
                        have += 1
                    yield Piece(memoryview(buffer)[:have], at)
                return
            end = _last_line_end(buffer, have)
            if end > 1:
                yield Piece(memoryview(buffer)[:end], at)
                buffer[1 : 1 + have - end] = buffer[end:have]
                have, at = 1 + have - end, at + end - 1
            if have > LONGEST:
                raise _too_long(self.source, at)


def _too_long(source: Source, at: int) -> Refusal:
    return Refusal(
        f"{source.shown} has a line of more than {LONGEST >> 20} MiB from byte {at + 1:,} on; "
        "break it into shorter ones, for example with fold -s."
    )


def _last_line_end(buffer: bytearray, have: int) -> int:
    """Where the last whole line of what was read ends; 1 if there is none."""
    end = buffer.rfind(b"\n", 1, have) + 1
    if end > 1:
        return end
    found = 1
    for match in _OTHER_ENDS.finditer(buffer, 1, have):
        found = match.end()
    return found


def line_start(handle: int, at: int) -> int:
    """Find where the first line begins at a place or behind it; the end of the file if none does.

    Args:
        handle: of a file that can be read anywhere.
        at: the place; a line begins at 0.
    """
    size = os.fstat(handle).st_size
    if at <= 0 or at >= size:
        return min(max(at, 0), size)
    # From the byte before: a line begins behind a line feed that stands there.
    start, seen = at - 1, b""
    while len(seen) <= LONGEST:
        more = os.pread(handle, READ, start + len(seen))
        if not more:
            return size
        found = more.find(b"\n")
        if found >= 0:
            return start + len(seen) + found + 1
        seen += more
        if other := _OTHER_ENDS.search(seen):
            return start + other.end()
    return size
