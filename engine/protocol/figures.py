"""All of a matrix, for a figure or a table of it: how it is asked for, and told."""

from __future__ import annotations

from engine.protocol.settings import MatrixName
from engine.records import record


@record
class TellMatrix:
    """Tell all of a matrix as it is now, however little of it is watched."""

    matrix: MatrixName = "counts"
    before: tuple[int, ...] = ()
    """Indices of the symbols that stand before that of a row, where contexts have more than one."""
    row: int = 0
    """Index of a symbol: where a matrix is of whole contexts and `before` is too short for one, it
    is told before the commonest that ends so, as it is shown."""
    smoothing: float = 1.0
    request: int = 0
    against: str = ""
    """As in `Watch`."""


@record
class MatrixTold:
    """All of a matrix is known."""

    command: TellMatrix
    run: int
    """The run that was in hand; 0 if there was none."""
    step: int
    symbols: tuple[str, ...]
    """Of the rows and of the columns."""
    before: tuple[int, ...]
    """Indices of the symbols that stand before that of a row: as asked, or as the matrix needs."""
    low: float
    """Least value by which colours are chosen, as in a `Window`."""
    high: float
    values: bytes
    """float64, shape (V, V), row by row; NaN where there is no value."""
