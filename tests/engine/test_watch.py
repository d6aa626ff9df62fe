"""Who of a job is gone, as its processes see it: no torch, no thread, and clocks that are set."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import msgspec
import pytest

from engine.corpora import watch
from engine.corpora.watch import BEAT, SILENT, Beat, Silence, Stop, Watch

MINUTE = int(60 / BEAT)


class Kept(dict[str, bytes]):
    """A store, until it is gone."""

    is_gone = False

    def set(self, key: str, value: bytes) -> None:
        if self.is_gone:
            raise RuntimeError("Connection reset by peer")
        self[key] = value

    def multi_get(self, keys: Sequence[str]) -> list[bytes]:
        return [self[key] for key in keys]


class Job:
    """Processes that look in turn; each lies on a machine, whose clock is years off the next one's.

    Args:
        machines: a letter for each rank.
    """

    def __init__(self, machines: str) -> None:
        self.store, self.now = Kept(), 0.0
        self.all = [
            Watch(self.store, rank, len(machines), machine, self._clock(machine))
            for rank, machine in enumerate(machines)
        ]
        for each in self.all:
            each.tell()

    def _clock(self, machine: str) -> Callable[[], float]:
        return lambda: self.now + ord(machine) * 1e8

    def live(self, beats: int, *ranks: int) -> None:
        """Have so many beats go by, in which these processes live, or else all."""
        for _ in range(beats):
            self.now += BEAT
            for rank in ranks or range(len(self.all)):
                self.all[rank].look()

    def live_on(self, *ranks: int) -> float:
        """Have these processes live until each knows that the job ends; gives seconds."""
        began = self.now
        while not all(self.all[rank].is_over() and self.all[rank].is_known() for rank in ranks):
            self.live(1, *ranks)
            assert self.now - began < 2 * SILENT
        return self.now - began

    def speakers(self, *ranks: int) -> list[int]:
        return [rank for rank in ranks if self.all[rank].first() == rank]


def test_silence_is_of_the_time_in_which_somebody_listened() -> None:
    now = 1e9
    silence = Silence(lambda: now)
    assert silence.after(1) == 0
    for passed, number, seconds in [
        (0.5, 1, 0.5),
        (0.5, 1, 1.0),
        (0.25, 2, 0.0),
        (0.25, 2, 0.25),
        (3600, 2, 1.25),
        (3600, 3, 0.0),
    ]:
        now += passed
        assert silence.after(number) == seconds


@pytest.mark.parametrize(
    ("machine", "runs", "beats", "stop", "is_dead"),
    [
        ("A", True, True, None, False),
        ("A", False, True, None, True),
        ("A", True, False, None, False),  # It is stopped, and may go on.
        ("B", True, True, None, False),
        ("B", True, False, None, True),
        ("B", False, True, None, False),  # Its number is that of nobody here.
        ("A", False, False, Stop("It is over."), False),
        ("B", False, False, Stop("It is over."), False),
    ],
)
def test_who_is_dead(
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    runs: bool,
    beats: bool,
    stop: Stop | None,
    is_dead: bool,
) -> None:
    monkeypatch.setattr(watch, "is_alive", lambda pid: pid != 7 or runs)
    job = Job("AA")
    for number in range(int(SILENT / BEAT) + 2):
        beat = Beat(number if beats else 0, 7, machine, "a.txt", 0, is_done=False, stop=stop)
        job.store["counting/1"] = msgspec.json.encode(beat)
        job.live(1, 0)
    assert job.all[0].dead == ({1} if is_dead else set())
    assert job.all[0].is_over() == (is_dead or stop is not None)


def test_who_has_counted_and_waits_for_an_hour_lives() -> None:
    job = Job("AABC")
    for each in job.all[1:]:
        each.is_done = True
    job.live(60 * MINUTE)
    assert not any(each.is_over() or each.dead for each in job.all)
    assert [beat.is_done for beat in job.all[0].beats] == [False, True, True, True]


def test_a_job_that_was_stopped_for_an_hour_goes_on() -> None:
    job = Job("AB")
    job.live(MINUTE)
    job.now += 3600
    job.live(MINUTE)
    assert not any(each.is_over() for each in job.all)


def test_a_machine_that_is_gone_is_named_by_one_of_those_that_are_left() -> None:
    job = Job("AABBC")
    for rank, each in enumerate(job.all):
        each.shown = f"{rank}.txt"
    job.live(2)
    left = 0, 1, 4
    assert SILENT <= job.live_on(*left) < SILENT + 2
    for rank in left:
        stop = job.all[rank].stop
        assert stop is not None
        assert stop.sentence.startswith("Rank 2 is gone; it was counting 2.txt.")
    assert job.speakers(*left) == [0]


def test_the_dead_of_a_machine_are_seen_there_and_told_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = Job("BAA")
    job.live(2)
    monkeypatch.setattr(watch, "is_alive", lambda pid: False)
    assert job.live_on(0, 2) <= 1
    assert job.speakers(0, 2) == [0]


@pytest.mark.parametrize(
    ("machines", "left", "speaks", "sentence"),
    [
        ("ABC", (1, 2), [1], "Rank 0 is gone; it was counting nothing yet."),
        ("AABC", (2, 3), [2], "Rank 0 is gone; it was counting nothing yet."),
        # Its torchrun alone is gone: those on other machines cannot tell that from all of it.
        ("AABC", (0, 1, 2, 3), [2], "Rank 0 is gone; it was counting nothing yet."),
        ("AAA", (0, 1, 2), [0], "torchrun is gone."),
    ],
)
@pytest.mark.parametrize("is_refused", [True, False])
def test_with_the_store_its_machine_is_gone(
    machines: str, left: tuple[int, ...], speaks: list[int], sentence: str, is_refused: bool
) -> None:
    job = Job(machines)
    job.live(2)
    if is_refused:
        job.store.is_gone = True
    else:
        job.now += 0.9  # Nobody looks any more, for they all wait for an answer.
        for _ in range(int(SILENT / 0.1) + 2):
            job.now += 0.1
            for rank in left:
                job.all[rank].is_over()
        if "B" not in machines:
            assert not any(each.is_over() for each in job.all)  # It may be stopped.
            return
        left = tuple(rank for rank in left if machines[rank] != "A")
    if is_refused:
        job.live_on(*left)
    for rank in left:
        stop = job.all[rank].stop
        assert stop is not None
        assert stop.sentence.startswith(sentence)
    assert job.speakers(*left) == speaks


def test_of_several_failures_the_first_unit_is_told_and_a_failure_before_a_death() -> None:
    job = Job("ABC")
    job.live(2)
    job.all[2].end(Stop("Unit 7.", 7))
    job.live(1)
    job.all[1].end(Stop("Unit 3.", 3))
    job.all[0].end(watch.gone(2, "c.txt", {2}))
    assert job.live_on(0, 1, 2) <= 1
    assert {each.stop for each in job.all} == {Stop("Unit 3.", 3)}
    assert job.speakers(0, 1, 2) == [0]


def test_who_ends_after_all_know_takes_nobody_with_it() -> None:
    job = Job("AB")
    job.live(2)
    job.all[0].end(Stop("Unit 3.", 3))
    job.live_on(0, 1)
    job.store.is_gone = True
    job.live(MINUTE, 1)
    assert job.all[1].stop == Stop("Unit 3.", 3)
    assert job.speakers(0, 1) == [0]


def test_this_process_runs() -> None:
    assert watch.is_alive(os.getpid())
