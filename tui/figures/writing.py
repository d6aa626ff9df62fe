"""Writes what is on the screen to files: each in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from engine import record
from engine.protocol import MatrixTold
from tui import places
from tui.figures import tables
from tui.figures.door import Drawn
from tui.figures.exports import Format
from tui.figures.heatmap import heatmap
from tui.figures.inks import Inks
from tui.figures.losses import loss_chart, loss_figure_of
from tui.figures.square import square_of
from tui.plot.losses import losses_of
from tui.state import State


@record
class Target:
    """Where to write, and how."""

    path: str
    format: Format
    inks: Inks
    replaces: bool = False
    """Whether a file that is there is replaced; it is refused if not."""

    def take(self, drawn: Drawn) -> tuple[str, ...]:
        """Write a figure; gives the symbols of which no font here has a picture."""
        places.write(self.path, lambda file: file.write(drawn.data), replaces=self.replaces)
        return drawn.lacking


def write_matrix(target: Target, told: MatrixTold, state: State) -> tuple[str, ...]:
    """Write a matrix.

    Returns:
        Symbols of which no font here has a picture.

    Raises:
        Refusal: it cannot be drawn or written.
    """
    if target.format == "svg" or target.format == "png":
        square = square_of(told, state, dark=target.inks.dark)
        return target.take(heatmap(square, target.inks, target.format))
    table = tables.matrix_npy if target.format == "npy" else tables.matrix_csv
    places.write(target.path, partial(table, told=told), replaces=target.replaces)
    return ()


def write_losses(target: Target, state: State) -> tuple[str, ...]:
    """Write the losses of the run in hand, and of those before it.

    Returns:
        Symbols of which no font here has a picture.

    Raises:
        Refusal: there are none, or they cannot be drawn or written.
    """
    if target.format == "svg" or target.format == "png":
        return target.take(loss_chart(loss_figure_of(state), target.inks, target.format))
    table = partial(tables.losses_csv, losses=losses_of(state), run=state.snapshot.run)
    places.write(target.path, table, replaces=target.replaces)
    return ()


def write_lines(target: Target, texts: Iterable[str]) -> tuple[str, ...]:
    """Write texts, one a line; Refusal if they cannot be written."""
    places.write(target.path, partial(tables.lines, texts=texts), replaces=target.replaces)
    return ()
