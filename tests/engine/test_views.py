"""What is seen of the network: each matrix against its formula, and the row under the cursor."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from engine.models.counts import Counts
from engine.models.objective import Objective, dense
from engine.models.views import NETWORK_MATRICES, Moment, NetworkTable, cursor_row, window
from engine.protocol import Watch
from tests.conftest import counts_of

WEIGHT = 0.25


@pytest.fixture
def counts() -> Counts:
    """Of words in which one symbol is followed by nothing but the boundary."""
    return counts_of("ab", "ba", "abc", "aab")


@pytest.fixture
def moment(counts: Counts) -> Moment:
    size = len(counts.vocabulary)
    weights = torch.randn(size, size, generator=torch.Generator().manual_seed(5)) * 3
    objective = Objective(counts)
    return Moment(objective, weights, WEIGHT, Moment(objective, weights.flip(0), WEIGHT))


def doubles(values: bytes) -> list[float]:
    return list(memoryview(values).cast("d"))


def whole(moment: Moment, matrix: str, smoothing: float = 1.0) -> torch.Tensor:
    size = len(moment.weights)
    seen = window(Watch(matrix, 0, 0, size, size), moment, smoothing)
    assert (seen.matrix, seen.row, seen.column, seen.rows, seen.columns) == (
        *(matrix, 0, 0),
        *(size, size),
    )
    return torch.tensor(memoryview(seen.values).cast("f").tolist()).view(size, size)


def test_each_matrix_is_what_its_formula_says(moment: Moment, counts: Counts) -> None:
    w, n = moment.weights.double(), dense(counts)
    p = w.exp() / w.exp().sum(1, keepdim=True)
    smoothed = (n + 2) / (n + 2).sum(1, keepdim=True)
    data = (p * n.sum(1, keepdim=True) - n) / n.sum()
    expected = {
        "network_probabilities": p,
        "logits": w,
        "centred_logits": w - w.sum(1, keepdim=True) / len(w),
        "difference": p - smoothed,
        "run_difference": p - p.flip(0),
        "gradient": data + 2 * WEIGHT * w / w.numel(),
    }
    assert expected.keys() == NETWORK_MATRICES.keys()
    for matrix, table in expected.items():
        seen = whole(moment, matrix, 2.0)
        assert torch.allclose(seen, table.float(), atol=1e-6), matrix


def test_a_run_that_is_held_against_none_does_not_differ(moment: Moment) -> None:
    alone = replace(moment, other=None)
    assert not whole(alone, "run_difference").any()


def test_a_symbol_that_nothing_follows_has_no_row_to_differ_from() -> None:
    """No word of these data holds it, but their alphabet does."""
    counts = Counts(counts_of("ab").vocabulary, ({1: 1}, {0: 1}, {}))
    moment = Moment(Objective(counts), torch.zeros(3, 3), 0.0)
    assert whole(moment, "difference", 0.0)[2].tolist() == pytest.approx([1 / 3] * 3)


def test_a_window_is_cut_out_and_its_range_is_that_of_the_whole(moment: Moment) -> None:
    for matrix in NETWORK_MATRICES:
        table = whole(moment, matrix)
        part = window(Watch(matrix, 1, 2, 3, 2), moment, 1.0)
        assert (part.row, part.column, part.rows, part.columns) == (1, 2, 3, 2)
        cut = memoryview(part.values).cast("f").tolist()
        assert cut == table[1:4, 2:4].flatten().tolist()
        assert (part.low, part.high) == (float(table.min()), float(table.max()))


def test_a_table_gives_rows_and_their_logs_in_double_precision(moment: Moment) -> None:
    table = NetworkTable(moment)
    p = torch.softmax(moment.weights.double(), 1)
    for i in range(len(p)):
        assert table.row((i,)) == pytest.approx(p[i].tolist(), rel=1e-14)
        assert table.log_row((i,)) == pytest.approx(p[i].log().tolist(), rel=1e-13)
        assert [table.log_probability((i,), j) for j in range(len(p))] == table.log_row((i,))


def test_a_table_is_that_of_its_moment_whatever_becomes_of_the_weights(moment: Moment) -> None:
    table = NetworkTable(moment)
    before = table.row((1,))
    moment.weights.zero_()
    assert table.row((1,)) == before


def test_the_row_under_the_cursor_is_exact_and_its_excess_sums_to_the_gap(
    moment: Moment, counts: Counts
) -> None:
    rows = [cursor_row(moment, i, 0.5) for i in range(len(moment.weights))]
    for i, row in enumerate(rows):
        assert (row.index, row.counts) == (i, counts.cursor_row(i, 0.5).counts)
        assert doubles(row.count_probabilities) == counts.row(i, 0.5)
        assert doubles(row.network_probabilities) == pytest.approx(NetworkTable(moment).row((i,)))
    gap = moment.objective.loss(moment.weights, 0.0).data - counts.floor
    assert math.fsum(part for row in rows for part in doubles(row.excess)) == pytest.approx(gap)
