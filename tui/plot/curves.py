"""Where everything in a loss chart goes, in dots of braille, before anything is drawn.

A plan holds whole dots only. As long as a run moves no dot its plan stays equal, and plotext need
not be asked again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby

from engine import record
from tui.plot.decimate import MOST, MOST_STEPS, Bucket, Point, buckets, decimate, finite
from tui.plot.spans import Span, gap_range, latest, loss_range, whole_run
from tui.plot.steps import Steps
from tui.state.courses import MOST_COMPARED, Compared, Mark
from tui.text.numbers import alike, round_powers, round_values, scale_values, short
from tui.text.rows import RUN_ROLES
from tui.text.rows import ChartRole as Role

WORTH_A_MARK = 1e-4
"""Nats that dev has to have risen by."""

FAR = 1e3
"""Heights of a chart that a value may lie away from it where a line comes back from there."""

DOTS_ACROSS, DOTS_DOWN = 2, 4
"""Dots of a braille character."""

Tick = tuple[int, str]
"""A dot on an axis and its label."""


@record
class Plan:
    """A chart in dots; (0, 0) is the lower left one of the canvas."""

    columns: int
    """Size of the canvas in characters, the axes left out."""
    rows: int
    label_width: int
    """Characters left of the axis."""
    curves: tuple[tuple[Role, tuple[tuple[int, int], ...]], ...]
    """In the order in which they are drawn, the last on top."""
    floor: int | None
    marks: tuple[Tick, ...]
    """Where a setting was changed, and to what."""
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    peak: tuple[int, float] | None
    """Dot across and value of the greatest loss, if it is beyond the top."""
    fineness: int = 1
    """Dots in place of one of braille, each way: more where it is not drawn in characters."""

    @property
    def dots(self) -> tuple[int, int]:
        """Size of the canvas in dots, across and up."""
        across, up = DOTS_ACROSS * self.fineness, DOTS_DOWN * self.fineness
        return self.columns * across, self.rows * up


@record
class Axis:
    """A range of values laid along a number of dots."""

    low: float
    high: float
    dots: int

    def dot(self, value: float, beyond: float = 1.0) -> int:
        """Return the dot of a value; below 0, or `dots` and above, where it is out of range.

        That is no further than so many times the range.
        """
        span = self.high - self.low
        share = (value - self.low) / span if span > 0 else 0.0
        return math.floor(min(1 + beyond, max(-beyond, share)) * (self.dots - 1) + 0.5)

    def value(self, dot: float) -> float:
        """Return the value of a dot."""
        return self.low + (self.high - self.low) * dot / max(1, self.dots - 1)


@record
class Losses:
    """What a loss chart shows."""

    history: Sequence[Bucket]
    """(step, least, greatest) of the run, in order."""
    floor: float = math.nan
    """The entropy floor; not a number if it is not known."""
    compared: Sequence[Compared] = ()
    """Runs beside this one."""
    marks: Sequence[Mark] = ()
    """Changes of settings."""
    is_recent: bool = False
    """Whether to show `history`, and no other step, on an axis that counts back from its end."""
    is_log_steps: bool = False
    """Whether each tenfold of steps is as wide as the one before; of whole runs only."""
    is_log_gap: bool = False
    """Whether to show the logarithm of the excess loss: straight where it falls exponentially."""
    dev: Sequence[Bucket] = ()
    """The loss on dev, as `history` is that on train; empty without a split."""

    @property
    def turn(self) -> Mark | None:
        """Where the loss on dev was least, if it has risen since: what is learnt there is no use.

        Nothing while it falls, or stands.
        """
        known = finite(self.dev)
        if not known:
            return None
        step, least, _ = min(known, key=lambda bucket: bucket[1])
        return Mark(int(step), "dev least") if known[-1][1] > least + WORTH_A_MARK else None

    @property
    def has_log_steps(self) -> bool:
        """Whether steps stand by their logarithm."""
        return self.is_log_steps and not self.is_recent

    @property
    def shows_gap(self) -> bool:
        """Whether values are logarithms of the excess loss, which takes a floor."""
        return self.is_log_gap and self.has_floor

    @property
    def has_floor(self) -> bool:
        """Whether the floor is known, and can be drawn."""
        return abs(self.floor) <= MOST

    def x(self, step: float) -> float:
        """Return where a step lies on the axis; step 0 has a place on a logarithmic one too."""
        return math.log10(max(0.0, step) + 1) if self.has_log_steps else step

    def step(self, x: float) -> float:
        """Return the step that lies there on the axis."""
        return 10**x - 1 if self.has_log_steps else x

    def y(self, loss: float) -> float:
        """Return where a loss lies on the axis."""
        return math.log10(max(1e-9, loss - self.floor)) if self.shows_gap else loss

    def on_axes(self, run: Sequence[Bucket]) -> list[Bucket]:
        """Return a run on the axes, without what is not finite."""
        known, x, y = finite(run), self.x, self.y
        if not (self.has_log_steps or self.shows_gap):
            return known
        return [(x(step), y(low), y(high)) for step, low, high in known]


Curve = tuple[Role, list[Point]]


@lru_cache(maxsize=4 * MOST_COMPARED)
def _points_beside(history: bytes, axes: Losses, columns: int, span: Span) -> tuple[Point, ...]:
    """Return the points of a run beside the one in hand; kept, because it does not change."""
    return tuple(decimate(axes.on_axes(buckets(history)), columns, span))


def _steps(losses: Losses) -> Span:
    """Return the range of steps to show, on the axis."""
    known = finite(losses.history) if losses.is_recent else []
    if known:
        return latest(known[0][0], known[-1][0])
    numbers = (memoryview(run.course.history).cast("d") for run in losses.compared)
    spans = [(steps[0], steps[-3]) for steps in numbers if steps]
    spans += [(run[0][0], run[-1][0]) for run in (losses.history,) if run]
    ends = [end for span in spans for end in span if 0 <= end <= MOST_STEPS]
    low, high = whole_run(min(ends, default=0.0), max(ends, default=1.0))
    return losses.x(low), losses.x(high)


def _curves(losses: Losses, columns: int, span: Span) -> list[Curve]:
    """Return the points of all runs, those of the run in hand last."""
    axes = replace(losses, history=(), dev=(), compared=(), marks=())
    curves: list[Curve] = [
        (RUN_ROLES[run.colour], list(_points_beside(run.course.history, axes, columns, span)))
        for run in losses.compared
    ]
    if losses.dev:
        curves.append(("dev", decimate(losses.on_axes(losses.dev), columns, span)))
    curves.append(("curve", decimate(losses.on_axes(losses.history), columns, span)))
    return curves


def _step_ticks(losses: Losses, axis: Axis, columns: int) -> tuple[Tick, ...]:
    most = max(2, columns // 7 if losses.has_log_steps else columns // 9)
    if losses.is_recent:
        back = round_values(axis.low - axis.high, 0, most)
        return tuple((axis.dot(axis.high + step), _ago(step)) for step in back)
    if losses.has_log_steps:
        first, last = (10**end - 1 for end in (axis.low, axis.high))
        steps = [0.0] * (first < 0.5) + round_powers(max(1.0, first), max(1.0, last), most)
    else:
        steps = round_values(axis.low, axis.high, most)
    whole = [step for step in steps if step == round(step)]
    return tuple((axis.dot(losses.x(step)), short(step)) for step in whole)


def _ago(step: float) -> str:
    """Label a step by how far back it is."""
    return short(step) if step else "now"


def _loss_ticks(losses: Losses, axis: Axis, rows: int) -> tuple[Tick, ...]:
    most = max(2, rows // 3 + 1)
    if losses.shows_gap:
        low, high = 10**axis.low, 10**axis.high
        gaps = round_powers(low, high, most)
        gaps = gaps if len(gaps) > 1 else scale_values(low, high, most)
        return tuple((axis.dot(math.log10(gap)), short(gap)) for gap in gaps)
    values = scale_values(axis.low, axis.high, most)
    return tuple((axis.dot(v), label) for v, label in zip(values, alike(values), strict=True))


def _dots(
    points: Sequence[Point], across: Axis, up: Axis, fineness: int
) -> tuple[tuple[int, int], ...]:
    """Lay points on the canvas, each dot once in a row.

    In characters what is out of range stays just outside; finer lines leave the canvas as they are.
    """
    if fineness == 1:
        dots = ((across.dot(x), min(up.dots + 1, max(-2, up.dot(y)))) for x, y in points)
    else:
        dots = ((across.dot(x), up.dot(y, FAR)) for x, y in points)
    return tuple(dot for dot, _ in groupby(dots))


def _marks(losses: Losses, across: Axis, columns: int) -> tuple[Tick, ...]:
    """Return one change of settings for each column of characters, the last."""
    found: dict[int, Tick] = {}
    for mark in (*losses.marks, *filter(None, [losses.turn])):
        dot = across.dot(losses.x(mark.step))
        if 0 <= dot < across.dots:
            found[dot * columns // across.dots] = (dot, mark.text)
    return tuple(found.values())


def plan(losses: Losses, width: int, height: int, fineness: int = 1) -> Plan:
    """Lay out a chart of so many characters, in dots so many times as fine as those of braille."""
    return laid_out(losses, width, height, fineness)[0]


def laid_out(losses: Losses, width: int, height: int, fineness: int = 1) -> tuple[Plan, Axis, Axis]:
    """Lay a chart out as `plan` does; gives its axes, too, across and up.

    They are no part of the plan, because one may move while no dot does.
    """
    rows = max(1, height - 2)
    span = _steps(losses)
    curves = _curves(losses, max(1, width - 8) * fineness, span)
    values = [y for _, points in curves for _, y in points]
    low, high = (
        gap_range(values)
        if losses.shows_gap
        else loss_range(
            values,
            losses.floor if losses.has_floor else math.nan,
            is_recent=losses.is_recent,
        )
    )
    up = Axis(low, high, rows * DOTS_DOWN * fineness)
    y_ticks = _loss_ticks(losses, up, rows)
    label_width = min(max((len(label) for _, label in y_ticks), default=1), max(1, width - 6))
    columns = max(1, width - label_width - 1)
    across = Axis(*span, columns * DOTS_ACROSS * fineness)
    floor = up.dot(losses.floor) if losses.has_floor and not losses.shows_gap else -1
    x, peak = max(((x, y) for x, y in curves[-1][1]), key=lambda p: p[1], default=(0.0, low))
    laid = Plan(
        columns,
        rows,
        label_width,
        tuple((role, _dots(points, across, up, fineness)) for role, points in curves if points),
        floor if 0 <= floor < up.dots else None,
        _marks(losses, across, columns),
        _step_ticks(losses, across, columns),
        y_ticks,
        (across.dot(x), peak) if peak > high else None,
        fineness,
    )
    return laid, across, up


def steps_of(losses: Losses, layout: Plan, across: Axis) -> Steps:
    """Say where steps lie in a chart that is laid out."""
    left = layout.label_width + 1
    return Steps(across.low, across.high, left, layout.columns, losses.has_log_steps)
