"""What comes in from the terminal: keys, and answers to what it was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.events import CursorPosition, Key
from textual.message import Message

from tui.terminal.asking import ALL_COLOURS, TOLD

BEGUN = re.compile(r"\x1b(?:\[[0-9;]*|P[^\x1b]*\x1b?)?\Z")
"""Perhaps the beginning of something, of which the rest is still to come."""

ALONE = re.compile(r"\x1b(?=[^\x00-\x1a\x1c-\x1f\x7f\[OP]|\Z)")
"""An escape that begins nothing: the key, with another one right behind it."""

PASTE = re.compile(r"(\x1b\[20[01]~)")
"""Where something pasted begins, and where it ends."""


class AllColours(Message):
    """The terminal has 16 million colours."""


class KeyParser(XTermParser):
    """Reads as Textual does, but for two things.

    An escape with a letter behind it is these two keys, not the letter with alt: over a slow line
    both arrive at once, and where one leaves a field the letter is meant for what is behind it.

    And it takes out the answer to `ASK_COLOUR`, which would be taken for typing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = False
        """Whether the answer about colours may still come."""
        self._held = ""
        self._is_pasting = False

    def feed(self, data: str) -> Iterator[Message]:
        """Parse what has come in."""
        data, self._held = self._held + data, ""
        if self.is_asked and (told := TOLD.search(data)):
            self.is_asked = False
            if ALL_COLOURS.search(told[1]):
                yield AllColours()
            data = data[: told.start()] + data[told.end() :]
        if begun := BEGUN.search(data):
            data, self._held = data[: begun.start()], begun[0]
        for part in PASTE.split(data):
            if PASTE.match(part):
                self._is_pasting = part.endswith("0~")
            pieces = [part] if self._is_pasting else ALONE.split(part)
            for number, piece in enumerate(pieces):
                if number:
                    yield _escape()
                yield from self._parsed(piece)

    def tick(self) -> Iterator[Message]:
        """Take what has waited for more as it is."""
        held, self._held = self._held, ""
        if held == "\x1b":
            yield _escape()
        else:
            yield from self._parsed(held)
        yield from super().tick()

    def _parsed(self, data: str) -> Iterator[Message]:
        for message in super().feed(data) if data else ():
            if isinstance(message, CursorPosition):
                # It was asked afterwards, so the other answer does not come any more.
                self.is_asked = False
            yield message

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterator[Key]:
        if alt:
            yield _escape()
        yield from super()._sequence_to_key_events(sequence)


def _escape() -> Key:
    return Key("escape", "\x1b")
