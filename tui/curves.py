"""Where everything in a loss chart goes, in dots of braille, before anything is drawn.

A plan holds whole dots only. As long as a run moves no dot its plan stays equal, and plotext need
not be asked again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tui.chart import Role
from tui.decimate import Bucket, Point, decimate, finite
from tui.numbers import alike, round_powers, round_values, short

DOTS_ACROSS, DOTS_DOWN = 2, 4
"""Dots of a braille character."""

Tick = tuple[int, str]
"""A dot on an axis and its label."""


@dataclass(frozen=True, slots=True)
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
    markers: tuple[int, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    peak: tuple[int, float] | None
    """Dot across and value of the greatest loss, if it is beyond the top."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of values laid along a number of dots."""

    low: float
    high: float
    dots: int

    def dot(self, value: float) -> int:
        """Return the dot of a value; below 0, or `dots` and above, where it is out of range."""
        share = (value - self.low) / (self.high - self.low)
        return math.floor(min(2.0, max(-1.0, share)) * (self.dots - 1) + 0.5)


@dataclass(frozen=True, slots=True)
class Losses:
    """What a loss chart shows."""

    history: Sequence[Bucket]
    """(step, least, greatest) of the run, in order."""
    floor: float = math.nan
    """The entropy floor; not a number if it is not known."""
    earlier: Sequence[Sequence[Bucket]] = ()
    """The same of earlier runs, for comparison."""
    markers: Sequence[float] = ()
    """Steps at which a setting was changed."""
    span: tuple[float, float] | None = None
    """First and last step to show; without it all steps of all runs."""
    is_log_steps: bool = False
    """Whether each tenfold of steps is as wide as the one before."""
    is_log_gap: bool = False
    """Whether to show the logarithm of the excess loss: straight where it falls exponentially."""

    @property
    def shows_gap(self) -> bool:
        """Whether values are logarithms of the excess loss, which takes a floor."""
        return self.is_log_gap and math.isfinite(self.floor)

    def x(self, step: float) -> float:
        """Return where a step lies on the axis; step 0 has a place on a logarithmic one too."""
        return math.log10(max(0.0, step) + 1) if self.is_log_steps else step

    def y(self, loss: float) -> float:
        """Return where a loss lies on the axis."""
        return math.log10(max(1e-9, loss - self.floor)) if self.shows_gap else loss

    def runs(self) -> list[tuple[Role, list[Bucket]]]:
        """Return all runs on the axes, earlier ones first, without what is not finite."""
        named: list[tuple[Role, Sequence[Bucket]]] = [("earlier", run) for run in self.earlier]
        named.append(("curve", self.history))
        x, y = self.x, self.y
        return [(role, [(x(s), y(a), y(b)) for s, a, b in finite(run)]) for role, run in named]


def _steps(losses: Losses, runs: Sequence[tuple[Role, list[Bucket]]]) -> tuple[float, float]:
    if losses.span:
        low, high = map(losses.x, losses.span)
    else:
        ends = [point[0] for _, run in runs if run for point in (run[0], run[-1])]
        low, high = min(ends, default=0.0), max(ends, default=0.0)
    return (low, high) if high > low else (low, low + 1)


def loss_range(values: Sequence[float], floor: float) -> tuple[float, float]:
    """Return the range of losses to show: the floor, all lows, and highs that leave room for these.

    The first losses of a run are often many times further from the floor than all others and would
    press the curve flat. If a tenth of the values would take more than five sixths of the height,
    they leave the chart at the top.
    """
    known = [*values, floor] if math.isfinite(floor) else list(values)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    most = sorted(values)[int(0.9 * (len(values) - 1))] if values else high
    if high - low > 6 * (most - low) > 0:
        high = low + 2 * (most - low)
    if high - low < 1e-9 * max(1.0, abs(low)):
        high = low + max(0.1, abs(low) * 0.1)
    return low - 0.07 * (high - low), high + 0.03 * (high - low)


def _gap_range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=-3.0), max(values, default=0.0)
    room = max(0.1, 0.05 * (high - low))
    return low - room, high + room


def _step_ticks(losses: Losses, axis: Axis, columns: int) -> tuple[Tick, ...]:
    most = max(2, columns // 7 if losses.is_log_steps else columns // 9)
    if losses.is_log_steps:
        first, last = (10**end - 1 for end in (axis.low, axis.high))
        steps = [0.0] * (first < 0.5) + round_powers(max(1.0, first), max(1.0, last), most)
    else:
        steps = round_values(axis.low, axis.high, most)
    whole = [step for step in steps if step == round(step)]
    return tuple((axis.dot(losses.x(step)), short(step)) for step in whole)


def _loss_ticks(losses: Losses, axis: Axis, rows: int) -> tuple[Tick, ...]:
    most = max(2, rows // 3 + 1)
    if losses.shows_gap:
        gaps = round_powers(10**axis.low, 10**axis.high, most)
        return tuple((axis.dot(math.log10(gap)), short(gap)) for gap in gaps)
    values = round_values(axis.low, axis.high, most)
    return tuple((axis.dot(v), label) for v, label in zip(values, alike(values), strict=True))


def _dots(points: Sequence[Point], across: Axis, up: Axis) -> tuple[tuple[int, int], ...]:
    """Lay points on the canvas, each dot once in a row; what is out of range stays just outside."""
    dots = ((across.dot(x), min(up.dots + 1, max(-2, up.dot(y)))) for x, y in points)
    return tuple(dot for dot, _ in groupby(dots))


def plan(losses: Losses, width: int, height: int) -> Plan:
    """Lay out a chart of so many characters."""
    rows = max(1, height - 2)
    runs = losses.runs()
    span = _steps(losses, runs)
    curves = [(role, decimate(run, max(1, width - 8), span)) for role, run in runs]
    values = [y for _, points in curves for _, y in points]
    low, high = _gap_range(values) if losses.shows_gap else loss_range(values, losses.floor)
    up = Axis(low, high, rows * DOTS_DOWN)
    y_ticks = _loss_ticks(losses, up, rows)
    label_width = min(max((len(label) for _, label in y_ticks), default=1), max(1, width - 6))
    columns = max(1, width - label_width - 1)
    across = Axis(*span, columns * DOTS_ACROSS)
    x, peak = max(((x, y) for x, y in curves[-1][1]), key=lambda p: p[1], default=(0.0, low))
    return Plan(
        columns,
        rows,
        label_width,
        tuple((role, _dots(points, across, up)) for role, points in curves if points),
        up.dot(losses.floor) if math.isfinite(losses.floor) and not losses.shows_gap else None,
        tuple(across.dot(losses.x(s)) for s in losses.markers if span[0] <= losses.x(s) <= span[1]),
        _step_ticks(losses, across, columns),
        y_ticks,
        (across.dot(x), peak) if peak > high else None,
    )
