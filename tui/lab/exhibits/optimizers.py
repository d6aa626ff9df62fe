"""The race to the floor: a lane for each optimizer, its gap over its steps, both by powers of ten.

In a chart in common the slow ones would hide the quick ones, and on axes that are not logarithmic
no gap but the first could be told from 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine.lab import Exhibit, Line, Series, Table, number, show
from engine.lab.exhibit import Cell
from engine.text.width import cells, pad
from tui.lab.exhibits.flow import stack
from tui.lab.parts.canvas import Canvas, widest
from tui.lab.parts.strips import strip
from tui.lab.parts.texts import prose
from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN, Axis
from tui.text.numbers import round_powers, short
from tui.text.rows import Row, Run

LEAST, MOST = 12, 72
"""Columns of a strip."""

TALLEST = 4
"""Rows of a strip; it has two at least, for the two gaps beside it."""

FEWEST = 10
"""Steps that there is room for from the beginning."""

BELOW = 0.1
"""How far below the last level a gap is still drawn: that of an exact answer has no logarithm."""

GAP = 2
"""Columns between name, strip and figures."""


def draw(exhibit: Exhibit, canvas: Canvas) -> list[Row]:
    """Draw the lanes, then what is said of them; a canvas too narrow for lanes has tables."""
    series = [part for part in exhibit.parts if isinstance(part, Series)]
    tables = [part for part in exhibit.parts if isinstance(part, Table)]
    rows = lanes(series[0], tables[0], canvas) if series and tables else []
    if not rows:
        return stack(exhibit.parts, canvas)
    others = [part for part in exhibit.parts if not isinstance(part, Series | Table)]
    return [*rows, (), *stack(others, canvas)]


def lanes(gaps: Series, taken: Table, canvas: Canvas) -> list[Row]:
    """Draw a lane for each line; nothing if they have no room."""
    names = max(cells(line.name) for line in gaps.lines)
    names = max(names, *(cells(_now(line, gaps)) for line in gaps.lines))
    figures = [_figures(row, taken, gaps) for row in taken.rows]
    columns = min(MOST, canvas.width - names - widest([r for f in figures for r in f]) - 2 * GAP)
    if columns < LEAST:
        return []
    high = min(TALLEST, max(2, (canvas.height - 4) // len(gaps.lines)))
    across, up = _axes(gaps, columns, high)
    levels = [up.dot(math.log10(y)) for _, y in gaps.levels]
    rows = [*prose(taken.title, canvas.width, "strong")]
    for line, beside in zip(gaps.lines, figures, strict=True):
        dots = [(across.dot(_log(x + 1)), up.dot(_log(y, up.low))) for x, y in line.points]
        curve = strip(dots, levels, columns, high, "curve")
        for i in range(high):
            left = (line.name, _now(line, gaps), *([""] * high))[i]
            name: Run = (pad(left, names) + " " * GAP, "dim" if i else "strong")
            room: Run = (" " * GAP, "plain")
            rows.append((name, *curve[i], room, *(beside[i] if i < len(beside) else ())))
    return [*rows, *_below(gaps, across, columns, names + GAP, canvas.width)]


def _log(value: float, low: float = -math.inf) -> float:
    return math.log10(value) if value > 0 else low


def _axes(gaps: Series, columns: int, high: int) -> tuple[Axis, Axis]:
    steps = max(x for line in gaps.lines for x, _ in line.points)
    most = max(y for line in gaps.lines for _, y in line.points)
    least = min(y for _, y in gaps.levels) * BELOW
    # As far as a round number, so that the lanes stand still for most of the race.
    tens = 10.0 ** math.floor(_log(steps, 0.0))
    end = next(tens * m for m in (1, 2, 5, 10) if steps <= tens * m)
    across = Axis(0.0, math.log10(max(FEWEST, end) + 1), columns * DOTS_ACROSS)
    top = math.log10(max(1.0, most))
    return across, Axis(math.log10(least), top, high * DOTS_DOWN)


def _now(line: Line, gaps: Series) -> str:
    gap = line.points[-1][1]
    return number(gap, gaps.form) if gap else "0"


def _figures(row: Sequence[Cell], taken: Table, gaps: Series) -> list[Row]:
    """What it took to each of the gaps, one below the other."""
    shown = [show(c, column.form) for c, column in zip(row, taken.columns, strict=True)]
    pairs = zip(gaps.levels, shown[1::2], shown[2::2], strict=True)
    return [
        (
            (f"{name} ", "floor"),
            (pad(steps, 6, False), "plain" if steps == "–" else "good"),
            (pad(ms, 8, False) + (" ms" if ms != "–" else "   "), "dim"),
        )
        for (name, _), steps, ms in pairs
    ]


def _below(gaps: Series, across: Axis, columns: int, left: int, width: int) -> list[Row]:
    """The axis of steps, and how to read the strips."""
    axis = [" "] * columns
    for step in round_powers(1.0, max(1.0, 10**across.high - 1), max(2, columns // 7)):
        text, at = short(step), across.dot(math.log10(step + 1)) // DOTS_ACROSS
        start = min(at, columns - len(text))
        if not "".join(axis[max(0, start - 1) : start + len(text) + 1]).strip():
            axis[start : start + len(text)] = text
    row: Row = ((" " * left + "".join(axis), "tick"), (" " * GAP + "steps", "dim"))
    dotted = " and ".join(name for name, _ in gaps.levels)
    read = f"gap up, steps across, both by powers of ten; dotted: {dotted}"
    return [row, *prose(read, width, "dim")]
