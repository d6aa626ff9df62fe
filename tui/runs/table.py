"""Runs as a table: what differs, how far they came, and where they stand at the same step. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping

from engine import printable, record
from engine.protocol import Course, RunLine, Settings, Snapshot
from tui.runs.tree import Entry, Heading
from tui.state import State
from tui.state.courses import differing, name_of
from tui.text.numbers import figure, reading, short
from tui.text.rows import RUN_ROLES, Role, Row, Run, fit, fitting

SIGN, NAME, STEP, LOSS, AT, DEV, STATE = 2, 17, 10, 9, 11, 9, 10
"""Columns of the sign of the curve, the tree, and the figures."""

LEAST_DIFFERENCES, MOST_DIFFERENCES = 12, 64
"""Columns of what differs: so many before loss on dev and state are shown, and no more."""

AGES = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"))


@record
class Standing:
    """What the rows of the table are drawn from."""

    state: State
    parents: Mapping[str, RunLine]
    """All runs that are known, by id."""
    step: int | None
    """At which losses are held against one another; `None` while nothing is compared."""
    has_dev: bool
    """Whether losses on dev are, too."""
    now: float
    """Seconds since 1970."""


def standing(state: State, now: float) -> Standing:
    """Find out what the rows are drawn from."""
    kept = state.courses.kept
    lines = [run.line for run in kept.runs] if kept else []
    parents = {line.id: line for line in (*lines, *state.snapshot.runs)}
    step, has_dev = common_step(state), bool(state.snapshot.dev_history)
    return Standing(state, parents, step, has_dev and step is not None, now)


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


def heads(width: int, standing: Standing) -> Row:
    """What the columns are."""
    across = columns(width, standing)
    told = fitting(across.differences - 1, "what differs", "differs", "")
    what = fit(told, across.differences)
    text = f"{'':{SIGN}}{'run':<{NAME}}{what}{'step':>{STEP}}{'loss':>{LOSS}}"
    at = f"at {short(standing.step)}" if standing.step is not None else ""
    dev = f"{'dev':>{DEV}}" if across.has_dev else ""
    return ((text, "dim"), (f"{at:>{AT}}{dev}", "accent"))


@record
class Columns:
    """Which columns there is room for."""

    differences: int
    """How wide what differs is."""
    has_dev: bool
    has_state: bool


def columns(width: int, standing: Standing) -> Columns:
    """Share out a width; the losses come first."""
    room = width - SIGN - NAME - STEP - LOSS - AT
    has_dev = standing.has_dev and room - DEV >= LEAST_DIFFERENCES
    room -= DEV * has_dev
    has_state = room - STATE >= LEAST_DIFFERENCES
    room -= STATE * has_state
    return Columns(max(1, min(MOST_DIFFERENCES, room)), has_dev, has_state)


def line(entry: Heading | Entry, width: int, standing: Standing) -> Row:
    """Draw a row of the table."""
    if isinstance(entry, Heading):
        return ((fit(entry.text, width), "dim"),)
    run, state = entry.line, standing.state
    across = columns(width, standing)
    is_strange = entry.kept is not None and not entry.kept.is_of_these_words
    role: Role = "dim" if is_strange else "plain"
    origin = f" @{short(run.at)}" if run.parent else ""
    guides = entry.guides if len(entry.guides) < NAME - 12 else "…" + entry.guides[-4:]
    row: list[Run] = [
        sign(run.id, state),
        (guides, "dim"),
        (fit(name_of(run.id) + origin, NAME - len(guides)), "dim" if is_strange else "strong"),
        (fit(differences(entry, standing), across.differences - 1) + " ", role),
        (f"{short(run.step) if run.step >= 10**8 else f'{run.step:,}':>{STEP}}", role),
        (f"{reading(run.data_loss):>{LOSS}}", role),
        (f"{_at(run, standing):>{AT}}", "strong"),
    ]
    if across.has_dev:
        row.append((f"{_at(run, standing, is_dev=True):>{DEV}}", "strong"))
    if across.has_state:
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
        return f"of {printable(kept.source)}"
    parent = standing.parents.get(entry.line.parent)
    usual = parent.settings if parent else Settings()
    return differing(entry.line.settings, usual) or "–"


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


def _at(run: RunLine, standing: Standing, *, is_dev: bool = False) -> str:
    """Write the loss at the common step, on train or on dev, of runs that are compared."""
    courses, snapshot = standing.state.courses, standing.state.snapshot
    of: Snapshot | Course | None = courses.told.get(run.id) if run.id in courses.colours else None
    if run.id == snapshot.id:
        of = snapshot
    if standing.step is None or of is None:
        return ""
    history = of.dev_history if is_dev else of.history
    least, greatest = map(figure, loss_at(history, standing.step, run.step))
    return least if least == greatest else f"≈{least}"
