"""Lessons: what can be asked of a chapter of the lab, and what it tells."""

from __future__ import annotations

from typing import Literal

from engine.protocol.exhibit import Exhibit
from engine.records import record

Grade = Literal["right", "near", "off", "shown"]
"""What became of a question: guessed so well, or shown to who did not guess."""


@record
class OpenChapter:
    """Set a chapter of the lab to work, in place of the one that lies open."""

    name: str
    inputs: tuple[tuple[str, str], ...] = ()
    """Controls and their values as text; those left out have their defaults."""
    request: int = 0
    with_pauses: bool = True
    """Whether pictures stand long enough to be followed; if not, the end comes at once."""
    waits: bool = False
    """Whether it waits for a guess before it shows what is to be guessed."""


@record
class CloseChapter:
    """Stop the work of the chapter that lies open."""


@record
class Guess:
    """Answer the question that an exhibit waits with; it goes on in any case."""

    request: int
    """That of the chapter."""
    text: str = ""
    """As it was typed; empty to be shown without a guess."""


@record
class ChapterOpened:
    """A chapter of the lab is set to work; its exhibits follow."""

    request: int
    name: str
    inputs: tuple[tuple[str, str], ...]
    """Each control with the value in force, as text."""
    code: str
    """The chapter's code with the values in force."""
    setup: str
    """What stands before the code in a notebook: from the file of words to the names it uses."""
    has_paused_run: bool = False
    """Whether the main run rests until the chapter is done."""


@record
class ExhibitShown:
    """A chapter has come so far; at most ten a second, and always the last."""

    request: int
    name: str
    exhibit: Exhibit


@record
class Guessed:
    """A guess is held against the truth, or the truth is shown without one."""

    command: Guess
    name: str
    """Of the chapter."""
    grade: Grade
    said: str
    """What was guessed, what is so, and how far apart they are, in sentences."""


@record
class ChapterClosed:
    """A chapter was left before it was done."""

    name: str
