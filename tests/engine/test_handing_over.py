"""An engine leaves its runs to another one, which goes on with them at the very step."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine import Session, Worker
from engine.protocol import (
    Branch,
    Configure,
    LoadDataset,
    Look,
    Refusal,
    Reset,
    Sample,
    Settings,
    Shelf,
    Train,
    UndoReset,
)
from engine.training import places
from engine.training.estate import Estate
from engine.training.lock import is_held
from tests import PATIENCE
from tests.conftest import WriteWords, act


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(str(tmp_path / "runs"))


@pytest.fixture
def words(words_file: WriteWords) -> str:
    return words_file("emma\nolivia\nava\nisabella\nsophia\n")


def opened(words: LoadDataset, shelf: Shelf | None, settings: Settings | None = None) -> Session:
    """An engine on words, with a run that has taken no step."""
    session = Session(settings or Settings(learning_rate=1.0), shelf)
    list(session.run(words))
    session.import_torch()
    list(session.become_ready())
    return session


@pytest.fixture
def left(words: str, shelf: Shelf) -> Iterator[Session]:
    """An engine that is to stop; at the end of the test it lives no more."""
    session = opened(LoadDataset(words), shelf)
    yield session
    session.close(PATIENCE)


def heir(estate: Estate) -> Session:
    """The engine that goes on in its place."""
    session = opened(estate.words, estate.shelf, estate.settings)
    list(session.inherit(estate))
    list(session.go_on(estate))
    while session.is_busy:
        list(session.work())
    return session


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    return session.runs.run.weights


def test_the_other_one_goes_on_to_the_very_bits_of_a_run_never_cut(
    left: Session, words: str
) -> None:
    act(left, Train(300), Configure(regularization=0.5), Train(41))
    list(left.handle(Train(100)))
    before, estate = left.snapshot(), left.bequeath(PATIENCE)
    other = heir(estate)
    now = other.snapshot()
    assert (now.id, now.step, now.state, now.target) == (before.id, 341, "running", 441)
    assert now.settings == before.settings
    assert now.history == before.history
    while other.is_training:
        list(other.train(16))
    never_cut = opened(LoadDataset(words), None)
    act(never_cut, Train(300), Configure(regularization=0.5), Train(141))
    assert torch.equal(weights(other), weights(never_cut))
    assert is_held(str(Path(places.folders(estate.shelf)[0], places.LOCK)))
    other.close(PATIENCE)


def test_all_runs_of_the_session_go_along_in_their_order(left: Session) -> None:
    act(left, Train(30), Reset(), Train(20), Look(12), Branch(Configure(learning_rate=2.0)))
    act(left, Train(5))
    act(left, Configure(order=3), Train(7), Reset(), Train(3), Configure(order=2))
    act(left, Look(14))
    before = left.snapshot()
    other = heir(left.bequeath(PATIENCE))
    now = other.snapshot()
    assert (now.runs, now.newest) == (before.runs, 17)
    assert not now.is_looking
    assert now.can_undo_reset
    act(other, Configure(order=3))
    assert [line.step for line in other.snapshot().runs] == [7, 3]
    act(other, UndoReset())
    assert other.snapshot().step == 7
    act(other, Configure(order=2), UndoReset())
    assert other.snapshot().step == 20
    act(other, UndoReset())
    assert other.snapshot().step == 30
    act(other, Train(1))
    other.close(PATIENCE)


def test_a_run_that_has_taken_no_step_begins_again(left: Session) -> None:
    act(left, Configure(seed=4))
    other = heir(left.bequeath(PATIENCE))
    assert torch.equal(weights(other), weights(left))
    assert len(other.snapshot().runs) == 1
    other.close(PATIENCE)


def test_who_could_not_give_goes_on_itself_and_holds_the_run_again(left: Session) -> None:
    act(left, Train(30))
    list(left.handle(Train(100)))
    estate = left.bequeath(PATIENCE)
    lock = str(Path(places.folders(estate.shelf)[0], places.LOCK))
    assert not is_held(lock)
    while left.is_training:
        list(left.train(16))
    assert left.snapshot().step == 130
    left.keeping.settle(PATIENCE)
    assert is_held(lock)


def test_what_is_not_kept_is_not_handed_over(words: str, left: Session) -> None:
    lone = opened(LoadDataset(words), None)
    act(lone, Train(3))
    with pytest.raises(Refusal, match=r"not kept on disk"):
        lone.bequeath(PATIENCE)
    act(left, Train(3))
    estate = replace(left.bequeath(PATIENCE), sha256="0" * 64)
    with pytest.raises(Refusal, match=r"words have changed"):
        heir(estate)


def test_a_worker_that_gives_ends_and_writes_nothing_more(words: str, shelf: Shelf) -> None:
    worker = Worker(Session(Settings(learning_rate=1.0), shelf))
    told: list[str] = []
    estates: list[Estate] = []
    done = threading.Event()

    def note(reason: str) -> None:
        told.append(reason)
        done.set()

    def refuse(estate: Estate) -> None:
        raise Refusal("Not today.")

    worker.send(LoadDataset(words))
    worker.send(Train())
    worker.start()
    while worker.latest is None or worker.latest.step < 10:
        assert not worker.has_ended.wait(0.01)
    worker.hand_over(refuse, note)
    assert done.wait(PATIENCE)
    assert told == ["Not today."]
    there = worker.latest.step
    while worker.latest.step <= there:
        assert not worker.has_ended.wait(0.01), "training goes on"
    worker.hand_over(estates.append, note)
    assert worker.has_ended.wait(PATIENCE)
    assert told[1:] == [""]
    (estate,) = estates
    assert estate.is_running
    other = heir(estate)
    list(other.train(16))
    assert worker.close(PATIENCE)
    other.keeping.settle(PATIENCE)
    assert not other.keeping.trouble
    list(other.run(Sample(1, model="neural")))
    other.close(PATIENCE)
