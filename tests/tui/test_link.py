"""What is drawn fits the line: tried on simulated lines, with a clock of their own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from tui.terminal.link import AGAIN, MOST_SLACK, PATIENCE, REPEATS, TOGETHER, Link

TICK = 0.1
"""Seconds between two frames, at most."""

PICTURE = 4_000
"""Bytes of a frame in which everything changes."""


@dataclass
class Line:
    """A line with endless buffers, as SSH over a slow network is, and the app at its near end."""

    bandwidth: float = 10e6
    answers: bool = True
    latency: float = 0.02
    now: float = 0.0
    frames: list[float] = field(default_factory=list)
    """When each was drawn."""
    questions: list[float] = field(default_factory=list)
    """When each was asked."""
    worst: float = 0.0
    """Longest that a frame was on its way."""
    _carried: float = 0.0
    """When all that was written until now will be across."""
    _due: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.link = Link(10)
        self._ask()  # The first question goes ahead of the first frame.
        self._draw()

    def _draw(self) -> None:
        self.link.drew(self.now)
        self.link.wrote()
        self._carried = max(self._carried, self.now) + PICTURE / self.bandwidth
        self.worst = max(self.worst, self._carried - self.now)
        self.frames.append(self.now)
        self._ask()

    def _ask(self) -> None:
        if self.link.ask(self.now):
            self.questions.append(self.now)
            if self.answers:
                self._due.append(max(self._carried, self.now) + self.latency)

    def run(self, seconds: float) -> int:
        """Train for so long, with a picture in which everything moves; frames drawn."""
        before, end = len(self.frames), self.now + seconds
        while self.now < end:
            self.now += TICK
            while self._due and self._due[0] <= self.now:
                self.link.answered(self._due.popleft())
            if self.link.may_draw(self.now):
                self._draw()
            else:
                self._ask()
        return len(self.frames) - before

    def lose(self) -> None:
        """Lose the answer that is on its way."""
        while not self._due:
            self.run(TICK)
        self._due.clear()


def test_a_fast_line_gets_every_frame_in_its_finest_colours() -> None:
    line = Line()
    line.run(1)
    assert line.run(3) >= 28
    assert not line.link.is_saving
    assert line.link.slack == 1


@pytest.mark.parametrize("bandwidth", [2_000, 5_000, 15_000])
def test_a_slow_line_is_used_but_never_piles_up(bandwidth: float) -> None:
    line = Line(bandwidth)
    line.run(3 * PICTURE / bandwidth + 1)
    line.worst = 0.0
    drawn = line.run(30)
    assert line.worst <= PICTURE / bandwidth + TICK
    assert drawn * PICTURE / 30 > 0.5 * bandwidth
    assert line.link.slack > 1


def test_the_slower_the_line_the_less_fine_are_moving_colours() -> None:
    slacks = []
    for latency in (0.01, 0.2, 0.4, 3.0):
        line = Line(latency=latency)
        line.run(8)
        slacks.append(line.link.slack)
    assert slacks == sorted(set(slacks))
    assert slacks[-1] == MOST_SLACK
    assert line.link.is_saving


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_holds_the_screen_up_for_seconds(lost: int) -> None:
    line = Line()
    line.run(1)
    for _ in range(lost):
        line.lose()
    line.run(AGAIN + TOGETHER + 0.2)  # From the one that was lost last.
    assert line.run(1) >= 9
    assert not line.link.is_saving


def test_nothing_is_written_to_who_answers_no_more_until_somebody_is_there() -> None:
    line = Line()
    line.run(1)
    line.answers = False
    line.lose()
    line.run(20)
    asked = line.questions[-REPEATS - 1 :]
    gaps = [later - before for before, later in pairwise(asked)]
    assert gaps == pytest.approx([AGAIN, AGAIN, 2 * AGAIN], abs=2 * TICK)
    written = len(line.frames), len(line.questions)
    assert line.run(3600) == 0
    assert written == (len(line.frames), len(line.questions))
    assert line.link.is_silent

    line.answers = True
    assert line.link.woken()
    assert not line.link.woken(), "it is told once"
    assert line.run(2) >= 18


def test_who_does_not_answer_after_a_silence_counts_as_a_terminal_that_never_does() -> None:
    line = Line()
    line.run(1)
    line.answers = False
    line.run(20)
    line.link.woken()
    assert line.run(PATIENCE + 5) >= 50


def test_an_answer_ends_the_silence_too() -> None:
    line = Line()
    line.run(1)
    line.answers = False
    line.run(20)
    line.answers = True
    line.link.answered(line.now)
    line.run(AGAIN)
    assert line.run(1) >= 9


def test_a_terminal_whose_first_answer_is_lost_is_not_taken_for_mute() -> None:
    line = Line()
    line.lose()
    line.run(PATIENCE + 1)
    assert line.link.answers


def test_a_terminal_that_never_answers_counts_as_fast_while_it_takes_more() -> None:
    line = Line(answers=False)
    line.run(PATIENCE + 1)
    assert line.link.answers is False
    asked = len(line.questions)
    assert line.run(5) >= 48
    assert len(line.questions) == asked
    assert not line.link.is_saving
    for later in (1, 2):
        assert not line.link.is_saving
        assert not line.link.may_draw(line.now + later, takes_more=False)
    assert line.link.is_saving, "it takes nothing, which is all that can be known of it"
    line.now += 3
    line.run(2)
    assert not line.link.is_saving


def test_only_one_question_is_on_its_way() -> None:
    link = Link(10)
    assert link.ask(1.0)
    assert not link.ask(1.1)
    link.answered(1.2)
    link.wrote()
    assert link.ask(1.3)


def test_where_nothing_was_drawn_there_is_nothing_to_ask() -> None:
    link = Link(10)
    assert link.ask(1.0)
    link.answered(1.1)
    assert not link.ask(1.2)


def test_an_answer_that_nobody_asked_for_changes_nothing() -> None:
    link = Link(10)
    link.answered(1.0)
    assert link.may_draw(1.1)


def test_a_program_that_was_stopped_neither_waits_nor_takes_the_line_for_slow() -> None:
    link = Link(10)
    link.ask(0.0)
    link.answered(0.01)
    link.wrote()
    assert link.ask(1.0)
    link.interrupted()
    assert link.may_draw(3600.1)
    assert not link.is_saving
    assert link.ask(3600.1)


def test_frames_keep_their_distance() -> None:
    link = Link(10)
    assert link.may_draw(1.0)
    link.drew(1.0)
    assert not link.may_draw(1.05)
    assert link.may_draw(1.1)
