"""Killed at random moments, no run is lost, and none is taken for another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kills import kill, kill_app


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 110))
def test_every_run_of_a_killed_process_goes_on(tmp_path: Path, seed: int) -> None:
    found = kill(seed, tmp_path)
    assert found.faults == []


@pytest.mark.slow
@pytest.mark.terminal
@pytest.mark.parametrize("seed", [201, pytest.param(202, marks=pytest.mark.soak)])
def test_every_run_of_a_killed_app_goes_on(tmp_path: Path, seed: int) -> None:
    found = kill_app(seed, tmp_path)
    assert found.runs > 0
    assert found.faults == []
