"""The point of a loss chart that lies nearest to a place, in exact figures."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

from engine import record
from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN, Axis, Losses, Plan, laid_out
from tui.plot.decimate import finite
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


class Points:
    """The points of a chart as it was drawn, by place; laid out once one is asked for.

    Args:
        losses: what it shows.
        width: its size in characters.
        height: as above.
    """

    def __init__(self, losses: Losses, width: int, height: int) -> None:
        self._losses, self._size = losses, (width, height)

    @cached_property
    def _laid_out(self) -> tuple[Plan, Axis, Axis]:
        return laid_out(self._losses, *self._size)

    def at(self, x: int, y: int) -> Point | None:
        """Give the point nearest to a character of the chart; None if there is none near it."""
        plan, across, up = self._laid_out
        losses, column = self._losses, x - plan.label_width - 1
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
        known = finite(curve)
        place = _nearest([bucket[0] for bucket in known], step, reach)
        if place is not None:
            start, least, greatest = known[place]
            yield Point(int(start), least, greatest, is_dev=is_dev)
    for run in losses.compared:
        # Eight runs may have thousands of buckets, of which one is looked at.
        numbers = memoryview(run.course.history).cast("d")
        place = _nearest(numbers[::3], step, reach)
        if place is not None:
            start, least, greatest = numbers[3 * place : 3 * place + 3]
            for _ in finite([(start, least, greatest)]):
                yield Point(int(start), least, greatest, run)


def _nearest(starts: Sequence[float], step: float, reach: float) -> int | None:
    """Give the place of the bucket that begins nearest to a step; None if all are too far away."""
    if not starts or not starts[0] - reach <= step <= starts[-1] + reach:
        return None
    after = bisect_right(starts, step)
    beside = range(max(0, after - 1), min(len(starts), after + 1))
    return min(beside, key=lambda place: abs(starts[place] - step))
