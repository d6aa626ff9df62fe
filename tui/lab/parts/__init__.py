"""The drawing layer of the lab: every kind of part of an exhibit as rows of runs.

It knows the plain values of `engine.lab` and nothing of any chapter, so it draws those not yet
written, too.
"""

from __future__ import annotations

from typing import assert_never

from engine.lab import Bars, HandRow, Matrix, Note, Part, Series, Table
from tui.lab.parts import bars, curves, handrow, matrices, tables, texts
from tui.lab.parts.canvas import Canvas
from tui.text.rows import Row

__all__ = ["Canvas", "draw"]


def draw(part: Part, canvas: Canvas) -> list[Row]:
    """Draw a part, no wider than the canvas; nothing is cut off, long texts are wrapped."""
    match part:
        case Note():
            return texts.note(part, canvas.width)
        case Table():
            return tables.table(part, canvas.width)
        case Bars():
            return bars.bars(part, canvas.width)
        case Series():
            return curves.series(part, canvas)
        case Matrix():
            return matrices.matrix(part, canvas)
        case HandRow():
            return handrow.hand_row(part, canvas)
        case _:
            assert_never(part)
