"""What the two ends of a line say beside commands and events.

They never leave the line: whoever uses an `Attached` sees events and snapshots alone.
"""

from __future__ import annotations

from engine.protocol import Command
from engine.protocol.codec import News, reader
from engine.records import record


@record
class Patch:
    """Bytes that take the place of others: how they are made of these."""

    start: int
    """Where they lie in the old ones."""
    length: int
    kept: int
    """How many are the same, from there on."""
    rest: bytes
    """What the others are changed by with exclusive or if they are cells, and else what they are;
    as planes: first the first byte of each entry, then all second ones, and so on."""


@record
class Changed:
    """What is different in the snapshot from the one before, over a slow line.

    See `engine.remote.apart`. On the same machine snapshots go whole: there a hundred thousand
    bytes take less time than to find out which of them have changed.
    """

    fields: tuple[tuple[int, bytes], ...]
    """Number of each, and what it is now, encoded."""
    arrays: tuple[tuple[int, Patch], ...]


@record
class Piece:
    """Of an answer so long that it would keep snapshots waiting on a slow line."""

    data: bytes
    is_last: bool


@record
class Took:
    """The screen has a snapshot, or a piece; the next one may come."""


@record
class TellWords:
    """The screen wants so many words, from one on."""

    sha256: str
    """Of the data, as in their report."""
    first: int
    number: int


@record
class WordsTold:
    """Words, joined by line feeds; fewer than were asked for where there are no more."""

    sha256: str
    first: int
    number: int
    text: str


@record
class Goodbye:
    """The engine ends."""

    reason: str
    """A sentence."""


FromScreen = Command | Took | TellWords
FromEngine = News | Changed | Piece | WordsTold | Goodbye

read_from_screen = reader(FromScreen)
read_from_engine = reader(FromEngine)
