"""No storm of keys, clicks, pastes and resizes ends the app, and a failure never ends the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.storm import raise_storm

pytestmark = pytest.mark.terminal


@pytest.mark.slow
def test_a_short_storm_is_survived(tmp_path: Path) -> None:
    weather = raise_storm(7, 80, tmp_path)
    assert weather.is_survived, weather
    assert not weather.failures, (tmp_path / "state" / "makemore-tui" / "log.txt").read_text()


@pytest.mark.slow
def test_a_storm_of_a_thousand_events_is_survived(tmp_path: Path) -> None:
    weather = raise_storm(501, 1000, tmp_path)
    assert weather.is_survived, weather


@pytest.mark.soak
def test_a_storm_over_an_app_that_is_attached_is_survived_by_both(tmp_path: Path) -> None:
    weather = raise_storm(1501, 300, tmp_path, is_attached=True)
    assert weather.is_survived, weather
    assert weather.engines


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1001, 1201))
def test_two_hundred_storms_are_survived(seed: int, tmp_path: Path) -> None:
    weather = raise_storm(seed, 1000, tmp_path)
    assert weather.is_survived, weather
