"""The parts of a split, word by word: which of them a word is in, and whether it leaks."""

from __future__ import annotations

from typing import Literal

from engine.protocol.settings import PartName
from engine.records import record

PartMark = Literal[PartName, "leak"]
"""What may be said of a word under a split."""

PART_MARKS: dict[PartMark, int] = {"train": 1, "dev": 2, "test": 4, "leak": 8}
"""Bits that say that a word is in a part, and that one of dev or test stands in train, too."""

_ALL = sum(PART_MARKS.values())


@record
class WordsParted:
    """What is trained on is parted by another split than before."""

    split: str = "none"
    marks: bytes = b""
    """One byte a word in the order of the file, a sum of `PART_MARKS`; empty without a split.

    A word is in two parts where dev is test itself, as in makemore.py.
    """

    def number(self, *marks: PartMark) -> int:
        """How many words bear all of some marks."""
        wanted = sum(PART_MARKS[mark] for mark in marks)
        return sum(self.marks.count(b) for b in range(_ALL + 1) if b & wanted == wanted)
