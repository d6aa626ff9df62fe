"""Slow and stalled lines: training never notices, and the screen catches up."""

from __future__ import annotations

import re
import time

import pytest

from tests.terminal.conftest import Start, attached_by_hand
from tests.terminal.emulator import Terminal, unlike

pytestmark = pytest.mark.terminal

SPEED = 3000
"""Steps a second, far below what the engine can do, so that the step is a clock."""

MOVING = ("--speed", str(SPEED), "--learning-rate", "0.05", "--regularization", "0")
"""A table in which everything moves for a long time."""

CAUGHT_UP = 3.0
"""Seconds; less than the 4 s of a stall. The screen is right within one on a machine at rest."""


class Watch:
    """Training that has just been started, timed by its own step.

    A busy machine slows the run that is the clock here; so the clock is set while nothing else
    slows it.
    """

    def __init__(self, lab: Terminal) -> None:
        self.lab = lab.open()
        lab.settle()
        lab.press("space")
        lab.wait_for(lambda: lab.step > 0)
        first, start = lab.step, time.perf_counter()
        lab.drain(2)
        self.pace = (lab.step - first) / (time.perf_counter() - start)
        self.start = time.perf_counter() - lab.step / self.pace

    @property
    def behind(self) -> float:
        """Seconds by which the step on the screen is older than it would be without delay."""
        return time.perf_counter() - self.start - self.lab.step / self.pace


def assert_screen_is_right(lab: Terminal) -> None:
    """Compare what stands on the screen with what a full redraw puts there."""
    lab.press("space")
    lab.wait_for(lambda: "paused" in lab.status)
    lab.settle(quiet=1.2)  # The chart's last frame may take a second to come.
    text, backgrounds = lab.text, lab.backgrounds
    lab.press("?")
    lab.wait_for("esc closes")
    lab.press("esc")
    lab.wait_for_no("esc closes")
    lab.settle()
    assert lab.text == text
    assert unlike(lab.backgrounds, backgrounds) == []


@attached_by_hand
@pytest.mark.slow
def test_a_link_of_5_kb_a_second_slows_neither_training_nor_keys(start: Start) -> None:
    lab = start(*MOVING)
    watch = Watch(lab)
    lab.wait_for(lambda: "slow line" not in lab.status)
    # SSH: great buffers on the way hide that the line is slow.
    lab.buffer, lab.rate = 1 << 20, 5_000
    lab.wait_for("slow line")
    lab.drain(3)
    assert watch.behind < CAUGHT_UP + 1.5
    lab.press("/", "z")
    lab.wait_for(lambda: re.search(r"│ z ", lab.text))
    lab.press("esc")
    lab.rate = float("inf")
    lab.drain(1)
    assert watch.behind < CAUGHT_UP
    lab.wait_for(lambda: "slow line" not in lab.status)
    assert_screen_is_right(lab)


@attached_by_hand
@pytest.mark.slow
def test_a_terminal_that_stops_for_a_while_does_not_stop_training(start: Start) -> None:
    lab = start(*MOVING)
    watch = Watch(lab)
    lab.buffer, lab.rate = 4096, 0
    # Real time is what is tested: had training stood still so long, it would be behind by more.
    time.sleep(4)
    lab.buffer, lab.rate = 1 << 16, float("inf")
    lab.drain(1)
    assert watch.behind < CAUGHT_UP
    assert_screen_is_right(lab)


@pytest.mark.soak
def test_a_terminal_that_never_answers_is_drawn_to_as_to_a_fast_one(start: Start) -> None:
    lab = start(*MOVING, answers=False)
    watch = Watch(lab)
    lab.drain(4)  # Longer than it is waited for.
    before = lab.received
    lab.drain(2)
    assert lab.received - before > 10_000
    assert watch.behind < CAUGHT_UP
    assert "slow line" not in lab.status
    lab.buffer, lab.rate = 4096, 5_000
    # By now so little moves that the line would carry it; other views are whole frames.
    for _ in range(100):
        if "slow line" in lab.status or watch.behind > 20:
            break
        lab.press("v")
        lab.drain(0.3)
    lab.wait_for("slow line")
    lab.drain(1)
    lab.rate = float("inf")
    lab.drain(1)
    assert watch.behind < CAUGHT_UP
    lab.press("q")
    assert lab.last_words()[0] == 0


@pytest.mark.soak
def test_a_terminal_that_is_detached_for_a_moment_is_drawn_to_again(start: Start) -> None:
    lab = start(*MOVING)
    watch = Watch(lab)
    lab.answers = False
    lab.drain(1)  # By now an answer is missing, and the screen waits for it.
    lab.answers = True
    lab.drain(3)
    assert watch.behind < CAUGHT_UP
    lab.wait_for(lambda: "slow line" not in lab.status)
    assert_screen_is_right(lab)
