"""Colours for what must stand out of a matrix: the cursor, and the path of a word.

No colour stands out of every ramp: what is far from blue is near to orange. So of a few loud
colours those are taken that are farthest from every colour of the ramp at hand, and the path's is
far from the cursor's, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine import record
from tui.colours.depth import Depth
from tui.colours.oklab import contrast, distance, from_hex
from tui.colours.palettes import ansi, xterm
from tui.colours.ramps import Ramp

_ON_DARK = tuple(map(xterm, (220, 208, 205, 45, 118)))
"""Entries of the 256 colours that shine on dark: yellow, orange, pink, cyan and lime."""
_ON_LIGHT = tuple(map(xterm, (208, 199, 27, 34, 129)))
"""And those that stand out on light: orange, deep pink, blue, green and purple."""
_OF_SIXTEEN = {ansi(number): ansi(number - 8) for number in (11, 9, 13, 14, 10, 12)}
"""Yellow, red, magenta, cyan, green and blue, for both, and the dark one of each."""


@record
class Marks:
    """Backgrounds, `#rrggbb`, and the text on them; all empty where there is no colour."""

    cursor: str = ""
    cursor_text: str = ""
    path: str = ""
    path_text: str = ""


@lru_cache(maxsize=64)
def marks_for(ramp: Ramp, dark: bool, depth: Depth) -> Marks:
    """Choose the colours that stand out of a ramp."""
    if not ramp.colours:
        return Marks()
    loud = _free(ramp) if depth is Depth.ANSI else _ON_DARK if dark else _ON_LIGHT
    cursor = max(loud, key=lambda colour: apart(colour, ramp.colours))
    path = max(loud, key=lambda colour: min(apart(colour, ramp.colours), apart(colour, [cursor])))
    return Marks(cursor, _readable(cursor), path, _readable(path))


def _free(ramp: Ramp) -> Sequence[str]:
    """Those of the 16 colours whose hue the ramp leaves free.

    What they look like is up to the terminal, but a hue stays a hue.
    """
    pairs = _OF_SIXTEEN.items()
    return [colour for colour, dim in pairs if not {colour, dim} & {*ramp.colours}]


def apart(colour: str, others: Iterable[str]) -> float:
    """Return how far a colour is from the nearest of others, in OKLab."""
    return min(distance(from_hex(colour), from_hex(other)) for other in others)


def _readable(colour: str) -> str:
    return max("#000000", "#ffffff", key=lambda text: contrast(text, colour))
