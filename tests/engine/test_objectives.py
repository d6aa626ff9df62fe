"""Going over to another order, dots or split and back; nothing is lost on the way."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine import Session
from engine.protocol import (
    STEP,
    Branch,
    CheckpointLoaded,
    Command,
    CommandRefused,
    Configure,
    Event,
    Load,
    LoadDataset,
    LossOnTest,
    NamesSampled,
    OpenTest,
    Pause,
    Progressed,
    Reset,
    RunStarted,
    Sample,
    Save,
    Settings,
    SettingsChanged,
    Shelf,
    TakeApart,
    Toggle,
    Train,
    TrainingPaused,
    Undo,
    Watch,
    WordTakenApart,
)
from engine.training.shelf import describe
from tests.conftest import WriteWords, act, ready


def told(session: Session, *commands: Command) -> list[Event]:
    """What happened, but for how far something has come."""
    return [event for event in act(session, *commands) if not isinstance(event, Progressed)]


def refusal(session: Session, command: Command) -> str:
    (event,) = told(session, command)
    assert isinstance(event, CommandRefused)
    assert event.command == command
    return event.reason


def weights(session: Session) -> torch.Tensor:
    assert session.runs is not None
    return session.runs.run.weights


def test_another_order_is_counted_and_has_a_run_of_its_own(session: Session) -> None:
    act(session, Train(5))
    assert list(session.handle(Configure(order=3, learning_rate=2.0))) == []
    assert session.settings.order == 2, "until it has been counted"
    happened = told(session, Watch())
    settings = Settings(learning_rate=2.0, order=3, dots=2)
    changed, started = happened
    assert changed == SettingsChanged(settings, 2, 0)
    assert isinstance(started, RunStarted)
    assert replace(started, kept=None) == RunStarted(2, 0, "first")
    assert started.kept is not None
    assert (started.kept.settings, started.kept.step) == (Settings(), 5)
    assert session.settings == settings
    snapshot = session.snapshot()
    assert (snapshot.run, snapshot.step, snapshot.settings) == (2, 0, settings)
    contexts = {text[i : i + 2] for w in WORDS for text in [f"..{w}"] for i in range(len(w) + 1)}
    assert len(weights(session)) == len(contexts) + 1
    further = next(e for e in told(session, Configure(order=4)) if isinstance(e, RunStarted))
    assert further.kept == started.kept, "what was left for it has not taken a step"


WORDS = ("emma", "olivia", "ava", "isabella", "sophia", "emma")


def test_counting_says_how_far_it_has_come(session: Session) -> None:
    assert any(isinstance(event, Progressed) for event in act(session, Configure(order=4)))


def test_going_back_finds_the_run_as_it_was_under_the_settings_in_force(session: Session) -> None:
    act(session, Configure(seed=3), Train(20))
    before, loss = weights(session).clone(), session.snapshot().data_loss
    act(session, Configure(order=3), Train(7), Configure(learning_rate=9.0, seed=4))
    happened = told(session, Configure(order=2))
    settings = Settings(learning_rate=9.0, seed=3)
    assert happened == [SettingsChanged(settings, 4, 20), RunStarted(4, 20, "back")]
    assert torch.equal(weights(session), before)
    assert (session.snapshot().data_loss, session.settings) == (loss, settings)
    act(session, Configure(order=3))
    assert session.snapshot().step == 7


def test_a_run_that_is_left_pauses_and_one_that_was_put_away_stays(session: Session) -> None:
    act(session, Train(5), Reset())
    list(session.handle(Train()))
    list(session.train(3))
    (paused, *_) = told(session, Configure(order=1))
    assert paused == TrainingPaused(2, 3, "asked")
    assert not session.is_training
    act(session, Configure(order=2), Undo())
    assert (session.settings.order, session.settings.dots) == (1, 0)
    act(session, Undo())
    assert (session.settings.order, session.settings.dots, session.snapshot().step) == (2, 1, 3)
    act(session, Undo())
    assert session.snapshot().step == 5


def test_what_changes_while_contexts_are_counted_is_in_force_afterwards(session: Session) -> None:
    list(session.handle(Configure(order=3)))
    list(session.handle(Configure(learning_rate=4.0)))
    act(session, Watch())
    assert session.settings == Settings(learning_rate=4.0, order=3, dots=2)
    assert session.runs is not None
    assert session.runs.run.settings == session.settings


def test_only_the_latest_objective_is_still_wanted(session: Session) -> None:
    list(session.handle(Configure(order=3)))
    list(session.handle(Configure(order=4)))
    assert [e for e in told(session, Watch()) if isinstance(e, RunStarted)] == [
        RunStarted(2, 0, "first")
    ]
    assert session.settings.objective == (4, 3, "none", "neural")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Configure(dots=2), "dots must be a whole number from 0 to 1"),
        (Configure(order=3, dots=3), "dots must be a whole number from 0 to 2"),
        (Configure(order=8), "order must be a whole number from 1 to 7"),
        (Configure(split="thirds"), "split must be one of none, lecture"),
        (Configure(split="0.5,0.1"), "There is no split"),
        (Configure(split="lecture", learning_rate=5.0, dots=7), "dots must be"),
        (Configure(order=3, device="mps"), "torch finds no mps"),
    ],
)
def test_what_is_refused_leaves_everything_as_it_was(
    session: Session, command: Configure, reason: str
) -> None:
    act(session, Train(5))
    before, snapshot = weights(session), session.snapshot()
    assert reason in refusal(session, command)
    assert weights(session) is before
    assert replace(session.snapshot(), seconds=snapshot.seconds) == snapshot


def test_dots_stay_what_they_were_unless_an_order_is_given(session: Session) -> None:
    act(session, Configure(order=4))
    act(session, Configure(dots=1))
    assert session.settings.objective == (4, 1, "none", "neural")
    act(session, Configure(split="0.5,0.3,0.2"))
    assert session.settings.objective == (4, 1, "0.5,0.3,0.2", "neural")


def test_no_more_than_four_are_kept_and_none_is_dropped_unsaved(
    session: Session, tmp_path: Path
) -> None:
    for order in (2, 3, 4, 5):
        act(session, Configure(order=order), Train(order))
    assert "save them first" in refusal(session, Configure(order=6))
    assert session.settings.order == 5
    assert not session.snapshot().are_all_saved
    for order in (2, 3, 4, 5):
        act(session, Configure(order=order), Save(str(tmp_path / f"run-{STEP}")))
    assert session.snapshot().are_all_saved
    act(session, Configure(order=6), Configure(order=3))
    assert session.snapshot().step == 3, "left later than order 2, which was let go of"
    act(session, Configure(order=2))
    assert session.snapshot().step == 0


def test_of_those_that_are_kept_on_disk_any_can_be_let_go_of(
    words_file: WriteWords, tmp_path: Path
) -> None:
    session = ready(words_file("emma\nolivia\nava\n"), Shelf(str(tmp_path / "runs")))
    for order in (2, 3, 4, 5, 6, 7):
        act(session, Configure(order=order), Train(order))
    assert session.close(5)
    folders = list((tmp_path / "runs").iterdir())
    steps = {each.line.step for each in (describe(str(path)) for path in folders)}
    assert steps == {2, 3, 4, 5, 6, 7}


def test_the_objective_that_is_let_go_of_is_never_that_in_hand(session: Session) -> None:
    for order in (2, 3, 4, 5, 6, 7):
        act(session, Configure(order=order))
    assert session.settings.order == 7
    assert session.snapshot().step == 0


@pytest.mark.parametrize("change", [Configure(split="0.5,0.3,0.2"), Configure(order=3)])
def test_a_snapshot_never_says_that_a_run_is_on_anything_else(
    session: Session, change: Configure
) -> None:
    act(session, Train(2))
    seen = {(2, session.snapshot().floor)}
    list(session.handle(change))
    while session.is_busy:
        list(session.work())
        snapshot = session.snapshot()
        settings = snapshot.settings
        seen.add((settings.order if settings.split == "none" else 0, snapshot.floor))
    assert len(seen) == 2, "each floor under its own settings, and under no other"


@pytest.mark.parametrize("command", [Reset(), Undo(), Branch()])
def test_while_another_objective_comes_what_is_done_is_done_to_that_in_hand(
    session: Session, command: Command
) -> None:
    for moments in range(30):
        more = moments / 1000
        split = f"0.6,{0.2 - more:.3f},{0.2 + more:.3f}"
        list(session.handle(Configure(split=split)))
        for _ in range(moments):
            list(session.work())
        list(session.handle(command))
        assert session.snapshot().window is not None
        assert session.runs is not None
        run = session.runs.run
        assert run.settings.split == run.objective.parted.split
        while session.is_busy:
            list(session.work())


def test_new_words_are_trained_on_at_the_order_in_force(
    session: Session, words_file: WriteWords
) -> None:
    act(session, Configure(order=3), Train(3))
    events = told(session, LoadDataset(words_file("anna\notto\nada\n")))
    assert RunStarted(3, 0, "first") in events
    assert (session.settings.order, session.snapshot().step) == (3, 0)
    assert weights(session).shape[1] == 6


def test_new_words_that_cannot_be_split_are_trained_on_as_bigrams(
    words_file: WriteWords,
) -> None:
    session = ready(words_file("\n".join(f"{a}{b}" for a in "abcdef" for b in "abc")))
    act(session, Configure(split="lecture"), Train(2))
    events = told(session, LoadDataset(words_file("a\nb\n")))
    (refused,) = (event for event in events if isinstance(event, CommandRefused))
    assert "cannot be split by lecture" in refused.reason
    assert session.settings.is_bigram
    assert RunStarted(3, 0, "first") in events


def test_a_session_may_start_at_any_order_and_what_comes_early_waits(
    words_file: WriteWords,
) -> None:
    session = Session(Settings(order=3, dots=2, split="0.5,0.3,0.2"))
    act(session, LoadDataset(words_file("\n".join(WORDS))))
    list(session.handle(Train(4)))
    session.import_torch()
    events = list(session.become_ready())
    assert not any(isinstance(event, RunStarted) for event in events)
    list(session.handle(Configure(order=4)))
    events = act(session, Watch())
    assert [event for event in events if isinstance(event, RunStarted)] == [
        RunStarted(1, 0, "first")
    ]
    assert session.settings.objective == (4, 3, "0.5,0.3,0.2", "neural")
    assert session.snapshot().step == 4


@pytest.mark.parametrize("split", ["none", "0.5,0.3,0.2"])
def test_a_checkpoint_goes_on_bit_for_bit_on_what_it_was_trained_on(
    session: Session, tmp_path: Path, split: str
) -> None:
    path = str(tmp_path / "run")
    chosen = Configure(order=3, split=split, optimizer="rows", learning_rate=3.0)
    act(session, chosen, Train(20), Save(path), Train(12))
    after, snapshot = weights(session).clone(), session.snapshot()
    other = ready(None)
    act(other, LoadDataset(session.dataset.source if session.dataset else None))
    happened = told(other, Load(path))
    assert CheckpointLoaded(path, 20, "") in happened
    assert other.settings == session.settings
    act(other, Train(12))
    assert torch.equal(weights(other), after)
    mine = other.snapshot()
    assert (mine.loss, mine.history, mine.dev_history) == (
        snapshot.loss,
        snapshot.history,
        snapshot.dev_history,
    )
    assert bool(mine.dev_history) == (split != "none")
    act(other, Configure(order=2, split="none"))
    assert other.snapshot().step == 0, "the run it was loaded beside"


def test_a_checkpoint_of_bigrams_brings_them_back(session: Session, tmp_path: Path) -> None:
    path = str(tmp_path / "run")
    act(session, Train(9), Save(path), Train(3), Configure(order=3), Load(path))
    assert (session.settings.objective, session.snapshot().step) == ((2, 1, "none", "neural"), 9)
    act(session, Undo())
    assert session.snapshot().step == 12


@pytest.mark.parametrize("steps", [None, 0, 7])
def test_a_checkpoint_of_another_order_is_undone_to_the_run_before(
    session: Session, tmp_path: Path, steps: int | None
) -> None:
    """Whatever run of that order there was, or none."""
    path = str(tmp_path / "run")
    act(session, Configure(order=3, learning_rate=3.0), Train(20), Save(path))
    other = ready(None)
    act(other, LoadDataset(session.dataset.source if session.dataset else None))
    if steps is not None:
        act(other, Configure(order=3), Train(steps), Configure(order=2))
    act(other, Train(50))
    before = other.snapshot()
    act(other, Load(path))
    now = other.snapshot()
    assert (now.settings.order, now.step, now.settings.learning_rate) == (3, 20, 3.0)
    assert [line.step for line in now.runs] == ([7, 20] if steps else [20])
    act(other, Undo())
    now = other.snapshot()
    assert (now.id, now.step, now.settings) == (before.id, 50, before.settings)
    act(other, Load(path), Train(1), Undo(), Configure(order=3))
    assert other.snapshot().step == 21, "what is undone is not lost"


def test_a_checkpoint_of_contexts_of_other_words_is_refused(
    session: Session, words_file: WriteWords, tmp_path: Path
) -> None:
    path = str(tmp_path / "run")
    act(session, Configure(order=3), Train(2), Save(path), Configure(order=2))
    act(session, LoadDataset(words_file("\n".join(reversed(WORDS)))))
    before = weights(session)
    assert "a row for each context of other data" in refusal(session, Load(path))
    assert weights(session) is before
    assert session.settings.is_bigram


def test_a_checkpoint_cannot_be_gone_on_from_at_another_order(
    session: Session, tmp_path: Path
) -> None:
    path = str(tmp_path / "run")
    act(session, Configure(order=3), Train(2), Save(path))
    reason = refusal(session, Load(path, Configure(order=4)))
    assert "was trained at order 3 with dots 2 and split none" in reason


def test_the_snapshot_tells_the_loss_on_dev_beside_that_on_train(session: Session) -> None:
    snapshot = session.snapshot()
    assert math.isnan(snapshot.dev_loss)
    assert (snapshot.dev_history, snapshot.dev_recent, snapshot.has_test) == (b"", b"", False)
    act(session, Configure(split="0.5,0.3,0.2"), Train(40))
    snapshot = session.snapshot()
    recent = memoryview(snapshot.dev_recent).cast("d").tolist()
    assert recent[::2] == memoryview(snapshot.recent).cast("d").tolist()[::2]
    assert recent[-1] == snapshot.dev_loss
    assert snapshot.has_test
    assert snapshot.dev_loss > snapshot.data_loss


def test_test_is_told_only_when_it_is_opened(session: Session) -> None:
    assert "Split none has no test to be opened" in refusal(session, OpenTest())
    act(session, Configure(split="0.5,0.3,0.2"), Train(5))
    (event,) = told(session, OpenTest())
    assert session.runs is not None
    loss = session.runs.objective.test_loss(weights(session))
    assert loss is not None
    assert event == LossOnTest(2, 5, loss)


def test_at_another_order_what_is_asked_of_bigrams_of_the_network_is_refused(
    session: Session,
) -> None:
    act(session, Configure(order=3), Train(5))
    for matrix in ("counts", "network_probabilities", "gradient"):
        act(session, Watch(matrix))
        snapshot = session.snapshot()
        assert snapshot.window is not None
        assert snapshot.window.matrix == matrix
        assert snapshot.row is not None
        assert snapshot.row.network_probabilities
    reason = refusal(session, Sample(model="neural"))
    assert "The network in hand is of order 3, dots 2 and split none" in reason
    apart = [e for e in act(session, TakeApart("ava")) if isinstance(e, WordTakenApart)][-1]
    assert apart.neural is None
    act(session, Configure(order=2))
    assert isinstance(act(session, Sample(model="neural"))[-1], NamesSampled)


def test_the_keys_of_training_work_at_any_order(session: Session) -> None:
    act(session, Configure(order=3))
    list(session.handle(Toggle()))
    assert session.is_training
    list(session.train(3))
    list(session.handle(Pause()))
    act(session, Reset(), Train(2), Undo())
    assert session.snapshot().step == 3
