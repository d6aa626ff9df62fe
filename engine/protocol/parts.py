"""The parts of a split: their files, and word by word which of them it is in, and if it leaks."""

from __future__ import annotations

from typing import Literal

from engine.protocol.settings import PartName
from engine.records import record

PartMark = Literal[PartName, "leak"]
"""What may be said of a word under a split."""

PART_MARKS: dict[PartMark, int] = {"train": 1, "dev": 2, "test": 4, "leak": 8}
"""Bits that say that a word is in a part, and that one of dev or test stands in train, too."""


@record
class PartFile:
    """A file that holds the words of a part, and what was done to it on the way."""

    name: PartName
    """The part."""
    source: str
    """Its path, cleaned for display."""
    words: int
    blank_lines: int = 0
    removed_characters: int = 0
    """Control, bidirectional and other unprintable characters taken out of words."""
    dropped_words: int = 0
    """Words left out because they contain the boundary symbol."""
    normalized_words: int = 0
    """Words whose symbols were written in another way and brought to NFC."""
    cut_lines: int = 0
    """Lines of several columns, of which the first one was taken."""


@record
class PartSize:
    """How large a part is."""

    name: PartName
    words: int
    leaks: int
    """Words of dev or test that stand in train, too."""


@record
class WordsParted:
    """What is trained on is parted by another split than before."""

    split: str = "none"
    marks: bytes = b""
    """One byte a word in the order of the file, a sum of `PART_MARKS`; empty without a split.

    A word is in two parts where dev is test itself, as in makemore.py.
    """
    sizes: tuple[PartSize, ...] = ()
    """Train first, then dev and test if they exist."""
