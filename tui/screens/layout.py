"""Which panes there is room for, and how wide they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from textual.widget import Widget

from tui.state.panes import RIGHT

Layout = Literal["wide", "medium", "paired", "slim", "narrow"]

LAYOUTS: tuple[tuple[int, Layout], ...] = (
    (160, "wide"),
    (120, "medium"),
    (98, "paired"),
    (80, "slim"),
)
"""The columns that each one takes."""

WIDTHS: dict[Layout, tuple[int | str, int | str, int | str]] = {
    "wide": (24, "1fr", 48),
    "medium": (22, 61, "1fr"),
    "paired": ("1fr", 61, "1fr"),
    "slim": ("1fr", 34, "1fr"),
    "narrow": ("1fr", "1fr", "1fr"),
}
"""Columns of dataset, heatmap, and training with sampler; with `1fr` whatever is left."""

LEAST_HEIGHT, ENOUGH_HEIGHT = 30, 40
"""Lines that these take; with fewer than enough, training and sampler take turns in one place."""


def layout_for(width: int, height: int) -> Layout:
    """Choose the layout.

    That is: all panes in full; all of them narrowed; the heatmap beside either the dataset or
    training and sampler, the same with cells of one column, or one pane at a time.
    """
    fitting = (name for least, name in LAYOUTS if width >= least and height >= LEAST_HEIGHT)
    return next(fitting, "narrow")


def seen(
    size: tuple[int, int], active: str, right: str, *, is_maximised: bool = False
) -> tuple[str, ...]:
    """Say which panes there is room for.

    Args:
        size: columns and lines of the screen.
        active: the pane in use, which is always seen.
        right: the one of training and sampler that was used last.
        is_maximised: whether the pane in use has the whole screen.
    """
    layout = layout_for(*size)
    if is_maximised or layout == "narrow":
        return (active,)
    turns = RIGHT if size[1] >= ENOUGH_HEIGHT else (right,)
    if layout in ("wide", "medium"):
        return ("dataset", "heatmap", *turns)
    return ("heatmap", *(("dataset",) if active == "dataset" else turns))


def place_notices(racks: Iterable[Widget], layout: Layout, above: int | None) -> None:
    """Have notices stand where names just drawn, fields and figures are not.

    Args:
        racks: what they hang on.
        layout: of the panes.
        above: lines at the top that are kept free; over the chart of losses if not given.
    """
    for rack in racks:
        rack.styles.margin = (14 if above is None else above, 1, 0, 0)
        for name in ("medium", "wide"):
            rack.set_class(above is None and layout == name, f"-{name}")
