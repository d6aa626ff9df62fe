"""Words in a loss chart: the floor's value, the gap at the end of the curve, a peak beyond the top.

They are written after plotext has drawn, where nothing else is: a number that hides the curve it is
about is worse than no number. What matters most is written first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from engine.text.numbers import number
from tui.plot.chart import Sheet
from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN, Losses, Plan
from tui.text.rows import RUN_ROLES
from tui.text.rows import ChartRole as Role

BELOW = "↓"
"""The floor is below the chart."""


def _write_first(sheet: Sheet, places: Iterable[tuple[int, int]], text: str, role: Role) -> None:
    """Write a text at the first of the places (x, y) that has room for it, or nowhere."""
    for x, y in places:
        if sheet.is_blank(x, y, len(text)):
            sheet.write(x, y, text, role)
            return


def _write_floor(sheet: Sheet, plan: Plan, floor: float) -> None:
    """Write the floor's value into its line, as far left as the line is free, else near it."""
    text, left = f" floor {number(floor, '.4f')} ", plan.label_width + 2
    if plan.floor is None:
        right = plan.label_width + plan.columns - len(text) - 1
        places = [(x, y) for y in (plan.rows - 1, plan.rows - 2, 0, 1) for x in (left, right)]
        _write_first(sheet, places, text.strip() + BELOW, "floor")
        return
    y = plan.rows - 1 - plan.floor // DOTS_DOWN
    roles = sheet.roles(y)
    for x in range(left, len(roles) - len(text) + 1):
        if set(roles[x - 1 : x + len(text)]) <= {"floor"}:
            sheet.write(x, y, text, "floor")
            return
    _write_first(sheet, [(left, y + 1)] if y + 1 < plan.rows else [], text.strip(), "floor")


def _place(plan: Plan, dot: tuple[int, int]) -> tuple[int, int]:
    """Return the character of a dot, or the nearest one on the canvas."""
    across, up = dot
    x = plan.label_width + 1 + min(plan.columns - 1, max(0, across // DOTS_ACROSS))
    return x, plan.rows - 1 - min(plan.rows - 1, max(0, up // DOTS_DOWN))


def _write_at_end(sheet: Sheet, plan: Plan, dot: tuple[int, int], text: str, role: Role) -> None:
    """Write a text above the end of a curve, else beside or below it, else in the upper corner."""
    end, y = _place(plan, dot)
    x = max(plan.label_width + 2, end - len(text) + 1)
    rows = [row for row in (y - 1, y - 2, y - 3, y + 1, y + 2, 0) if 0 <= row < plan.rows]
    right = max(x, plan.label_width + plan.columns - len(text))
    # Only one text is about the end of the run in hand, so that one may stand further off.
    across = (x, right) if role == "label" else (x,)
    places = [(x, y - 1), (end + 2, y), *((at, row) for row in rows for at in across)]
    _write_first(sheet, places, text, role)


def _write_peak(sheet: Sheet, plan: Plan, peak: tuple[int, float]) -> None:
    """Write how high the curve goes where it leaves the chart."""
    text = f"↑{number(peak[1], '.3g')}"
    x, left = plan.label_width + 1 + peak[0] // DOTS_ACROSS, plan.label_width + 2
    shifts = (*range(2, 12), -len(text) - 1)
    _write_first(sheet, [(max(left, x + shift), 0) for shift in shifts], text, "tick")


def _write_marks(sheet: Sheet, plan: Plan) -> None:
    """Write what settings were changed to, beside the lines that say when; the latest first."""
    for dot, text in reversed(plan.marks):
        x, _ = _place(plan, (dot, 0))
        places = [(at, y) for y in range(min(4, plan.rows)) for at in (x + 2, x - len(text) - 1)]
        _write_first(sheet, places, text, "marker")


def _write_names(sheet: Sheet, plan: Plan, losses: Losses) -> None:
    """Write the names of other runs at the ends of their curves; the latest first."""
    curves = dict(plan.curves)
    for run in reversed(losses.compared):
        role = RUN_ROLES[run.colour]
        if role in curves:
            _write_at_end(sheet, plan, curves[role][-1], run.name, role)


def _write_dev(sheet: Sheet, plan: Plan, losses: Losses) -> None:
    """Write the loss on dev at the end of its curve."""
    for role, dots in plan.curves:
        if role == "dev":
            _write_at_end(sheet, plan, dots[-1], f"dev {number(losses.dev[-1][1], '.4f')}", "dev")


def write_captions(sheet: Sheet, plan: Plan, losses: Losses, gap: float) -> None:
    """Write what fits; the gap is that of the last bucket where none is given."""
    if math.isfinite(losses.floor):
        _write_floor(sheet, plan, losses.floor)
    if plan.curves and plan.curves[-1][0] == "curve":
        if not math.isfinite(gap):
            gap = losses.history[-1][1] - losses.floor
        if math.isfinite(gap):
            text = f"gap {number(gap, '.4f')}" if 1e-3 <= gap < 100 else f"gap {number(gap, '.3g')}"
            _write_at_end(sheet, plan, plan.curves[-1][1][-1], text, "label")
        if plan.peak:
            _write_peak(sheet, plan, plan.peak)
    _write_dev(sheet, plan, losses)
    _write_marks(sheet, plan)
    _write_names(sheet, plan, losses)
