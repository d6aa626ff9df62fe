"""A rate for each row, and Newton's method by rows: how soon they get there, and the way."""

from __future__ import annotations

import math

import pytest
import torch

from engine.models import optimizers
from engine.models.counts import Counts
from engine.models.network import open_path
from engine.models.objective import Objective, curvatures
from engine.models.optimizers import LONGEST, NewtonByRows, RowRates, with_optimizer
from engine.protocol import Optimizer, Settings
from engine.training.trainer import Trainer
from tests.conftest import counts_of

CPU = torch.device("cpu")

BOUNDS: list[tuple[Optimizer, float, int]] = [
    ("rows", 1e-2, 52),
    ("rows", 1e-3, 300),
    ("newton", 1e-2, 5),
    ("newton", 1e-3, 7),
    ("newton", 1e-6, 14),
]


@pytest.mark.parametrize(("optimizer", "gap", "steps"), BOUNDS)
def test_the_names_are_learnt_in_so_many_steps(
    name_counts: Counts, optimizer: Optimizer, gap: float, steps: int
) -> None:
    run = Trainer(Objective(name_counts), Settings(regularization=0.0, optimizer=optimizer))
    run.advance(steps)
    assert 0 <= run.loss.data - name_counts.floor < gap


def test_plain_descent_takes_longer(name_counts: Counts) -> None:
    run = Trainer(Objective(name_counts), Settings(regularization=0.0))
    run.advance(160)
    assert run.loss.data - name_counts.floor > 1e-2
    run.advance(15)
    assert run.loss.data - name_counts.floor < 1e-2


def test_newton_comes_to_the_least_total_loss(name_counts: Counts) -> None:
    objective = Objective(name_counts)
    run = Trainer(objective, Settings(optimizer="newton"))
    run.advance(20)
    assert float(objective.gradient(run.weights, 0.01).abs().max()) < 1e-7


@pytest.mark.parametrize("regularization", [0.0, 0.5])
def test_newtons_step_solves_the_hessian_of_each_row(
    regularization: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optimizers, "LONGEST", 100.0)
    objective = Objective(counts_of("emma", "ava", "eva"))
    way = open_path(objective, "counts", CPU)
    newton = NewtonByRows(way, objective, CPU)
    w = torch.log((objective.table + 1) / (objective.table + 1).sum(1, keepdim=True))
    w += 0.2 * torch.randn(w.shape, generator=torch.Generator().manual_seed(1)).double()
    pull = 2 * regularization / w.numel()
    p = torch.softmax(w, 1)
    after = w.float()
    newton.update(after, 50.0, regularization, 1)
    for row, share in enumerate(objective.shares):
        hessian = share * (torch.diag(p[row]) - torch.outer(p[row], p[row]))
        hessian += pull * torch.eye(len(w))
        slope = objective.gradient(w, regularization)[row]
        move = torch.linalg.pinv(hessian, rtol=1e-12) @ slope
        assert torch.allclose(w[row] - move, after[row].double(), atol=1e-4)


def test_no_logit_moves_further_than_it_may(name_counts: Counts) -> None:
    run = Trainer(Objective(name_counts), Settings(optimizer="newton"))
    before = run.weights.clone()
    run.advance(1)
    assert float((run.weights - before).abs().max()) == pytest.approx(LONGEST, abs=1e-6)


def test_the_commonest_curvature_has_the_rate_that_was_given_and_others_a_greater_one() -> None:
    objective = Objective(counts_of("emma", "olivia", "ava", "isabella"))
    w = torch.randn(objective.table.shape, generator=torch.Generator().manual_seed(2))
    plain, by_rows = w.clone(), w.clone()
    path = open_path(objective, "counts", CPU)
    path.update(plain, 3.0, 0.0, 1)
    RowRates(path, objective, CPU).update(by_rows, 3.0, 0.0, 1)
    rates = 3.0 * (by_rows - w).norm(dim=1) / (plain - w).norm(dim=1)
    settled = curvatures(torch.softmax(objective.settled, 1)).clamp_min(1 / w.shape[1])
    expected = objective.shares * settled
    assert torch.allclose(rates.double(), 3.0 * expected.max() / expected, rtol=1e-3)
    assert float(rates.min()) == pytest.approx(3.0, rel=1e-3)


@pytest.mark.parametrize("optimizer", ["rows", "newton"])
@pytest.mark.parametrize("gradient", ["gather", "onehot"])
def test_an_optimizer_goes_one_way_whichever_path_finds_the_gradient(
    optimizer: Optimizer, gradient: str
) -> None:
    objective = Objective(counts_of("emma", "olivia", "ava", "isabella"))
    runs = [
        Trainer(objective, Settings(learning_rate=3.0, gradient=each, optimizer=optimizer))  # type: ignore[arg-type]
        for each in ("counts", gradient)
    ]
    for run in runs:
        run.advance(6)
    assert torch.allclose(runs[0].weights, runs[1].weights, atol=1e-3)
    assert runs[0].loss.data == pytest.approx(runs[1].loss.data, abs=1e-5)


def test_the_optimizer_changes_in_mid_run_without_a_reset(name_counts: Counts) -> None:
    run = Trainer(Objective(name_counts), Settings(regularization=0.0))
    run.advance(100)
    before = run.weights.clone()
    run.configure(Settings(regularization=0.0, optimizer="newton"))
    assert (run.step, torch.equal(run.weights, before)) == (100, True)
    run.advance(12)
    assert run.loss.data - name_counts.floor < 1e-6


def test_plain_descent_is_the_path_itself(name_counts: Counts) -> None:
    objective = Objective(name_counts)
    path = open_path(objective, "counts", CPU)
    assert with_optimizer(path, "plain", objective, CPU) is path


def test_curvatures_are_the_largest_eigenvalues() -> None:
    p = torch.rand((50, 7), generator=torch.Generator().manual_seed(3)).double() ** 4
    p[0], p[1] = torch.tensor([0.5, 0.5] + [0.0] * 5), torch.tensor([1.0] + [0.0] * 6)
    p[2] = torch.full((7,), 1.0)
    p /= p.sum(1, keepdim=True)
    exact = torch.linalg.eigvalsh(torch.diag_embed(p) - p[:, :, None] * p[:, None, :])[:, -1]
    assert torch.allclose(curvatures(p), exact, atol=1e-14)
    assert float(curvatures(p)[0]) == pytest.approx(0.5)
    assert math.isclose(float(curvatures(p)[1]), 0.0, abs_tol=1e-14)
