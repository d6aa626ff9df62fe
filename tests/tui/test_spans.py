"""A chart's axes are round, hold what must be seen, and seldom move."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.plot.spans import gap_range, latest, loss_range, round_down, round_up, whole_run

FLOOR = 2.4544
positive = st.floats(1e-6, 1e12)


@given(positive)
def test_round_numbers_are_near_and_on_the_right_side(value: float) -> None:
    assert value * (1 - 1e-8) <= round_up(value) <= 1.34 * value
    assert 0.74 * value <= round_down(value) <= value * (1 + 1e-8)


@pytest.mark.parametrize(("last", "end"), [(0, 1), (1, 1), (7, 8), (184, 200), (9000, 10_000)])
def test_a_whole_run_has_room_to_grow(last: int, end: int) -> None:
    assert whole_run(0, last) == (0, end)


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [(0, 0, (-1, 0)), (389, 900, (400, 900)), (1824, 10_000, (2000, 10_000))],
)
def test_the_latest_losses_are_a_round_number_of_steps(
    first: int, last: int, span: tuple[float, float]
) -> None:
    assert latest(first, last) == span


def test_the_axis_of_steps_seldom_moves() -> None:
    assert len({whole_run(0, step) for step in range(1000, 10_001)}) == 11


def test_the_axis_of_losses_seldom_moves() -> None:
    falls = [FLOOR + 0.006 + 1.3 * math.exp(-step / 40) for step in range(2000)]
    ranges = [loss_range(falls[: i + 1], FLOOR) for i in range(0, 2000, 10)]
    assert len(set(ranges)) < 20


@given(st.lists(st.floats(2.4544, 12), min_size=1, max_size=50), st.booleans())
def test_the_least_loss_is_always_in_the_chart(values: list[float], is_recent: bool) -> None:
    low, high = loss_range(values, FLOOR, is_recent=is_recent)
    assert low < min(values) < high


@given(st.lists(st.floats(2.4544, 12), max_size=50))
def test_the_floor_is_always_among_the_losses_of_a_whole_run(values: list[float]) -> None:
    low, high = loss_range(values, FLOOR)
    assert low < FLOOR < high


def test_the_latest_losses_are_not_pressed_flat_by_the_floor() -> None:
    falls = [FLOOR + 0.5 + 0.02 * math.exp(-step / 40) for step in range(200)]
    low, high = loss_range(falls, FLOOR, is_recent=True)
    assert low > FLOOR
    assert high - low < 0.04


def test_losses_that_are_all_alike_have_a_range() -> None:
    for is_recent in (False, True):
        low, high = loss_range([3.0, 3.0], math.nan, is_recent=is_recent)
        assert low < 3 < high


def test_gaps_are_within_whole_quarters_of_a_power_of_ten() -> None:
    assert gap_range([]) == (-3.25, 0.25)
    low, high = gap_range([-2.22, 0.11])
    assert (low, high) == (-2.5, 0.25)
