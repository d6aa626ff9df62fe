"""The thread the engine lives on: hears, paces, publishes, survives, ends."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from engine import Session, Worker
from engine.answers.seat import Seat
from engine.protocol import (
    Command,
    Configure,
    DatasetLoaded,
    EngineFailed,
    EngineReady,
    Event,
    LoadDataset,
    NamesSampled,
    Pause,
    RunStarted,
    Sample,
    Score,
    Train,
    TrainingPaused,
    Watch,
    WordsScored,
)
from tests import PATIENCE
from tests.conftest import WriteWords


class Desk:
    """A worker whose events are waited for instead of slept for."""

    def __init__(self, session: Session) -> None:
        self.happened = threading.Event()
        self.seen: list[Event] = []
        self.worker = Worker(session)

    def start(self) -> None:
        self.worker.start(self.happened.set)

    def wait(self, is_there: Callable[[], bool]) -> None:
        """Wait until something is so; notifications wake the wait."""
        end = time.monotonic() + PATIENCE
        while not is_there():
            assert time.monotonic() < end, f"in vain; saw {[type(e).__name__ for e in self.seen]}"
            self.happened.wait(0.05)
            self.happened.clear()
            self.seen += self.worker.events()

    def wait_for(self, *kinds: type) -> None:
        """Wait until an event of each kind was seen."""
        self.wait(lambda: all(any(isinstance(e, kind) for e in self.seen) for kind in kinds))

    def step(self) -> int:
        latest = self.worker.latest
        return latest.step if latest else 0


class Noting(Session):
    """A session without torch that notes what it is told to do, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[str] = []

    def handle(self, command: Command, seat: Seat | None = None) -> Iterator[Event]:
        self.noted.append(type(command).__name__)
        return super().handle(command, seat)

    def import_torch(self) -> None:
        self.noted.append("import")

    def become_ready(self) -> Iterator[Event]:
        yield EngineReady("", 1)


def test_what_was_sent_before_the_start_comes_before_the_import(words_file: WriteWords) -> None:
    session = Noting()
    desk = Desk(session)
    desk.worker.send(LoadDataset(words_file("emma\nava\n")))
    desk.worker.send(Watch("counts", 0, 0, 1, 1, cursor_row=0))
    desk.start()
    desk.wait_for(DatasetLoaded, EngineReady)
    assert desk.worker.close(PATIENCE)
    assert session.noted[:3] == ["LoadDataset", "Watch", "import"]


class Gated(Session):
    """A session whose torch takes as long to import as the test likes; some commands break."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.is_importing = threading.Event()
        self.had_words = False
        """Whether there were words when the import of torch began."""

    def import_torch(self) -> None:
        self.had_words = self.dataset is not None
        self.is_importing.set()
        assert self.gate.wait(PATIENCE)
        super().import_torch()

    def handle(self, command: Command, seat: Seat | None = None) -> Iterator[Event]:
        if isinstance(command, Score) and command.words == ("boom",):
            raise RuntimeError("boom")
        return super().handle(command, seat)


@pytest.fixture
def gated() -> Gated:
    return Gated()


@pytest.fixture
def desk(gated: Gated) -> Iterator[Desk]:
    desk = Desk(gated)
    yield desk
    gated.gate.set()
    assert desk.worker.close(PATIENCE)


def start(desk: Desk, gated: Gated, path: str | None = None) -> None:
    """Start with words and torch."""
    gated.gate.set()
    desk.worker.send(LoadDataset(path))
    desk.start()
    desk.wait_for(DatasetLoaded, EngineReady, RunStarted)


def test_commands_are_heard_while_torch_is_being_imported(desk: Desk, gated: Gated) -> None:
    desk.start()
    desk.worker.send(LoadDataset())
    assert gated.is_importing.wait(PATIENCE)
    desk.wait_for(DatasetLoaded)
    desk.worker.send(Score(("emma",)))
    desk.worker.send(Sample(number=1))
    desk.wait_for(WordsScored)
    assert not any(isinstance(event, EngineReady | NamesSampled) for event in desk.seen)
    gated.gate.set()
    desk.wait_for(EngineReady, NamesSampled)


def test_training_runs_until_paused_and_the_slot_is_overwritten(desk: Desk, gated: Gated) -> None:
    start(desk, gated)
    desk.worker.send(Train())
    desk.wait(lambda: desk.step() > 100)
    seen = desk.step()
    desk.wait(lambda: desk.step() > seen)
    desk.worker.send(Pause())
    desk.wait_for(TrainingPaused)
    latest = desk.worker.latest
    assert latest is not None
    paused = next(event for event in desk.seen if isinstance(event, TrainingPaused))
    assert (latest.state, latest.step) == ("paused", paused.step)


def test_events_stay_few_however_many_steps_are_taken(desk: Desk, gated: Gated) -> None:
    start(desk, gated)
    before = len(desk.seen)
    desk.worker.send(Train(20_000))
    desk.wait_for(TrainingPaused)
    assert len(desk.seen) == before + 1


def test_names_are_drawn_between_the_steps_of_training(desk: Desk, gated: Gated) -> None:
    start(desk, gated)
    desk.worker.send(Train())
    desk.worker.send(Sample(model="neural", number=500))
    desk.wait(lambda: any(isinstance(e, NamesSampled) and e.is_last for e in desk.seen))
    before = desk.step()
    desk.wait(lambda: desk.step() > before)


def test_the_speed_can_be_changed_while_training(desk: Desk, gated: Gated) -> None:
    start(desk, gated)
    desk.worker.send(Configure(speed=0.001))
    desk.worker.send(Train())
    desk.wait(lambda: desk.step() == 1)
    desk.worker.send(Configure(speed=math.inf))
    desk.wait(lambda: desk.step() > 1000)


def test_a_failure_is_reported_and_the_worker_lives_on(
    desk: Desk, gated: Gated, caplog: pytest.LogCaptureFixture
) -> None:
    start(desk, gated)
    desk.worker.send(Train())
    desk.worker.send(Score(("boom",)))
    desk.wait_for(EngineFailed)
    failed = next(event for event in desk.seen if isinstance(event, EngineFailed))
    assert "boom" in failed.message
    assert "RuntimeError: boom" in caplog.text
    assert desk.worker.latest is not None
    assert desk.worker.latest.state != "running"
    desk.worker.send(Train(10))
    desk.wait_for(TrainingPaused)


def test_even_a_snapshot_that_fails_does_not_end_the_thread(
    desk: Desk, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(desk, gated)

    def fail() -> None:
        raise ValueError("no picture")

    with monkeypatch.context() as patched:
        patched.setattr(gated, "snapshot", fail)
        desk.worker.send(Watch())
        desk.wait_for(EngineFailed)
    desk.worker.send(Train(10))
    desk.wait_for(TrainingPaused)


def test_a_failing_import_is_reported_and_counting_still_works(words_file: WriteWords) -> None:
    class Broken(Session):
        def import_torch(self) -> None:
            raise ImportError("no torch here")

    desk = Desk(Broken())
    desk.start()
    desk.wait_for(EngineFailed)
    desk.worker.send(LoadDataset(words_file("emma\n")))
    desk.worker.send(Train(5))
    desk.wait_for(DatasetLoaded)
    desk.worker.send(Score(("emma",)))
    desk.wait_for(WordsScored)
    assert desk.worker.close(PATIENCE)


def test_torch_is_imported_once_the_words_are_there(gated: Gated, words_file: WriteWords) -> None:
    """To read many words and import torch at once would take longer for both."""
    desk = Desk(gated)
    gated.gate.set()
    desk.worker.send(LoadDataset(words_file("emma\n" * 100_000)))
    desk.start()
    desk.wait_for(DatasetLoaded, EngineReady)
    assert gated.had_words
    assert desk.worker.close(PATIENCE)


def test_closing_ends_training_and_the_thread(desk: Desk, gated: Gated) -> None:
    start(desk, gated)
    desk.worker.send(Train())
    desk.wait(lambda: desk.step() > 0)
    assert desk.worker.close(PATIENCE)
    assert not any(t.name in ("engine", "importer") for t in threading.enumerate())


def test_closing_says_so_if_the_import_does_not_end_in_time(desk: Desk, gated: Gated) -> None:
    desk.start()
    assert gated.is_importing.wait(PATIENCE)
    assert not desk.worker.close(0.05)
    gated.gate.set()
    assert desk.worker.close(PATIENCE)


def test_a_worker_that_never_started_can_be_closed() -> None:
    assert Worker(Session()).close(1.0)
