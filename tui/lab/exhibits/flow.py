"""The usual way to draw an exhibit: part after part, tables side by side where they fit."""

from __future__ import annotations

from collections.abc import Sequence

from engine.lab import Bars, Exhibit, Part, Table
from tui.lab import parts
from tui.lab.parts.canvas import GAP, Canvas, beside, widest
from tui.text.rows import Row


def flow(exhibit: Exhibit, canvas: Canvas) -> list[Row]:
    """Draw the parts from top to bottom."""
    return stack(exhibit.parts, canvas)


def stack(drawn: Sequence[Part], canvas: Canvas) -> list[Row]:
    """Draw parts one below the other, but tables beside one another while there is room."""
    rows: list[Row] = []
    last: list[Row] = []
    was_table = False
    for part in drawn:
        block = parts.draw(part, canvas)
        is_table = isinstance(part, Table | Bars)
        if was_table and is_table and widest(last) + GAP + widest(block) <= canvas.width:
            last = beside(last, block)
        else:
            rows += [*last, ()] if last else []
            last = block
        was_table = is_table
    return [*rows, *last]
