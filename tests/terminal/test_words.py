"""The words on a real terminal: found, put in order, and exchanged for others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal.conftest import Start, attached_by_hand

pytestmark = pytest.mark.terminal


@pytest.mark.soak
def test_words_are_filtered_and_put_in_order_by_keyboard(start: Start) -> None:
    lab = start(size=(160, 50)).open()
    lab.wait_for("NLL counts")
    lab.press("1", "O", "O", "O")
    lab.wait_for(lambda: re.search(r"jan +1\.525", lab.text))
    lab.press("/", "z", "a", ".")
    lab.wait_for(lambda: re.search(r"│ \w+za +\d\.\d{3}", lab.text))
    lab.press("esc")
    lab.wait_for("/ to filter")
    lab.press("i")
    lab.wait_for("('n', '.')")


@attached_by_hand
@pytest.mark.slow
def test_other_words_are_opened_and_a_bad_file_is_refused(start: Start, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("abba\nbaab\nabba\n")
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    lab = start(size=(120, 40)).open()
    lab.press("space")
    lab.wait_for(lambda: lab.step > 3)

    lab.press("f")
    lab.wait_for("Open a file of words")
    lab.press(*f"{tmp_path}/bad.txt", "enter")
    lab.wait_for("UTF-16")
    assert "32,257" in lab.text
    step = lab.step
    lab.wait_for(lambda: lab.step > step)

    lab.press("f")
    lab.wait_for("Open a file of words")
    lab.press(*f"{tmp_path}/go", "tab", "enter")
    lab.wait_for("abba″")
    lab.wait_for(lambda: lab.step == 0)
    lab.wait_for(lambda: len(lab.runs) == 1)
