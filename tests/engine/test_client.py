"""Asking and waiting, of an engine where one stands and of one on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine import Client, Engine, Inline, Session, Worker
from engine.protocol import (
    BigramsListed,
    Command,
    EngineFailed,
    Event,
    ExhibitShown,
    ListBigrams,
    Load,
    LoadDataset,
    NamesSampled,
    OpenChapter,
    Refusal,
    Sample,
    Save,
    Score,
    Snapshot,
    Train,
    TrainingPaused,
    Unusable,
    WordsScored,
)
from tests.conftest import WriteWords

PATIENCE = 20.0
"""Seconds within which an engine must end."""


@pytest.fixture(params=[Inline, Worker])
def client(request: pytest.FixtureRequest, words_file: WriteWords) -> Iterator[Client]:
    """A client of an engine with a few words."""
    engine: Engine = request.param(Session())
    client = Client(engine)
    list(client.ask(LoadDataset(words_file("emma\nolivia\nava\n"))))
    yield client
    assert engine.close(PATIENCE)


def test_an_answer_ends_with_what_was_asked_for(client: Client, tmp_path: object) -> None:
    *_, listed = client.ask(ListBigrams(2))
    assert isinstance(listed, BigramsListed)
    assert listed.bigrams == (("a", ".", 3), (".", "a", 1))
    *_, sampled = client.ask(Sample(number=300))
    assert isinstance(sampled, NamesSampled)
    assert sampled.tally.names == 300
    *_, shown = client.ask(OpenChapter("counting", with_pauses=False))
    assert isinstance(shown, ExhibitShown)
    assert shown.exhibit.is_last
    list(client.ask(Train(7)))
    list(client.ask(Save(f"{tmp_path}/run")))
    list(client.ask(Train(7)))
    list(client.ask(Load(f"{tmp_path}/run")))
    assert client.standing().step == 7
    *_, scored = client.ask(Score(("emma",)))
    assert isinstance(scored, WordsScored)


def test_a_refusal_is_raised_and_the_next_question_is_answered(client: Client) -> None:
    with pytest.raises(Refusal, match="There is no chapter “nowhere”"):
        list(client.ask(OpenChapter("nowhere")))
    assert list(client.ask(Score(("emma",))))


def test_training_is_paused_when_asked_to_and_the_snapshot_is_of_that_moment(
    client: Client,
) -> None:
    *_, paused = client.ask(Train(10**12), is_stopped=lambda: True)
    assert isinstance(paused, TrainingPaused)
    assert paused.reason == "asked"
    now = client.snapshot_of(paused)
    assert (now.run, now.step) == (paused.run, paused.step)
    assert now.state in ("ready", "paused")


class Late:
    """An engine whose snapshot follows its events, and that may fail."""

    def __init__(self, *events: Event) -> None:
        self._events = list(events)
        self._looks = 0

    @property
    def latest(self) -> Snapshot | None:
        """Nothing, then what was true before, then the truth."""
        self._looks += 1
        before, after = Snapshot(run=1, newest=4, state="running"), Snapshot(run=1, newest=5)
        known = (None, before, after)
        return known[min(self._looks, 3) - 1]

    def start(self, notify: Callable[[], None]) -> None:
        self._notify = notify

    def send(self, command: Command) -> None:
        self._notify()

    def events(self) -> list[Event]:
        events, self._events = self._events, []
        return events

    def close(self, timeout: float) -> bool:
        return True


def test_a_snapshot_that_comes_after_the_event_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.client.LOOK", 0.001)
    assert Client(Late(TrainingPaused(1, 5, "finished"))).standing().newest == 5


@pytest.mark.parametrize(
    ("doing", "kind"), [("importing torch", Unusable), ("the last command", RuntimeError)]
)
def test_a_fault_of_the_engines_is_raised(doing: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="no such file"):
        list(Client(Late(EngineFailed(doing, "no such file"))).ask(Train(1)))
