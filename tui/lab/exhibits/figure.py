"""The square figure as the lecture plots it, with one of its rows beside it.

Where label and count of every cell have no room side by side, the square has labels only, and the
counts follow below in blocks of columns.
"""

from __future__ import annotations

from engine.lab import Exhibit, Matrix
from tui.lab import parts
from tui.lab.exhibits.flow import stack
from tui.lab.parts.canvas import GAP, Canvas, beside, widest
from tui.lab.parts.matrices import has_counts, in_full
from tui.lab.parts.texts import prose
from tui.text.rows import Row

LEAST = 40
"""Columns that the row's bars need beside the figure."""

COUNTS = "N, with label and count in every cell"


def draw(exhibit: Exhibit, canvas: Canvas) -> list[Row]:
    """Draw the figure, and what is said of one of its rows beside it or below."""
    figure = [part for part in exhibit.parts if isinstance(part, Matrix)]
    others = [part for part in exhibit.parts if not isinstance(part, Matrix)]
    if not figure:
        return stack(others, canvas)
    square = parts.draw(figure[0], canvas)
    room = canvas.width - widest(square) - GAP
    if room < LEAST:
        rows = [*square, (), *stack(others, canvas)]
    else:
        rows = beside(square, stack(others, canvas.narrowed(room)))
    if not exhibit.is_last or has_counts(figure[0], canvas):
        return rows
    return [*rows, (), *prose(COUNTS, canvas.width, "strong"), *in_full(figure[0], canvas)]
