"""How far the reader has come in the lab; remembered from one time to the next."""

from __future__ import annotations

from collections.abc import Callable

from engine.lab import chapters
from tui import storage

MEMORY = "lab"
"""Name under which it is remembered."""


class Progress:
    """Chapters seen to the end, and the one open last.

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

    def _write(self) -> None:
        self._remember({MEMORY: {"last": self.last, "seen": list(self.seen)}})
