"""Matrices as tables and arrays, names as text."""

from __future__ import annotations

import csv
import io
import math

import numpy as np

from tests.tui.matrices import told
from tui.figures import tables

NAN = math.nan
ODD = (".", ",", '"', "é")
COUNTS = told([[0, 4438, 2**53, 1], [NAN] * 4, [3, 2, 1, 0], [0, 0, 0, 7]], ODD)


def rows(matrix: object) -> list[list[str]]:
    """The cells of a matrix's table."""
    file = io.BytesIO()
    tables.matrix_csv(file, matrix)  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(file.getvalue().decode())))


def test_counts_are_whole_numbers_between_their_symbols() -> None:
    assert rows(COUNTS) == [
        ["", *ODD],
        [".", "0", "4438", "9007199254740992", "1"],
        [",", "0", "0", "0", "0"],
        ['"', "3", "2", "1", "0"],
        ["é", "0", "0", "0", "7"],
    ]


def test_other_numbers_have_all_their_digits_and_nothing_stands_where_there_is_none() -> None:
    matrix = told([[0.1, 1 / 3], [NAN, -1e-300]], (".", "a"), "logits")
    _, first, second = rows(matrix)
    assert [float(text) for text in first[1:]] == [0.1, 1 / 3]
    assert second == ["a", "", "-1e-300"]


def test_rows_of_longer_contexts_are_named_by_all_of_them() -> None:
    matrix = told([[1, 2], [3, 4]], (".", "a"), before=(0, 1))
    assert [row[0] for row in rows(matrix)] == ["", ".a.", ".aa"]


def test_numpy_loads_a_matrix() -> None:
    file = io.BytesIO()
    tables.matrix_npy(file, COUNTS)
    file.seek(0)
    counts = np.load(file, allow_pickle=False)
    assert counts.dtype == np.int64
    assert counts.tolist() == [[0, 4438, 2**53, 1], [0] * 4, [3, 2, 1, 0], [0, 0, 0, 7]]


def test_texts_stand_one_a_line() -> None:
    file = io.BytesIO()
    tables.lines(file, ["mor", "zoé"])
    assert file.getvalue().decode() == "mor\nzoé\n"
