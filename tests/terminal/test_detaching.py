"""The engine of an app gets a process of its own, while it trains, and the screen stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import corpora
from engine.archive import replay
from engine.training import folder
from engine.training.recipe import Start
from engine.words.dataset import finish
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


@pytest.mark.soak
def test_on_a_table_file_too_the_run_goes_on_at_the_very_step(place: Path) -> None:
    text, path = place / "text.txt", place / "table.st"
    text.write_text("It was the best of times. It was the worst of times.\n" * 9)
    table, _ = finish(corpora.count([str(text)], corpora.Wanted(1, is_text=True)))
    path.write_bytes(table.to_bytes())
    terminal = Terminal(place, "--counts", str(path), "--speed", "max", env={"TMPDIR": str(place)})
    terminal.open().press("space")
    terminal.wait_for(lambda: terminal.step > 2000)
    terminal.press("D")
    terminal.wait_for("Detached")
    step = terminal.step
    terminal.wait_for(lambda: terminal.step > step)
    terminal.press("L", "9")
    terminal.wait_for("correlation of W with log N")
    terminal.press("esc", "Q", "Q")
    code, _ = terminal.last_words()
    assert code == 0
    terminal.close()
    (kept,) = (place / "state/makemore-tui/runs").iterdir()
    told = folder.read(str(kept))
    assert told.journal is not None
    assert len([each for each in told.journal.entries if isinstance(each, Start)]) == 2
    assert not [met for met in replay(str(kept)) if met.difference]
