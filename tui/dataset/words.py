"""The list of words: each with its length, its NLL and its number, as far as there is room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from textual.content import Content

from engine import Words, record
from engine.protocol import PART_MARKS, Refusal, WordsParted, WordsRanked, WordsSorted
from engine.text.numbers import number as written
from engine.text.width import begin, cells, pad
from tui.commands import BY_ID
from tui.text import glyphs
from tui.text.numbers import short
from tui.text.rows import Role, Row, Run, fit, spaced
from tui.widgets.lists import RowList
from tui.widgets.pane import link

REPEAT = "″"
"""Stands behind a word that is further up in the file already: the same again."""

UNREADABLE = "…"
"""Stands for a word that cannot be read any more; a filter says why."""

PART = 2
"""Columns of the part that a word is in."""

MODELS: dict[str, Role] = {"": "dim", "counts": "counts", "network": "network"}
"""Names of the models, and the roles that the theme gives their colours."""

LEAST_WORD = 12
"""Columns of the word that no further column may take from it."""


@record
class Columns:
    """How many columns of the screen each column of the list takes; 0 if it is left out."""

    word: int
    part: int
    length: int
    nll: int
    number: int


def columns(width: int, words: int, longest: int, *, has_parts: bool = False) -> Columns:
    """Share out so many columns for so many words, none of more than so many columns itself."""
    nll = 6 if width >= 13 else 0
    left = width - nll
    part = PART if has_parts and left >= LEAST_WORD else 0
    left -= part
    length = max(4, len(str(longest)) + 1)
    length = length if left - length >= LEAST_WORD else 0
    left -= length
    place = max(4, len(str(words)) + 1)
    place = place if left - place >= LEAST_WORD else 0
    # Figures are read beside their word, not at the far end of a large screen.
    word = min(max(0, left - place), max(2 * LEAST_WORD, longest + 2))
    return Columns(word, part, length, nll, place)


def nll_text(nll: float) -> str:
    """An NLL in five characters."""
    if not math.isfinite(nll):
        return "    ∞"
    if nll >= 1e5:
        return written(nll, ".0e")
    decimals = 3 if nll < 10 else 2 if nll < 100 else 1 if nll < 1000 else 0
    return written(nll, f"5.{decimals}f")[:5]


class WordList(RowList):
    """The words in some order, all of them or those that were found."""

    def __init__(self) -> None:
        super().__init__(id="words")
        self.words = Words.of(())
        self.numbers: Sequence[int] | None = None
        """Numbers of the words in the order in which they are shown; `None` for all as they are."""
        self.longest = 0
        """Columns of the longest word, or more."""
        self.repeats = b""
        self.marks = b""
        """The parts that each word is in, as in `WordsParted`."""
        self._ranked: WordsRanked | None = None
        self._nll: Sequence[float] | None = None

    def begin(self, words: Words, longest: int) -> None:
        """Take other words, of no more than so many columns; none are shown until it is said."""
        self.words, self.longest, self.numbers = words, longest, None
        self.mark(None, None, WordsParted())
        self.show(0)

    def take(self, words: Words) -> bool:
        """Take as many words of which more are known; whether they are other ones."""
        is_new, self.words = words is not self.words, words
        return is_new

    def mark(
        self, ranked: WordsRanked | None, sorted: WordsSorted | None, parted: WordsParted
    ) -> bool:
        """Take over what is known of each word; whether anything is new."""
        repeats, marks = sorted.repeats if sorted else b"", parted.marks
        if ranked is self._ranked and repeats is self.repeats and marks is self.marks:
            return False
        self._ranked, self.repeats, self.marks = ranked, repeats, marks
        self._nll = memoryview(ranked.nll).cast("f") if ranked else None
        return True

    @property
    def model_name(self) -> str:
        """The model whose NLL is shown; empty while there is none."""
        if self._ranked is None:
            return ""
        return "counts" if self._ranked.command.model == "counts" else "network"

    def number(self, index: int) -> int:
        """Number of the word in a row."""
        return index if self.numbers is None else self.numbers[index]

    def word(self, index: int) -> str:
        """The word in a row."""
        return self._read(self.number(index))

    def _read(self, number: int) -> str:
        """A word by its number; an ellipsis if it was in a file that has changed since."""
        try:
            return self.words[number]
        except Refusal:
            return UNREADABLE

    def row(self, index: int, width: int) -> Row:
        """A word and what is known of it."""
        number = self.number(index)
        word = self._read(number)
        if self.is_on_stage:
            return [(fit(f" {spaced(begin(word, width))}", width), "strong")]
        is_repeat = bool(self.repeats) and bool(self.repeats[number])
        given = self._columns(width)
        row = _word(word, given.word, is_repeat)
        if given.part:
            row.append(part(self.marks[number]))
        if given.length:
            row.append((f"{len(word):>{given.length}}", "dim"))
        if given.nll:
            text = nll_text(self._nll[number]) if self._nll is not None else ""
            row.append((f"{text:>6}", "plain"))
        if given.number:
            row.append((f"{number + 1:>{given.number}}", "dim"))
        return row

    def heads(self, width: int) -> Row:
        """What stands above the columns; a click puts the words in that order."""
        given = self._columns(width)
        # Without a column of lengths between, the label may reach over the words.
        label = "NLL" if given.length else f"NLL {self.model_name}".rstrip()
        wide = max(given.nll, len(label)) if given.nll else 0
        word = fit("word", given.word + given.part + given.nll - wide)
        row: list[Run] = [(word, "dim", "order_by('word')")]
        if given.length:
            row.append((f"{'len':>{given.length}}", "dim", "order_by('length')"))
        if given.nll:
            role = MODELS[self.model_name]
            row.append((f"{label:>{wide}}", role, "order_by('nll')"))
        if given.number:
            row.append((f"{'no.':>{given.number}}", "dim", "order_by('number')"))
        return row

    def _columns(self, width: int) -> Columns:
        has_parts = bool(self.marks)
        return columns(width, len(self.words), self.longest, has_parts=has_parts)


def part(mark: int) -> Run:
    """The part that a word is in, in two columns: `d` is dev, `t` test, nothing the large train.

    A repeat of a word of train is marked as one: it leaks.
    """
    is_leak = bool(mark & PART_MARKS["leak"])
    letter = "t" if mark & PART_MARKS["test"] else "d" if mark & PART_MARKS["dev"] else ""
    return (f"{letter + REPEAT * is_leak:<{PART}}", "warn" if is_leak else "dim")


def counted(found: int, words: int, order: str, width: int) -> str:
    """How many words are shown, of how many, in which order, in so many columns."""
    numbers = [f"{found:,} of {words:,}", f"{found:,}/{short(words)}", f"{short(found)}"]
    if found == words:
        numbers = [f"{words:,}", short(words)]
    brief = order.removesuffix(" first").removesuffix(" order")
    texts = [f"{number} · {text}" for number in numbers for text in (order, brief)]
    return next((text for text in texts if len(text) <= width), texts[-1])


def with_turn(title: Content, keys: Mapping[str, str], room: int, *, has_facts: bool) -> Content:
    """The title, and where there is room the way between words and facts, which take turns."""
    turn = f"{BY_ID['facts'].key_in(keys)} {'words' if has_facts else 'facts'}"
    is_told = len(title) + len(turn) + 2 <= room
    return title + "  " + link(turn, "facts") if is_told else title


def _word(word: str, width: int, is_repeat: bool) -> list[Run]:
    """A word, marked if it is a repeat, in so many columns; the last one stays free."""
    room = max(0, width - 1)
    # A word of ten thousand symbols need not be measured as a whole.
    text = glyphs.standing(begin(word, width + 1))
    if not is_repeat:
        return [(pad(fit(text, room), width), "plain")]
    shown = fit(text, room).rstrip()
    return [(shown, "plain"), (pad(REPEAT, width - cells(shown)), "dim")]
