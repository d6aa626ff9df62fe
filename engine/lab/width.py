"""How many terminal cells a text takes, and how to make it fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def cells(text: str) -> int:
    """Count the terminal cells of a text: wide symbols take two, combining ones none."""
    return sum(map(_cells, text))


def _cells(symbol: str) -> int:
    if symbol.isascii():
        return 1
    if unicodedata.combining(symbol) or unicodedata.category(symbol) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(symbol) in "WF" else 1


def clip(text: str, width: int) -> str:
    """Cut a text to a width, with a mark where something was cut off."""
    if cells(text) <= width:
        return text
    return next(_pieces(text, width - 1)) + "…"


def pad(text: str, width: int, is_left: bool = True) -> str:
    """Fill a text up to a width, on its right or on its left."""
    blanks = " " * (width - cells(text))
    return text + blanks if is_left else blanks + text


def wrap(text: str, width: int) -> list[str]:
    """Break a paragraph into lines at blanks; a word wider than a line is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        for piece in _pieces(word, width):
            if line and cells(line) + 1 + cells(piece) > width:
                lines.append(line)
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
    return [*lines, line] if line else lines


def _pieces(word: str, width: int) -> Iterator[str]:
    start, size = 0, 0
    for at, symbol in enumerate(word):
        size += _cells(symbol)
        if size > width and at > start:
            yield word[start:at]
            start, size = at, _cells(symbol)
    yield word[start:]
