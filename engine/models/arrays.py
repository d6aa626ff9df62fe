"""A matrix as a file that numpy loads."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np


def write_npy(file: BinaryIO, values: bytes, columns: int, *, are_counts: bool) -> None:
    """Write a matrix in numpy's own format: counts as int64, all else as float64.

    Args:
        file: where to.
        values: float64, row by row.
        columns: of a row.
        are_counts: whether all values are whole; where there is none, nothing was seen: 0.
    """
    matrix = np.frombuffer(values, np.float64).reshape(-1, columns)
    if are_counts:
        matrix = np.nan_to_num(matrix).astype(np.int64)
    np.save(file, matrix, allow_pickle=False)
