"""Figures that are read from the back of a room: digits of several lines, drawn in half blocks.

A digit is 3 by 5 square pixels; a pixel is as many columns wide as half lines high, for a character
of a terminal is about twice as high as it is wide.
"""

from __future__ import annotations

from itertools import zip_longest

FONT: dict[str, tuple[str, ...]] = {
    "0": ("███", "█ █", "█ █", "█ █", "███"),
    "1": (" █ ", "██ ", " █ ", " █ ", "███"),
    "2": ("███", "  █", "███", "█  ", "███"),
    "3": ("███", "  █", "███", "  █", "███"),
    "4": ("█ █", "█ █", "███", "  █", "  █"),
    "5": ("███", "█  ", "███", "  █", "███"),
    "6": ("███", "█  ", "███", "█ █", "███"),
    "7": ("███", "  █", "  █", "  █", "  █"),
    "8": ("███", "█ █", "███", "█ █", "███"),
    "9": ("███", "█ █", "███", "  █", "███"),
    "−": ("   ", "   ", "███", "   ", "   "),
    "–": ("   ", "   ", "███", "   ", "   "),
    "+": ("   ", " █ ", "███", " █ ", "   "),
    ".": (" ", " ", " ", " ", "█"),
    ",": (" ", " ", " ", " ", " "),
    " ": (" ", " ", " ", " ", " "),
    "e": ("   ", "███", "███", "█  ", "███"),
    "k": ("█  ", "█ █", "██ ", "█ █", "█ █"),
    "M": ("█ █", "███", "█ █", "█ █", "█ █"),
    "G": ("███", "█  ", "█ █", "█ █", "███"),
    "∞": ("   ", "███", "█ █", "███", "   "),
}
"""Pixels of what numbers are written with. Thousands are set apart, for a comma looks like a point
from afar."""

PIXELS = 5
"""Height of a digit."""

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def height(scale: int) -> int:
    """Lines that digits take whose pixels are so many columns wide."""
    return -(-PIXELS * scale // 2)


def width(text: str, scale: int) -> int:
    """Columns that a text takes."""
    return max(0, sum(len(_glyph(letter)[0]) + 1 for letter in text) - 1) * scale


def drawn(text: str, scale: int) -> list[str]:
    """Draw a number, a text a line; what there are no pixels for is left blank."""
    rows = [
        " ".join(_glyph(letter)[y] for letter in text) for y in range(PIXELS) for _ in range(scale)
    ]
    wide = ["".join(pixel * scale for pixel in row) for row in rows]
    pairs = zip_longest(wide[::2], wide[1::2], fillvalue=" " * width(text, scale))
    return [
        "".join(HALVES[a != " ", b != " "] for a, b in zip(upper, lower, strict=True))
        for upper, lower in pairs
    ]


def _glyph(letter: str) -> tuple[str, ...]:
    return FONT.get(letter, FONT[" "])
