"""The square figure as the lecture plots it, with one of its rows beside it."""

from __future__ import annotations

from engine.lab import Exhibit, Matrix
from tui import parts
from tui.exhibits.flow import stack
from tui.lines import Row
from tui.parts.canvas import GAP, Canvas, beside, widest

LEAST = 40
"""Columns that the row's bars need beside the figure."""


def draw(exhibit: Exhibit, canvas: Canvas) -> list[Row]:
    """Draw the figure, and what is said of one of its rows beside it or below."""
    figure = [part for part in exhibit.parts if isinstance(part, Matrix)]
    others = [part for part in exhibit.parts if not isinstance(part, Matrix)]
    if not figure:
        return stack(others, canvas)
    square = parts.draw(figure[0], canvas)
    room = canvas.width - widest(square) - GAP
    if room < LEAST:
        return [*square, (), *stack(others, canvas)]
    return beside(square, stack(others, canvas.narrowed(room)))
