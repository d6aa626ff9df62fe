"""Tables: columns as wide as they need, heads broken into lines, marked cells set off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from engine.lab.exhibit import Mark, Table, show
from engine.text.width import cells, pad, wrap
from tui.lab.parts.texts import ROLES, SIGNS, prose
from tui.text.rows import Role, Row, Run

_FIGURE = re.compile(r"[−\d.,]*\d(e[−+]?\d+)?|−?infinite|nan|")

HEADS = (16, 11, 8)
"""Widths at which heads are broken, from roomy to cramped."""


def table(part: Table, width: int) -> list[Row]:
    """Draw a table; one that is too wide has a line for each cell instead."""
    rows = [*prose(part.title, width, "strong")]
    for gap in (2, 1):
        for most in HEADS:
            grid = _Grid(part, most, gap)
            if grid.width <= width:
                return [*rows, *grid.rows(), *_more(part)]
    return [*rows, *_records(part, width), *_more(part)]


def _more(part: Table) -> list[Row]:
    return [((f"… and {part.left_out:,} more", "dim"),)] if part.left_out else []


def _written(part: Table) -> list[list[str]]:
    """The cells as text, with the sign of their mark before the first of a run of marked ones."""
    marks = {(i, j): mark for i, j, mark in part.marks}
    lines = []
    for i, row in enumerate(part.rows):
        line = [show(c, column.form) for c, column in zip(row, part.columns, strict=True)]
        for j in range(len(line)):
            mark: Mark = marks.get((i, j), "")
            if mark in SIGNS and marks.get((i, j - 1)) != mark:
                line[j] = f"{SIGNS[mark]} {line[j]}"
        lines.append(line)
    return lines


class _Grid:
    """A table with its heads broken at some width."""

    def __init__(self, part: Table, most: int, gap: int) -> None:
        self._part, self._gap = part, gap
        self._heads = [wrap(column.label, most) or [""] for column in part.columns]
        self._cells = _written(part)
        self._sizes = [
            max(map(cells, [*head, *(line[j] for line in self._cells)]))
            for j, head in enumerate(self._heads)
        ]

    @property
    def width(self) -> int:
        """Columns of the screen it takes."""
        return sum(self._sizes) + self._gap * (len(self._sizes) - 1)

    def rows(self) -> list[Row]:
        """Heads, then cells: text on the left, numbers on the right."""
        part = self._part
        texts = [_is_text(part, j) for j in range(len(self._sizes))]
        marks = {(i, j): ROLES[mark] for i, j, mark in part.marks}
        rows = [
            self._row(line, texts, ["dim"] * len(texts))
            for line in zip_longest(*self._heads, fillvalue="")
        ]
        for i, line in enumerate(self._cells):
            roles = [marks.get((i, j), "plain") for j in range(len(line))]
            rows.append(self._row(line, texts, roles))
        return rows

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


def _records(part: Table, width: int) -> list[Row]:
    """Write each row as lines of `head: cell`."""
    marks = {(i, j): ROLES[mark] for i, j, mark in part.marks}
    rows: list[Row] = []
    for i, line in enumerate(_written(part)):
        for j, (column, text) in enumerate(zip(part.columns, line, strict=True)):
            rows += prose(f"{column.label}: {text}", width, marks.get((i, j), "plain"))
        rows.append(())
    return rows
