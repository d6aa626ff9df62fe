"""The engine on the thread of whoever calls it: nothing happens but while it is asked for news."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from engine import Inline, Session
from engine.protocol import (
    Command,
    Configure,
    DatasetLoaded,
    EngineReady,
    Event,
    ExhibitShown,
    LoadDataset,
    OpenChapter,
    Pause,
    RunStarted,
    Score,
    Train,
    TrainingPaused,
    Unusable,
    WordsScored,
)
from tests.conftest import WriteWords


class Watched(Session):
    """A session that notes how many steps are taken at a time, and when torch is imported."""

    def __init__(self) -> None:
        super().__init__()
        self.has_imported = False
        self.strides: list[int] = []

    def import_torch(self) -> None:
        self.has_imported = True
        super().import_torch()

    def train(self, steps: int) -> Iterator[Event]:
        self.strides.append(steps)
        return super().train(steps)


class Caller:
    """Comes for the news as long as it is notified that there are some."""

    def __init__(self, session: Session) -> None:
        self.engine = Inline(session)
        self.has_news = False
        self.engine.start(self._note)

    def _note(self) -> None:
        self.has_news = True

    def tell(self, *commands: Command) -> list[Event]:
        """Everything that comes of some commands."""
        for command in commands:
            self.engine.send(command)
        events: list[Event] = []
        while self.has_news:
            self.has_news = False
            events += self.engine.events()
        return events


@pytest.fixture
def session() -> Watched:
    return Watched()


@pytest.fixture
def caller(session: Watched) -> Caller:
    return Caller(session)


@pytest.fixture
def path(words_file: WriteWords) -> str:
    return words_file("emma\nolivia\nava\n")


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def test_nothing_is_done_before_someone_comes_for_the_events(caller: Caller, path: str) -> None:
    caller.engine.send(LoadDataset(path))
    assert caller.engine.latest.window is None
    assert DatasetLoaded in kinds(caller.tell())
    assert caller.engine.latest.window is not None


def test_torch_is_imported_once_a_command_needs_it(
    session: Watched, caller: Caller, path: str
) -> None:
    caller.tell(LoadDataset(path))
    assert WordsScored in kinds(caller.tell(Score(("emma",))))
    assert not session.has_imported
    events = kinds(caller.tell(Train(5)))
    assert session.has_imported
    assert events == [EngineReady, RunStarted, TrainingPaused]


def test_what_was_sent_before_the_start_is_carried_out(path: str) -> None:
    engine, called = Inline(Session()), []
    engine.send(LoadDataset(path))
    engine.start(lambda: called.append(True))
    assert called
    happened = engine.events()
    # On a busy machine a slice may be over before three words are read.
    while DatasetLoaded not in kinds(happened):
        happened = engine.events()
        assert happened, "it does not come to that"


def test_a_run_goes_as_fast_as_it_can_and_stops_where_it_was_told_to(
    caller: Caller, path: str
) -> None:
    caller.tell(LoadDataset(path), Configure(speed=0.001))
    (*_, paused) = caller.tell(Train(3000))
    assert (caller.engine.latest.step, caller.engine.latest.state) == (3000, "paused")
    assert isinstance(paused, TrainingPaused)
    assert paused.reason == "finished"
    assert caller.engine.latest.seconds > 0


def test_a_stride_outlasts_a_pause_but_no_change_of_settings(
    session: Watched, caller: Caller, path: str
) -> None:
    for command in (LoadDataset(path), Train(15), Pause(), Train(1)):
        caller.tell(command)
    assert session.strides == [1, 2, 4, 8, 8]
    caller.tell(Configure(gradient="onehot"))
    caller.tell(Train(1))
    assert session.strides[5:] == [1]


def test_a_chapter_is_worked_off_to_its_end_be_it_with_pauses(caller: Caller, path: str) -> None:
    events = caller.tell(LoadDataset(path), OpenChapter("broadcasting"))
    shown = [event for event in events if isinstance(event, ExhibitShown)]
    assert shown[-1].exhibit.is_last


def test_an_import_that_fails_is_raised_after_what_had_happened(
    caller: Caller, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    caller.engine.send(LoadDataset(path))
    caller.engine.send(Train(1))
    events: list[Event] = []
    while not events:
        events += caller.engine.events()
    with pytest.raises(Unusable, match="torch cannot be imported"):
        caller.tell()
    assert DatasetLoaded in kinds(events)
