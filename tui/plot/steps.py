"""Where steps lie along a chart, and which step lies where: what a pointer needs of it."""

from __future__ import annotations

import math

from engine import record


@record
class Steps:
    """Steps along the columns of a chart."""

    low: float
    """The first step, on the axis."""
    high: float
    """The last one."""
    left: int
    """The first column, counted from the left edge of the chart."""
    columns: int
    is_log: bool
    """Whether the axis has the logarithm of one more than a step, or the step."""

    def holds(self, step: float) -> bool:
        """Whether a step lies on the axis, and not beside it."""
        return self.low <= self._value(step) <= self.high

    def column(self, step: float) -> int:
        """Column in which a step lies, or the nearest one that there is."""
        span = self.high - self.low
        share = (self._value(step) - self.low) / span if span > 0 else 0.0
        # As the dots of the curve are laid, of which there are two a column.
        dot = math.floor(max(0.0, min(1.0, share)) * (2 * self.columns - 1) + 0.5)
        return self.left + dot // 2

    def step(self, column: int) -> int:
        """The step that a column stands for; that of the nearest one, left or right of them."""
        share = max(0, min(column - self.left, self.columns - 1)) / max(1, self.columns - 1)
        value = self.low + share * (self.high - self.low)
        return max(0, round(10**value - 1 if self.is_log else value))

    def _value(self, step: float) -> float:
        return math.log10(max(0.0, step) + 1) if self.is_log else step
