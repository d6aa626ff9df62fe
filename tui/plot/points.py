"""The point of a loss chart that lies nearest to a place, in exact figures."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from engine import record
from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN, Losses, laid_out
from tui.plot.decimate import Bucket, buckets, finite
from tui.state.courses import Compared


@record
class Point:
    """A bucket of a curve."""

    step: int
    """Its first."""
    least: float
    """Loss in nats."""
    greatest: float
    run: Compared | None = None
    """Whose it is; `None` for the run in hand."""
    is_dev: bool = False
    """Whether it is the loss on dev."""


def read(losses: Losses, width: int, height: int, x: int, y: int) -> Point | None:
    """Give the point nearest to a character of a chart of so many; None if it is off the canvas."""
    plan, across, up = laid_out(losses, width, height)
    column = x - plan.label_width - 1
    if not (0 <= column < plan.columns and 0 <= y < plan.rows):
        return None
    middle = (column + 0.5) * DOTS_ACROSS - 0.5
    step = losses.step(across.value(middle))
    reach = losses.step(across.value(middle + DOTS_ACROSS)) - step
    here = (plan.rows - y - 0.5) * DOTS_DOWN - 0.5

    def distance(point: Point) -> float:
        """How far a point is from the place, in dots up."""
        ends = (up.dot(losses.y(loss)) for loss in (point.least, point.greatest))
        return min(abs(min(max(end, 0), up.dots - 1) - here) for end in ends)

    return min(_points(losses, step, reach), key=distance, default=None)


def _points(losses: Losses, step: float, reach: float) -> Iterator[Point]:
    """Give the point of each curve at a step; none of one that is further away than `reach`."""
    for curve, is_dev in ((losses.history, False), (losses.dev, True)):
        for found in _nearest(curve, step, reach):
            yield Point(int(found[0]), *found[1:], is_dev=is_dev)
    for run in losses.compared:
        for found in _nearest(buckets(run.course.history), step, reach):
            yield Point(int(found[0]), *found[1:], run=run)


def _nearest(curve: Sequence[Bucket], step: float, reach: float) -> Iterator[Bucket]:
    known = finite(curve)
    if known and known[0][0] - reach <= step <= known[-1][0] + reach:
        place = bisect_right(known, step, key=lambda bucket: bucket[0])
        yield min(known[max(0, place - 1) : place + 1], key=lambda each: abs(each[0] - step))
