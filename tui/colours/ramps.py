"""Colour ramps for matrices: from a level to a colour, a shade and readable text.

Each kind of value has its own ramp, so that views are told apart at a glance, and each ramp is
right for the theme and for the number of colours of the terminal. Values are turned into levels by
`tui.colours.scales`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from engine import record
from tui.colours.depth import Depth
from tui.colours.oklab import contrast, to_hex
from tui.colours.palettes import (
    ANSI_DARK,
    ANSI_LIGHT,
    LOOKS,
    XTERM_DARK,
    XTERM_LIGHT,
    Kind,
    ansi,
    xterm,
)
from tui.colours.paths import walk

T = TypeVar("T")

MOST_LEVELS = 64
"""More levels are not seen, and each one less is fewer cells that change from frame to frame."""

SHADES = " ░▒▓█"
SIGNED_SHADES = "≡=- ░▒█"
"""Negative values are hatched and positive ones shaded: there is no colour to tell them apart."""
ASCII_SHADES = " .:-=+*#%@"
SIGNED_ASCII_SHADES = "%=- .+#"


@record
class Ramp:
    """What each level, from the least value to the greatest, looks like."""

    colours: tuple[str, ...]
    """`#rrggbb` of the background of each level; empty where there is no colour."""
    text_colours: tuple[str, ...]
    """Black or white, whichever is easier to read on the level; empty where there is no colour."""
    glyphs: str
    """The character to fill a cell with: a space where there is colour, else a shade."""
    is_diverging: bool
    """Whether the middle level is zero; the number of levels then is odd."""

    @property
    def count(self) -> int:
        """Number of levels."""
        return len(self.glyphs)

    def text_colour(self, level: int) -> str:
        """Return the colour of text on a level; empty where there is no colour."""
        return self.text_colours[level] if self.text_colours else ""


def _thin(items: tuple[T, ...], count: int, is_odd: bool) -> tuple[T, ...]:
    """Leave out items evenly, never the ends, nor the middle of an odd number."""
    count = max(3 if is_odd else 2, min(count, len(items)))
    count -= is_odd and count % 2 == 0
    return tuple(items[round(i * (len(items) - 1) / (count - 1))] for i in range(count))


def _colours(kind: Kind, dark: bool, depth: Depth, count: int) -> tuple[str, ...]:
    look = LOOKS[kind]
    if depth is Depth.TRUECOLOR:
        return tuple(to_hex(colour) for colour in walk(look, dark, count))
    if depth is Depth.XTERM:
        numbers, name = (XTERM_DARK if dark else XTERM_LIGHT)[kind], xterm
    else:
        numbers, name = (ANSI_DARK if dark else ANSI_LIGHT)[kind], ansi
    return tuple(name(number) for number in _thin(numbers, count, look.is_diverging))


def _shades(is_diverging: bool, is_ascii: bool) -> str:
    if is_diverging:
        return SIGNED_ASCII_SHADES if is_ascii else SIGNED_SHADES
    return ASCII_SHADES if is_ascii else SHADES


def _readable(colour: str) -> str:
    return max("#000000", "#ffffff", key=lambda text: contrast(text, colour))


@lru_cache(maxsize=128)
def ramp(
    kind: Kind,
    dark: bool,
    depth: Depth,
    levels: int = MOST_LEVELS,
    is_ascii: bool = False,
) -> Ramp:
    """Return the ramp of a kind of value, of at most `levels` levels (at least 3).

    On a dark theme low values melt into the dark, on a light theme into the light. `is_ascii`
    matters only where there is no colour.
    """
    is_diverging = LOOKS[kind].is_diverging
    count = max(3, min(levels, MOST_LEVELS))
    if depth is Depth.NONE:
        shades = tuple(_shades(is_diverging, is_ascii))
        return Ramp((), (), "".join(_thin(shades, count, is_diverging)), is_diverging)
    colours = _colours(kind, dark, depth, count)
    texts = tuple(_readable(colour) for colour in colours)
    return Ramp(colours, texts, " " * len(colours), is_diverging)
