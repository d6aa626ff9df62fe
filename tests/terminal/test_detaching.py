"""The engine of an app gets a process of its own, while it trains, and the screen stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.archive import replay
from engine.training import folder
from engine.training.recipe import Start
from tests.serving import run
from tests.terminal.emulator import Terminal

pytestmark = pytest.mark.terminal


@pytest.fixture
def terminal(place: Path) -> Iterator[Terminal]:
    """The app, training as fast as it goes."""
    terminal = Terminal(place, "--speed", "max", env={"TMPDIR": str(place)})
    terminal.open().press("space")
    terminal.wait_for(lambda: terminal.step > 2000)
    yield terminal
    terminal.close()


@pytest.mark.slow
def test_detached_the_run_goes_on_at_the_very_step_and_can_be_come_back_to(
    terminal: Terminal, place: Path
) -> None:
    terminal.press("right", "down", "down")
    terminal.press("D")
    terminal.wait_for("Detached")
    step = terminal.step
    terminal.wait_for(lambda: terminal.step > step)
    terminal.press("q")
    code, words = terminal.last_words()
    assert code == 0
    assert "makemore-tui attach" in words
    terminal.close()
    again = Terminal(place, "attach", env={"TMPDIR": str(place)})
    again.wait_for(lambda: again.step > step)
    again.press("Q", "Q")
    code, words = again.last_words()
    assert code == 0
    again.close()
    (kept,) = (place / "state/makemore-tui/runs").iterdir()
    told = folder.read(str(kept))
    assert told.journal is not None
    starts = [each for each in told.journal.entries if isinstance(each, Start)]
    assert len(starts) == 2
    assert not [met for met in replay(str(kept)) if met.difference]
    assert run(place, "ps")[1].startswith("No engine runs")
