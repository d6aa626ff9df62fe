"""Questions to the models on a real terminal, by keyboard alone and by mouse, at both sizes."""

from __future__ import annotations

import re

import pytest

from tests.terminal.conftest import Start
from tests.terminal.emulator import Terminal

pytestmark = pytest.mark.terminal

small_or_large = pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]
)


def sees(lab: Terminal, *texts: str) -> None:
    """Wait until the screen shows some texts."""
    lab.wait_for(lambda: all(text in lab.text for text in texts))


@pytest.mark.slow
@small_or_large
def test_a_word_is_taken_apart_by_keyboard(start: Start, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    lab.press("t", *"andrejq")
    sees(lab, "counts, smoothing 1", "never seen: jq.")
    lab.press("tab", "0", "enter")
    sees(lab, "jq was never seen", "counts, smoothing 0", "network, step 0", "likelier than")
    lab.press("backtab", "up")
    sees(lab, "smoothing 0.01", "NLL 4.0464", "total −32.371")
    lab.press("tab", "down", "down", "esc")
    lab.wait_for("2 Heatmap")
    lab.press("2")
    sees(lab, "path of andrejq")
    lab.press("q")
    assert lab.last_words()[0] == 0


@pytest.mark.soak
@small_or_large
def test_a_word_is_taken_apart_by_mouse(start: Start, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    if size == (80, 24):
        lab.click("4 Sampler")
    sees(lab, "expected", "t word")
    lab.click("t word")
    lab.wait_for("type any word")
    lab.press(*"[b]x[/]é")
    sees(lab, "[, ], / and é are not in the alphabet")
    lab.press(*["backspace"] * 8, *"jq")
    sees(lab, "never seen: jq.")
    lab.click(" + ")
    sees(lab, "smoothing 2", "the model has 1")
    lab.click("esc close")
    lab.wait_for_no("Take a word apart")


@pytest.mark.soak
@small_or_large
def test_both_models_draw_the_same_names_as_the_network_learns(
    start: Start, size: tuple[int, int]
) -> None:
    lab = start(size=size).open()
    lab.press("4")
    sees(lab, "drawn", "expected", "6.141", "11.35 %", "known")
    lab.press("b")
    sees(lab, "counts, smoothing 1", "network, step 0")
    before = share(lab)
    lab.press("space")
    lab.wait_for(lambda: lab.step > 100)
    lab.press("space")
    lab.wait_for(lambda: share(lab) > before + 50)


def share(lab: Terminal) -> float:
    """Percent of the letters that both models drew alike."""
    found = re.search(r"alike: ([\d.]+) % letters", lab.text)
    return float(found[1]) if found else -1.0


@pytest.mark.soak
@small_or_large
def test_a_name_is_drawn_letter_by_letter_by_keyboard(start: Start, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    lab.press("d")
    sees(lab, "Nothing is drawn yet", "one number u from [0, 1)")
    lab.press("space")
    sees(lab, "u = 0.665031 → m")
    lab.press("backspace")
    sees(lab, "Nothing is drawn yet")
    lab.press("n")
    sees(lab, "You forced “n”")
    lab.press("home", "end")
    sees(lab, "That ends the name", "u = 0.057976")
    lab.press("up")
    sees(lab, "temperature 2")
    lab.press("esc", "q")
    assert lab.last_words()[0] == 0


@pytest.mark.soak
@small_or_large
def test_a_name_is_drawn_letter_by_letter_by_mouse(start: Start, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    if size == (80, 24):
        lab.click("4 Sampler")
    sees(lab, "expected", "d by letter")
    lab.click("d by letter")
    sees(lab, "Nothing is drawn yet")
    lab.click("space draw")
    sees(lab, "u = 0.665031 → m")
    lab.click("other model")
    sees(lab, "network, step 0")
    lab.click("other sampler")
    sees(lab, "torch.multinomial draws inside torch")
    lab.click("home replay")
    sees(lab, "Nothing is drawn yet")
    lab.click("esc close")
    lab.wait_for_no("letter by letter")
