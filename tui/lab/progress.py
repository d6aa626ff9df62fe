"""How far the reader has come in the lab; remembered from one time to the next."""

from __future__ import annotations

from collections.abc import Callable

from engine.lab import chapters
from engine.protocol import Grade
from tui import storage

MEMORY = "lab"
"""Name under which it is remembered."""


GRADES: tuple[Grade, ...] = ("right", "near", "off")
"""What a guess may come to."""


class Progress:
    """Chapters that were guessed, or seen to the end where there is nothing to guess.

    And the one open last.

    Args:
        remember: keeps something for the next time.
    """

    def __init__(self, remember: Callable[[dict[str, object]], None]) -> None:
        self._remember = remember
        known = [about.name for about in chapters()]
        memory = storage.read_memory().get(MEMORY)
        remembered = memory if isinstance(memory, dict) else {}
        seen, last = remembered.get("seen"), remembered.get("last")
        self.seen = tuple(n for n in seen if n in known) if isinstance(seen, list) else ()
        guesses = remembered.get("guesses")
        graded = guesses.items() if isinstance(guesses, dict) else ()
        self.guesses: dict[str, Grade] = {
            name: grade for name, grade in graded if name in known and grade in GRADES
        }
        """What became of the guess at each chapter's question, the first one alone."""
        self.last: str = last if last in known else known[0]

    def open(self, name: str) -> None:
        """Remember the chapter that is open."""
        self.last = name
        self._write()

    def finish(self, name: str) -> None:
        """Remember that a chapter was seen to its end."""
        if name not in self.seen:
            self.seen = (*self.seen, name)
            self._write()

    def guess(self, name: str, grade: Grade) -> None:
        """Remember what became of a guess; to be shown the answer is none."""
        if name not in self.guesses and grade in GRADES:
            self.guesses[name] = grade
            self._write()

    @property
    def ticked(self) -> tuple[str, ...]:
        """Chapters that are done with, in the order in which they were."""
        return tuple(dict.fromkeys((*self.seen, *self.guesses)))

    def _write(self) -> None:
        mine = {"last": self.last, "seen": list(self.seen), "guesses": self.guesses}
        self._remember({MEMORY: mine})
