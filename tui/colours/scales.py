"""From values to levels of a ramp, and back for the legend.

A frame maps a whole window of a matrix, so a scale is turned into the values at which one level
ends and the next one begins: then every kind of scale costs one search a value and no logarithm.
"""

from __future__ import annotations

import math
import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from engine import record
from engine.text.numbers import typed
from tui.text.numbers import round_powers, round_values, short

ScaleKind = Literal["linear", "log", "sqrt", "diverging", "diverging_sqrt"]

NO_LEVEL = -1
"""The level of a value that is not a number."""

_LEAST = sys.float_info.min

FAINT = 0.1
"""Share of the ramp below which nobody would tell a colour from the first one."""


@record
class Scale:
    """Which values the least and the greatest level stand for, and how the others lie between them.

    On a `log` scale level 0 is kept for values that have no logarithm, such as a count of 0; the
    least that has one is as far above it as half of it would be below, so that one is told from
    none. A `diverging` scale is as long on one side of zero as on the other. `sqrt` opens up
    small probabilities, and `diverging_sqrt` small differences of both signs.
    """

    kind: ScaleKind
    low: float
    """Finite; a `log` scale given none > 0 starts at 1, or at `high` / 10,000 if that is less."""
    high: float
    """Finite; where it is no greater than `low` all values have one level."""

    @property
    def is_diverging(self) -> bool:
        """Whether zero is in the middle."""
        return self.kind in ("diverging", "diverging_sqrt")

    @property
    def unit(self) -> int:
        """The power of ten in whose multiples values are written into cells: −3 for thousandths.

        A small number that may have a sign needs more room than a cell has, unless the figure says
        once for all of them how small they are.
        """
        most = max(abs(self.low), abs(self.high))
        if not self.is_diverging or not 0 < most < math.inf:
            return 0
        return max(-300, min(0, 3 * math.floor(math.log10(most) / 3)))

    def ends(self) -> tuple[float, float]:
        """Return the values of the first and the last level, level 0 of a `log` scale left out."""
        if self.is_diverging:
            limit = max(abs(self.low), abs(self.high))
            return -limit, limit
        if self.kind == "log" and self.low <= 0:
            return (1.0 if self.high >= 1 else self.high * 1e-4), self.high
        return self.low, self.high

    def at(self, share: float) -> float:
        """Return the value that lies so far, from 0 to 1, between the ends."""
        low, high = self.ends()
        if self.kind == "log":
            return math.exp(math.log(low) + (math.log(high) - math.log(low)) * share)
        if self.kind == "diverging_sqrt":
            way = 2 * share - 1
            return high * way * abs(way)
        return low + (high - low) * (share * share if self.kind == "sqrt" else share)

    def ticks(self, most: int, count: int) -> list[tuple[int, str]]:
        """Return up to `most` round values for a legend of `count` levels, as (level, label)."""
        values = self._round(most)
        found: dict[int, str] = {}
        for level, value in zip(levels(values, self, count), values, strict=True):
            found.setdefault(level, short(value))
        return sorted(found.items())

    def _round(self, most: int) -> list[float]:
        low, high = self.ends()
        if not low < high:
            is_none_told = self.kind == "log" and self.low <= 0 < high
            return [0.0, high] if is_none_told else [self.low]
        if self.kind == "log":
            return [0.0, *round_powers(low, high, most - 1)]
        if self.kind == "sqrt":
            return _round_roots(low, high, most)
        if self.kind == "diverging_sqrt":
            above = _round_roots(0, high, (most + 1) // 2)
            return [*(-value for value in reversed(above[1:])), *above]
        return round_values(low, high, most)


def _round_roots(low: float, high: float, most: int) -> list[float]:
    """Choose round values that do not crowd on a `sqrt` scale: the ends, then the roundest."""
    first = math.floor(math.log10(high - low))
    steps = [m * 10.0**e for m in (1, 5, 2, 3, 4) for e in range(first, first - 6, -1)]
    chosen: dict[float, float] = {0.0: low, 1.0: high}
    for step in steps:
        share = math.sqrt(min(1.0, step / (high - low)))
        if len(chosen) < most and all(abs(share - at) * most >= 1 for at in chosen):
            chosen[share] = float(typed(low + step, 12))
    return sorted(chosen.values())[: max(1, most)]


def _first(scale: Scale, count: int) -> int:
    """Return the level of the least value; that of the least above none on a `log` scale."""
    if scale.kind != "log":
        return 0
    low, high = scale.ends()
    share = math.log(2) / math.log(2 * high / low)
    return max(1, round((count - 1) * max(FAINT, share)))


@lru_cache(maxsize=64)
def _edges(scale: Scale, count: int) -> tuple[float, ...]:
    """Return the least value of each level but the first, in order."""
    low, high = scale.ends()
    if scale.kind == "log":
        if not 0 < low < high:
            return (_LEAST,) * (count - 1)
        first = _first(scale, count)
        inner = count - 1 - first
        return (_LEAST,) * first + tuple(scale.at((i - 0.5) / inner) for i in range(1, inner + 1))
    if low < high:
        return tuple(scale.at((i - 0.5) / (count - 1)) for i in range(1, count))
    middle = (count - 1) // 2 if scale.is_diverging else 0
    return (-math.inf,) * middle + (math.inf,) * (count - 1 - middle)


def levels(values: Iterable[float], scale: Scale, count: int) -> list[int]:
    """Return the level, from 0 to `count` − 1, of each value; `NO_LEVEL` where it is not a number.

    Values beyond the scale have its first or last level, infinite ones too.
    """
    edges = _edges(scale, count)
    return [NO_LEVEL if value != value else bisect_right(edges, value) for value in values]


@lru_cache(maxsize=64)
def _reach(scale: Scale, count: int, slack: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return for each level the values between which a cell keeps it, both exclusive.

    Behind them, where `NO_LEVEL` is looked up, are two that nothing lies between.
    """
    first = _first(scale, count)
    steps = max(1, count - 1 - first)
    middles = [scale.at(max(0, level - first) / steps) for level in range(count)]
    ends = [math.inf] * slack
    lows = [*(-end for end in ends), *middles][:count]
    highs = [*middles, *ends][slack:]
    if scale.kind == "log":
        # A count of one and a count of none never look alike.
        highs[0] = _LEAST / 2
        lows = [lows[0], *(max(low, _LEAST / 2) for low in lows[1:])]
    return (*lows, math.nan), (*highs, math.nan)


def steady_levels(
    values: Sequence[float], scale: Scale, count: int, shown: Sequence[int], slack: int = 1
) -> list[int]:
    """Return levels as `levels` does, but let those `shown` stand while they are nearly right.

    A cell keeps its level until its value is that of the middle of the next level, or of the one
    `slack` levels away: values that tremble at an edge do not flicker, and a value that drifts is
    drawn less often. Few cells move from one frame to the next, and only those are searched for.
    """
    low, high = scale.ends()
    if not low < high or max(shown, default=0) >= count:
        return levels(values, scale, count)
    lows, highs = _reach(scale, count, slack)
    moved = [
        i
        for i, (value, old) in enumerate(zip(values, shown, strict=True))
        if not lows[old] < value < highs[old]
    ]
    found = list(shown)
    for i, level in zip(moved, levels([values[i] for i in moved], scale, count), strict=True):
        found[i] = level
    return found
