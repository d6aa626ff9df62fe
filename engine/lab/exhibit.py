"""What a chapter shows, and how it is made: numbers as text, heads of columns, nested lists."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol.exhibit import (
    Bar,
    Bars,
    Cell,
    Column,
    Exhibit,
    HandRow,
    Line,
    Mark,
    Matrix,
    Note,
    Part,
    Series,
    Table,
)
from engine.text import numbers

__all__ = [
    "Bar",
    "Bars",
    "Cell",
    "Column",
    "Exhibit",
    "HandRow",
    "Line",
    "Mark",
    "Matrix",
    "Note",
    "Part",
    "Series",
    "Table",
    "columns",
    "matrix",
    "number",
    "show",
]


def number(value: float, form: str = "") -> str:
    """Write a number: a real minus sign, thousands set apart, infinity in a word."""
    default = "," if isinstance(value, int) else ".4f"
    return numbers.number(value, form or default, infinite="infinite")


def show(cell: Cell, form: str = "") -> str:
    """Write a cell of a table."""
    return cell if isinstance(cell, str) else number(cell, form)


def columns(*heads: str) -> tuple[Column, ...]:
    """Make heads of columns from `label` or `label|format`."""
    return tuple(Column(*head.split("|")) for head in heads)


def matrix(
    title: str,
    rows: Sequence[str],
    across: Sequence[str],
    values: Sequence[Sequence[float]],
    form: str = ".2f",
    *,
    is_signed: bool = False,
    has_bigrams: bool = False,
    left_out: int = 0,
) -> Matrix:
    """Make a matrix from nested lists."""
    flat = tuple(value for row in values for value in row)
    return Matrix(title, tuple(rows), tuple(across), flat, form, is_signed, has_bigrams, left_out)
