"""Fewer points keep the shape of a curve."""

from __future__ import annotations

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from tui.plot.decimate import Bucket, buckets, decimate, finite, pairs

losses = st.floats(0, 100)
runs = st.lists(st.tuples(losses, losses), max_size=300).map(
    lambda ends: [(float(i), min(pair), max(pair)) for i, pair in enumerate(ends)]
)


@given(runs, st.integers(1, 60))
def test_a_column_has_at_most_two_points(run: list[Bucket], columns: int) -> None:
    found = decimate(run, columns)
    assert len(found) <= 2 * columns
    last = run[-1][0] if run else 0
    split = [min(columns - 1, int(x * (columns / last))) if last else 0 for x, _ in found]
    assert all(split.count(column) <= 2 for column in set(split))


@given(runs, st.integers(1, 60))
def test_the_least_and_the_greatest_loss_survive(run: list[Bucket], columns: int) -> None:
    values = [y for _, y in decimate(run, columns)]
    if run:
        assert min(values) == min(low for _, low, _ in run)
        assert max(values) == max(high for _, _, high in run)
    else:
        assert values == []


@given(runs, st.integers(1, 60))
def test_points_are_points_of_the_run_and_in_order(run: list[Bucket], columns: int) -> None:
    found = decimate(run, columns)
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    assert set(found) <= {(x, y) for x, low, high in run for y in (low, high)}


@given(runs, st.integers(1, 60), st.integers(0, 300), st.integers(1, 300))
def test_only_what_is_in_the_span_is_kept(
    run: list[Bucket], columns: int, first: int, length: int
) -> None:
    found = decimate(run, columns, (first, first + length))
    assert all(first <= x <= first + length for x, _ in found)


def test_a_spike_of_one_step_survives() -> None:
    run = [(float(i), 2.5, 2.5) for i in range(10_000)]
    run[4321] = (4321.0, 9.0, 9.0)
    assert (4321.0, 9.0) in decimate(run, 20)


def test_what_is_not_finite_is_left_out() -> None:
    run = [(0.0, 1.0, 2.0), (1.0, math.nan, 2.0), (2.0, 1.0, math.inf), (math.inf, 1.0, 1.0)]
    assert finite(run) == [(0.0, 1.0, 2.0)]


def test_the_bytes_of_a_snapshot_are_read() -> None:
    numbers = array("d", [0, 1, 2, 10, 3, 4]).tobytes()
    assert buckets(numbers) == [(0, 1, 2), (10, 3, 4)]
    assert pairs(numbers) == [(0, 1, 1), (2, 10, 10), (3, 4, 4)]
    assert buckets(b"") == pairs(b"") == []
