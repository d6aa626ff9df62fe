"""Finding words that hold a part, whatever the case of their letters and the marks on them."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Sequence

from engine.words.vocabulary import BOUNDARY

UNMARKED = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
}
"""Letters that Unicode takes for others than those they are written like."""

KEPT = frozenset((0, 7, 8, 9))
"""Combining classes of what is no mark on a letter but a part of it: vowel signs, the Indic dot and
virama, the voicing of kana."""


FEW = 50
"""Symbols that are quicker replaced one after the other than all at once."""


class _Folds(dict[int, str]):
    """What each symbol that was met is folded into, by code point."""

    def __missing__(self, code: int) -> str:
        symbols = unicodedata.normalize("NFD", chr(code).casefold())
        kept = (UNMARKED.get(s, s) for s in symbols if unicodedata.combining(s) in KEPT)
        self[code] = folded = unicodedata.normalize("NFC", "".join(kept))
        return folded


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Fold a text: small letters without the marks on them, ß as ss."""
    if text.isascii():
        return text.lower()
    others = [symbol for symbol in set(text) if _FOLDS[ord(symbol)] != symbol]
    if not others:
        return text
    text = text.casefold()
    marked = [symbol for symbol in set("".join(others).casefold()) if _FOLDS[ord(symbol)] != symbol]
    if len(marked) > FEW:
        return text.translate(_FOLDS)
    for symbol in marked:
        text = text.replace(symbol, _FOLDS[ord(symbol)])
    return text


def holding(part: str, words: Sequence[str], *, is_exact: bool = False) -> list[int]:
    """Positions of the words that hold a part.

    A full stop is the boundary, as in the table of bigrams: `.em` begins a word and `na.` ends one,
    for no word can hold a full stop itself. A part in small letters is found in capitals, too, and
    one without marks in letters that bear them, unless it `is_exact`.
    """
    text = given = "\n".join(words)
    if not is_exact and part == fold(part):
        text = fold(text)
    elif not is_exact and part.islower():
        text = text.lower()
    if part.replace(BOUNDARY, "\n") not in f"\n{text}\n":
        return []
    if text != given:
        words = text.split("\n")
    if BOUNDARY in part:
        return _ending(part, words)
    return [i for i, word in enumerate(words) if part in word]


def _ending(part: str, words: Sequence[str]) -> list[int]:
    """Positions of the words that hold a part with a boundary in it, or more of them."""
    inner = part.strip(BOUNDARY)
    size = len(inner)
    if not inner:
        return list(range(len(words))) if part == BOUNDARY else []
    if part == BOUNDARY + inner:
        return [i for i, word in enumerate(words) if word[:size] == inner]
    if part == inner + BOUNDARY:
        return [i for i, word in enumerate(words) if word[-size:] == inner]
    is_whole = part == f"{BOUNDARY}{inner}{BOUNDARY}"
    return [i for i, word in enumerate(words) if word == inner] if is_whole else []


def spelled(word: str, symbols: Container[str]) -> str:
    """Spell a word in the letters of an alphabet, by another case or without marks; or not at all.

    Whoever types `Emma` where all names are in small letters is told of `emma`.
    """
    if all(symbol in symbols for symbol in word):
        return ""
    ways = (word.lower(), word.upper(), word.title(), fold(word), fold(word).upper())
    return next((way for way in ways if way and all(symbol in symbols for symbol in way)), "")
