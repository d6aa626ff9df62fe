"""Chapters as plain text: for a pipe, a log, or a terminal without a screen; no colour."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from engine.lab.chapter import Chapter, Opened, paragraphs
from engine.lab.exhibit import (
    Bar,
    Bars,
    Exhibit,
    HandRow,
    Line,
    Matrix,
    Note,
    Part,
    Series,
    Table,
    number,
    show,
)
from engine.text.width import cells, pad, wrap

SIGNS = {"good": "✓ ", "bad": "✗ "}
"""What stands before a note in place of a colour."""

SAMPLES = 8
"""Points of a line that are written out."""


def chapter(
    opened: Opened,
    about: Chapter,
    exhibit: Exhibit,
    width: int = 76,
    *,
    is_read_aloud: bool = False,
) -> list[str]:
    """Write a whole chapter: text, figures, code, question and answer.

    Args:
        opened: its controls and its code.
        about: its text.
        exhibit: what it shows.
        width: columns.
        is_read_aloud: whether nothing is drawn that only an eye can read: no rules, no bars.
    """

    def headed(title: str) -> list[str]:
        return heading(title, has_rule=not is_read_aloud)

    return [
        *headed(f"{about.number}. {about.title}"),
        *prose(about.text, width),
        *headed("Exhibit"),
        *(f"{name} = {value or '(empty)'}" for name, value in opened.inputs),
        *([""] if opened.inputs else []),
        *picture(exhibit, width, has_bars=not is_read_aloud),
        *headed("Code"),
        *opened.code.splitlines(),
        *headed("Question"),
        *prose(about.question, width),
        *headed("Answer"),
        *prose(about.answer, width),
    ]


def heading(title: str, *, has_rule: bool = True) -> list[str]:
    """Write a title, underlined if it is to be."""
    return ["", title, *["─" * cells(title)] * has_rule, ""]


def prose(text: str, width: int = 76) -> list[str]:
    """Wrap paragraphs to a width."""
    lines: list[str] = []
    for paragraph in paragraphs(text):
        lines += [*([""] if lines else []), *wrap(paragraph, width)]
    return lines


def picture(exhibit: Exhibit, width: int = 76, *, has_bars: bool = True) -> list[str]:
    """Write all parts of an exhibit, one below the other."""
    lines: list[str] = []
    for part in exhibit.parts:
        lines += [*([""] if lines else []), *_part(part, width, has_bars=has_bars)]
    return lines


def _part(part: Part, width: int, *, has_bars: bool) -> list[str]:
    match part:
        case Note():
            return wrap(SIGNS.get(part.mark, "") + part.text, width)
        case Table():
            return _table(part, width)
        case Bars():
            return _bars(part, width, has_bars=has_bars)
        case Series():
            return _series(part, width)
        case Matrix():
            return _matrix(part, width)
        case HandRow():
            return _hand_row(part, width, has_bars=has_bars)
        case _:
            assert_never(part)


def _grid(rows: Sequence[Sequence[str]], texts: frozenset[int]) -> list[str]:
    """Line up columns: those of text on the left, those of numbers on the right."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            pad(cell, size, i in texts)
            for i, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _table(table: Table, width: int) -> list[str]:
    """Line up a table; texts too long for the width are in lines within their columns."""
    shown = [
        [show(c, col.form) for c, col in zip(row, table.columns, strict=True)] for row in table.rows
    ]
    heads = [_head(column.label) for column in table.columns]
    texts = frozenset(
        i for i in range(len(heads)) if all(isinstance(row[i], str) for row in table.rows)
    )
    top = [list(line) for line in zip_longest(*heads, fillvalue="")]
    longest = _longest([*top, *shown], texts, width)
    lines = [
        list(line)
        for row in shown
        for line in zip_longest(
            *(_lines(c, longest) if i in texts else [c] for i, c in enumerate(row)), fillvalue=""
        )
    ]
    return [*wrap(table.title, width), *_grid([*top, *lines], texts), *_more(table.left_out)]


def _longest(rows: Sequence[Sequence[str]], texts: frozenset[int], width: int) -> int:
    """Columns that each column of text may have where all of them have `width`."""
    sizes = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    room = width - 2 * (len(sizes) - 1)

    def fits(most: int) -> bool:
        return sum(min(s, most) if i in texts else s for i, s in enumerate(sizes)) <= room

    widest = max(sizes, default=0)
    return next((most for most in range(widest, 0, -1) if fits(most)), widest)


def _lines(text: str, width: int) -> list[str]:
    """Break a text if it must be, for that takes its blanks together."""
    return wrap(text, width) if cells(text) > width else [text]


def _more(left_out: int) -> list[str]:
    return [f"… and {left_out:,} more"] if left_out else []


def _head(label: str) -> list[str]:
    """Break a long label into lines, so that a column is not wider than its numbers need."""
    return wrap(label, 14) or [""]


def _bars(bars: Bars, width: int, *, has_bars: bool) -> list[str]:
    top = max([bar.value for bar in bars.bars] + [bar.target or 0 for bar in bars.bars]) or 1
    rows = [[bars.label, bars.value_label, ""]] if bars.label else []
    for bar in bars.bars:
        target = (
            "" if bar.target is None else f"{bars.target_label} {number(bar.target, bars.form)}"
        )
        rows.append([bar.label, number(bar.value, bars.form), target])
    texts = _grid(rows, frozenset({0, 2}))
    size = max(map(cells, texts))
    room = max(10, width - size - 2) if has_bars else 0
    heads, figures = texts[: len(texts) - len(bars.bars)], texts[-len(bars.bars) :]
    lines = [
        f"{pad(text, size, True)}  {'█' * round(room * bar.value / top)}".rstrip()
        for text, bar in zip(figures, bars.bars, strict=True)
    ]
    return [*wrap(bars.title, width), *heads, *lines, *_more(bars.left_out)]


def _hand_row(part: HandRow, width: int, *, has_bars: bool) -> list[str]:
    """Write the row as the hand finds it: where nothing is pressed, nothing is moved."""
    bars = map(Bar, part.symbols, part.probabilities)
    return _bars(Bars(part.title, tuple(bars)), width, has_bars=has_bars)


def _series(series: Series, width: int) -> list[str]:
    lines = wrap(series.title, width)
    if series.style == "points":
        points = sum(len(line.points) for line in series.lines)
        return [*lines, f"{points:,} points; {series.x_label} across, {series.y_label} up"]
    for line in series.lines:
        lines += _line(line, series)
    return [*lines, *(f"{name}: {number(y, series.form)}" for name, y in series.levels)]


def _line(line: Line, series: Series) -> list[str]:
    last = len(line.points) - 1
    if last < 0:
        return [f"{line.name}: no finite point"]
    picked = sorted({last * i // (SAMPLES - 1) for i in range(SAMPLES)})
    rows = [[series.x_label, line.name]]
    rows += [[number(x, "g"), number(y, series.form)] for x, y in (line.points[i] for i in picked)]
    return _grid(rows, frozenset())


def _matrix(matrix: Matrix, width: int) -> list[str]:
    """Write blocks of columns, each as wide as the width allows."""
    size = len(matrix.column_labels)
    written = [number(value, matrix.form) for value in matrix.values]
    widest = max(map(cells, [*written, *matrix.column_labels]))
    label = max(map(cells, matrix.row_labels), default=0)
    most = max(1, (width - label) // (widest + 1))
    # Blocks of about the same size, none of them a mere remainder.
    across = -(-size // -(-size // most)) if size else 1
    lines = wrap(matrix.title, width)
    for start in range(0, size, across):
        block = range(start, min(size, start + across))
        heads = (pad(matrix.column_labels[j], widest, False) for j in block)
        lines += [" " * label + " " + " ".join(heads)]
        for i, name in enumerate(matrix.row_labels):
            row = (pad(written[i * size + j], widest, False) for j in block)
            lines.append(pad(name, label, True) + " " + " ".join(row))
    return [*lines, *_more(matrix.left_out)]
