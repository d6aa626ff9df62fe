"""What is drawn fits the line: tried on simulated lines, with a clock of their own."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import pytest

from tui.terminal.link import AGAIN, ASK, BYTES_A_CELL, LOST, PATIENCE, PLENTY, Link

TICK = 0.1
"""Seconds between two frames, at most."""

PICTURE = 20_000
"""Bytes of a frame in which everything changes."""


@dataclass
class Line:
    """A line with endless buffers, as SSH over a slow network is, and the app at its near end."""

    bandwidth: float
    answers: bool = True
    latency: float = 0.02
    max_bandwidth: float = 25_000.0
    now: float = 0.0
    frames: list[tuple[float, int]] = field(default_factory=list)
    """When each frame was drawn, and its bytes."""
    worst: float = 0.0
    """Longest that a frame was on its way."""
    _carried: float = 0.0
    """When all that was written until now will be across."""
    _due: deque[float] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.link = Link(self.max_bandwidth, 10)
        self.write(0)  # The first question goes ahead of the first frame.
        self.write(PICTURE)

    def write(self, size: int) -> None:
        """Draw, and ask behind it if the link wants to."""
        self.link.drew(self.now)
        self.link.wrote(size)
        self._carried = max(self._carried, self.now) + size / self.bandwidth
        self.worst = max(self.worst, self._carried - self.now)
        self.frames.append((self.now, size))
        if self.link.ask(self.now) and self.answers:
            self._due.append(self._carried + self.latency)

    def become(self, bandwidth: float) -> None:
        """Carry more or less from now on; what is on its way is carried at the new rate."""
        left = max(0.0, self._carried - self.now) * self.bandwidth
        late = [max(0.0, due - self.now - self.latency) * self.bandwidth for due in self._due]
        self.bandwidth = bandwidth
        self._carried = self.now + left / bandwidth
        self._due = deque(self.now + self.latency + size / bandwidth for size in late)

    def run(self, seconds: float) -> int:
        """Train for so long, with a picture in which everything moves; bytes written."""
        before, end = len(self.frames), self.now + seconds
        while self.now < end:
            self.now += TICK
            while self._due and self._due[0] <= self.now:
                self.link.answered(self._due.popleft())
            if self.link.may_draw(self.now):
                self.write(min(PICTURE, self.link.allowance.cells * BYTES_A_CELL))
            elif self.link.ask(self.now) and self.answers:
                self._due.append(max(self._carried, self.now) + self.latency)
        return sum(size for _, size in self.frames[before:])


def test_a_fast_line_gets_as_much_as_is_allowed_and_is_not_being_saved() -> None:
    line = Line(10e6)
    line.run(3)
    written = line.run(10)
    assert not line.link.is_saving
    assert 0.8 * 25_000 <= written / 10 <= 1.1 * 25_000


def test_less_is_written_where_less_is_allowed() -> None:
    line = Line(10e6, max_bandwidth=4_000)
    line.run(6)
    assert line.run(10) / 10 <= 1.1 * 4_000


@pytest.mark.parametrize("bandwidth", [2_000, 5_000, 15_000])
def test_a_slow_line_is_used_but_never_piles_up(bandwidth: float) -> None:
    line = Line(bandwidth)
    line.run(PICTURE / bandwidth + 3)  # The first picture comes before anything is known.
    line.worst = 0.0
    written = line.run(30)
    assert line.link.is_saving
    assert line.worst < 1.5
    assert 0.3 * bandwidth <= written / 30 <= bandwidth


def test_a_line_that_stops_gets_nothing_and_is_full_of_life_a_second_after_it_recovers() -> None:
    line = Line(10e6)
    line.run(3)
    line.become(0.001)
    line.run(2)
    assert line.link.is_saving
    assert line.run(LOST - 3) == 0
    line.become(10e6)
    line.run(1)
    assert not line.link.is_saving
    assert line.run(1) > 0.7 * 25_000


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_answer_holds_the_screen_up_for_seconds_not_for_a_minute(lost: int) -> None:
    line = Line(10e6)
    line.run(3)
    for _ in range(lost):
        while not line._due:
            line.run(TICK)
        line._due.clear()
    before = len(line.frames)
    line.run({1: AGAIN, 2: 3 * AGAIN}[lost] + 0.5)
    assert len(line.frames) > before
    line.run(AGAIN + 1)
    assert not line.link.is_saving
    assert line.run(1) > 0.7 * 25_000


@pytest.mark.parametrize("latency", [0.02, 0.6, 0.9])
@pytest.mark.parametrize("stall", [1.6, 2.1, 3.0, 7.0])
def test_after_a_stall_answers_are_not_taken_for_those_of_later_questions(
    stall: float, latency: float
) -> None:
    line = Line(10e6, latency=latency)
    line.run(5)
    line.become(0.001)
    line.run(stall)
    line.become(10e6)
    line.run(6)
    assert not line.link.is_saving
    assert len(line._due) <= 1, "one question on its way"


def test_a_terminal_whose_first_answer_is_lost_is_not_taken_for_mute() -> None:
    line = Line(10e6)
    line._due.clear()
    line.run(PATIENCE + 1)
    assert line.link.answers


def test_a_line_that_becomes_fast_is_no_longer_saved() -> None:
    line = Line(5_000)
    line.run(15)
    assert line.link.is_saving
    line.become(10e6)
    line.run(1)
    assert not line.link.is_saving


def test_an_answer_that_comes_late_once_is_no_reason_to_save() -> None:
    line = Line(10e6)
    line.run(2)
    line.latency = 0.4
    line.run(0.6)
    line.latency = 0.02
    line.run(0.6)
    assert not line.link.is_saving


def test_a_line_of_high_latency_is_not_a_slow_one() -> None:
    line = Line(10e6, latency=0.6)
    line.run(10)
    assert not line.link.is_saving


def test_a_terminal_that_never_answers_counts_as_fast() -> None:
    line = Line(10e6, answers=False)
    line.run(PATIENCE + 1)
    assert line.link.answers is False
    assert not line.link.ask(line.now)
    assert line.run(5) / 5 > 0.8 * 25_000
    assert not line.link.is_saving


def test_where_nothing_is_answered_a_line_that_blocks_is_a_slow_one() -> None:
    link = Link(25_000, 10)
    link.answers = False
    assert link.may_draw(1.0)
    for tenth in range(10, 20):
        assert not link.may_draw(tenth / 10, is_writable=False)
    assert link.is_saving
    assert link.bandwidth < 25_000


def test_a_line_that_is_full_for_a_moment_is_not_a_slow_one() -> None:
    link = Link(25_000, 10)
    for tenth in range(10, 100):
        link.may_draw(tenth / 10, is_writable=bool(tenth % 2))
    assert not link.is_saving


def test_where_nothing_is_answered_a_line_that_blocks_no_more_recovers() -> None:
    link = Link(25_000, 10)
    link.answers = False
    for tenth in range(10):
        link.may_draw(tenth / 10, is_writable=False)
    assert link.is_saving
    for tenth in range(10, 400):
        link.may_draw(tenth / 10)
    assert not link.is_saving


def test_only_one_question_is_on_its_way() -> None:
    link = Link(25_000, 10)
    assert link.ask(1.0)
    assert not link.ask(1.1)
    link.answered(1.2)
    link.wrote(100)
    assert link.ask(1.3)


def test_where_nothing_was_drawn_there_is_nothing_to_ask() -> None:
    link = Link(25_000, 10)
    assert link.ask(1.0)
    link.wrote(len(ASK))
    link.answered(1.1)
    assert not link.ask(1.2)


def test_an_answer_that_nobody_asked_for_changes_nothing() -> None:
    link = Link(25_000, 10)
    link.answered(1.0)
    assert math.isinf(link.bandwidth)
    assert link.may_draw(1.1)


def test_a_program_that_was_stopped_neither_waits_nor_takes_the_line_for_slow() -> None:
    link = Link(25_000, 10)
    link.wrote(1000)
    assert link.ask(0.0)
    link.answered(0.01)
    link.wrote(1000)
    assert link.ask(1.0)
    assert not link.is_clear(1.1, is_writable=False)
    link.interrupted(3600.0)
    assert not link.is_clear(3600.05, is_writable=False)
    assert not link.is_saving
    assert link.may_draw(3600.1)
    assert not link.is_saving
    link.wrote(1000)
    assert not link.ask(3600.1), "the answer to the question before may still come"
    link.answered(3600.2)
    assert link.ask(3610.0)
    link.answered(3610.01)
    assert not link.is_saving


def test_frames_keep_their_distance() -> None:
    link = Link(25_000, 10)
    assert link.may_draw(1.0)
    link.drew(1.0)
    assert not link.may_draw(1.05)
    assert link.may_draw(1.1)


def test_there_are_fewer_colours_on_a_slower_line() -> None:
    link = Link(25_000, 10)
    levels = []
    for bandwidth in (math.inf, PLENTY, 20_000.0, 5_000.0):
        link.bandwidth = bandwidth
        levels.append(link.allowance.levels)
    assert levels == sorted(levels, reverse=True)
    assert levels[0] > levels[2] > levels[3] > 2
