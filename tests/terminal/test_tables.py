"""The app on a table file, on a real terminal: all that counts are enough for, and no words."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import corpora
from engine.words.dataset import finish
from tests.terminal.conftest import Start

pytestmark = pytest.mark.terminal


@pytest.mark.slow
def test_a_table_is_trained_on_looked_at_and_drawn_from(start: Start, tmp_path: Path) -> None:
    table, _ = finish(corpora.count([], corpora.Wanted(1)))
    path = tmp_path / "table.st"
    path.write_bytes(table.to_bytes())
    lab = start("--counts", str(path), size=(160, 50)).open()
    lab.wait_for("The words are not in")
    lab.press("space")
    lab.wait_for(lambda: lab.step > 3)
    lab.press("g")
    lab.wait_for("from network")
    lab.press("t", *"emma")
    lab.wait_for("it cannot be told whether it is one")
    lab.press("esc", "L")
    lab.press(*"1")
    lab.wait_for("this needs the words")
    lab.press("esc")
    lab.wait_for("full bar")
    step = lab.step
    lab.wait_for(lambda: lab.step > step)
