"""A film, as tables: which step is on the screen at what time."""

from __future__ import annotations

import pytest

from tui.state.film import PACES, Film


def begun(step: int = 0, last: int = 999, **how: bool) -> Film:
    """A film that has been told the time, which is 100 s."""
    is_backwards = how.pop("is_backwards", False)
    film = Film(**how).play(step, last, is_backwards=is_backwards)
    return film.roll(100.0, last)


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(0.0, 0), (1.0, 1), (10 / 3, 9), (5.0, 31), (20 / 3, 99), (9.9, 932), (10.0, 999), (60, 999)],
)
def test_each_tenfold_of_steps_takes_as_long(seconds: float, step: int) -> None:
    assert begun().roll(100 + seconds, 999).step == step


@pytest.mark.parametrize(("seconds", "step"), [(0.0, 999), (5.0, 31), (10.0, 0), (60.0, 0)])
def test_backwards_it_goes_the_same_way(seconds: float, step: int) -> None:
    assert begun(999, is_backwards=True).roll(100 + seconds, 999).step == step


@pytest.mark.parametrize("is_backwards", [False, True])
def test_it_stops_once_its_end_was_seen(is_backwards: bool) -> None:
    film = begun(50, is_backwards=is_backwards).roll(111.0, 999)
    assert film.is_playing
    assert film.step == (0 if is_backwards else 999)
    assert not film.roll(111.1, 999).is_playing


@pytest.mark.parametrize("is_backwards", [False, True])
def test_a_loop_begins_again_with_all_steps_there_are_by_then(is_backwards: bool) -> None:
    film = begun(50, is_backwards=is_backwards, is_looping=True).roll(111.0, 1200).roll(111.1, 1200)
    assert film.is_playing
    assert film.step == (1200 if is_backwards else 0)


@pytest.mark.parametrize(
    ("step", "is_backwards", "first"),
    [(0, False, 0), (137, False, 137), (999, False, 0), (0, True, 999), (137, True, 137)],
)
def test_it_begins_where_one_is_unless_that_is_its_end(
    step: int, is_backwards: bool, first: int
) -> None:
    assert begun(step, is_backwards=is_backwards).step == first


def test_another_pace_goes_on_from_where_it_is() -> None:
    film = begun().roll(105.0, 999)
    assert film.pace(1).step == film.step == 31
    assert film.pace(1).roll(107.5, 999).step == 999
    assert film.pace(-1).roll(107.5, 999).step < 99


def test_there_are_paces_up_to_a_quickest_and_down_to_a_slowest() -> None:
    film = Film()
    for _ in PACES:
        film = film.pace(1)
    assert film.seconds == PACES[-1]
    for _ in PACES:
        film = film.pace(-1)
    assert film.seconds == PACES[0]


def test_how_it_is_played_outlives_it() -> None:
    film = begun(is_looping=True).pace(1).stop()
    assert not film.is_playing
    assert (film.seconds, film.is_looping) == (5.0, True)


def test_of_a_million_steps_ten_seconds_show_the_first_ones_one_by_one() -> None:
    film, last = begun(last=10**6), 10**6
    seen = {film.roll(100 + frame / 10, last).step for frame in range(101)}
    assert {0, 1, 2, 3, last} <= seen
    assert len(seen) > 90
