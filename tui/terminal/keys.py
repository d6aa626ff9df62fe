"""What comes in from the terminal: keys, and answers to what it was asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.events import CursorPosition, Key
from textual.message import Message

from tui.terminal.asking import ALL_COLOURS, GROUND, TOLD, is_light

ANSWERING = re.compile(
    r"\x1b(?:P[01]?(?:\$[^\x1b]*\x1b?)?|\](?:1(?:1(?:;[^\x07\x1b]*\x1b?)?)?)?)\Z"
)
"""The beginning of an answer, which over a slow line may come in pieces."""

RELEASED = re.compile(r"\x1b\[[0-9:]*;[0-9]*:3(?:;[0-9:]*)?[u~A-HPQRS]")
"""A key is let go of, in kitty's protocol: not asked for, and no second time that it is pressed."""

KINDS_OF_PRESS = re.compile(r"(\x1b\[[0-9:]*;[0-9]*):[12]((?:;[0-9:]*)?[u~A-HPQRS])")
"""A key is pressed, or held: the number that says so is all that Textual cannot read."""

BEGUN = re.compile(r"\x1b(?:\[[0-9;:<?>=]*|P[^\x1b]*\x1b?)?\Z")
"""Perhaps the beginning of something, of which the rest is still to come."""

ALONE = re.compile(r"\x1b(?=[^\x00-\x1a\x1c-\x1f\x7f\[OP]|\Z)")
"""An escape that begins nothing: the key, with another one right behind it."""

PASTE = re.compile(r"(\x1b\[20[01]~)")
"""Where something pasted begins, and where it ends."""


class AllColours(Message):
    """The terminal has 16 million colours."""


class Ground(Message):
    """The terminal has told its background.

    Args:
        is_light: whether dark text is easier to read on it.
    """

    def __init__(self, *, is_light: bool) -> None:
        super().__init__()
        self.is_light = is_light


class KeyParser(XTermParser):
    """Reads as Textual does, but for three things.

    An escape with a letter behind it is these two keys, not the letter with alt: over a slow line
    both arrive at once, and where one leaves a field the letter is meant for what is behind it.

    It takes out the answers to `ASK_COLOUR` and `ASK_GROUND`, which would be taken for typing,
    however late they come and in however many pieces. And of kitty's keys it takes those that are
    let go of for nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = False
        """Whether the answer about how many colours there are may still come."""
        self.awaits_ground = False
        """Whether that about the background may: some terminals have to ask others, and take their
        time."""
        self._held = ""
        self._is_pasting = False

    def feed(self, data: str) -> Iterator[Message]:
        """Parse what has come in."""
        data, self._held = self._held + data, ""
        if self.is_asked and (told := TOLD.search(data)):
            if ALL_COLOURS.search(told[1]):
                yield AllColours()
            data = data[: told.start()] + data[told.end() :]
        if self.awaits_ground and (told := GROUND.search(data)):
            self.awaits_ground = False
            yield Ground(is_light=is_light(told.groups()))
            data = data[: told.start()] + data[told.end() :]
        begun = BEGUN.search(data) or (ANSWERING.search(data) if self._is_waiting else None)
        if begun:
            data, self._held = data[: begun.start()], begun[0]
        for part in PASTE.split(data):
            if PASTE.match(part):
                self._is_pasting = part.endswith("0~")
            if self._is_pasting:
                pieces = [part]
            else:
                pieces = ALONE.split(KINDS_OF_PRESS.sub(r"\1\2", RELEASED.sub("", part)))
            for number, piece in enumerate(pieces):
                if number:
                    yield _escape()
                yield from self._parsed(piece)

    @property
    def _is_waiting(self) -> bool:
        return self.is_asked or self.awaits_ground

    def tick(self) -> Iterator[Message]:
        """Take what has waited for more as it is; an answer that has begun goes on."""
        if self._is_waiting and len(self._held) > 1 and ANSWERING.match(self._held):
            yield from super().tick()
            return
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
