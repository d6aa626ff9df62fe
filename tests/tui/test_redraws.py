"""The chart is drawn at most five times a second, and at once if the user asks."""

from __future__ import annotations

import pytest

from tui.training.redraws import LONGEST, MOST_A_SECOND, PAUSE, Redraws


class Clock:
    """A clock that goes when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def draw(redraws: Redraws, clock: Clock, seconds: float, *, is_asked: bool) -> list[float]:
    """Wish to draw every hundredth of a second; return the times at which it was done."""
    times = []
    for _ in range(int(seconds * 100)):
        if not redraws.wait(is_asked=is_asked):
            redraws.note(clock.now)
            times.append(clock.now)
        clock.now += 0.01
    return times


def test_the_first_redraw_is_at_once() -> None:
    assert Redraws(Clock()).wait(is_asked=False) == 0


def test_by_itself_it_draws_twice_a_second() -> None:
    clock = Clock()
    times = draw(Redraws(clock), clock, 10, is_asked=False)
    assert 19 <= len(times) <= 21


def test_no_second_has_more_than_five_whoever_asks() -> None:
    clock = Clock()
    redraws = Redraws(clock)
    times = draw(redraws, clock, 3, is_asked=True)
    times += draw(redraws, clock, 3, is_asked=False)
    assert all(
        later - time >= 1 - 1e-6 for time, later in zip(times, times[MOST_A_SECOND:], strict=False)
    )


def test_who_asks_is_served_at_once_between_two_that_nobody_asked_for() -> None:
    clock = Clock()
    redraws = Redraws(clock)
    clock.now = draw(redraws, clock, 5, is_asked=False)[-1] + 0.01
    assert redraws.wait(is_asked=False) > 0
    assert redraws.wait(is_asked=True) == 0


def test_the_wait_is_told() -> None:
    clock = Clock()
    redraws = Redraws(clock)
    redraws.note(clock.now)
    clock.now += 0.1
    assert abs(redraws.wait(is_asked=False) - (PAUSE - 0.1)) < 1e-6


@pytest.mark.parametrize(("took", "pause"), [(0.001, PAUSE), (0.008, 0.8), (0.5, LONGEST)])
def test_what_takes_long_is_done_less_often(took: float, pause: float) -> None:
    clock = Clock()
    redraws = Redraws(clock)
    begun = clock.now
    clock.now += took
    redraws.note(begun)
    assert redraws.wait(is_asked=False) == pytest.approx(pause)
    assert redraws.wait(is_asked=True) == 0
