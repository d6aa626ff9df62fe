"""A run is a recipe: from its changes and keyframes any step of it is come to again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.models.objective import Objective
from engine.protocol import Settings
from engine.training import timeline as timelines
from engine.training.arithmetic import arithmetic
from engine.training.recipe import End, Root, Start
from engine.training.replay import Replay
from engine.training.timeline import Timeline
from engine.training.trainer import Trainer
from engine.words.dataset import finish
from tests.conftest import counts_of

Recipe = list[tuple[int, dict[str, float | str]]]
"""Steps to take, and what is changed after them."""


OBJECTIVE = Objective(counts_of("emma", "olivia", "ava", "isabella", "sophia"))


changes = st.fixed_dictionaries(
    {},
    optional={
        "learning_rate": st.sampled_from([0.1, 5.0, 50.0]),
        "regularization": st.sampled_from([0.0, 0.01, 1.0]),
        "gradient": st.sampled_from(["counts", "gather", "onehot"]),
        "optimizer": st.sampled_from(["plain", "rows", "newton"]),
    },
)
recipes = st.lists(st.tuples(st.integers(0, 40), changes), min_size=1, max_size=6)


@given(recipe=recipes, init=st.sampled_from(["randn", "zeros"]), seed=st.integers(0, 99))
def test_every_step_is_met_to_the_last_bit(recipe: Recipe, init: str, seed: int) -> None:
    run = Trainer(OBJECTIVE, Settings(seed=seed, init=init))  # type: ignore[arg-type]
    seen = {0: run.weights.clone()}
    for steps, change in recipe:
        for _ in range(steps):
            run.advance(1)
            seen[run.step] = run.weights.clone()
        run.configure(replace(run.settings, **change))  # type: ignore[arg-type]
    for wanted in (run.step, run.step // 2, 0, run.step):
        # Without a keyframe but the first, and a replay that goes on where it is.
        bare = Timeline(run.timeline.settings, entries=run.timeline.entries)
        replay = Replay(OBJECTIVE, bare, run.path_under)
        assert torch.equal(finish(replay.go(wanted)), seen[wanted])
        near = Replay(OBJECTIVE, run.timeline, run.path_under)
        assert torch.equal(finish(near.go(wanted)), seen[wanted])


def test_a_change_that_no_step_was_taken_with_leaves_no_trace() -> None:
    run = Trainer(OBJECTIVE, Settings())
    run.advance(3)
    run.configure(replace(run.settings, learning_rate=1.0))
    run.configure(replace(run.settings, learning_rate=2.0, speed=5.0))
    assert [(c.step, c.learning_rate) for c in run.timeline.changes] == [(0, 50.0), (3, 2.0)]


def test_keyframes_are_spaced_by_time_and_thinned_to_a_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = torch.zeros(2, 5)
    monkeypatch.setattr(timelines, "ENOUGH_BYTES", 40 * w.numel() // 10)
    monkeypatch.setattr(timelines, "ENOUGH", 10)
    line = Timeline(Settings())
    for step in range(1000):
        line.note(step, w + step, 0.01)
    steps = [step for step, _ in line.frames]
    assert 5 <= len(steps) <= 10
    assert all(float(kept[0, 0]) == step for step, kept in line.frames)
    gaps = {later - step for step, later in pairwise(steps[1:])}
    assert len(gaps) <= 2, "they stand evenly, but for where the spacing has just been doubled"
    assert max(gaps) * 0.01 >= line.spacing / 2 > timelines.SPACING


def test_keyframes_lie_side_by_side_and_close_up_where_some_are_thinned_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w = torch.zeros(2, 5)
    monkeypatch.setattr(timelines, "ENOUGH_BYTES", 100 * 4 * w.numel())
    monkeypatch.setattr(timelines, "BLOCK", 20 * 4 * w.numel())
    line, are_few = Timeline(Settings()), []
    for step in range(1000):
        line.add(step, w + step)
        blocks = {kept.untyped_storage().data_ptr() for _, kept in line.frames}
        are_few.append(len(blocks) <= 2 + len(line.frames) / 19)
    assert all(are_few)
    assert all(float(kept[1, 4]) == step for step, kept in line.frames)


@pytest.mark.parametrize("most", [3, 4, 5])
def test_the_latest_keyframe_stays_however_many_are_pinned(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(timelines, "ENOUGH_BYTES", 1)
    monkeypatch.setattr(timelines, "ENOUGH", most)
    line = Timeline(Settings())
    for step in range(40):
        line.add(step, torch.zeros(1, 1), is_pinned=step > 9)
        assert line.frames[-1][0] == step
        assert len(line.frames) <= most


def test_a_keyframe_beside_is_found_from_one_and_from_between() -> None:
    line = Timeline(Settings())
    for step in (0, 10, 20, 30):
        line.add(step, torch.zeros(1, 1))
    beside = [
        line.beside(at, by) for at, by in ((15, 1), (15, -1), (10, -1), (30, 1), (0, -1), (20, 2))
    ]
    assert beside == [20, 10, 0, 30, 0, 30]


def test_ten_thousand_changes_are_folded_into_a_keyframe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "MOST_ENTRIES", 20)
    run = Trainer(OBJECTIVE, Settings())
    seen = {}
    for i in range(60):
        run.advance(3)
        run.configure(replace(run.settings, learning_rate=1.0 + i % 7))
        seen[run.step] = run.weights.clone()
    assert len(run.timeline.entries) <= 20
    assert not run.timeline.root.is_drawn
    first = run.timeline.root.step
    replay = Replay(OBJECTIVE, run.timeline, run.path_under)
    for step in (s for s in seen if s >= first):
        assert torch.equal(finish(replay.go(step)), seen[step])


def test_changes_at_one_step_are_folded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "MOST_ENTRIES", 20)
    run = Trainer(OBJECTIVE, Settings())
    run.advance(5)
    for rate in range(1, 200):
        run.configure(replace(run.settings, learning_rate=float(rate)))
    assert len(run.timeline.entries) <= 20
    assert (run.timeline.settings.learning_rate, run.timeline.folds) == (180.0, 9)
    assert run.timeline.at(5).learning_rate == 199.0


def test_where_a_run_is_computed_otherwise_its_keyframe_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timelines, "ENOUGH_BYTES", 1)
    monkeypatch.setattr(timelines, "ENOUGH", 8)
    run = Trainer(OBJECTIVE, Settings())
    run.advance(5)
    way = arithmetic(run.settings, run.device)
    run.timeline.begin(5, run.weights, replace(way, torch="another"))
    for step in range(6, 100):
        run.timeline.add(step, run.weights)
    steps = [step for step, _ in run.timeline.frames]
    assert steps[:2] == [0, 5]
    assert len(steps) <= 8


def test_a_branch_has_the_recipe_up_to_its_step() -> None:
    run = Trainer(OBJECTIVE, Settings())
    run.advance(5)
    run.configure(replace(run.settings, learning_rate=1.0))
    run.advance(5)
    run.configure(replace(run.settings, learning_rate=2.0))
    run.timeline.end(10)
    part = run.timeline.until(7)
    assert part.root == Root(0, is_drawn=True, parent=run.timeline.id, at=7)
    assert [change.step for change in part.changes] == [0, 5]
    assert not any(isinstance(entry, End) for entry in part.entries)
    assert isinstance(part.entries[0], Start)
    assert part.id != run.timeline.id
