"""How many columns of a terminal a text takes, and how to make it fit: the one measure there is.

Python's own Unicode data decide, symbol by symbol, as terminals do. That was held against tmux,
xterm, VTE and Konsole: libraries that count a spacing vowel sign as nothing are wrong in all of
them. Of what is drawn as one symbol where it can be (an emoji with its skin tone, a family, a flag)
only the first part takes place. Where terminals differ, the screen tells each symbol its column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

JOINER, NON_JOINER = "\u200d", "\u200c"
"""Between two symbols: drawn together, drawn apart."""

EMOJI_STYLE = "\ufe0f"
"""Behind a symbol that is one of a text and an emoji, too: drawn as the emoji, which is wide."""

MOST = 2
"""Columns of one symbol with its marks; more marks that take a column stand by themselves."""

_JOINING = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]")
"""What makes a text take less, or more, than the sum of its symbols."""

_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"

_TURNED = re.compile(f"[{_RIGHT_TO_LEFT}](?:[^\\S\n]?[{_RIGHT_TO_LEFT}'’\u200c\u200d-])*")
"""Words in a script that runs from right to left, one blank apart."""

LEFT_TO_RIGHT_MARK = "\u200e"


class _Widths(dict[str, int]):
    """Columns of each symbol that was met."""

    def __missing__(self, symbol: str) -> int:
        self[symbol] = width = _width(symbol)
        return width


def _width(symbol: str) -> int:
    category = unicodedata.category(symbol)
    is_jamo = "\u1160" <= symbol <= "\u11ff" or "\ud7b0" <= symbol <= "\ud7ff"
    if is_jamo or category in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if category != "Cn" and unicodedata.east_asian_width(symbol) in "WF" else 1


_WIDTHS = _Widths()


def cells(text: str) -> int:
    """Count the columns of a text: wide symbols take two, combining ones none."""
    if text.isascii() and text.isprintable():
        return len(text)
    if _JOINING.search(text):
        return sum(width for _, _, width in clusters(text))
    return sum(map(_WIDTHS.__getitem__, text))


def clusters(text: str) -> Iterator[tuple[int, int, int]]:
    """Divide a text into what is drawn as one: start, end and columns, 0 to 2, of each."""
    start = size = 0
    for at, symbol in enumerate(text):
        taken = _WIDTHS[symbol]
        if at > start:
            added = _added(text, start, at, size)
            if added is not None:
                size += added
                continue
            yield start, at, size
        start, size = at, taken
    if text:
        yield start, len(text), size


def _added(text: str, start: int, at: int, size: int) -> int | None:
    """Say what a symbol adds to the columns of the cluster before it; None if it begins another."""
    symbol, first, is_second = text[at], text[start], at == start + 1
    taken = _WIDTHS[symbol]
    if symbol == EMOJI_STYLE:
        return int(size == 1 and is_second and first != " ")
    if taken == 0:
        return 0 if size else None
    if unicodedata.category(symbol) == "Mc":
        return taken if size > 0 and size + taken <= MOST else None
    if ord(symbol) in _FLAG_LETTERS:
        return taken if is_second and ord(first) in _FLAG_LETTERS else None
    is_joined = text[at - 1] == JOINER or ord(symbol) in _TONES
    return 0 if is_joined and is_pictograph(symbol) and is_pictograph(first) else None


def is_pictograph(symbol: str) -> bool:
    """Whether a symbol may be an emoji, or the skin tone of one."""
    return unicodedata.category(symbol) == "So" or ord(symbol) in _TONES


def begin(text: str, width: int) -> str:
    """Take as much of a text as has room, no symbol cut in two."""
    if text.isascii():
        return text[: max(0, width)]
    end = 0
    for start, stop, size in clusters(text):
        width -= size
        if width < 0:
            return text[:start]
        end = stop
    return text[:end]


def clip(text: str, width: int) -> str:
    """Cut a text to a width, with a mark where something was cut off."""
    return text if cells(text) <= width else begin(text, width - 1) + "…" * (width > 0)


def pad(text: str, width: int, is_left: bool = True) -> str:
    """Fill a text up to a width, on its right or on its left."""
    blanks = " " * (width - cells(text))
    return text + blanks if is_left else blanks + text


def fit(text: str, width: int) -> str:
    """Cut a text with an ellipsis, or fill it with blanks, to exactly so many columns."""
    if cells(text) > width:
        return pad(begin(text, width - 1), width - 1) + "…" * (width > 0)
    return pad(text, width)


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
    start = size = 0
    for at, _, taken in clusters(word):
        if size + taken > width and at > start:
            yield word[start:at]
            start, size = at, 0
        size += taken
    yield word[start:]


def straight(text: str) -> str:
    """Keep words that run from right to left from turning round what stands beside them.

    A terminal that orders such scripts by itself takes the figures and blanks behind a word into
    the word's direction, unless a mark behind the word says that the line goes on from left to
    right. Others draw nothing for the mark.
    """
    if text.isascii():
        return text
    return _TURNED.sub(_ended, text)


def _ended(found: re.Match[str]) -> str:
    is_marked = found.string.startswith(LEFT_TO_RIGHT_MARK, found.end())
    return found.group() if is_marked else found.group() + LEFT_TO_RIGHT_MARK
