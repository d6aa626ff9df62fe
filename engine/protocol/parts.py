"""The parts of a split, word by word: which of them a word is in, and whether it leaks."""

from __future__ import annotations

from typing import Literal

from engine.protocol.settings import PartName
from engine.records import record

PartMark = Literal[PartName, "leak"]
"""What may be said of a word under a split."""

PART_MARKS: dict[PartMark, int] = {"train": 1, "dev": 2, "test": 4, "leak": 8}
"""Bits that say that a word is in a part, and that one of dev or test stands in train, too."""


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
