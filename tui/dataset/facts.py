"""What is known of the data: figures, a histogram of lengths, and the bigrams by their counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.protocol import DataReport, PartFile, WordsParted, WordsSorted
from engine.text.numbers import number
from engine.text.width import begin, cells
from tui.dataset.words import REPEAT
from tui.text import glyphs
from tui.text.numbers import short
from tui.text.rows import Row, fit
from tui.widgets.lists import RowList

MOST = 0.995
"""Share of the words that the histogram shows length by length; the rest is its last bar."""

WIDEST = 30
"""Columns that a fact and its figure take at most: they are read together."""


def facts(report: DataReport, symbols: Sequence[str], parted: WordsParted, width: int) -> list[Row]:
    """What the file holds and what was cleaned, in lines of so many columns."""
    rows: list[Row] = [
        *_words(report, width),
        *_parts(parted, width),
        _fact("symbols", report.symbols, width),
        *_alphabet(symbols, width),
        _fact("bigrams", report.bigrams, width),
        _fact("table cells", report.nonzero + report.zero, width),
        _fact("· not zero", report.nonzero, width),
        _fact("· zero", report.zero, width),
        _fact("· seen once", report.once, width),
    ]
    rows += _cleaned(report, width)
    return [
        *rows,
        _line("lengths", f"{report.shortest}–{report.longest}", width),
        _line("mean length", number(report.mean_length, ".2f"), width),
    ]


def _words(report: DataReport, width: int) -> Iterator[Row]:
    """How many words there are, and how many of them are the same; or the texts of a table."""
    if (counted := report.counted) is None:
        yield _fact("words", report.words, width)
        yield _fact("different", report.distinct, width)
        yield _fact("repeats " + REPEAT * bool(report.repeats), report.repeats, width)
        return
    yield _fact("texts", counted.texts, width)
    yield _fact("bytes", counted.bytes, width)
    yield _fact(report.unit, report.words, width)


def _parts(parted: WordsParted, width: int) -> Iterator[Row]:
    """The split, the words of each part, and how many of dev and test stand in train, too."""
    if not parted.sizes:
        return
    wide = min(width, WIDEST)
    yield _line("split", fit(parted.split, max(0, wide - 6)).rstrip(), width)
    for part in parted.sizes:
        figures = [f"{part.words:,}"]
        if part.leaks:
            leaks = f"{part.words:,} · {part.leaks:,}"
            figures = [f"{leaks} in train", f"{leaks} {REPEAT}", *figures]
        room = wide - len(part.name) - 1
        yield _line(part.name, next((f for f in figures if len(f) <= room), figures[-1]), width)


def _cleaned(report: DataReport, width: int) -> Iterator[Row]:
    """What was cleaned, in each of several files by the part that it is."""
    for file in report.files or (report,):
        cleaned = {
            "blank lines": file.blank_lines,
            "dropped (.)": file.dropped_words,
            "cut symbols": file.removed_characters,
            "cut columns": file.cut_lines,
            "put in NFC": file.normalized_words,
        }
        part = f"{file.name}: " if isinstance(file, PartFile) else ""
        yield from (_fact(part + name, many, width) for name, many in cleaned.items() if many)


def _fact(name: str, number: int, width: int) -> Row:
    return _line(name, f"{number:,}", width)


def _line(name: str, figure: str, width: int) -> Row:
    wide = min(width, WIDEST)
    return ((fit(name, max(0, wide - len(figure) - 1)) + " ", "dim"), (figure, "plain"))


def _alphabet(symbols: Sequence[str], width: int) -> list[Row]:
    """The symbols themselves, in two lines at most."""
    text = "".join(map(glyphs.shown, symbols[: 4 * width]))
    room = max(1, width - 2)
    if cells(text) <= room:
        return [((f"  {text}", "plain"),)]
    first = begin(text, room)
    second = fit(text[len(first) :] + "…" * (len(symbols) > 4 * width), room)
    return [((f"  {first}", "plain"),), ((f"  {second.rstrip()}", "plain"),)]


def bars(lengths: Sequence[tuple[int, int]], most: int) -> tuple[list[str], list[int]]:
    """Labels and heights of at most so many bars that show how many words have which length.

    One bar for each length, or for each few; the last one takes in the few words that are far
    longer than all others.
    """
    last = _last(lengths)
    first = lengths[0][0]
    size = -(-(last - first + 1) // max(1, most))
    number = (last - first) // size + 1
    values = [0] * number
    for length, words in lengths:
        values[min(number - 1, (length - first) // size)] += words
    labels = [str(first + i * size) for i in range(number)]
    if lengths[-1][0] > first + number * size - 1:
        labels[-1] += "+"
    # As many labels as can be told apart, the last one among them.
    every = -(-(len(labels[-1]) + 1) // min(8, most // number))
    labels = [label if (number - 1 - i) % every == 0 else " " for i, label in enumerate(labels)]
    return labels, values


def _last(lengths: Sequence[tuple[int, int]]) -> int:
    """The length that all but very few words do not go beyond."""
    words = sum(many for _, many in lengths)
    seen = 0
    for length, many in lengths:
        seen += many
        if seen >= MOST * words:
            return length
    return lengths[-1][0]


class BigramList(RowList):
    """Every bigram that was seen with its count, the most frequent first, as the lecture prints."""

    def __init__(self) -> None:
        super().__init__(id="bigrams")
        self.symbols: tuple[str, ...] = ()
        self._sorted: WordsSorted | None = None
        self._cells: Sequence[int] = ()
        self._total = 1

    def take(self, sorted: WordsSorted | None, symbols: tuple[str, ...], total: int) -> None:
        """Show these bigrams, if they are others."""
        if sorted is self._sorted and symbols is self.symbols:
            return
        self._sorted, self.symbols, self._total = sorted, symbols, total
        self._cells = memoryview(sorted.bigrams).cast("I") if sorted else ()
        self.show(len(self._cells) // 3)

    def cell(self, index: int) -> tuple[int, int]:
        """Row and column of the table that a row of the list is about."""
        return self._cells[3 * index], self._cells[3 * index + 1]

    def row(self, index: int, width: int) -> Row:
        """The bigram as Python prints it, its count, and its share where there is room."""
        i, j = self.cell(index)
        count = self._cells[3 * index + 2]
        share = number(count / self._total, "8.2%") if width >= 28 else ""
        name = f"({self.symbols[i]!r}, {self.symbols[j]!r})"
        room = width - len(share) - cells(name) - 1
        figure = f"{count:,}" if len(f"{count:,}") <= room else short(count)
        wide = max(0, width - len(share) - len(figure) - 1)
        return ((fit(name, wide) + " ", "plain"), (figure, "plain"), (share, "dim"))

    def heads(self, width: int) -> Row:
        """What stands above the columns."""
        label = "count   share" if width >= 28 else "count"
        return ((f"{'bigram':<{max(6, width - len(label))}}{label}", "dim"),)
