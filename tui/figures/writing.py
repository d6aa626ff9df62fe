"""Writes what is on the screen to files: each in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import BinaryIO

from engine import record
from engine.protocol import MatrixTold
from tui import places
from tui.figures import tables
from tui.figures.exports import Format
from tui.figures.heatmap import heatmap
from tui.figures.inks import Inks
from tui.figures.losses import loss_chart, loss_figure_of
from tui.figures.square import square_of
from tui.plot.losses import losses_of
from tui.state import State

Lacking = tuple[str, ...]
"""Symbols of which no font here has a picture."""


@record
class Target:
    """Where to write, and how."""

    path: str
    format: Format
    inks: Inks
    replaces: bool = False
    """Whether a file that is there is replaced; it is refused if not."""


def write_matrix(target: Target, told: MatrixTold, state: State) -> Lacking:
    """Write a matrix; Refusal if it cannot be drawn or written."""

    def fill(file: BinaryIO) -> Lacking:
        if target.format == "svg" or target.format == "png":
            square = square_of(told, state, dark=target.inks.dark)
            drawn = heatmap(square, target.inks, target.format)
            file.write(drawn.data)
            return drawn.lacking
        table = tables.matrix_npy if target.format == "npy" else tables.matrix_csv
        table(file, told)
        return ()

    return places.write(target.path, fill, replaces=target.replaces)


def write_losses(target: Target, state: State) -> Lacking:
    """Write the losses of the run in hand, and of those before it.

    Raises:
        Refusal: there are none, or they cannot be drawn or written.
    """

    def fill(file: BinaryIO) -> Lacking:
        if target.format == "svg" or target.format == "png":
            drawn = loss_chart(loss_figure_of(state), target.inks, target.format)
            file.write(drawn.data)
            return drawn.lacking
        tables.losses_csv(file, losses_of(state), state.snapshot.id)
        return ()

    return places.write(target.path, fill, replaces=target.replaces)


def write_lines(target: Target, texts: Iterable[str]) -> Lacking:
    """Write texts, one a line; Refusal if they cannot be written."""
    places.write(target.path, partial(tables.lines, texts=texts), replaces=target.replaces)
    return ()
