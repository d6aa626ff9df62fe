"""The panes of the main screen, in the order of their numbers: the one table of them.

A pane is a row here and a class in the folder of its feature; keys, tabs and layouts follow.
"""

from __future__ import annotations

from typing import Literal

from engine import record


@record
class Place:
    """Where a pane is, and where its class is found."""

    side: Literal["left", "middle", "right"]
    """Those on the right take turns where the screen is low."""
    source: str
    """Module and class, imported when the screen is put together."""


PANES: dict[str, Place] = {
    "dataset": Place("left", "tui.dataset.pane:DatasetPane"),
    "heatmap": Place("middle", "tui.heatmap.pane:HeatmapPane"),
    "training": Place("right", "tui.training.pane:TrainingPane"),
    "sampler": Place("right", "tui.sampling.pane:SamplerPane"),
}

RIGHT = tuple(name for name, place in PANES.items() if place.side == "right")
