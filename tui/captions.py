"""Words in a loss chart: the floor's value, the gap at the end of the curve, a peak beyond the top.

They are written after plotext has drawn, where nothing else is: a number that hides the curve it is
about is worse than no number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tui.chart import Role, Sheet
from tui.curves import DOTS_ACROSS, DOTS_DOWN, Losses, Plan


def _write_first(sheet: Sheet, places: Iterable[tuple[int, int]], text: str, role: Role) -> None:
    """Write a text at the first of the places (x, y) that has room for it, or nowhere."""
    for x, y in places:
        if sheet.is_blank(x, y, len(text)):
            sheet.write(x, y, text, role)
            return


def _write_floor(sheet: Sheet, plan: Plan, floor: float) -> None:
    """Write the floor's value into its line, as far left as the line is free, else near it."""
    text, left = f" floor {floor:.4f} ", plan.label_width + 2
    if plan.floor is None:
        right = plan.label_width + plan.columns - len(text)
        places = [(left, plan.rows - 1), (right, 0), (right, 1), (left, 0)]
        _write_first(sheet, places, text.strip(), "floor")
        return
    y = plan.rows - 1 - plan.floor // DOTS_DOWN
    roles = sheet.roles(y)
    for x in range(left, len(roles) - len(text) + 1):
        if set(roles[x - 1 : x + len(text)]) <= {"floor"}:
            sheet.write(x, y, text, "floor")
            return
    _write_first(sheet, [(left, y + 1)] if y + 1 < plan.rows else [], text.strip(), "floor")


def _write_gap(sheet: Sheet, plan: Plan, gap: float) -> None:
    """Write the excess loss above the end of the curve, else below it, else in the upper corner."""
    across, up = plan.curves[-1][1][-1]
    text = f"gap {gap:.3g}"
    end = plan.label_width + 1 + min(plan.columns - 1, max(0, across // DOTS_ACROSS))
    x = max(plan.label_width + 2, end - len(text) + 1)
    y = plan.rows - 1 - min(plan.rows - 1, max(0, up // DOTS_DOWN))
    rows = [y - 1, y - 2, y - 3, y + 1, y + 2, 0]
    _write_first(sheet, [(x, row) for row in rows if 0 <= row < plan.rows], text, "label")


def _write_peak(sheet: Sheet, plan: Plan, peak: tuple[int, float]) -> None:
    """Write how high the curve goes where it leaves the chart."""
    text = f"↑{peak[1]:.3g}"
    x, left = plan.label_width + 1 + peak[0] // DOTS_ACROSS, plan.label_width + 2
    shifts = (*range(2, 12), -len(text) - 1)
    _write_first(sheet, [(max(left, x + shift), 0) for shift in shifts], text, "tick")


def write_captions(sheet: Sheet, plan: Plan, losses: Losses, gap: float) -> None:
    """Write what fits; the gap is that of the last bucket where none is given."""
    if math.isfinite(losses.floor):
        _write_floor(sheet, plan, losses.floor)
    if not plan.curves or plan.curves[-1][0] != "curve":
        return
    if not math.isfinite(gap):
        gap = losses.history[-1][1] - losses.floor
    if math.isfinite(gap):
        _write_gap(sheet, plan, gap)
    if plan.peak:
        _write_peak(sheet, plan, plan.peak)
