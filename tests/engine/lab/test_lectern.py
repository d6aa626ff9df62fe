"""Chapters beside the main run: in small steps, touching nothing of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine import Session
from engine.lab import chapter
from engine.lab.lectern import PATIENCE, Lectern
from engine.protocol import (
    ChapterClosed,
    ChapterOpened,
    CloseChapter,
    CommandRefused,
    Event,
    ExhibitShown,
    LoadDataset,
    OpenChapter,
    Pause,
    Shutdown,
    Train,
    TrainingPaused,
)
from engine.words import dataset
from engine.words.dataset import bundled_path
from tests.conftest import WriteWords, act, ready
from tests.engine.lab.support import NAMES


def opened(name: str, **inputs: str) -> OpenChapter:
    return OpenChapter(name, tuple(inputs.items()), request=7, with_pauses=False)


@pytest.mark.parametrize("name", NAMES)
def test_no_chapter_touches_the_main_run(session: Session, name: str) -> None:
    act(session, Train(20))
    assert session.runs is not None
    run = session.runs.run
    weights, generator = run.weights.clone(), run.generator.get_state()
    others = torch.get_rng_state()
    assert session.counts
    counts = [dict(row) for row in session.counts.rows]
    events = act(session, opened(name))
    assert isinstance(events[0], ChapterOpened)
    assert isinstance(events[-1], ExhibitShown)
    assert events[-1].exhibit.is_last
    assert session.runs.run is run
    assert torch.equal(run.weights, weights)
    assert torch.equal(run.generator.get_state(), generator)
    assert torch.equal(torch.get_rng_state(), others)
    assert run.step == 20
    assert [dict(row) for row in session.counts.rows] == counts


def test_the_run_goes_the_same_way_with_a_chapter_beside_it() -> None:
    alone, beside = ready(), ready()
    act(alone, Train(60))
    list(beside.handle(Train(60)))
    list(beside.handle(opened("logcounts", steps="100")))
    while beside.is_training:
        list(beside.work())
        list(beside.train(1))
    assert alone.runs is not None
    assert beside.runs is not None
    assert torch.equal(alone.runs.run.weights, beside.runs.run.weights)


def test_what_is_opened_comes_with_inputs_code_and_setup(session: Session) -> None:
    first = next(iter(act(session, opened("broadcasting", second="27, 1"))))
    assert isinstance(first, ChapterOpened)
    assert first.request == 7
    assert dict(first.inputs)["second"] == "27, 1"
    assert "b = (27, 1)" in first.code
    assert "words.txt" in first.setup


def test_the_notebook_reads_the_file_that_comes_with_the_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(bundled_path().parent)
    first = next(iter(act(ready(), opened("counting"))))
    assert isinstance(first, ChapterOpened)
    held: dict[str, object] = {"torch": torch}
    exec(f"{first.setup}\n{first.code}", held)
    assert len(held["words"]) == 32_257  # type: ignore[arg-type]


def test_the_notebook_reads_every_file_of_the_parts(tmp_path: Path) -> None:
    for name, word in (("train", "emma"), ("test", "zoe")):
        (tmp_path / f"{name}.txt").write_text(word)
    first = next(iter(act(ready(str(tmp_path)), opened("counting", words="emma"))))
    assert isinstance(first, ChapterOpened)
    assert "open('train.txt'" in first.setup
    assert "open('test.txt'" in first.setup


def test_a_chapter_waits_for_torch() -> None:
    session = Session()
    act(session, LoadDataset(None))
    for command in (opened("counting"), CloseChapter(), opened("smoothing")):
        assert not list(session.handle(command))
    session.import_torch()
    events = list(session.become_ready())
    assert [e.name for e in events if isinstance(e, ChapterOpened)][-1] == "smoothing"


def test_an_unknown_chapter_or_value_is_refused_and_the_one_before_goes_on(
    session: Session,
) -> None:
    list(session.handle(opened("smoothing")))
    for command in (opened("trigram"), opened("smoothing", smoothing="-1")):
        (event,) = session.handle(command)
        assert isinstance(event, CommandRefused)
    assert session.is_busy


def test_leaving_a_chapter_stops_its_work(session: Session) -> None:
    list(session.handle(opened("logcounts")))
    list(session.work())
    assert list(session.handle(CloseChapter())) == [ChapterClosed("logcounts")]
    assert not session.is_busy
    assert not list(session.work())


@pytest.mark.parametrize("end", [LoadDataset(None), Shutdown()])
def test_other_words_and_the_end_drop_it(session: Session, end: LoadDataset | Shutdown) -> None:
    list(session.handle(opened("logcounts", steps="50000")))
    list(session.handle(end))
    while session.is_busy:
        list(session.work())
    assert session.rest == float("inf")


def test_a_fault_drops_it(session: Session) -> None:
    list(session.handle(opened("logcounts")))
    session.halt()
    assert not session.is_busy


def test_the_race_rests_the_run_and_lets_it_go_on_to_its_target(session: Session) -> None:
    list(session.handle(Train(100)))
    list(session.train(10))
    first, second = session.handle(opened("race", rounds="3"))
    assert isinstance(first, TrainingPaused)
    assert isinstance(second, ChapterOpened)
    assert second.has_paused_run
    assert not session.is_training
    list(finish(session))
    assert session.runs is not None
    assert session.is_training
    assert session.runs.target == 100


def test_closing_the_race_lets_the_run_go_on(session: Session) -> None:
    list(session.handle(Train()))
    list(session.handle(opened("race")))
    list(session.work())
    list(session.handle(CloseChapter()))
    assert session.is_training
    assert session.runs is not None
    assert session.runs.target is None


def test_a_run_that_stands_still_is_not_started_by_the_race(session: Session) -> None:
    act(session, opened("race", rounds="1"))
    assert not session.is_training


def test_a_run_that_someone_took_in_hand_meanwhile_is_left_alone(session: Session) -> None:
    list(session.handle(Train()))
    list(session.train(5))
    list(session.handle(opened("race", rounds="1")))
    act(session, Train(3))
    list(session.handle(Pause()))
    list(finish(session))
    assert not session.is_training


def finish(session: Session) -> Iterator[Event]:
    while session.is_busy:
        yield from session.work()


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lectern(session: Session, clock: Clock) -> Lectern:
    assert session.dataset
    assert session.counts
    assert session.runs
    return Lectern(session.dataset, session.counts, lambda: session.runs, clock=clock)


@pytest.mark.soak
def test_no_chapter_imports_what_would_hold_up_the_keys() -> None:
    # `torch.broadcast_shapes` imports it: half a second in which no key is heard, and 50 MB.
    code = (
        "import sys\n"
        "from engine.lab import chapters\n"
        "from engine.protocol import OpenChapter\n"
        "from tests.conftest import act, ready\n"
        "session = ready()\n"
        "for each in chapters():\n"
        "    act(session, OpenChapter(each.name, with_pauses=False))\n"
        "assert 'sympy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_chapter_that_cannot_go_on_says_why_and_is_closed(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "FILED", 1)
    path = words_file("emma\nava\n" * 50_000)
    session = ready(path)
    events = [*session.handle(Train()), *session.handle(opened("update"))]
    Path(path).write_text("zoe\n")
    while session.is_busy:
        events += session.work()
    refused = next(event for event in events if isinstance(event, CommandRefused))
    assert "changed" in refused.reason
    assert events[-1] == ChapterClosed("update")
    assert session.is_training


def test_a_picture_stands_as_long_as_it_should(lectern: Lectern, clock: Clock) -> None:
    list(lectern.open(OpenChapter("counting")))
    assert len(list(lectern.step())) == 1
    assert lectern.wait == pytest.approx(0.4)
    assert not list(lectern.step())
    clock.now += 0.41
    assert lectern.wait == 0
    assert len(list(lectern.step())) == 1


def test_without_pauses_only_the_latest_pictures_are_told_and_always_the_last(
    lectern: Lectern, clock: Clock
) -> None:
    list(lectern.open(opened("logcounts", steps="200")))
    told: list[Event] = []
    while lectern.wait == 0:
        clock.now += PATIENCE / 5
        told += lectern.step()
    exhibits = [e.exhibit for e in told if isinstance(e, ExhibitShown)]
    everything = list(chapter("logcounts").open(lectern._data, {"steps": "200"}).exhibits)
    assert len(exhibits) < len(everything) / 3
    assert exhibits[-1].is_last
