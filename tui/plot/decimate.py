"""Fewer points than a curve has, and still its whole shape.

A column of the screen can show two points, so it gets two: the least and the greatest of all that
fall into it. A mean would be smoother and would hide what a loss chart is looked at for, the spike
of a single step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Bucket = tuple[float, float, float]
"""Where a bucket is, on the axis of steps, and its least and greatest value."""
Point = tuple[float, float]

MOST_STEPS, MOST = 1e15, 1e40
"""Greatest step and greatest value that are drawn: far beyond any run, and still so small that
sums and differences of them are what they should be."""


def buckets(history: bytes) -> list[Bucket]:
    """Read float64 triples of (first step, least, greatest)."""
    numbers = memoryview(history).cast("d")
    return list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


def pairs(recent: bytes) -> list[Bucket]:
    """Read float64 pairs of (step, value) as buckets of one value."""
    numbers = memoryview(recent).cast("d")
    values = numbers[1::2]
    return list(zip(numbers[::2], values, values, strict=True))


def finite(points: Iterable[Bucket]) -> list[Bucket]:
    """Leave out every bucket that cannot be drawn: not a number, infinite, or absurdly great."""
    most = MOST
    return [
        p
        for p in points
        if 0 <= p[0] <= MOST_STEPS and -most <= p[1] <= most and -most <= p[2] <= most
    ]


def _two(column: Sequence[Bucket], last: Point | None) -> list[Point]:
    """Return the least and the greatest of a column in the order in which they came."""
    low = min(column, key=lambda point: point[1])
    high = max(column, key=lambda point: point[2])
    least, greatest = (low[0], low[1]), (high[0], high[2])
    if least == greatest:
        return [least]
    if low is not high:
        return sorted((least, greatest))
    if last and abs(last[1] - least[1]) < abs(last[1] - greatest[1]):
        return [least, greatest]
    return [greatest, least]


def decimate(
    points: Sequence[Bucket], columns: int, span: tuple[float, float] | None = None
) -> list[Point]:
    """Return at most two points for each of so many columns, its least and its greatest value.

    `points` are finite and in order along the first axis. Those outside `span` are left out;
    without one the columns reach from the first point to the last.
    """
    if not points:
        return []
    left, right = span or (points[0][0], points[-1][0])
    scale = columns / (right - left) if right > left else 0.0
    split: dict[int, list[Bucket]] = {}
    for point in points:
        if left <= point[0] <= right:
            split.setdefault(min(columns - 1, int((point[0] - left) * scale)), []).append(point)
    found: list[Point] = []
    for column in split.values():
        found += _two(column, found[-1] if found else None)
    return found
