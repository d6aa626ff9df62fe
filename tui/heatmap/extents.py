"""Ramp, scale and range of each view of the heatmap.

The range of the colours is kept where it is as long as it will do: if it followed the values, every
cell would change its colour whenever one of them did.
"""

from __future__ import annotations

import math

from engine.protocol import MatrixName, Window
from tui.colours.palettes import Kind
from tui.heatmap.scales import Scale, ScaleKind

LOOKS: dict[MatrixName, tuple[Kind, ScaleKind]] = {
    "counts": ("counts", "log"),
    "count_probabilities": ("probability", "sqrt"),
    "network_probabilities": ("network", "sqrt"),
    "log_counts": ("counts", "linear"),
    "centred_logits": ("logits", "linear"),
    "logits": ("logits", "linear"),
    "difference": ("difference", "diverging_sqrt"),
    "gradient": ("gradient", "diverging_sqrt"),
}
"""Ramp and scale of each matrix."""

WASTE = 4.0
"""A range this many times wider than the next round one is given up; less, and values that tremble
at a round number would change all colours to and fro."""


def scale_for(window: Window, old: Scale | None = None) -> Scale:
    """Choose the scale of a window: the old one of the same matrix, while it will do."""
    _, kind = LOOKS[window.matrix]
    low, high = _round_range(window.matrix, window.low, window.high)
    wanted = Scale(kind, low, high)
    if old is None or old.kind != kind:
        return wanted
    holds = old.low <= low and high <= old.high
    return old if holds and old.high - old.low <= WASTE * (high - low) else wanted


def _round_range(matrix: MatrixName, low: float, high: float) -> tuple[float, float]:
    """Widen a range to round ends; that of counts is as it is, for it does not move."""
    if matrix in ("count_probabilities", "network_probabilities"):
        return 0.0, max(0.4, math.ceil(high * 5 - 1e-6) / 5)
    if matrix in ("difference", "gradient"):
        most = round_up(max(abs(low), abs(high), 1e-12))
        return -most, most
    if matrix in ("logits", "centred_logits"):
        return math.floor(low), math.ceil(high)
    return low, high


def round_up(value: float) -> float:
    """Return the least of 1, 2 and 5 times a power of ten that is not below a value > 0."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1, 2, 5, 10) if value <= m * power * (1 + 1e-9))
