"""Questions to the terminal, asked on its line before anything is drawn there.

All are asked at once, and behind them one that nearly every terminal answers (primary device
attributes, DA1): when that answer is here, what has not been answered will not be.
"""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Sequence
from contextlib import suppress

from engine import record

PATIENCE = 0.3
"""Seconds that all answers together may take."""

ASK_COLOUR = "\x1b[48;2;1;2;3m\x1bP$qm\x1b\\\x1b[0m"
"""Choose one of 16 million colours, and ask which one is chosen (DECRQSS), as xterm names it."""

TOLD = re.compile(r"\x1bP[01]\$r([0-9;:]*)m?(?:\x1b\\|\x9c)")
"""The answer: `1$r` and the parameters of SGR, or `0$r` from who does not know the question."""

ALL_COLOURS = re.compile(r"(?:^|;)48[:;]2[:;](?:0?:)?1[:;]2[:;]3\b")
"""That colour, in the answer."""

VERSION = "\x1b[>0q"
ASK_GROUND = "\x1b]11;?\x1b\\"
"""Ask what colour the background is, as xterm has it (OSC 11)."""

GROUND = re.compile(
    r"\x1b?\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]*"
    r"(?:\x07|\x1b\\|\x9c)"
)
"""The answer: red, green and blue in one to four hexadecimal digits each.

Its escape may have come so long before the rest that it was taken for the key.
"""

AT_ONCE = "\x1b[?2026$p"
KITTY = "\x1b[?u"
WHERE = "\x1b[6n"
LAST = "\x1b[c"

_VERSION = re.compile(r"\x1bP>\|([^\x1b\x9c]*)(?:\x1b\\|\x9c)")
_AT_ONCE = re.compile(r"\x1b\[\?2026;([0-4])\$y")
_KITTY = re.compile(r"\x1b\[\?[0-9]*u")
_WHERE = re.compile(r"\x1b\[[0-9]+;([0-9]+)R")
_LAST = re.compile(r"\x1b\[\?[0-9;]*c")


@record
class Answers:
    """What a terminal has answered."""

    has_answered: bool = False
    """Whether it answers at all."""
    version: str = ""
    """Its name and version, as it calls itself (XTVERSION)."""
    background: tuple[int, int, int] | None = None
    """Red, green and blue behind the text, 0 to 255 (OSC 11)."""
    draws_at_once: bool = False
    """Whether it can be told to show a frame when it is whole (mode 2026)."""
    tells_keys_apart: bool = False
    """Whether it knows kitty's keyboard protocol."""
    has_all_colours: bool | None = None
    """Whether text can have one of 16 million colours (DECRQSS); `None` if it does not say."""
    widths: tuple[int, ...] = ()
    """Columns that each of the symbols takes that it was to write; empty if it does not say."""


def ask(handle: int, symbols: Sequence[str] = (), patience: float = PATIENCE) -> Answers:
    """Ask a terminal what it is; its line is left as it was, and nothing is to be seen of it.

    Args:
        handle: a file descriptor of it.
        symbols: that it is to write, and say how wide they are.
        patience: seconds that the answers may take.

    Raises:
        OSError: it is no terminal, or this process is in its background.
    """
    import termios
    import tty

    if os.tcgetpgrp(handle) != os.getpgrp():
        raise OSError("this process is in the background")
    before = termios.tcgetattr(handle)
    # Where each symbol is written over the one before, at the beginning of the line.
    probes = "".join(f"\r{symbol}{WHERE}" for symbol in symbols)
    questions = VERSION + ASK_GROUND + AT_ONCE + KITTY + ASK_COLOUR + probes
    try:
        tty.setcbreak(handle, termios.TCSANOW)
        os.write(handle, (questions + "\r\x1b[K" + LAST).encode())
        told = _heard(handle, time.monotonic() + patience)
    finally:
        # What comes too late must not be taken for typed.
        with suppress(termios.error):
            termios.tcsetattr(handle, termios.TCSAFLUSH, before)
    return read(told, len(symbols))


def _heard(handle: int, end: float) -> str:
    told = b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([handle], [], [], left)[0]:
            break
        told += os.read(handle, 4096)
        if _LAST.search(told.decode("latin-1")):
            break
    return told.decode("utf-8", "replace")


def read(told: str, symbols: int = 0) -> Answers:
    """Read answers.

    Args:
        told: what came from the terminal.
        symbols: how many it was to write.
    """
    version, back, mode = _VERSION.search(told), GROUND.search(told), _AT_ONCE.search(told)
    colour, columns = TOLD.search(told), _WHERE.findall(told)
    return Answers(
        has_answered=bool(_LAST.search(told)),
        version="".join(filter(str.isprintable, version[1]))[:60] if version else "",
        background=_rgb(back.groups()) if back else None,
        draws_at_once=bool(mode and mode[1] in "123"),
        tells_keys_apart=bool(_KITTY.search(told)),
        has_all_colours=bool(ALL_COLOURS.search(colour[1])) if colour else None,
        widths=tuple(int(each) - 1 for each in columns) if len(columns) == symbols else (),
    )


def _shares(parts: Sequence[str]) -> list[float]:
    """Colours of up to four hexadecimal digits each, brought to 0 to 1."""
    return [int(part, 16) / (16 ** len(part) - 1) for part in parts]


def _rgb(parts: Sequence[str]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * share) for share in _shares(parts))
    return red, green, blue


def is_light(parts: Sequence[str]) -> bool:
    """Whether a colour is a light one, told as red, green and blue in hexadecimal digits."""
    red, green, blue = _shares(parts)
    # Rec. 601, on the values as they are: near enough to how bright it looks.
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
