"""Symbols of an alphabet as they are shown by themselves: each is seen, and takes place."""

from __future__ import annotations

import unicodedata
from collections.abc import Container

from engine.text.width import EMOJI_STYLE, JOINER, NON_JOINER, cells

DOTTED_CIRCLE = "◌"
"""What Unicode puts a mark on when it stands alone."""

SEEN = {" ": "␣", NON_JOINER: "¦", JOINER: "⁀", EMOJI_STYLE: "◊"}
"""What stands for a symbol that cannot be seen."""


BLANK = "_"
"""What is typed for a blank where one by itself would be lost."""


def typed(text: str, known: Container[str]) -> str:
    """Read symbols as they are shown, where those are not symbols themselves.

    Args:
        text: that was typed.
        known: symbols there are.
    """
    meant = {glyph: symbol for symbol, glyph in SEEN.items()} | {BLANK: " "}
    found = (meant.get(each, each) if each not in known else each for each in text)
    return "".join(found)


def shown(symbol: str) -> str:
    """Return a symbol as something that is seen and takes place on the screen."""
    if symbol in SEEN:
        return SEEN[symbol]
    is_mark = not symbol.isascii() and unicodedata.category(symbol)[0] == "M"
    return DOTTED_CIRCLE + symbol if is_mark or not cells(symbol) else symbol


def standing(text: str) -> str:
    """Return a text that can stand by itself: a mark at its beginning is put on a circle."""
    return shown(text[0]) + text[1:] if text else ""
