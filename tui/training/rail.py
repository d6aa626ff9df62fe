"""The scrub line under the loss chart, and the line through the chart above its handle. Pure.

The handle stands under the step it is of, as the chart lays steps out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tui.plot.steps import Steps
from tui.state import State
from tui.state.scrub import last_step
from tui.text.rows import Role, Row, Run, width_of

TRACK, PLAYHEAD = "─", "│"
"""What the scrub line is made of, and the line through the chart."""

SHOWN, SOUGHT, FORWARDS, BACKWARDS = "●", "○", "►", "◄"
"""Handle at a step that is shown, at one that is sought, and while a film is played."""


def rail(state: State, steps: Steps, *, is_in_use: bool) -> Row:
    """Write the scrub line: the steps there are, the handle, and the step beside it.

    In the present it is quiet: a handle at the end of what there is, and no figure. A run without
    a step has none.

    Args:
        state: what is shown.
        steps: how the chart lays them out.
        is_in_use: whether it has the focus.
    """
    last = last_step(state.snapshot)
    if not last:
        return ()
    track: Role = "accent" if is_in_use else "frame"
    here = steps.column(state.here if state.is_looking else last)
    ends = steps.column(0), steps.column(last)
    row: list[Run] = [
        (" " * ends[0], "frame"),
        (TRACK * (here - ends[0]), track),
        (_handle(state), "strong" if state.is_looking else track),
        (TRACK * (ends[1] - here), track),
    ]
    row.append((" " * max(0, steps.left + steps.columns - width_of(row)), "frame"))
    return _inscribed(row, here, _figure(state)) if state.is_looking else tuple(filter(_has, row))


def _has(run: Run) -> bool:
    return bool(run[0])


def _handle(state: State) -> str:
    film = state.scrub.film
    if film.is_playing:
        return BACKWARDS if film.is_backwards else FORWARDS
    s = state.snapshot
    is_shown = not state.is_looking or (s.looked_for is None and s.step == state.here)
    return SHOWN if is_shown else SOUGHT


def _figure(state: State) -> str:
    """The step that is looked at; one that stands for another is marked."""
    s = state.snapshot
    is_near = s.looked_for == state.here
    return f" ≈{s.step:,} → {s.looked_for:,} " if is_near else f" {state.here:,} "


def _inscribed(row: Row, here: int, text: str) -> Row:
    """Write a text over the line: right of the handle, or left of it where there is no room."""
    width = width_of(row)
    start = here + 1 if here + 1 + len(text) <= width else max(0, here - len(text))
    return written(row, start, text, "warn")


def written(row: Row, start: int, text: str, role: Role) -> Row:
    """Write a text over what stands in a row without actions, of narrow characters."""
    places: list[tuple[str, Role]] = [(symbol, run[1]) for run in row for symbol in run[0]]
    places[start : start + len(text)] = [(symbol, role) for symbol in text]
    runs = groupby(places, key=lambda place: place[1])
    return tuple(("".join(symbol for symbol, _ in run), look) for look, run in runs)


def marked(lines: Sequence[Row], column: int) -> list[Row]:
    """Draw a line through a chart; what of the chart stands there stands out, and stays."""
    rows: list[Row] = []
    for line in lines:
        text = "".join(run[0] for run in line)
        there = text[column : column + 1]
        rows.append(written(line, column, there if there.strip() else PLAYHEAD, "strong"))
    return rows
