"""Which steps and which losses a chart shows, in round numbers so that it seldom moves.

An axis that ended at the last step would move every dot with every step. One that ends at a round
number beyond it leaves room to grow into: between two such numbers only the end of the curve moves,
and a settled curve does not move at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_TOLD = 1e-9
"""Part of a value, and least height of a chart, below which two ends cannot be told apart."""

Span = tuple[float, float]

_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

_NARROWEST = 1e-3
"""Least height of a chart of the latest losses, in nats: below is rounding."""


def round_up(value: float) -> float:
    """Return the least round number that is not less than a value > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return power * next(m for m in _ROUND if value <= power * m * (1 + 1e-9))


def round_down(value: float) -> float:
    """Return the greatest round number that is not more than a value > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return power * next(m for m in reversed(_ROUND) if value >= power * m * (1 - 1e-9))


def whole_run(first: float, last: float) -> Span:
    """Return the steps to show of a run, with room to grow."""
    return first, max(first + 1, round_up(max(1.0, last)))


def latest(first: float, last: float) -> Span:
    """Return as many of the latest steps as are a round number."""
    return last - round_down(max(1.0, last - first)), last


def _settled(low: float, high: float) -> Span:
    """Widen a range until both ends are round."""
    height = round_up(max(high - low, _TOLD * max(abs(low), abs(high)), _TOLD))
    unit = height / 20
    bottom = math.floor((low - unit) / unit) * unit
    return bottom, bottom + 1.15 * height


def _without_outliers(values: Sequence[float], low: float) -> float:
    """Return the highest loss to show.

    The first losses of a run are often many times further from the floor than all others and would
    press the curve flat. If a tenth of the values would take more than five sixths of the height,
    they leave the chart at the top.
    """
    high, most = max(values), sorted(values)[int(0.9 * (len(values) - 1))]
    return low + 2 * (most - low) if high - low > 6 * (most - low) > 0 else high


def loss_range(values: Sequence[float], floor: float, *, is_recent: bool = False) -> Span:
    """Return the range of losses to show: all lows, and highs that leave room for these.

    The floor is always in it, except among the latest losses: where they are far above the floor,
    compared to how much they differ, it would press them flat.
    """
    if not values:
        return _settled(floor, floor + 0.1) if math.isfinite(floor) else (0.0, 1.0)
    low = min(values)
    spread = _without_outliers(values, low) - low
    if math.isfinite(floor) and (not is_recent or low - floor <= 3 * max(spread, _NARROWEST)):
        low = min(low, floor)
    high = _without_outliers(values, low)
    least = _NARROWEST if is_recent else 0.1
    return _settled(low, max(high, low + least * max(1.0, abs(low)) * (high - low < 1e-9)))


def gap_range(values: Sequence[float]) -> Span:
    """Return the range of logarithms of the gap to show, in quarters of a power of ten."""
    low, high = min(values, default=-3.0), max(values, default=0.0)
    return math.floor(low * 4 - 0.25) / 4, math.ceil(high * 4 + 0.25) / 4
