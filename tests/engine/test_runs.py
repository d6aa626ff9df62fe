"""The run in hand and the one put away, without a session around them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from engine.models.objective import Objective
from engine.protocol import (
    STEP,
    Branch,
    CheckpointLoaded,
    CheckpointSaved,
    Event,
    Load,
    Refusal,
    RunStarted,
    Save,
    Settings,
    SettingsChanged,
    Snapshot,
    Train,
    TrainingDiverging,
    TrainingPaused,
)
from engine.training import folder
from engine.training import hand as module
from engine.training.describing import describe
from engine.training.looking import Looking
from engine.training.runs import Runs
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, load_all
from tests.conftest import WriteWords, counts_of

SETTINGS = Settings(learning_rate=1.0, seed=3)
WORDS = ("emma", "olivia", "ava")


@pytest.fixture
def data(words_file: WriteWords) -> Dataset:
    return load_all(words_file("\n".join(WORDS)))


@pytest.fixture
def runs(data: Dataset) -> Runs:
    return Runs(data, Objective(counts_of(*WORDS)), SETTINGS)


def take(runs: Runs, steps: int) -> list[Event]:
    """Train so many steps to their end."""
    events = list(runs.start(Train(steps)))
    while runs.is_running:
        events += runs.advance(16)
    return events


def described(runs: Runs) -> Snapshot:
    return describe(runs, Looking(runs.run), Snapshot())


def step_after_undo(runs: Runs) -> int:
    list(runs.undo_reset(SETTINGS))
    return runs.run.step


# One run after another


def test_the_last_run_with_steps_is_the_one_that_comes_back(runs: Runs) -> None:
    take(runs, 3)
    list(runs.reset(SETTINGS))
    take(runs, 4)
    list(runs.reset(SETTINGS))
    assert step_after_undo(runs) == 4, "not the one put away before it"


def test_a_run_without_steps_takes_the_place_of_no_other(runs: Runs) -> None:
    list(runs.reset(SETTINGS))
    assert described(runs).can_undo_reset, "there was none yet"
    take(runs, 3)
    list(runs.reset(SETTINGS))
    list(runs.reset(SETTINGS))
    assert step_after_undo(runs) == 3


def test_each_run_taken_up_has_a_number_of_its_own_and_stands_still(data: Dataset) -> None:
    runs = Runs(data, Objective(counts_of(*WORDS)), SETTINGS, number=6)
    assert runs.number == 7
    list(runs.start(Train(5)))
    assert list(runs.reset(SETTINGS)) == [RunStarted(8, 0, "reset")]
    assert (runs.is_running, runs.target, list(runs.advance(5))) == (False, None, [])
    assert [e for e in runs.undo_reset(SETTINGS) if isinstance(e, RunStarted)] == [
        RunStarted(9, 0, "undo")
    ]


def test_a_run_that_comes_back_has_its_first_weights_and_its_settings(runs: Runs) -> None:
    take(runs, 2)
    list(runs.reset(replace(SETTINGS, seed=8, init="zeros")))
    now = replace(SETTINGS, seed=8, init="zeros", learning_rate=7.0, speed=3.0)
    changed = next(e for e in runs.undo_reset(now) if isinstance(e, SettingsChanged))
    assert changed.settings == replace(SETTINGS, speed=3.0) == runs.run.settings
    assert (changed.run, changed.step) == (runs.number, 2)


def test_a_reset_that_is_refused_leaves_all_as_it_was(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(runs, 2)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(Refusal, match="cuda"):
        list(runs.reset(replace(SETTINGS, device="cuda")))
    assert (runs.number, runs.run.step) == (1, 2)
    with pytest.raises(Refusal, match="nothing to undo"):
        list(runs.undo_reset(SETTINGS))


def test_an_undo_that_is_refused_leaves_all_as_it_was(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(runs, 2)
    list(runs.reset(SETTINGS))

    def refuse(*_: object) -> None:
        raise Refusal("There is no cuda here.")

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "resumed", refuse)
        with pytest.raises(Refusal, match="cuda"):
            list(runs.undo_reset(SETTINGS))
    assert step_after_undo(runs) == 2


def test_settings_of_the_first_weights_draw_them_anew_only_before_the_first_step(
    runs: Runs,
) -> None:
    other = replace(SETTINGS, seed=4)
    list(runs.start(Train()))
    assert list(runs.configure(other)) == [
        TrainingPaused(1, 0, "asked"),
        RunStarted(2, 0, "first"),
        SettingsChanged(other, 2, 0, ()),
    ]
    assert runs.run.settings.seed == 4
    take(runs, 1)
    late = replace(other, seed=5, init="zeros")
    (changed,) = runs.configure(late)
    assert changed == SettingsChanged(late, 2, 1, ("init", "seed"))
    assert (runs.number, runs.run.settings.seed) == (2, 4)
    assert not described(runs).can_undo_reset, "nothing was put away"


# Training


def test_steps_asked_for_come_behind_those_still_to_be_taken(runs: Runs) -> None:
    list(runs.start(Train(10)))
    list(runs.advance(4))
    list(runs.start(Train(5)))
    assert runs.target == 15
    list(runs.start(Train()))
    assert runs.target is None, "until paused"
    list(runs.start(Train(3)))
    assert runs.target == 7
    assert list(runs.advance(100)) == [TrainingPaused(1, 7, "finished")]


def test_a_number_of_steps_that_cannot_be_taken_is_refused(runs: Runs) -> None:
    with pytest.raises(Refusal, match="number of steps"):
        list(runs.start(Train(-1)))
    assert not runs.is_running


def test_a_rate_beyond_all_bounds_warns_and_one_that_overflows_pauses(runs: Runs) -> None:
    list(runs.configure(replace(SETTINGS, learning_rate=500.0)))
    events = take(runs, 4000)
    assert [type(e) for e in events] == [TrainingDiverging, TrainingPaused]
    warned, paused = events
    assert isinstance(warned, TrainingDiverging)
    assert isinstance(paused, TrainingPaused)
    assert warned.stability_edge > 0
    assert (paused.reason, math.isnan(paused.stability_edge)) == ("finished", True)

    list(runs.configure(replace(SETTINGS, learning_rate=1e30)))
    (paused,) = take(runs, 4000)
    assert isinstance(paused, TrainingPaused)
    assert paused.reason == "diverged"
    assert paused.stability_edge > 0
    assert (runs.is_running, runs.target) == (False, None)


def pace(runs: Runs) -> float:
    return described(runs).steps_per_second


def test_the_pace_is_that_of_the_speed_in_force(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: clock.now))

    def advance(steps: int) -> None:
        clock.now += 0.5
        list(runs.advance(steps))

    list(runs.start(Train()))
    advance(10)
    assert pace(runs) == 0.0, "not known yet"
    advance(10)
    advance(10)
    assert pace(runs) == 20.0
    list(runs.configure(replace(SETTINGS, learning_rate=2.0)))
    assert pace(runs) == 20.0
    list(runs.configure(replace(SETTINGS, learning_rate=2.0, speed=2.0)))
    assert pace(runs) == 0.0, "not known yet"
    advance(1)
    advance(1)
    assert pace(runs) == 2.0
    list(runs.pause("asked"))
    assert pace(runs) == 0.0


# What is said of it


def test_a_snapshot_tells_the_run_in_hand(runs: Runs) -> None:
    counts = runs.objective.counts
    assert described(runs).state == "ready"
    list(runs.start(Train(20)))
    list(runs.advance(7))
    seen = described(runs)
    assert (seen.run, seen.state, seen.step, seen.target) == (1, "running", 7, 20)
    assert seen.data_loss == runs.run.loss.data < seen.loss
    assert seen.gap == pytest.approx(seen.data_loss - counts.floor, abs=1e-12)
    assert seen.gradient_norm > 0
    assert (seen.is_saved, runs.are_all_saved, seen.can_undo_reset) == (False, False, False)
    assert seen.history == runs.run.history.buckets()
    assert memoryview(seen.recent).cast("d")[-2] == 7
    list(runs.pause("asked"))
    assert described(runs).state == "paused"


# Checkpoints


def saved(runs: Runs, path: Path) -> list[str]:
    events = list(runs.save(Save(str(path / STEP))))
    assert all(isinstance(e, CheckpointSaved) for e in events)
    return [Path(e.path).name for e in events if isinstance(e, CheckpointSaved)]


def test_what_is_in_a_file_would_not_be_lost_and_what_came_after_it_would(
    runs: Runs, tmp_path: Path
) -> None:
    assert runs.are_all_saved, "the initial weights can be drawn again"
    take(runs, 3)
    assert not runs.is_saved
    assert saved(runs, tmp_path) == ["3"]
    assert runs.is_saved
    list(runs.reset(SETTINGS))
    take(runs, 1)
    assert (runs.is_saved, runs.are_all_saved) == (False, False)
    assert step_after_undo(runs) == 3
    assert (runs.is_saved, runs.are_all_saved) == (True, False)


def test_a_run_goes_on_from_disk_and_the_one_before_it_is_put_away(
    runs: Runs, tmp_path: Path
) -> None:
    take(runs, 3)
    weights = runs.run.weights.clone()
    saved(runs, tmp_path)
    take(runs, 2)
    mine = replace(SETTINGS, learning_rate=9.0, speed=5.0, smoothing=2.0)
    path = str(tmp_path / "3")
    events = list(runs.load(Load(path), folder.read(path), mine))
    drawn = replace(SETTINGS, speed=5.0, smoothing=2.0)
    assert events == [
        SettingsChanged(drawn, 2, 3),
        RunStarted(2, 3, "checkpoint"),
        CheckpointLoaded(path, 3, ""),
    ]
    assert torch.equal(runs.run.weights, weights)
    assert runs.is_saved
    assert step_after_undo(runs) == 5


def test_what_was_trained_on_other_words_is_shown_and_other_alphabets_are_refused(
    runs: Runs, tmp_path: Path, words_file: WriteWords
) -> None:
    take(runs, 3)
    saved(runs, tmp_path)
    path = str(tmp_path / "3")
    like = load_all(words_file("avamliolive\n"))
    there = Runs(like, Objective(counts_of(*like.words)), SETTINGS)
    assert like.vocabulary.symbols == runs.dataset.vocabulary.symbols
    *_, loaded = there.load(Load(path), folder.read(path), SETTINGS)
    assert isinstance(loaded, CheckpointLoaded)
    assert "trained on other counts" in loaded.warning
    assert loaded.is_bound
    assert there.run.step == 3
    with pytest.raises(Refusal, match="branch from a step"):
        list(there.start(Train(1)))
    list(there.branch(Branch(), SETTINGS, Looking(there.run)))
    take(there, 2)
    assert there.run.step == 5
    assert not there.run.timeline.root.is_drawn, "how it came to step 3 cannot be told here"

    other = load_all(words_file("zoe\n"))
    elsewhere = Runs(other, Objective(counts_of(*other.words)), SETTINGS)
    with pytest.raises(Refusal, match=r"another alphabet \(8 symbols"):
        list(elsewhere.load(Load(path), folder.read(path), SETTINGS))
    assert (elsewhere.number, elsewhere.run.step) == (1, 0)
