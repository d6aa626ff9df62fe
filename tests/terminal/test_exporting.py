"""Figures of what is on a real terminal: written by keyboard and by mouse, and left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal.conftest import Start, attached_by_hand

pytestmark = pytest.mark.terminal

small_or_large = pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]
)


@attached_by_hand
@pytest.mark.slow
@small_or_large
def test_the_heatmap_is_exported_while_the_network_learns(
    start: Start, tmp_path: Path, size: tuple[int, int]
) -> None:
    lab = start(size=size).open()
    lab.press("space")
    lab.wait_for(lambda: lab.step > 5)
    lab.press("E")
    lab.wait_for("Export what is on the screen")
    lab.wait_for("~/names-network-probabilities.svg")
    lab.press("down", "enter")
    lab.wait_for("Drawing")
    step = lab.step
    lab.wait_for(lambda: lab.step > step + 3)
    lab.wait_for("Written")
    figure = tmp_path / "names-network-probabilities.png"
    assert figure.read_bytes().startswith(b"\x89PNG")
    lab.press("q")
    assert lab.last_words()[0] == 0


@pytest.mark.soak
@small_or_large
def test_names_are_exported_by_mouse(start: Start, tmp_path: Path, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    lab.press("E")
    lab.wait_for("Export what is on the screen")
    lab.click("The names that were drawn")
    lab.wait_for("Written: ~/names-drawn.txt")
    assert (tmp_path / "names-drawn.txt").read_text().startswith("mor\naxx\nminaymoryles\n")


@pytest.mark.slow
def test_quitting_waits_for_no_figure_and_leaves_none_half_written(
    start: Start, tmp_path: Path
) -> None:
    lab = start(size=(80, 24)).open()
    lab.press("E")
    lab.wait_for("Export what is on the screen")
    lab.press("down", "enter")
    lab.wait_for(lambda: list(tmp_path.glob("*.png")))
    lab.press("q")
    code, words = lab.last_words()
    assert code == 0
    assert re.search(r"There was no time to finish \S+/names-counts\.png\.", words)
    assert not [file for file in tmp_path.iterdir() if file.is_file()]
