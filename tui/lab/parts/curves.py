"""Series: lines and clouds of points as charts, named where they end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from engine.lab.exhibit import Line, Series, number
from engine.text.width import cells
from tui.lab.parts.canvas import Canvas
from tui.lab.parts.texts import prose
from tui.plot import door as plots
from tui.plot.chart import Sheet
from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN, Axis, Plan
from tui.text.numbers import alike, round_values, scale_values
from tui.text.rows import ChartRole as ChartRole
from tui.text.rows import Role, Row, Run

Curve = tuple[ChartRole, tuple[tuple[int, int], ...]]

WIDEST, LEAST, HIGHEST = 84, 6, 16
"""Columns, and rows, of a chart."""

ROLES: tuple[ChartRole, ...] = ("curve", "marker", "bar", "label")
"""Roles of the first, the second … line in a chart."""

LOOKS: dict[Role, Role] = {"marker": "counts"}
"""How some of them look here: in many themes a change of a setting has the colour of the curve."""


def series(part: Series, canvas: Canvas) -> list[Row]:
    """Draw a chart with its names and latest values below."""
    head = prose(part.title, canvas.width, "strong")
    plan = _plan(part, canvas)
    if plan is None:
        return [*head, (("no finite point to draw", "dim"),)]
    sheet = Sheet(plots.draw_plan(plan, is_scatter=part.style == "points"))
    if len(part.lines) > 1:
        _name_lines(sheet, plan, part)
    rows = [_recoloured(line) for line in sheet.chart().lines]
    return [*head, *_axes(part, canvas.width), *rows, *_legend(part, canvas.width)]


def _recoloured(line: Row) -> Row:
    """Give the second line its own colour."""
    return tuple((run[0], LOOKS.get(run[1], run[1])) for run in line)


def _axes(part: Series, width: int) -> list[Row]:
    return prose(f"{part.y_label} up, {part.x_label} across", width, "dim")


def _plan(part: Series, canvas: Canvas) -> Plan | None:
    points = [p for line in part.lines for p in line.points if all(map(math.isfinite, p))]
    if not points:
        return None
    levels = [y for _, y in part.levels if math.isfinite(y)]
    x_low, x_high = _range([x for x, _ in points])
    y_low, y_high = _range([*(y for _, y in points), *levels])
    rows = max(LEAST, min(HIGHEST, canvas.height // 2 - 2))
    y_values = scale_values(y_low, y_high, rows // 3 + 1)
    labels = alike(y_values)
    label_width = max(map(len, labels), default=1)
    columns = min(WIDEST, canvas.width) - label_width - 1
    across = Axis(x_low, x_high, columns * DOTS_ACROSS)
    up = Axis(y_low, y_high, rows * DOTS_DOWN)
    x_values = round_values(x_low, x_high, max(2, columns // 8))
    curves: list[Curve] = []
    for y in levels:
        curves.append(("floor", ((0, up.dot(y)), (across.dots - 1, up.dot(y)))))
    curves += [(role, _dots(line, across, up)) for line, role in _roles(part)]
    return Plan(
        columns=columns,
        rows=rows,
        label_width=label_width,
        curves=tuple(curves),
        floor=None,
        marks=(),
        x_ticks=tuple((across.dot(x), t) for x, t in zip(x_values, alike(x_values), strict=True)),
        y_ticks=tuple((up.dot(y), t) for y, t in zip(y_values, labels, strict=True)),
        peak=None,
    )


def _roles(part: Series) -> list[tuple[Line, ChartRole]]:
    return [(line, ROLES[i % len(ROLES)]) for i, line in enumerate(part.lines)]


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = 0.03 * (high - low) or 0.05 * abs(high) or 1.0
    return low - margin, high + margin


def _dots(line: Line, across: Axis, up: Axis) -> tuple[tuple[int, int], ...]:
    points = (p for p in line.points if all(map(math.isfinite, p)))
    return tuple(dict.fromkeys((across.dot(x), up.dot(y)) for x, y in points))


def _name_lines(sheet: Sheet, plan: Plan, part: Series) -> None:
    """Write each line's name beside it, where it is furthest from all others."""
    curves = plan.curves[len(plan.curves) - len(part.lines) :]
    for line, curve in zip(part.lines, curves, strict=True):
        others = [dot for other in plan.curves if other is not curve for dot in _filled(other[1])]
        dots = sorted(_filled(curve[1]), key=lambda dot: -_nearest(dot, others)[0])
        size = cells(line.name)
        for x, y in dots[: 4 * plan.columns]:
            column, row = x // DOTS_ACROSS, plan.rows - 1 - y // DOTS_DOWN
            start = plan.label_width + 1 + max(0, min(plan.columns - size, column - size // 2))
            away = -1 if y >= _nearest((x, y), others)[1] else 1
            near = (row + d * away for d in (1, 2, -1, -2) if 0 <= row + d * away < plan.rows)
            place = next((at for at in near if sheet.is_blank(start, at, size)), None)
            if place is not None:
                sheet.write(start, place, line.name, curve[0])
                break


def _filled(dots: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put a dot between two that are far apart, every few columns."""
    filled = list(dots[:1])
    for (x, y), (to_x, to_y) in pairwise(dots):
        steps = max(1, abs(to_x - x) // (2 * DOTS_ACROSS))
        filled += [
            (x + (to_x - x) * i // steps, y + (to_y - y) * i // steps) for i in range(1, steps + 1)
        ]
    return filled


def _nearest(dot: tuple[int, int], others: Sequence[tuple[int, int]]) -> tuple[float, int]:
    """Return how far the nearest other dot is, and its height."""
    return min(
        ((math.hypot(dot[0] - x, 2 * (dot[1] - y)), y) for x, y in others), default=(0.0, dot[1])
    )


def _legend(part: Series, width: int) -> list[Row]:
    """Write names and latest values, in as many lines as they take."""
    rows: list[list[Run]] = [[]]
    used = 0
    entries: list[tuple[Run, str]] = []
    for line, role in _roles(part):
        value = f" {number(line.points[-1][1], part.form)}" if line.points else ""
        shown = "" if part.style == "points" else value
        dots = "⠤ " if part.style == "line" else "⠂ "
        entries.append(((dots, LOOKS.get(role, role)), line.name + shown))
    for name, y in part.levels:
        entries.append((("─ ", "floor"), f"{name} {number(y, part.form)}"))
    for sign, text in entries:
        size = cells(text) + 5
        if used and used + size > width:
            rows.append([])
            used = 0
        rows[-1] += [sign, (text + "   ", "dim")]
        used += size
    return [tuple(row) for row in rows]
