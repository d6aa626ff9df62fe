"""Draws the square figure of a matrix."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tui.colours.scales import NO_LEVEL
from tui.figures import door
from tui.figures.door import EDGE, HEAD, POINTS, Drawn, Picture
from tui.figures.inks import Inks
from tui.figures.square import LABELLED, LETTERED, Square
from tui.text.glyphs import straight

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL = 0.55
"""Inches of a cell that is written in, as in the lecture's figure."""

MOST_SIDE = 24.0
"""Inches of all cells together: if there are more of them, they are smaller."""

LEAST_WIDTH = 5.5
"""Inches that the title needs."""

LETTERS, FOOT = 0.3, 0.75
"""Inches for the letters above the cells, and for the legend below them."""

LEGEND_WIDTH, LEGEND_HEIGHT = 3.6, 0.13
"""Inches."""

APART = 0.08
"""Part of the legend that lies between two of its values, at least."""

MOST_LETTER = 10.0
"""Points of a letter beside the cells, at most."""

BIGRAM_UP, NUMBER_UP = 0.31, 0.67
"""How far down its cell each is, as a part of it."""

BIGRAM_SHARE, NUMBER_SHARE = 0.235, 0.255
"""Height of their letters as a part of the cell's."""


def heatmap(square: Square, inks: Inks, picture: Picture) -> Drawn:
    """Draw a matrix as the lecture does: a bigram and its figure in every cell.

    Raises:
        Refusal: matplotlib is not there.
    """
    symbols = {*"".join((square.title, square.about, *square.symbols, *square.numbers))}
    return door.render(lambda: _figure(square, inks), square.title, symbols, picture)


def _figure(square: Square, inks: Inks) -> Figure:
    cell = min(CELL, MOST_SIDE / square.size)
    side = cell * square.size
    width = max(LEAST_WIDTH, side) + 2 * EDGE
    height = HEAD + LETTERS + side + FOOT
    figure = door.page(width, height, square.title, square.about, inks)
    axes = figure.add_axes((EDGE / width, FOOT / height, side / width, side / height))
    axes.set(xlim=(0, square.size), ylim=(square.size, 0), facecolor=inks.page)
    _fill(axes, square, inks)
    _write_letters(axes, square, cell * POINTS, inks)
    if square.numbers:
        _write_cells(axes, square, cell * POINTS, inks)
    strip = (EDGE / width, 0.42 / height, LEGEND_WIDTH / width, LEGEND_HEIGHT / height)
    _explain(figure.add_axes(strip), square, inks)
    return figure


def _fill(axes: Axes, square: Square, inks: Inks) -> None:
    """Colour the cells: as shapes where each can be seen by itself, else as one image."""
    from matplotlib.colors import ListedColormap

    size = square.size
    values = [math.nan if level == NO_LEVEL else level for level in square.levels]
    rows = [values[i : i + size] for i in range(0, size * size, size)]
    colours = ListedColormap(square.ramp.colours).with_extremes(bad=inks.page)
    ends = (-0.5, square.ramp.count - 0.5)
    if size <= LABELLED:
        axes.pcolormesh(rows, cmap=colours, clim=ends, edgecolors=inks.page, linewidth=0.6)
    else:
        axes.imshow(rows, cmap=colours, clim=ends, interpolation="none", extent=(0, size, size, 0))


def _write_letters(axes: Axes, square: Square, cell: float, inks: Inks) -> None:
    """Write the letter of each row and column, or of some where there is no room for all."""
    step = -(-square.size // LETTERED)
    shown = range(0, square.size, step)
    places, letters = [i + 0.5 for i in shown], [square.symbols[i] for i in shown]
    axes.set_xticks(places, letters)
    axes.set_yticks(places, letters)
    axes.tick_params(
        length=0,
        pad=4,
        labeltop=True,
        labelbottom=False,
        labelcolor=inks.muted,
        labelsize=min(MOST_LETTER, cell * step * 0.8),
    )
    for letter in axes.get_yticklabels():
        letter.set_verticalalignment("center")
    for side in axes.spines.values():
        side.set_visible(False)


def _write_cells(axes: Axes, square: Square, cell: float, inks: Inks) -> None:
    """Write its bigram and its figure into each cell, in black or white, whichever can be read."""
    longest = max(map(len, square.numbers))
    small = cell * BIGRAM_SHARE
    # A digit is as wide as two thirds of its height; a tenth of the cell stays free.
    large = min(cell * NUMBER_SHARE, 0.9 * cell / (0.66 * max(1, longest)))
    for i, (level, number) in enumerate(zip(square.levels, square.numbers, strict=True)):
        row, column = divmod(i, square.size)
        colour = inks.faint if level == NO_LEVEL else square.ramp.text_colour(level)
        bigram = straight(square.symbols[row]) + straight(square.symbols[column])
        way: dict[str, Any] = {"color": colour, "ha": "center", "va": "center"}
        axes.text(column + 0.5, row + BIGRAM_UP, bigram, size=small, alpha=0.72, **way)
        if number:
            axes.text(column + 0.5, row + NUMBER_UP, number, size=large, **way)


def _explain(axes: Axes, square: Square, inks: Inks) -> None:
    """Draw the ramp, and what its colours stand for."""
    from matplotlib.colors import ListedColormap

    # Between shapes that only touch one would see the page.
    strip = [range(square.ramp.count)]
    colours = ListedColormap(square.ramp.colours)
    axes.imshow(strip, cmap=colours, interpolation="none", aspect="auto")
    axes.set_yticks([])
    ticks: list[tuple[int, str]] = []
    for level, text in square.ticks:
        if not ticks or level - ticks[-1][0] >= square.ramp.count * APART:
            ticks.append((level, text))
    axes.set_xticks([level for level, _ in ticks], [text for _, text in ticks])
    axes.tick_params(length=2, color=inks.faint, labelcolor=inks.muted, labelsize=8)
    for side in axes.spines.values():
        side.set_visible(False)
