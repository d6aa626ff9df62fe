"""What is on the screen as tables that other programs read: numbers in full, never rounded."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from engine import write_npy
from engine.protocol import MatrixTold
from tui.plot.curves import Losses
from tui.plot.decimate import Bucket, buckets

COUNTS = "counts"
"""The matrix of whole numbers."""

COLUMNS = ("run", "part", "step", "least", "greatest")
"""Of a table of losses: of each stretch of steps from `step` on, in nats."""


def matrix_csv(file: BinaryIO, told: MatrixTold) -> None:
    """Write a matrix with the symbols of its columns above it, and of its rows before them.

    A count is a whole number, 0 in a context that was never seen; elsewhere there is nothing where
    there is no value. Before a row's symbol stand those that are before it in the contexts shown.
    """
    size = len(told.symbols)
    values = memoryview(told.values).cast("d")
    before = "".join(told.symbols[i] for i in told.before)
    write = _whole if told.command.matrix == COUNTS else _exact
    rows = (
        [before + symbol, *map(write, values[i * size : (i + 1) * size])]
        for i, symbol in enumerate(told.symbols)
    )
    _write(file, ["", *told.symbols], rows)


def matrix_npy(file: BinaryIO, told: MatrixTold) -> None:
    """Write a matrix as numpy loads it: counts as int64, all else as float64."""
    are_counts = told.command.matrix == COUNTS
    write_npy(file, told.values, len(told.symbols), are_counts=are_counts)


def losses_csv(file: BinaryIO, losses: Losses, run: str) -> None:
    """Write what a loss chart shows: the run of an id, its loss on dev, the floor, runs beside."""
    _write(file, COLUMNS, _losses(losses, run))


def lines(file: BinaryIO, texts: Iterable[str]) -> None:
    """Write texts, one a line."""
    file.writelines(f"{text}\n".encode() for text in texts)


def _losses(losses: Losses, run: str) -> Iterator[Sequence[object]]:
    parts: list[tuple[str, str, Sequence[Bucket]]] = []
    parts += [(run, "train", losses.history), (run, "dev", losses.dev)]
    beside = (each.course for each in losses.compared)
    parts += [(course.id, "train", buckets(course.history)) for course in beside]
    for id, name, history in parts:
        for step, least, greatest in history:
            yield id, name, int(step), _exact(least), _exact(greatest)
    if losses.has_floor:
        yield run, "floor", "", _exact(losses.floor), _exact(losses.floor)


def _whole(value: float) -> int:
    return 0 if math.isnan(value) else int(value)


def _exact(value: float) -> str:
    """A number from which the same float64 is read; nothing where there is none."""
    return "" if math.isnan(value) else repr(value)


def _write(file: BinaryIO, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    # The file is closed by whoever opened it.
    text.detach()
