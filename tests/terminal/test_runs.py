"""Runs on a real terminal: told apart, taken up, branched from, compared, subtracted."""

from __future__ import annotations

import re

import pytest

from tests.terminal.conftest import Start
from tests.terminal.emulator import Terminal

pytestmark = pytest.mark.terminal

SIZES = [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]


def named(lab: Terminal, sign: str) -> str:
    """The run of the list that has a sign before it."""
    found = re.search(rf"│ {sign} ([0-9a-f]{{4}}) ", lab.text)
    return found[1] if found else ""


def train(lab: Terminal, steps: int) -> None:
    """Take so many steps, one by one."""
    lab.press(*["n"] * steps)
    lab.wait_for(lambda: lab.step == steps and "paused" in lab.status)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_an_afternoon_with_several_runs(start: Start, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    train(lab, 5)
    lab.press("r")
    lab.wait_for(lambda: lab.step == 0)
    train(lab, 3)

    # Both are there, and the first is taken up.
    lab.press("o")
    lab.wait_for("This session")
    lab.wait_for("at 3")
    first, second = named(lab, "━"), named(lab, "▶")
    assert first != second
    lab.press("up", "enter")
    lab.wait_for(lambda: lab.step == 5)

    lab.press("3")

    # A branch of it has another rate.
    lab.press("B")
    lab.wait_for("Branch from step 5")
    lab.press("7", "enter")
    lab.wait_for_no("Branch from step 5")
    lab.press("n")
    lab.wait_for(lambda: lab.step == 6)

    # All stand side by side, in the list and in the chart.
    lab.press("o")
    lab.wait_for("@5")
    lab.wait_for("at 3")
    assert all(f"━ {name}" in lab.text for name in (first, second))
    assert re.search(r"▶ └ [0-9a-f]{4} @5 +rate 7 +6 ", lab.text)
    lab.press("up", "up", "space")
    lab.wait_for_no(f"━ {first}")
    lab.press("space")
    lab.wait_for(f"━ {first}")
    lab.press("v")
    lab.wait_for(lambda: re.search(rf"2 Heatmap · [0-9a-f]{{4}} − {first}", lab.text))
    lab.press("3")
    lab.wait_for(f"━ {second}")
    lab.wait_for(f"━ {first}")

    # Undone, and undone again.
    lab.press("u")
    lab.wait_for(lambda: lab.step == 5)
    lab.press("u")
    lab.wait_for(lambda: lab.step == 3)
    lab.press("q")
    assert lab.last_words()[0] == 0


@pytest.mark.parametrize("size", [pytest.param((80, 24), marks=pytest.mark.soak), (160, 50)])
@pytest.mark.slow
def test_the_mouse_compares_takes_up_and_reads_a_point(start: Start, size: tuple[int, int]) -> None:
    lab = start(size=size).open()
    train(lab, 9)
    lab.press("r")
    lab.wait_for(lambda: lab.step == 0)
    train(lab, 3)
    lab.press("3", "o")
    lab.wait_for("at 3")
    first, second = named(lab, "━"), named(lab, "▶")
    row = f"{first}{'':13}–"  # The chart may stand above the list, and has it in its legend.
    lab.click(f"━ {row}")
    lab.wait_for_no(f"━ {first}")
    lab.click(f"  {row}")
    lab.wait_for(f"━ {row}")
    lab.click(row)
    lab.wait_for(lambda: lab.step == 9)
    lab.wait_for(f"━ {second}")

    lab.point("gap 0.")
    lab.wait_for(
        lambda: re.search(rf"step \d · loss \d\.\d{{4}} · run ({first}|{second})", lab.text)
    )
    lab.point("initial weights" if size[0] < 100 else "init")
    lab.wait_for("w whole run")
    lab.press("q")
    assert lab.last_words()[0] == 0
