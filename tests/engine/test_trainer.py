"""A training run: divergence, and changes in mid-run."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from engine.models.counts import Counts
from engine.models.objective import Objective
from engine.protocol import Settings
from engine.training.trainer import ALARM, EVALUATE_EVERY, Trainer
from tests.conftest import counts_of


@pytest.fixture
def objective(name_counts: Counts) -> Objective:
    return Objective(name_counts)


def test_at_rate_500_the_loss_stays_finite_near_9_and_is_called_diverging_once(
    objective: Objective,
) -> None:
    run = Trainer(objective, Settings(learning_rate=500.0, regularization=0.0))
    outcomes = [run.advance(EVALUATE_EVERY) for _ in range(2 * ALARM)]
    assert outcomes.index("diverging") == ALARM - 1
    assert outcomes.count("fine") == len(outcomes) - 1
    assert 5 < run.loss.data < 12


def test_at_rate_1e30_the_run_keeps_its_last_finite_weights(objective: Objective) -> None:
    run = Trainer(objective, Settings(learning_rate=1e30, regularization=0.01))
    assert run.advance(100) == "diverged"
    assert bool(run.weights.isfinite().all())
    assert run.loss.is_finite
    assert run.loss == objective.loss(run.weights, 0.01)
    kept = run.weights.clone()
    run.path.update(kept, 1e30, 0.01, 1)
    assert not objective.loss(kept, 0.01).is_finite


@pytest.mark.parametrize("gradient", ["counts", pytest.param("gather", marks=pytest.mark.slow)])
def test_a_single_step_that_overflows_is_taken_back(objective: Objective, gradient: str) -> None:
    """At thirty steps a second they are taken one by one, and the first one may be the last."""
    run = Trainer(
        objective,
        Settings(learning_rate=1e8, regularization=1e3, gradient=gradient),  # type: ignore[arg-type]
    )
    outcomes: list[str] = []
    while "diverged" not in outcomes:
        assert len(outcomes) < 100
        outcomes.append(run.advance(1))
    assert bool(run.weights.isfinite().all())
    assert run.loss == objective.loss(run.weights, 1e3)
    assert run.advance(1) == "diverged", "and so it is when one tries again"
    assert bool(run.weights.isfinite().all())


def test_another_speed_does_not_repeat_the_alarm(objective: Objective) -> None:
    settings = Settings(learning_rate=500.0, regularization=0.0)
    run = Trainer(objective, settings)
    outcomes: list[str] = []
    for _ in range(2 * ALARM):
        outcomes.append(run.advance(EVALUATE_EVERY))
        run.configure(replace(settings, speed=100.0, smoothing=2.0))
    assert outcomes.count("diverging") == 1


def test_a_rate_below_the_stability_edge_is_fine(objective: Objective) -> None:
    run = Trainer(objective, Settings(learning_rate=70.0))
    assert {run.advance(100) for _ in range(20)} == {"fine"}


@pytest.mark.parametrize("init", ["zeros", "randn"])
def test_a_run_that_starts_at_its_worst_is_not_called_diverging(
    objective: Objective, init: str
) -> None:
    run = Trainer(objective, Settings(init=init))  # type: ignore[arg-type]
    assert {run.advance(1) for _ in range(2 * ALARM)} == {"fine"}


def test_rate_and_regularization_change_in_mid_run_without_a_reset(objective: Objective) -> None:
    run = Trainer(objective, Settings())
    run.advance(100)
    before = run.weights.clone()
    run.configure(Settings(learning_rate=1.0, regularization=0.5))
    assert run.step == 100
    assert torch.equal(run.weights, before)
    assert run.loss == objective.loss(before, 0.5)
    expected = before.double() - objective.gradient(before, 0.5)
    run.advance(1)
    assert torch.allclose(run.weights.double(), expected, atol=1e-5)


def test_the_gradient_path_changes_in_mid_run_and_the_trajectory_does_not(
    objective: Objective,
) -> None:
    one, other = Trainer(objective, Settings()), Trainer(objective, Settings())
    one.advance(4)
    for path in ("counts", "gather", "onehot", "counts"):
        other.configure(Settings(gradient=path))
        other.advance(1)
    assert other.step == 4
    assert other.loss.total == pytest.approx(one.loss.total, abs=2e-6)


def test_how_steps_are_grouped_does_not_change_the_weights(objective: Objective) -> None:
    one, other = Trainer(objective, Settings()), Trainer(objective, Settings())
    one.advance(100)
    for steps in (1, 15, 50, 33, 1):
        other.advance(steps)
    assert torch.equal(one.weights, other.weights)


def test_the_loss_is_evaluated_at_least_every_16th_step(objective: Objective) -> None:
    run = Trainer(objective, Settings())
    run.advance(100)
    steps = memoryview(run.history.recent()).cast("d").tolist()[::2]
    assert steps == [0, 16, 32, 48, 64, 80, 96, 100]


def test_zeros_start_at_ln_v(objective: Objective) -> None:
    assert Trainer(objective, Settings(init="zeros")).first_loss == pytest.approx(math.log(27))


def test_after_a_fault_step_loss_and_weights_are_of_one_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    objective = Objective(counts_of("emma", "olivia", "ava"))
    run = Trainer(objective, Settings(gradient="gather"))
    right, taken = run.path.update, 0

    def update(*arguments: object) -> None:
        nonlocal taken
        right(*arguments)  # type: ignore[arg-type]
        taken += 1
        if taken == 2:
            raise MemoryError("no more")

    monkeypatch.setattr(run.path, "update", update)
    with pytest.raises(MemoryError):
        run.advance(3 * EVALUATE_EVERY)
    assert run.step == EVALUATE_EVERY
    assert run.loss == objective.loss(run.weights, run.settings.regularization)
