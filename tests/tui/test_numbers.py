"""Figures have room for themselves, and none is made of what cannot be told apart."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.protocol import Snapshot
from tui.text.numbers import figure, reading


@example(-10.0, 5)
@example(-9.999999, 5)
@example(-100.0, 5)
@given(st.floats(-1e99, 1e99).filter(lambda x: not 0 < abs(x) < 1e-99), st.integers(4, 5))
def test_a_reading_takes_eight_characters_at_most(value: float, digits: int) -> None:
    assert len(reading(value, digits)) <= 8


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2.5, "2.5000"), (123456.789, "123456.7890"), (-1.7739e28, "−1.77e+28"), (math.inf, "–")],
)
def test_of_a_huge_figure_its_power_of_ten_is_shown(value: float, shown: str) -> None:
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("gap", "left"), [(0.0063178, 0.0), (0.00631779, 0.0), (0.0073178, 0.001), (0.0053178, -0.001)]
)
def test_what_is_left_to_learn_is_nothing_where_no_more_can_be_told(
    gap: float, left: float
) -> None:
    snapshot = Snapshot(gap=gap, regularization_cost=0.0063178)
    assert math.isclose(snapshot.to_learn, left, abs_tol=1e-12)
