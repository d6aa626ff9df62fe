"""Settings that travel, on a real terminal: the config file, what was chosen last, the command."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.terminal.conftest import Start, only_on_the_thread

pytestmark = pytest.mark.terminal

CONFIG = """\
theme = "textual-light"
ramp = "green"
[start]
speed = 100
[keys]
train = "W"
reproduce = "U"
"""


@pytest.fixture
def filed(tmp_path: Path) -> Path:
    """A config file where the platform has them."""
    path = tmp_path / ".config" / "makemore-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(CONFIG)
    return path


@only_on_the_thread("tests give an engine elsewhere its speed, which is to come from the file here")
@pytest.mark.slow
def test_the_config_file_sets_theme_ramp_keys_and_start(start: Start, filed: Path) -> None:
    lab = start(size=(160, 50)).open()
    lab.wait_for("W train")
    lab.wait_for("ramp green")
    lab.wait_for(lambda: "f5f5f5" in " ".join(lab.colours) or "e0e0e0" in " ".join(lab.colours))
    lab.press("space")
    lab.settle()
    assert lab.step == 0
    lab.press("W")
    lab.wait_for(lambda: lab.step > 3)
    lab.press("W")
    lab.wait_for("paused")
    lab.press("U")
    lab.wait_for("Copied 3 commands")
    line = (lab.state / "commands.txt").read_text().splitlines()[0]
    assert shlex.split(line) == [
        *("makemore-tui", "--speed", "100", "--view", "network_probabilities"),
        *("--theme", "textual-light", "--ramp", "green"),
    ]
    lab.press("q")
    assert lab.last_words()[0] == 0
    assert filed.read_text() == CONFIG


@only_on_the_thread("an engine elsewhere reads the same file and refuses it first")
def test_what_the_config_file_may_not_hold_is_refused_in_a_sentence(
    start: Start, filed: Path
) -> None:
    filed.write_text('theme = "[/foo]"')
    lab = start(size=(200, 40))
    code, words = lab.last_words()
    assert code == 2
    assert "There is no theme “[/foo]”; choose from" in " ".join(words.split())
    assert lab.is_restored


@pytest.mark.slow
def test_it_opens_as_it_was_left(start: Start) -> None:
    lab = start(size=(160, 50)).open()
    lab.press("R")
    lab.wait_for("Pick colours")
    lab.press(*"magenta")
    lab.wait_for(lambda: (first := re.search(r"Ramp: .", lab.text)) and first[0] == "Ramp: m")
    lab.press("enter")
    lab.wait_for("ramp magenta")
    lab.press("4", "m")
    lab.wait_for_no("2 Heatmap ·")
    lab.press("q")
    assert lab.last_words()[0] == 0

    lab = start(size=(160, 50))
    lab.wait_for("4 Sampler")
    lab.wait_for("expected")
    assert "2 Heatmap ·" not in lab.text
    lab.press("m")
    lab.wait_for("2 Heatmap ·")
    lab.wait_for("ramp magenta")
