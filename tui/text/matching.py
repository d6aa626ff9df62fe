"""How well what is typed into a list fits a line of it. Pure.

What is called so comes first, then what begins so, what has a word that begins so, what is said to
be so, what holds it somewhere, and last what has its letters in that order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine import record

SPELLINGS = (("isation", "ization"), ("isi", "izi"), ("ise", "ize"), ("colour", "color"))
"""Ways to write the same: a name is found whichever is typed."""

WORD = re.compile(r"[^\W_]+")
PARTS = re.compile(r": | · ")
"""Between what kind of thing it is, its symbol, and its name."""

CALLED, BEGINS, WORD_BEGINS, WORDS_BEGIN = 9.0, 8.0, 7.0, 6.0
"""Of a title."""

SAID_FIRST, SAID, WORDS_SAID = 5.0, 4.0, 3.5
"""Of what is said about it."""

INSIDE, SAID_INSIDE, LOOSE = 3.0, 2.0, 1.0
"""Of either."""

ALSO = 0.25
"""By how much a name that is not to be read comes behind one that is."""

LEAST_INSIDE = 3
"""Letters of what is found in the midst of what is said."""


@record
class Match:
    """A fit."""

    rank: float
    """The higher, the better; 0 is none."""
    at: tuple[tuple[int, int], ...] = ()
    """What fits: beginnings and ends in the title."""
    said_at: tuple[tuple[int, int], ...] = ()
    """The same in what is said about it."""


def match(query: str, title: str, said: str = "", *, is_loose: bool = True) -> Match:
    """Fit what was typed to a title, and to what is said about it.

    Args:
        query: what was typed.
        title: what the line is called, behind its kind and a colon.
        said: what is said about it.
        is_loose: whether its letters in that order are enough.
    """
    typed, name, told = (_plain(text) for text in (query.strip(), title, said))
    if not typed:
        return Match(0.0)
    if found := _titled(typed, name):
        return found
    words = WORD.findall(typed)
    if len(words) > 1 and (spots := _word_by_word(words, name)):
        return Match(WORDS_BEGIN, spots)
    at = _begins_word(typed, told)
    if at >= 0:
        return Match(SAID if at else SAID_FIRST, (), ((at, at + len(typed)),))
    if len(words) > 1 and (spots := _word_by_word(words, f"{name}\n{told}")):
        # The line between is one symbol.
        cut = len(name) + 1
        own = tuple(spot for spot in spots if spot[0] < cut)
        of_said = tuple((start - cut, end - cut) for start, end in spots if start >= cut)
        return Match(WORDS_SAID, own, of_said)
    if (at := name.find(typed)) >= 0:
        return Match(INSIDE, ((at, at + len(typed)),))
    if len(typed) >= LEAST_INSIDE and (at := told.find(typed)) >= 0:
        return Match(SAID_INSIDE, (), ((at, at + len(typed)),))
    if is_loose and (spots := _letter_by_letter(typed, name)):
        return Match(LOOSE / len(spots), spots)
    return Match(0.0)


def _plain(text: str) -> str:
    """Write a text in small letters and one spelling; it stays as long as it was."""
    text = text.lower() if len(text.lower()) == len(text) else text
    for other, usual in SPELLINGS:
        if len(other) == len(usual):
            text = text.replace(other, usual)
    return text


def _titled(typed: str, name: str) -> Match | None:
    """Fit what was typed to a title's parts, and to the words of it."""
    starts = [0, *(part.end() for part in PARTS.finditer(name))]
    ends = [*(part.start() for part in PARTS.finditer(name)), len(name)]
    # The kind of thing is a name, too, but of all that are of it.
    begins = [start for start in starts if name.startswith(typed, start)]
    for start in begins:
        is_whole = any(start + len(typed) == end for end in ends)
        if is_whole and (start or len(starts) == 1):
            return Match(CALLED, ((start, start + len(typed)),))
    if begins:
        rank = BEGINS if begins[-1] or len(starts) == 1 else WORDS_BEGIN
        return Match(rank, ((begins[-1], begins[-1] + len(typed)),))
    if (at := _begins_word(typed, name)) >= 0:
        return Match(WORD_BEGINS, ((at, at + len(typed)),))
    return None


def _begins_word(typed: str, text: str) -> int:
    """Where a word of a text begins so; −1 if none does."""
    at = text.find(typed)
    while at > 0 and text[at - 1].isalnum():
        at = text.find(typed, at + 1)
    return at


def _word_by_word(words: list[str], text: str) -> tuple[tuple[int, int], ...]:
    """Where words of a text begin with these, in whatever order; empty if one is missing."""
    spots = [(_begins_word(word, text), len(word)) for word in words]
    return tuple((at, at + size) for at, size in spots) if min(spots)[0] >= 0 else ()


def _letter_by_letter(typed: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where the letters stand in this order from the beginning of a word on, in few pieces.

    Empty if they do not.
    """
    found = []
    for word in WORD.finditer(text):
        spots: list[tuple[int, int]] = []
        at = word.start() - 1
        for letter in typed.replace(" ", ""):
            at = text.find(letter, at + 1)
            if at < 0 or (not spots and at > word.start()):
                break
            spots.append((at, at + 1))
        else:
            found.append(_joined(spots))
    return min(found, key=len, default=())


def _joined(spots: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join what follows one upon the other: the fewer pieces, the better the fit."""
    joined: list[tuple[int, int]] = []
    for start, end in spots:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)
