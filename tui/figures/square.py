"""The lecture's square figure of a matrix: what is in each cell, before anything is drawn."""

from __future__ import annotations

import math
from dataclasses import replace

from engine import record
from engine.protocol import MatrixTold, Refusal
from tui.colours.depth import Depth
from tui.colours.palettes import worn
from tui.colours.ramps import Ramp, ramp
from tui.colours.scales import Scale, levels
from tui.figures.headings import subject
from tui.heatmap.breadcrumbs import both, caption
from tui.heatmap.extents import scale_of
from tui.heatmap.zooms import ZOOMS
from tui.state import State
from tui.state.views import view_of
from tui.text import glyphs
from tui.text.numbers import in_places, power_of_ten

LABELLED = 64
"""Symbols up to which each cell says what it is of, and how much: in print these can be read."""

LETTERED = 256
"""Symbols up to which each row and each column has its letter; beyond only some have."""

DRAWN = 2_048
"""Symbols up to which there is a figure: on a page, a cell is then some dots."""

WHOLE = 6
"""Most digits of a count that are all written; what is no whole number is rounded."""

TICKS = 6
"""Values that the legend says, at most."""


@record
class Square:
    """A figure of a matrix."""

    title: str
    about: str
    """A line about the words and the model."""
    symbols: tuple[str, ...]
    """Of rows and columns, as they are shown."""
    levels: tuple[int, ...]
    """Of each cell, row by row, its colour in the ramp; `NO_LEVEL` where there is no value."""
    numbers: tuple[str, ...]
    """What each cell says below its bigram; none where there are too many cells to say anything."""
    ramp: Ramp
    ticks: tuple[tuple[int, str], ...]
    """Levels of the ramp, and the values they stand for."""

    @property
    def size(self) -> int:
        """Rows, and columns."""
        return len(self.symbols)


def square_of(told: MatrixTold, state: State, *, dark: bool) -> Square:
    """Say what is drawn of a matrix, in the colours of the screen.

    Args:
        told: the matrix.
        state: the words it is of, the settings it was made under, and the ramp.
        dark: whether the page is dark.

    Raises:
        Refusal: there are too many cells to be drawn.
    """
    size = len(told.symbols)
    if size > DRAWN:
        raise Refusal(
            f"A figure of {size:,} × {size:,} cells could not be read; up to {DRAWN:,} symbols are "
            "drawn. Write the matrix as csv or npy instead."
        )
    matrix = told.command.matrix
    settings = replace(state.snapshot.settings, smoothing=told.command.smoothing)
    scale = scale_of(matrix, told.low, told.high)
    colours = ramp(worn(state.ramp, view_of(matrix).kind), dark, Depth.TRUECOLOR)
    values = memoryview(told.values).cast("d").tolist()
    return Square(
        caption(matrix, told.symbols, told.before, settings, both(state)),
        " · ".join(_about(told, state, scale)),
        tuple(map(glyphs.shown, told.symbols)),
        tuple(levels(values, scale, colours.count)),
        tuple(_number(value, scale) for value in values) if size <= LABELLED else (),
        colours,
        tuple(scale.ticks(TICKS, colours.count)),
    )


def _about(told: MatrixTold, state: State, scale: Scale) -> list[str]:
    parts = subject(state)
    if view_of(told.command.matrix).needs_network:
        parts.append(f"step {told.step:,}")
    if scale.unit:
        parts.append(f"numbers × {power_of_ten(scale.unit)}")
    return parts


def _number(value: float, scale: Scale) -> str:
    if not math.isfinite(value):
        return ""
    value *= 10.0**-scale.unit
    return in_places(value, WHOLE) if value == int(value) else ZOOMS[-1].number(value)
