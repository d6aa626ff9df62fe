"""Lines of a file made into words: what is kept, changed and left out, counted as it is done.

A word is a line without its end and outer blanks. What comes out of this module is safe to show on
a terminal: no control, bidirectional or other unprintable character is left.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from engine.text.width import EMOJI_STYLE, JOINER, NON_JOINER, is_pictograph
from engine.words.vocabulary import BOUNDARY

RULES = 1
"""Version of the rules by which lines become words: it rises when they give other words."""

CLEANED = (
    "blank_lines",
    "removed_characters",
    "dropped_words",
    "normalized_words",
    "cut_lines",
)
"""What is counted of lines that are no words as they stand, as a report of data has it."""

CHUNK = 1 << 18
"""Characters cleaned between two reports of progress; short enough to keep the screen fluent."""

LINE_ENDS = "\r\v\f\x85\u2028\u2029"
"""What ends a line beside the line feed, and the carriage return before one."""

TAB = "\t"
"""Ends a column: of a table the first column is taken."""

BLANKS = "\t \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
"""What stands between words, by Unicode; control characters do not, so that they are reported."""

_BLANKS = re.compile(f"[{BLANKS}]+")

_JOINERS = re.compile(f"([{JOINER}{NON_JOINER}])[{JOINER}{NON_JOINER}]*")

VIRAMA = 9
"""Combining class of the sign that takes an Indic letter its vowel."""

JOINING_SCRIPTS = {
    "ADLAM", "ARABIC", "CHORASMIAN", "HANIFI", "MANDAIC", "MANICHAEAN", "MONGOLIAN", "NKO",
    "PHAGS-PA", "PSALTER", "SOGDIAN", "SYRIAC",
}  # fmt: skip
"""Scripts whose letters join, as their names in Unicode begin."""


def printable(text: str) -> str:
    """Remove every character that a terminal could take for anything but itself.

    Joiners are not printable, but stay where they shape a word: in a script whose letters join,
    beside the sign that takes an Indic letter its vowel, within an emoji.
    """
    if text.isprintable():
        return text
    if not text.replace(JOINER, "").replace(NON_JOINER, "").isprintable():
        text = "".join(c for c in text if c.isprintable() or c in (JOINER, NON_JOINER))
    return _JOINERS.sub(_kept, text)


def _kept(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    return found[1] * (start > 0 and _shapes(found[1], text[start - 1], text[end : end + 1]))


@lru_cache(maxsize=4096)
def _shapes(joiner: str, before: str, after: str) -> bool:
    """Whether a joiner changes how its neighbours are drawn."""
    if unicodedata.combining(before) == VIRAMA:
        return True
    if _has_joining_letters(before) and _has_joining_letters(after):
        return True
    is_emoji = before == EMOJI_STYLE or is_pictograph(before)
    return (
        joiner == JOINER
        and after != ""
        and (unicodedata.combining(after) == VIRAMA or (is_emoji and is_pictograph(after)))
    )


def _has_joining_letters(symbol: str) -> bool:
    script = unicodedata.name(symbol, "").partition(" ")[0] if symbol else ""
    return script in JOINING_SCRIPTS and unicodedata.category(symbol)[0] in "LM"


def clean(text: str) -> str:
    """Bring text that somebody typed into the form that words of a dataset have."""
    return _composed(_BLANKS.sub(" ", printable(_BLANKS.sub(" ", text))))


def _composed(text: str) -> str:
    """Bring a text to NFC, which may move a sign away from the joiner that it gave a meaning."""
    composed = unicodedata.normalize("NFC", text)
    return composed if composed == text else _composed(printable(composed))


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """Split between lines, a chunk at a time: (characters done, lines)."""
    text = text[: len(text) - last_end(text)]
    ends = [end for end in LINE_ENDS if end in text]
    start = 0
    while start < len(text):
        stop = text.find("\n", start + CHUNK)
        stop = len(text) if stop < 0 else stop
        for end in ends:
            at = text.find(end, start + CHUNK, stop)
            stop = stop if at < 0 else at
        if text.startswith("\n", stop) and text[stop - 1] == "\r":
            stop -= 1
        lines = text[start:stop]
        start = stop + (2 if text.startswith("\r\n", stop) else 1)
        yield stop, lines.replace("\r\n", "\n") if "\r" in ends else lines


def last_end(text: str) -> int:
    """Characters of the line end that a text ends with."""
    return 2 if text.endswith("\r\n") else int(text[-1:] in ("\n", *LINE_ENDS))


def offsets_of(words: Sequence[str], start: int = 0) -> array[int]:
    """Where each word starts in the text of all, and where one more would."""
    return array("I", accumulate(map((1).__add__, map(len, words)), initial=start))


def is_clean(chunk: str, *, is_text: bool = False) -> bool:
    """Whether every line is a word as it stands, or blank: a look at all of them at once."""
    return (
        chunk.replace("\n", "").isprintable()
        and not any(part in chunk for part in ("  ", " \n", "\n "))
        and (is_text or BOUNDARY not in chunk)
        and " " not in (chunk[:1], chunk[-1:])
        and unicodedata.is_normalized("NFC", chunk)
    )


class Cleaner:
    """Turns lines into words, counting what it changes and leaves out.

    Args:
        is_text: whether lines are running text: then a tab is a blank, and a full stop a symbol.
    """

    def __init__(self, *, is_text: bool = False) -> None:
        self.is_text = is_text
        self.parts: list[str] = []
        self.offsets: array[int] = array("I")
        self.seen: set[str] = set()
        self.symbols: set[str] = set()
        self.lengths: Counter[int] = Counter()
        self.blank_lines = self.removed_characters = self.dropped_words = 0
        self.normalized_words = self.cut_lines = 0

    @property
    def number(self) -> int:
        """How many words there are so far."""
        return max(0, len(self.offsets) - 1)

    @property
    def cleaned(self) -> dict[str, int]:
        """What was changed and left out so far, as a report has it."""
        return {name: getattr(self, name) for name in CLEANED}

    def take(self, chunk: str) -> None:
        """Clean some lines."""
        words = self.words(chunk)
        if not words:
            return
        text = "\n".join(words)
        start = self.offsets.pop() if self.offsets else 0
        self.offsets.extend(offsets_of(words, start))
        self.parts.append(text)
        self.seen.update(words)
        # A single word may be as long as a book, and nothing else would run meanwhile.
        for start in range(0, len(text), CHUNK):
            self.symbols.update(text[start : start + CHUNK])
        self.symbols.discard("\n")
        self.lengths.update(map(len, words))

    def words(self, chunk: str) -> list[str]:
        """Make words of lines."""
        for end in LINE_ENDS:
            chunk = chunk.replace(end, "\n")
        lines = chunk.split("\n")
        if not is_clean(chunk, is_text=self.is_text):
            return [word for line in lines if (word := self.word(line))]
        words = list(filter(None, lines))
        self.blank_lines += len(lines) - len(words)
        return words

    def word(self, line: str) -> str:
        """Clean one line; empty if it gives no word."""
        word = line.strip(BLANKS)
        if not word.isprintable() or "  " in word:
            if not self.is_text:
                word, tab, _ = word.partition(TAB)
                self.cut_lines += bool(tab)
            spaced = _BLANKS.sub(" ", word)
            word = printable(spaced)
            self.removed_characters += len(spaced) - len(word)
            word = " ".join(word.split())
        if not word.isascii():
            composed = _composed(word)
            self.normalized_words += composed != word
            word = composed
        if not word:
            self.blank_lines += 1
        elif BOUNDARY in word and not self.is_text:
            self.dropped_words += 1
            return ""
        return word
