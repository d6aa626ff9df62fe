"""Where the bars of a histogram go, in half characters, before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine import record
from engine.text.width import cells
from tui.plot.chart import Sheet
from tui.text.numbers import round_values, short

HALVES = 2
"""Dots of a block character, across and down."""


@record
class Bars:
    """A histogram in dots; (0, 0) is the lower left one of the canvas."""

    columns: int
    """Size of the canvas in characters, the axes left out."""
    rows: int
    label_width: int
    """Characters left of the axis."""
    slot: int
    """Characters from one bar to the next."""
    tops: tuple[tuple[int, int], ...]
    """Dot across and dots of height, for each dot across that has a bar."""
    ticks: tuple[tuple[int, str], ...]
    """Height in dots and label, on the axis of values."""


def lay_out_bars(values: Sequence[float], width: int, height: int) -> Bars:
    """Lay out a histogram of so many characters, one line of them for the labels of the bars."""
    rows = max(1, height - 2)
    counts = [value if math.isfinite(value) and value > 0 else 0.0 for value in values]
    greatest = max(counts, default=0.0)
    marks = round_values(0, greatest, max(2, rows // 3 + 1))
    if len(marks) == 1:
        # Nothing round lies between: without the greatest value there would be no scale.
        marks = [0.0, greatest]
    label_width = max((len(short(mark)) for mark in marks), default=1)
    columns = max(1, width - label_width - 1)
    slot = max(1, min(8, columns // max(1, len(counts))))
    bar = max(1, slot - 1) * HALVES
    dots = [math.ceil(count / greatest * rows * HALVES - 1e-9) if count else 0 for count in counts]
    starts = [i * slot * HALVES for i in range(min(len(counts), columns // slot))]
    return Bars(
        columns,
        rows,
        label_width,
        slot,
        tuple(
            (start + i, top)
            for start, top in zip(starts, dots, strict=False)
            if top
            for i in range(bar)
        ),
        tuple((round(mark / greatest * rows * HALVES), short(mark)) for mark in marks),
    )


def write_bar_labels(sheet: Sheet, bars: Bars, labels: Sequence[str]) -> None:
    """Write the label of each bar below it, leaving out those that would touch the last."""
    y, free = bars.rows + 1, bars.label_width + 1
    bar = max(1, bars.slot - 1)
    for i, label in enumerate(labels[: bars.columns // bars.slot]):
        wide = cells(label)
        x = bars.label_width + 1 + i * bars.slot + max(0, (bar - wide) // 2)
        if x < free or x + wide > bars.label_width + 1 + bars.columns:
            continue
        sheet.write_wide(x, y, label, wide, "tick")
        free = x + wide + (len(label) > 1)
