"""What is said of the runs beside the one in hand: a legend, and the point under the mouse."""

from __future__ import annotations

from tui.plot.points import Point
from tui.state import State
from tui.state.courses import Compared, differing, name_of
from tui.text.numbers import figure
from tui.text.rows import RUN_ROLES, Row, Run, width_of

SIGN = "━ "
"""Stands for the curve of a run."""

LEAD: Run = ("run ", "dim")
"""What four letters stand for, where there is room to say so."""


def compared(state: State, width: int) -> list[Row]:
    """Name the runs beside the one in hand, with what differs where there is room."""
    beside = state.courses.shown(state.snapshot.id)
    if not beside:
        return []
    for says_how in (True, False):
        row = [run for other in beside for run in _named(other, state, says_how=says_how)]
        for each in ([LEAD, *row], row):
            if width_of(each) <= width + 2:
                return [each]
    most = len(row)
    while most and width_of(row[:most]) > width - 3:
        most -= 2
    return [[*row[:most], (f"+{len(beside) - most // 2}", "dim")]]


def _named(other: Compared, state: State, *, says_how: bool) -> tuple[Run, Run]:
    line = state.courses.line(state.snapshot, other.course.id)
    how = differing(line.settings, state.snapshot.settings) if says_how and line else ""
    action = "app.command('open')"
    name: Run = (f"{SIGN}{other.name}", RUN_ROLES[other.colour], action)
    return name, (f" {how}  " if how else "  ", "dim", action)


def point_told(point: Point | None, state: State, width: int) -> Row:
    """Say which step and loss a point stands for, and of which run where there are several."""
    if point is None:
        return ()
    loss, most = figure(point.least), figure(point.greatest)
    row: list[Run] = [
        ("step ", "dim"),
        (f"{point.step:,}", "strong"),
        (" · dev " if point.is_dev else " · loss ", "dim"),
        (loss if loss == most else f"{loss}–{most}", "strong"),
    ]
    if point.run is not None:
        row += [(" · run ", "dim"), (point.run.name, RUN_ROLES[point.run.colour])]
    elif state.courses.shown(state.snapshot.id):
        row += [(" · run ", "dim"), (name_of(state.snapshot.id), "curve")]
    while width_of(row) > width:
        row.pop()
    return row
