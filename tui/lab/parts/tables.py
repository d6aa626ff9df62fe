"""Tables: columns as wide as they need, heads broken into lines, marked cells set off.

Heads stand on the column that they are of: their last line is the lowest. One that is over two
columns, such as `P.sum(1): row` before `column`, so comes to stand above both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest

from engine.lab.exhibit import Mark, Table, show
from engine.text.width import cells, pad, wrap
from tui.lab.parts.texts import ROLES, SIGNS, prose
from tui.text.rows import Role, Row, Run

_FIGURE = re.compile(r"[−\d.,]*\d(e[−+]?\d+)?|−?infinite|nan|")

HEADS = (16, 11, 8)
"""Widths at which heads are broken, from roomy to cramped."""


LEAST = 16
"""Columns that a text must have to be broken into lines within its column."""


def table(part: Table, width: int) -> list[Row]:
    """Draw a table; one too wide has its longest text in lines, or else comes in bands of columns.

    Where a band would hold a single column there is a line for each cell instead.
    """
    rows = [*prose(part.title, width, "strong")]
    for gap in (2, 1):
        for most in HEADS:
            grid = _Grid(part, most, gap)
            if grid.width <= width:
                return [*rows, *grid.rows(), *_more(part)]
    grid = _Grid(part, HEADS[0], 2)
    if grid.narrow(width):
        return [*rows, *grid.rows(), *_more(part)]
    return [*rows, *(_bands(part, width) or _records(part, width)), *_more(part)]


def _more(part: Table) -> list[Row]:
    return [((f"… and {part.left_out:,} more", "dim"),)] if part.left_out else []


def _written(part: Table) -> list[list[str]]:
    """The cells as text, with the sign of their mark before the first of a run of marked ones.

    Texts of a column in which one bears a sign begin behind it, all of them.
    """
    marks = {(i, j): mark for i, j, mark in part.marks}
    lines = []
    for i, row in enumerate(part.rows):
        line = [show(c, column.form) for c, column in zip(row, part.columns, strict=True)]
        signs = [_sign(marks, i, j) for j in range(len(line))]
        lines.append([sign + text for sign, text in zip(signs, line, strict=True)])
    for j in range(len(part.columns)):
        signs = [_sign(marks, i, j) for i in range(len(lines))]
        if any(signs) and _is_text(part, j):
            for line, sign in zip(lines, signs, strict=True):
                line[j] = line[j] if sign else f"{' ' * max(map(cells, signs))}{line[j]}"
    return lines


def _sign(marks: Mapping[tuple[int, int], Mark], i: int, j: int) -> str:
    mark: Mark = marks.get((i, j), "")
    return f"{SIGNS[mark]} " if mark in SIGNS and marks.get((i, j - 1)) != mark else ""


class _Grid:
    """A table with its heads broken at some width."""

    def __init__(self, part: Table, most: int, gap: int) -> None:
        self._part, self._gap = part, gap
        self._heads = [wrap(column.label, most) or [""] for column in part.columns]
        self._cells = [[[text] for text in line] for line in _written(part)]
        self._measure()

    def _measure(self) -> None:
        self._sizes = [
            max(map(cells, [*head, *(text for line in self._cells for text in line[j])]), default=0)
            for j, head in enumerate(self._heads)
        ]

    @property
    def width(self) -> int:
        """Columns of the screen it takes."""
        return sum(self._sizes) + self._gap * (len(self._sizes) - 1)

    def narrow(self, width: int) -> bool:
        """Break the texts of the widest column into lines; whether it fits so."""
        j = max(range(len(self._sizes)), key=self._sizes.__getitem__)
        room = self._sizes[j] - (self.width - width)
        if room < LEAST or not _is_text(self._part, j):
            return False
        for line in self._cells:
            line[j] = wrap(line[j][0], room)
        self._measure()
        return self.width <= width

    def rows(self) -> list[Row]:
        """Heads, then cells: text on the left, numbers on the right."""
        part = self._part
        texts = [_is_text(part, j) for j in range(len(self._sizes))]
        marks = {(i, j): ROLES[mark] for i, j, mark in part.marks}
        deep = max(map(len, self._heads), default=0)
        heads = [[""] * (deep - len(head)) + head for head in self._heads]
        rows = self._lines(heads, texts, ["dim"] * len(texts))
        for i, line in enumerate(self._cells):
            roles = [marks.get((i, j), "plain") for j in range(len(line))]
            rows += self._lines(line, texts, roles)
        return rows

    def _lines(
        self, columns: Sequence[Sequence[str]], texts: Sequence[bool], roles: Sequence[Role]
    ) -> list[Row]:
        return [self._row(line, texts, roles) for line in zip_longest(*columns, fillvalue="")]

    def _row(self, line: Sequence[str], texts: Sequence[bool], roles: Sequence[Role]) -> Row:
        runs: list[Run] = []
        for j, (text, size) in enumerate(zip(line, self._sizes, strict=True)):
            gap = " " * self._gap if j else ""
            runs.append((gap + pad(text, size, texts[j]), roles[j]))
        return tuple(runs)


def _is_text(part: Table, column: int) -> bool:
    """Whether a column stands on the left: it holds something that is no figure."""
    shown = [row[column] for row in part.rows]
    return any(isinstance(cell, str) and not _FIGURE.fullmatch(cell) for cell in shown)


def _bands(part: Table, width: int) -> list[Row]:
    """Draw some of the columns below the others, the first one before all; nothing if few fit."""
    others = range(1, len(part.columns))
    for most in range(len(others) - 1, 1, -1):
        # As many in each band as in the others, or one less.
        count = -(-len(others) // most)
        size = -(-len(others) // count)
        bands = [(0, *others[at : at + size]) for at in range(0, len(others), size)]
        grids = [_Grid(_columns_of(part, band), HEADS[0], 2) for band in bands]
        if all(grid.width <= width for grid in grids):
            return [row for i, grid in enumerate(grids) for row in [*[()] * (i > 0), *grid.rows()]]
    return []


def _columns_of(part: Table, chosen: Sequence[int]) -> Table:
    """Give some columns of a table."""
    return replace(
        part,
        columns=tuple(part.columns[j] for j in chosen),
        rows=tuple(tuple(row[j] for j in chosen) for row in part.rows),
        marks=tuple((i, chosen.index(j), mark) for i, j, mark in part.marks if j in chosen),
    )


def _records(part: Table, width: int) -> list[Row]:
    """Write each row as lines of `head: cell`."""
    marks = {(i, j): ROLES[mark] for i, j, mark in part.marks}
    rows: list[Row] = []
    for i, line in enumerate(_written(part)):
        for j, (column, text) in enumerate(zip(part.columns, line, strict=True)):
            rows += prose(f"{column.label}: {text.strip()}", width, marks.get((i, j), "plain"))
        rows.append(())
    return rows
