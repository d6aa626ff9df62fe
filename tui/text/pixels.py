"""Texts that are read from the back of a room: of several lines, drawn in half blocks.

A pixel of a letter is as many columns wide as half lines high, for a character of a terminal is
about twice as high as it is wide.
"""

from __future__ import annotations

from itertools import zip_longest

from tui.text.fonts import DIGITS, Font

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def can_draw(text: str, font: Font) -> bool:
    """Whether there are pixels for all symbols of a text."""
    return all(letter in font for letter in text)


def height(scale: int, font: Font = DIGITS) -> int:
    """Lines that a text takes whose pixels are so many columns wide."""
    return -(-len(font[" "]) * scale // 2)


def width(text: str, scale: int, font: Font = DIGITS) -> int:
    """Columns that a text takes."""
    return max(0, sum(len(_glyph(letter, font)[0]) + 1 for letter in text) - 1) * scale


def drawn(text: str, scale: int, font: Font = DIGITS) -> list[str]:
    """Draw a text, a line of it each; what there are no pixels for is left blank."""
    glyphs = [_glyph(letter, font) for letter in text]
    rows = [
        " ".join(glyph[y] for glyph in glyphs) for y in range(len(font[" "])) for _ in range(scale)
    ]
    wide = ["".join(pixel * scale for pixel in row) for row in rows]
    pairs = zip_longest(wide[::2], wide[1::2], fillvalue=" " * width(text, scale, font))
    return [
        "".join(HALVES[a != " ", b != " "] for a, b in zip(upper, lower, strict=True))
        for upper, lower in pairs
    ]


def _glyph(letter: str, font: Font) -> tuple[str, ...]:
    return font.get(letter, font[" "])
