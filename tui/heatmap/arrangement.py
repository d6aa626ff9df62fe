"""What goes where in the heatmap's pane: figure, legend, inspector, and the bars of the row."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from engine import record
from tui.heatmap.pixels import largest
from tui.heatmap.zooms import Zoom, automatic

LEGEND, INSPECTOR = 1, 2
"""Lines that these take, as a rule."""

LEAST_BELOW, ENOUGH_BELOW, MOST_BELOW = 3, 6, 18
"""Lines for bars below the figure: the fewest that say anything, plenty, and more than enough."""

LEAST_BESIDE, MUCH_BESIDE, MOST_BESIDE = 17, 50, 64
"""Columns for bars beside the figure."""

Side = Literal["", "below", "beside"]


@record
class Arrangement:
    """Sizes in characters."""

    zoom: Zoom
    width: int
    height: int
    """Of the figure."""
    side: Side = ""
    """Where the bars are, if there is room for them."""
    bars_width: int = 0
    bars_height: int = 0
    inspector: int = INSPECTOR


@lru_cache(maxsize=16)
def arrange(
    width: int,
    height: int,
    symbols: tuple[str, ...],
    chosen: Zoom | None = None,
    inspector: int = INSPECTOR,
) -> Arrangement:
    """Divide a pane: the figure comes first, the bars get what it leaves."""
    room = max(1, height - LEGEND - inspector)
    zoom = chosen or automatic(width, room, symbols)
    rows, columns = zoom.visible(width, room, symbols)
    across, down = zoom.size(rows, columns, symbols)
    beside, below = width - across - 2, room - down
    if below >= LEAST_BELOW and not _is_better_beside(beside, below):
        return Arrangement(zoom, across, down, "below", width, min(below, MOST_BELOW), inspector)
    if beside >= LEAST_BESIDE:
        wide = min(beside, MOST_BESIDE)
        return Arrangement(zoom, across, down, "beside", wide, down, inspector)
    return Arrangement(zoom, across, down, inspector=inspector)


@lru_cache(maxsize=4)
def on_stage(width: int, height: int, symbols: tuple[str, ...]) -> Arrangement:
    """Divide a pane on stage: the largest pixels there is room for, and a line for the cell."""
    room = max(2, height - LEGEND - 1)
    zoom = largest(width, room, symbols)
    across, down = zoom.size(*zoom.visible(width, room, symbols), symbols)
    return Arrangement(zoom, across, down, inspector=1)


def _is_better_beside(beside: int, below: int) -> bool:
    """Whether the bars are better off beside the figure, where there is room on both sides."""
    return beside >= (LEAST_BESIDE if below < ENOUGH_BELOW else MUCH_BESIDE)
