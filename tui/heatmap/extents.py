"""The scale of a matrix, and that of a window of the heatmap.

The latter is kept where it is as long as it will do: if it followed the values, every
cell would change its colour whenever one of them did.
"""

from __future__ import annotations

import math

from engine.protocol import MatrixName, Window
from tui.colours.scales import Scale
from tui.state.views import view_of

WASTE = 4.0
"""A range this many times wider than the next round one is given up; less, and values that tremble
at a round number would change all colours to and fro."""

MOST = 1e150
"""Greatest value that a range reaches to: sums and products of such are still finite."""


def scale_of(matrix: MatrixName, low: float, high: float) -> Scale:
    """Choose the scale of a matrix by its least and its greatest value."""
    view = view_of(matrix)
    ends = bounded(low), bounded(high)
    return Scale(view.scale, *view.ends(min(ends), max(ends)))


def scale_for(window: Window, old: Scale | None = None) -> Scale:
    """Choose the scale of a window: the old one of the same matrix, while it will do."""
    wanted = scale_of(window.matrix, window.low, window.high)
    if old is None or old.kind != wanted.kind:
        return wanted
    holds = old.low <= wanted.low and wanted.high <= old.high
    return old if holds and old.high - old.low <= WASTE * (wanted.high - wanted.low) else wanted


def bounded(value: float) -> float:
    """Return a value with which a range can be laid out: weights may have grown beyond numbers."""
    return 0.0 if math.isnan(value) else max(-MOST, min(MOST, value))
