"""What the two ends of a line say beside commands and events.

They never leave the line: whoever uses an `Attached` sees events and snapshots alone.
"""

from __future__ import annotations

from engine.protocol import Command, Event
from engine.protocol.codec import reader
from engine.records import record


@record
class Patch:
    """Bytes that take the place of others: those from `start` on, cut or filled up with zeros.

    That is to `length`; and from `kept` on they are changed by exclusive or.
    """

    start: int
    length: int
    kept: int
    rest: bytes
    """What they are changed by, as planes: first the first byte of each entry, and so on."""


@record
class Changed:
    """What is different in the snapshot from the one before; see `engine.remote.apart`."""

    fields: tuple[tuple[int, bytes], ...]
    """Number of each, and what it is now, encoded."""
    arrays: tuple[tuple[int, Patch], ...]


@record
class Took:
    """The screen has the snapshot; the next one may come."""


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
FromEngine = Event | Changed | WordsTold | Goodbye

read_from_screen = reader(FromScreen)
read_from_engine = reader(FromEngine)
