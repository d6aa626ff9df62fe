"""The time machine on a terminal: a run is looked back into and played, by keys and by mouse."""

from __future__ import annotations

import re

import pytest

from tests.terminal.conftest import Start, in_both_ways, only_on_the_thread
from tests.terminal.emulator import Terminal, unlike

pytestmark = pytest.mark.terminal

small_or_large = pytest.mark.parametrize(
    "size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]
)


def trained(start: Start, size: tuple[int, int], pane: str) -> Terminal:
    """The lab in a pane, with a run of 100 steps that rests."""
    lab = start(size=size).open()
    lab.press(pane, "N")
    lab.wait_for(lambda: "paused" in lab.status and lab.step == 100)
    lab.settle()
    return lab


@in_both_ways
@pytest.mark.slow
@small_or_large
def test_a_run_is_looked_back_into_by_keys(start: Start, size: tuple[int, int]) -> None:
    lab = trained(start, size, "2")
    present = lab.backgrounds
    lab.press("<")
    lab.wait_for("looking at step")
    lab.press("{")
    lab.wait_for("looking at step 0 of 100")
    lab.wait_for("p · network · step 0")
    lab.settle()
    assert lab.backgrounds != present
    lab.press(".", ".", ".", ",")
    lab.wait_for("looking at step 2 of 100")
    lab.press(":")
    lab.wait_for("Type a step")
    lab.press(*"42")
    lab.wait_for("Step 42 of 100")
    lab.press("enter")
    lab.wait_for("looking at step 42 of 100")
    # Training goes on meanwhile.
    lab.press("n", "n")
    lab.wait_for("looking at step 42 of 102")
    lab.press("}", "u")
    lab.wait_for("looking at step 102 of 102")
    lab.press("\\")
    lab.wait_for_no("looking at")
    assert lab.step == 102


@only_on_the_thread("by keys it is seen in both ways")
@pytest.mark.slow
@small_or_large
def test_the_present_is_as_it_was_before(start: Start, size: tuple[int, int]) -> None:
    lab = trained(start, size, "2")
    present = lab.backgrounds
    lab.press("{")
    lab.wait_for("looking at step 0 of 100")
    lab.press("\\")
    lab.wait_for_no("looking at")
    lab.settle()
    assert unlike(lab.backgrounds, present) == []


@only_on_the_thread("by keys it is seen in both ways")
@pytest.mark.slow
@small_or_large
def test_a_run_is_looked_back_into_by_mouse(start: Start, size: tuple[int, int]) -> None:
    lab = trained(start, size, "3")
    y, line = next((y, row) for y, row in enumerate(lab.text.split("\n"), 1) if "●" in row)
    # Known names have such a mark, too, but stand further down.
    right, left = line.rindex("●") + 1, line.index("──") + 1
    lab.write(f"\x1b[<0;{right - 8};{y}M".encode())
    lab.wait_for("looking at step")
    lab.write(f"\x1b[<32;{left};{y}M".encode())
    lab.wait_for("looking at step 0 of 100")
    lab.write(f"\x1b[<0;{left};{y}m".encode())
    lab.click("looking at step 0")
    lab.wait_for_no("looking at")
    # In the chart itself, too.
    lab.write(f"\x1b[<0;{left + 4};{y - 4}M\x1b[<0;{left + 4};{y - 4}m".encode())
    lab.wait_for(lambda: "looking at" in lab.status and 0 < lab.step < 100)


@only_on_the_thread("by keys it is seen in both ways")
@pytest.mark.slow
@small_or_large
def test_a_film_ends_in_the_present(start: Start, size: tuple[int, int]) -> None:
    lab = trained(start, size, "2")
    lab.press("P", "+", "+", "+")
    seen: list[int] = []

    def is_over() -> bool:
        """Whether no frame is to come; notes those that came."""
        if found := re.search(r"playing step ([\d,]+) of 100", lab.status):
            seen.append(int(found[1]))
        return bool(seen) and "step 100" in lab.status and "playing" not in lab.status

    lab.wait_for(is_over)
    assert seen == sorted(seen)
    assert len(set(seen)) >= 5
    lab.press("J")
    lab.wait_for("playing back step")
    lab.press("esc")
    lab.wait_for("looking at step")
