"""Runs as a table: what differs, how far they came, and where they stand at the same step. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping

from engine import record
from engine.protocol import RunLine, Settings
from tui.runs.tree import Entry, Heading
from tui.state import State
from tui.state.courses import differing, name_of
from tui.text.numbers import figure, short
from tui.text.rows import RUN_ROLES, Role, Row, Run, fit

SIGN, NAME, STEP, LOSS, AT, STATE = 2, 17, 10, 8, 11, 10
"""Columns of the sign of the curve, the tree, and the figures."""

LEAST_DIFFERENCES, MOST_DIFFERENCES = 14, 64
"""Columns that what differs has before anything else is shown, and where there is room for all."""

AGES = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"))


@record
class Standing:
    """What the rows of the table are drawn from."""

    state: State
    parents: Mapping[str, RunLine]
    """All runs that are known, by id."""
    step: int | None
    """At which losses are held against one another; `None` while nothing is compared."""
    now: float
    """Seconds since 1970."""


def standing(state: State, now: float) -> Standing:
    """Find out what the rows are drawn from."""
    kept = state.courses.kept
    lines = [run.line for run in kept.runs] if kept else []
    parents = {line.id: line for line in (*lines, *state.snapshot.runs)}
    return Standing(state, parents, common_step(state), now)


def common_step(state: State) -> int | None:
    """Give the step that is looked at, or else the last that all compared runs have taken."""
    snapshot = state.snapshot
    beside = state.courses.shown(snapshot.id)
    if not beside:
        return None
    if snapshot.is_looking:
        return snapshot.step
    lines = (state.courses.line(snapshot, run.course.id) for run in beside)
    ends = [line.step for line in lines if line is not None]
    return min([snapshot.step, *ends])


def loss_at(history: bytes, step: int, last: int) -> tuple[float, float]:
    """Give the least and the greatest loss of the bucket that holds a step.

    Args:
        history: float64 triples of (first step, least, greatest).
        step: which.
        last: the last step of the run: beyond it nothing is known.
    """
    numbers = memoryview(history).cast("d")
    place = bisect_right(numbers[::3], step) - 1
    if place < 0 or step > last:
        return math.nan, math.nan
    return numbers[3 * place + 1], numbers[3 * place + 2]


def heads(width: int, step: int | None) -> Row:
    """What the columns are."""
    rest, _ = room(width)
    text = f"{'':{SIGN}}{'run':<{NAME}}{fit('what differs', rest)}{'step':>{STEP}}{'loss':>{LOSS}}"
    at = f"at {short(step)}" if step is not None else ""
    return ((text, "dim"), (f"{at:>{AT}}", "accent"))


def room(width: int) -> tuple[int, bool]:
    """Share a width out: columns for what differs, and whether there is room for the state."""
    rest = width - SIGN - NAME - STEP - LOSS - AT
    has_state = rest - STATE >= LEAST_DIFFERENCES
    return min(MOST_DIFFERENCES, max(0, rest - STATE * has_state)), has_state


def line(entry: Heading | Entry, width: int, standing: Standing) -> Row:
    """Draw a row of the table."""
    if isinstance(entry, Heading):
        return ((fit(entry.text, width), "dim"),)
    run, state = entry.line, standing.state
    rest, has_state = room(width)
    is_strange = entry.kept is not None and not entry.kept.is_of_these_words
    role: Role = "dim" if is_strange else "plain"
    origin = f" @{short(run.at)}" if run.parent else ""
    guides = entry.guides if len(entry.guides) < NAME - 12 else "…" + entry.guides[-4:]
    row: list[Run] = [
        sign(run.id, state),
        (guides, "dim"),
        (fit(name_of(run.id) + origin, NAME - len(guides)), "dim" if is_strange else "strong"),
        (fit(differences(entry, standing), rest - 1) + " ", role),
        (f"{short(run.step) if run.step >= 10**8 else f'{run.step:,}':>{STEP}}", role),
        (f"{figure(run.data_loss):>{LOSS}}", role),
        (f"{_at(run, standing):>{AT}}", "strong"),
    ]
    if has_state:
        row.append((f"{condition(entry, standing):>{STATE}}", "dim"))
    return row


def sign(id: str, state: State) -> Run:
    """What the curve of a run is drawn with in the chart; blanks if it is not there."""
    if id == state.snapshot.id:
        return ("▶ ", "curve")
    if id in state.courses.colours:
        return ("━ ", RUN_ROLES[state.courses.colours[id]])
    return ("  ", "plain")


def differences(entry: Entry, standing: Standing) -> str:
    """Say what differs from the run it branched from, or from the usual settings."""
    kept = entry.kept
    if kept is not None and not kept.is_of_these_words:
        return f"of {kept.source}"
    parent = standing.parents.get(entry.line.parent)
    return differing(entry.line.settings, parent.settings if parent else Settings()) or "–"


def condition(entry: Entry, standing: Standing) -> str:
    """Say what has become of a run, in a word or two."""
    kept = entry.kept
    if kept is None:
        return "in hand" if entry.line.id == standing.state.snapshot.id else ""
    if kept.is_in_use:
        return "in use"
    if not kept.is_ended:
        return "cut off"
    return age(standing.now - kept.written)


def age(seconds: float) -> str:
    """Say how long ago something was."""
    for size, unit in AGES:
        if seconds >= size:
            return f"{int(seconds / size)} {unit}"
    return "now"


def _at(run: RunLine, standing: Standing) -> str:
    """Write the loss at the common step, of runs that are compared."""
    state = standing.state
    if standing.step is None:
        return ""
    if run.id == state.snapshot.id:
        history, last = state.snapshot.history, max(state.snapshot.step, state.snapshot.newest)
    elif run.id in state.courses.colours and run.id in state.courses.told:
        history, last = state.courses.told[run.id].history, run.step
    else:
        return ""
    least, greatest = map(figure, loss_at(history, standing.step, last))
    return least if least == greatest else f"≈{least}"
