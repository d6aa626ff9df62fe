"""Matrices as an engine tells them, for the tests of figures and tables."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from engine.protocol import DataReport, MatrixName, MatrixTold, Settings, Snapshot, TellMatrix
from tests.tui.bench import REPORT
from tui.state import State


def told(
    rows: Sequence[Sequence[float]],
    symbols: Sequence[str],
    matrix: MatrixName = "counts",
    before: tuple[int, ...] = (),
) -> MatrixTold:
    """A matrix of such rows."""
    values = [value for row in rows for value in row]
    known = [value for value in values if value == value]
    return MatrixTold(
        TellMatrix(matrix),
        1,
        300,
        tuple(symbols),
        before,
        min(known, default=0),
        max(known, default=0),
        array("d", values).tobytes(),
    )


def shown(report: DataReport = REPORT, settings: Settings | None = None) -> State:
    """A screen that shows such words."""
    return State(report=report, snapshot=Snapshot(settings=settings or Settings()))
