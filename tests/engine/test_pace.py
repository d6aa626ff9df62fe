"""How many steps are taken at a time."""

from __future__ import annotations

import math

import pytest

from engine.training.pace import SLICE, Pace, Stride


@pytest.mark.parametrize(
    ("step", "steps"), [(1e-6, 16_000), (1e-4, 160), (1e-3, 16), (5e-3, 16), (2e-2, 5), (0.2, 1)]
)
def test_a_stride_lasts_a_slice_or_is_worth_an_evaluation(step: float, steps: int) -> None:
    stride = Stride()
    for _ in range(20):
        stride.note(stride.steps, stride.steps * step)
    assert stride.steps == pytest.approx(steps, rel=0.01)
    assert stride.steps == 1 or stride.steps * step <= 0.1 + 1e-9


def test_a_stride_grows_by_doubling_and_shrinks_at_once() -> None:
    stride, seen = Stride(), []
    for _ in range(4):
        stride.note(stride.steps, stride.steps * 1e-6)
        seen.append(stride.steps)
    assert seen == [2, 4, 8, 16]
    stride.note(16, 16.0)
    assert stride.steps == 1


def test_a_clock_that_stands_still_does_no_harm() -> None:
    stride = Stride()
    stride.note(1, 0.0)
    assert stride.steps == 2


def test_at_full_speed_a_stride_is_due_at_any_time() -> None:
    pace = Pace()
    for _ in range(3):
        assert pace.due(math.inf, 0.0) == pace.stride.steps
        assert pace.wait(math.inf, 0.0) == 0.0
        pace.stride.note(pace.stride.steps, 1e-6)


@pytest.mark.parametrize("speed", [1.0, 30.0, 100.0, 3000.0, 10_000.0])
def test_so_many_steps_a_second_are_so_many(speed: float) -> None:
    pace, now, taken, turns = Pace(), 0.0, 0, 0
    while now < 10.0:
        if steps := pace.due(speed, now):
            pace.stride.note(steps, steps * 1e-6)
        taken += steps
        now += pace.wait(speed, now)
        turns += 1
    assert taken == pytest.approx(10 * speed, rel=2e-3, abs=1)
    assert turns <= 10 * min(speed, 2 / SLICE) + 50, "quick steps are gathered"


def test_single_steps_come_when_they_are_due() -> None:
    pace, now = Pace(), 0.0
    for _ in range(10):
        assert pace.due(30.0, now) == 1
        wait = pace.wait(30.0, now)
        assert wait == pytest.approx(1 / 30)
        now += wait + 1e-9


def test_after_a_stall_the_run_does_not_race() -> None:
    pace = Pace()
    pace.due(100.0, 0.0)
    taken = sum(pace.due(100.0, 60.0) for _ in range(100))
    assert 40 <= taken <= 60


def test_a_new_speed_acts_at_once() -> None:
    pace = Pace()
    assert pace.due(0.1, 0.0) == 1
    assert pace.due(0.1, 1.0) == 0
    assert pace.wait(5.0, 1.0) == 0.0
    assert pace.due(5.0, 1.0) == 1


def test_back_from_full_speed_the_run_does_not_race() -> None:
    pace = Pace()
    pace.stride.steps = 1000
    pace.due(1000.0, 0.0)
    pace.due(math.inf, 1.0)
    assert pace.due(1000.0, 60.0) == 1
