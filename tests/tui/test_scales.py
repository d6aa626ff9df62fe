"""Values become levels, and the legend says which."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.colours.scales import NO_LEVEL, Scale, ScaleKind, levels
from tui.text.numbers import alike, power_of_ten, round_powers, round_values, scale_values, short

KINDS: list[ScaleKind] = ["linear", "log", "sqrt", "diverging"]
numbers = st.floats(-1e6, 1e6)


def test_the_ends_of_a_scale_have_the_ends_of_the_ramp() -> None:
    assert levels([2, 12], Scale("linear", 2, 12), 11) == [0, 10]
    assert levels([7, 11.4], Scale("linear", 2, 12), 11) == [5, 9]
    assert levels([0, 0.25, 1], Scale("sqrt", 0, 1), 5) == [0, 2, 4]
    assert levels([1, 100, 10_000], Scale("log", 1, 10_000), 6) == [1, 3, 5]


def test_a_count_of_none_is_told_from_a_count_of_one() -> None:
    assert levels([0, 1, 6763], Scale("log", 0, 6763), 64) == [0, 6, 63]
    assert levels([0, 1, 2], Scale("log", 0, 2), 64) == [0, 32, 63]
    assert levels([0, 3, 12], Scale("log", 3, 12), 64) == [0, 21, 63]
    assert levels([0, 1], Scale("log", 0, 1), 64) == [0, 63]
    assert Scale("log", 0, 1).ticks(6, 64) == [(0, "0"), (63, "1")]


def test_zero_is_in_the_middle_of_a_diverging_scale() -> None:
    assert levels([-3, 0, 1.5, 3], Scale("diverging", -1, 3), 63) == [0, 31, 47, 62]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_a_number_has_no_level_and_infinities_have_the_ends(kind: ScaleKind) -> None:
    found = levels([math.nan, -math.inf, math.inf], Scale(kind, 0.5, 9), 7)
    assert found == [NO_LEVEL, 0, 6]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [-2.0, 0.0, 5.0])
def test_a_matrix_of_one_value_has_one_level(kind: ScaleKind, value: float) -> None:
    scale = Scale(kind, value, value)
    assert len(set(levels([value] * 3, scale, 9))) == 1
    assert len(scale.ticks(5, 9)) >= 1


def test_a_matrix_of_zeros_is_in_the_middle_of_a_diverging_scale() -> None:
    assert levels([0.0], Scale("diverging", 0, 0), 9) == [4]


def test_levels_are_read_from_the_bytes_of_a_snapshot() -> None:
    values = memoryview(array("f", [0, 1, 2, math.nan]).tobytes()).cast("f")
    assert levels(values, Scale("linear", 0, 2), 3) == [0, 1, 2, NO_LEVEL]


@given(st.sampled_from(KINDS), numbers, numbers, st.lists(numbers), st.integers(3, 64))
def test_greater_values_never_have_lower_levels(
    kind: ScaleKind, low: float, high: float, values: list[float], count: int
) -> None:
    found = levels(sorted(values), Scale(kind, min(low, high), max(low, high)), count)
    assert found == sorted(found)
    assert all(0 <= level < count for level in found)


@given(st.sampled_from(KINDS), numbers, numbers, st.integers(2, 9))
@example("linear", 0.0, 5e-324, 2)
def test_a_legend_stands_on_levels_in_order(
    kind: ScaleKind, low: float, high: float, most: int
) -> None:
    ticks = Scale(kind, min(low, high), max(low, high)).ticks(most, 64)
    assert 1 <= len(ticks) <= most or kind in ("linear", "diverging")
    assert [level for level, _ in ticks] == sorted({level for level, _ in ticks})


def test_a_legend_of_counts_shows_powers_of_ten() -> None:
    labels = [label for _, label in Scale("log", 0, 6763).ticks(6, 64)]
    assert labels == ["0", "1", "10", "100", "1k"]


@pytest.mark.parametrize(
    ("scale", "unit"),
    [
        (Scale("diverging_sqrt", -0.05, 0.05), -3),
        (Scale("diverging_sqrt", -0.5, 0.5), -3),
        (Scale("diverging_sqrt", -1e-7, 1e-7), -9),
        (Scale("diverging", -5, 20), 0),
        (Scale("diverging", 0, 0), 0),
        (Scale("diverging", -5e-324, 5e-324), -300),
        (Scale("sqrt", 0, 0.05), 0),
    ],
)
def test_small_values_of_both_signs_are_written_in_a_unit_of_their_size(
    scale: Scale, unit: int
) -> None:
    assert scale.unit == unit
    assert abs(scale.high) * 10.0**-unit < 1000


def test_a_power_of_ten_is_written_as_one() -> None:
    assert power_of_ten(-12) == "10⁻¹²"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.05, "0.05"),
        (1000, "1k"),
        (1500, "1.5k"),
        (20_000, "20k"),
        (1e6, "1M"),
        (4e14, "4e+14"),
    ],
)
def test_numbers_on_an_axis_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_labels_of_an_axis_have_the_same_number_of_decimals() -> None:
    assert alike([2.5, 3.0, 3.25]) == ["2.50", "3.00", "3.25"]


@given(numbers, numbers, st.integers(1, 12))
def test_round_values_lie_in_their_range_and_are_few(low: float, high: float, most: int) -> None:
    found = round_values(low, high, most)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert len(found) <= most
    assert all(low - slack <= value <= high + slack for value in found)


@example(low=999.0, height=2.0, most=1)
@example(low=-400.0, height=800.0, most=1)
@given(st.floats(-1e3, 1e3), st.floats(1e-6, 1e3), st.integers(1, 5))
def test_a_scale_has_two_values_that_read_otherwise_wherever_it_lies(
    low: float, height: float, most: int
) -> None:
    found = scale_values(low, low + height, most)
    assert 2 <= len(found) <= max(most, 3)
    assert len(set(alike(found))) == len(found)


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9), st.integers(1, 12))
def test_round_powers_lie_in_their_range_and_are_few(a: float, b: float, most: int) -> None:
    low, high = sorted((a, b))
    found = round_powers(low, high, most)
    assert len(found) <= most
    assert all(low * 0.99 <= value <= high * 1.01 for value in found)
