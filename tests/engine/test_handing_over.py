"""An engine leaves its runs to another one, which goes on with them at the very step."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine import Session
from engine.answers.succession import bequeath, foresee, go_on, inherit, prepare
from engine.models.objective import Objective
from engine.protocol import (
    Branch,
    CommandRefused,
    Configure,
    Event,
    Load,
    LoadDataset,
    Look,
    Refusal,
    Reset,
    Save,
    Settings,
    Shelf,
    TakeUp,
    Train,
    Undo,
)
from engine.training import folder, handing, places
from engine.training.estate import Estate
from engine.training.folder import Kept
from engine.training.keyframes import Known
from engine.training.lock import is_held
from engine.training.objectives import Objectives
from engine.training.runs import Runs
from engine.training.saving import reopened
from engine.training.trainer import Trainer
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


def leave(session: Session) -> Estate:
    return bequeath(session.shared, session.keeping, PATIENCE)


def heir(estate: Estate, told: list[Event] | None = None) -> Session:
    """The engine that goes on in its place; what it tells of then is put to what was told."""
    session = opened(estate.words, estate.shelf, estate.settings)
    rest = inherit(session.shared, session.keeping, estate, foresee(estate))
    while next(rest) is None:
        pass
    happened = list(go_on(session.shared, estate, rest))
    while session.is_busy:
        happened += session.work()
    if told is not None:
        told += happened
    return session


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    return session.runs.run.weights


def test_the_other_one_goes_on_to_the_very_bits_of_a_run_never_cut(
    left: Session, words: str
) -> None:
    act(left, Train(300), Configure(regularization=0.5), Train(41))
    list(left.handle(Train(100)))
    before, estate = left.snapshot(), leave(left)
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
    other = heir(leave(left))
    now = other.snapshot()
    assert (now.runs, now.newest) == (before.runs, 17)
    assert not now.is_looking
    assert now.can_undo_reset
    act(other, Configure(order=3))
    assert [line.step for line in other.snapshot().runs] == [7, 3]
    act(other, Undo())
    assert (other.settings.order, other.snapshot().step) == (2, 17)
    act(other, Undo(), Undo())
    assert (other.settings.order, other.snapshot().step) == (3, 7)
    act(other, Undo(), Undo())
    assert other.snapshot().step == 20
    act(other, Undo())
    assert other.snapshot().step == 30
    act(other, Train(1))
    other.close(PATIENCE)


def test_a_run_that_has_taken_no_step_begins_again(left: Session) -> None:
    act(left, Configure(seed=4))
    other = heir(leave(left))
    assert torch.equal(weights(other), weights(left))
    assert len(other.snapshot().runs) == 1
    other.close(PATIENCE)


def test_runs_that_are_gone_from_disk_are_left_out_and_all_others_go_along(left: Session) -> None:
    act(left, Configure(order=3), Train(7), Reset(), Train(3), Configure(order=4), Train(5))
    act(left, Configure(order=2), Train(30), Reset(), Train(20), Reset(), Train(10))
    list(left.handle(Train(100)))
    estate = leave(left)
    at_order_3, at_order_4, at_order_2 = estate.runs
    gone = at_order_2.others[0], at_order_3.in_hand, at_order_4.in_hand
    for each in gone:
        assert each is not None
        shutil.rmtree(each.path)
    told: list[Event] = []
    other = heir(estate, told)
    assert other.is_training
    assert [line.step for line in other.snapshot().runs] == [20, 10]
    refused = [event for event in told if isinstance(event, CommandRefused)]
    assert [event.command for event in refused] == [TakeUp(each.id) for each in gone if each]
    assert "was not taken over: There is no" in refused[0].reason
    while other.is_training:
        list(other.train(16))
    assert other.snapshot().step == 110
    act(other, Undo())
    assert other.snapshot().step == 20
    act(other, Undo())
    assert (other.settings.order, other.snapshot().step) == (4, 0), "nothing is left of that"
    act(other, Configure(order=3))
    assert [line.step for line in other.snapshot().runs] == [7, 0]
    other.close(PATIENCE)


def test_runs_that_cannot_be_gone_on_with_are_left_out_and_held_by_nobody(
    left: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(left, Configure(order=3), Train(7), Configure(order=4), Train(5), Configure(order=2))
    act(left, Train(30))
    estate = leave(left)

    def there(objectives: Objectives, settings: Settings) -> Generator[Event | None, None, Runs]:
        if settings.order == 4:
            raise Refusal("There is no room.")
        return (yield from made(objectives, settings))

    def again(kept: Kept, objective: Objective, why_bound: str) -> Iterator[Trainer | None]:
        if kept.journal and kept.journal.head.basis.order == 3:
            raise Refusal("It diverges.")
        return reopened(kept, objective, why_bound)

    made = Objectives.made
    monkeypatch.setattr(Objectives, "made", there)
    monkeypatch.setattr(handing, "reopened", again)
    told: list[Event] = []
    other = heir(estate, told)
    assert other.snapshot().step == 30
    reasons = [event.reason for event in told if isinstance(event, CommandRefused)]
    assert [each.partition(": ")[2] for each in reasons] == ["It diverges.", "There is no room."]
    for heritage in estate.runs[:2]:
        assert heritage.in_hand is not None
        assert not is_held(str(Path(heritage.in_hand.path, places.LOCK)))
    other.close(PATIENCE)


def test_who_could_not_give_goes_on_itself_and_holds_the_run_again(left: Session) -> None:
    act(left, Train(30))
    list(left.handle(Train(100)))
    estate = leave(left)
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
        leave(lone)
    act(left, Train(3))
    estate = replace(leave(left), sha256="0" * 64)
    with pytest.raises(Refusal, match=r"words have changed"):
        heir(estate)


def test_a_session_that_is_handed_over_writes_nothing_more(left: Session) -> None:
    act(left, Train(30))
    estate = leave(left)
    left.is_handed_over = True
    other = heir(estate)
    act(other, Train(5))
    assert left.close(PATIENCE)
    other.keeping.settle(PATIENCE)
    assert not other.keeping.trouble
    other.close(PATIENCE)


def test_runs_that_are_in_files_alone_are_handed_over(
    words: str, shelf: Shelf, tmp_path: Path
) -> None:
    author, file = opened(LoadDataset(words), None), str(tmp_path / "run.safetensors")
    act(author, Train(30), Save(file))
    left = opened(LoadDataset(words), shelf)
    act(left, Load(file), Reset(), Train(2), Load(file))
    before = left.snapshot()
    other = heir(leave(left))
    now = other.snapshot()
    assert (now.id, now.step) == (before.id, 30)
    there, here = ([(r.id, r.step) for r in each.runs if r.step] for each in (before, now))
    assert there == here
    assert [step for _, step in here] == [30, 2, 30]
    assert torch.equal(weights(other), weights(author))
    for session in (other, left):
        session.close(PATIENCE)


def test_what_can_only_be_looked_at_is_not_lost_from_sight(
    words_file: WriteWords, shelf: Shelf
) -> None:
    path = words_file("emma\nolivia\n")
    before = opened(LoadDataset(path), shelf)
    act(before, Train(30))
    before.close(PATIENCE)
    (kept,) = places.folders(shelf)
    Path(path).write_text("emma\nolivia\nava\n")
    left = opened(LoadDataset(path), shelf)
    act(left, Load(kept))
    with pytest.raises(Refusal, match=r"can only be looked at, not handed over; branch from it"):
        leave(left)
    act(left, Branch())
    other = heir(leave(left))
    assert other.snapshot().step == 30
    for session in (other, left):
        session.close(PATIENCE)


def test_while_words_are_read_nothing_is_handed_over(left: Session, words: str) -> None:
    act(left, Train(3))
    list(left.handle(LoadDataset(words)))
    with pytest.raises(Refusal, match=r"being read or counted"):
        leave(left)
    while left.is_busy:
        list(left.work())
    leave(left)


def test_what_was_read_before_is_not_read_again(left: Session, shelf: Shelf) -> None:
    act(left, Train(300))
    foretold = prepare(left.shared, left.keeping)
    left.keeping.settle(PATIENCE)
    known = foresee(foretold)
    before = dict(known)
    assert before
    assert left.runs is not None
    left.runs.run.timeline.spacing = 0.0  # A keyframe with every step that is taken now.
    act(left, Train(4))
    estate = leave(left)
    frames = folder.read(places.folders(shelf)[0], known=known).frames
    there = {step: weights for (_, step, _), weights in before.items()}
    assert [step for step, _ in frames] > sorted(there)
    assert all(weights is there[step] for step, weights in frames if step in there)
    assert [step for step, _ in frames] == sorted(step for _, step, _ in known)
    other = heir(estate)
    assert other.snapshot().step == 304
    other.close(PATIENCE)


def test_keyframes_that_changed_on_disk_are_read_anew(left: Session, shelf: Shelf) -> None:
    act(left, Train(300))
    leave(left)
    (path,) = places.folders(shelf)
    known: Known = {}
    was = folder.read(path, known=known).frames
    file = Path(path, places.KEYFRAMES)
    data = bytearray(file.read_bytes())
    data[-10] ^= 1  # In the weights of the last one.
    file.write_bytes(data)
    again = folder.read(path, known=known).frames
    assert [step for step, _ in again] == [step for step, _ in was]  # Known by its step and sum.
    data[-1] ^= 1
    file.write_bytes(data)
    assert len(folder.read(path, known=known).frames) == len(was) - 1
