"""What must hold for any words whatever: identities of the models, checked on given data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor

from engine.models.counts import Counts
from engine.models.devices import device_for
from engine.models.network import Path, open_path
from engine.models.objective import Objective, first_weights
from engine.proof.checks import Check, at_least, left_out, near, same
from engine.protocol import LECTURE_SEED, Device, GradientPath, Refusal, Settings
from engine.records import record
from engine.text.numbers import number
from engine.training.trainer import Trainer

SLOW_PATHS: tuple[GradientPath, ...] = ("gather", "onehot")
PATHS: tuple[GradientPath, ...] = ("counts", *SLOW_PATHS)

STEPS = (0, 1, 10, 20)
"""Numbers of steps at which the gradient paths are compared; the slow two take a while."""

FEW_STEPS = (0, 1, 3)
"""The same for data on which a step of the slow two takes a good part of a second."""

MANY = 10_000_000
"""Bigrams times symbols from which on that is so."""

EXACT = 1e-9
"""Tolerance for float64 sums over a whole table."""

TRAJECTORY = 2e-6
"""Tolerance for losses of float32 weights."""


@record
class Seen:
    """Total loss of the weights after some steps of a gradient path."""

    own: float
    """By the path's own forward pass."""
    exact: float
    """In float64."""


Trajectories = dict[tuple[GradientPath, float], dict[int, Seen] | Refusal]
"""Losses by path and regularization, then by step; a refusal where the data are too much."""


def follow(objective: Objective, rate: float, device: Device) -> Trajectories:
    """Train along each gradient path, with and without regularization, from the same weights.

    At rate 50 the paths stay together on a long list of names. On a few words that rate throws W
    about and rounding errors grow; at rate 1 no data do that, as λmax never exceeds 1/2.

    Raises:
        Refusal: the device is not to be had.
    """
    trajectories: Trajectories = {}
    where = device_for(objective, device)
    for regularization in (0.0, 0.01):
        for path in PATHS:
            try:
                way = open_path(objective, path, where)
                losses = _losses(objective, way, rate, regularization, where)
                trajectories[path, regularization] = losses
            except Refusal as refusal:
                trajectories[path, regularization] = refusal
    return trajectories


def _losses(
    objective: Objective, way: Path, rate: float, regularization: float, device: torch.device
) -> dict[int, Seen]:
    w = _random_weights(objective).to(device)
    losses: dict[int, Seen] = {}
    is_large = objective.counts.predictions * len(w) > MANY
    for before, step in pairwise((0, *(FEW_STEPS if is_large else STEPS))):
        way.update(w, rate, regularization, step - before)
        exact = objective.loss(w, regularization).total
        losses[step] = Seen(way.loss(w, regularization), exact)
    return losses


def identities(
    counts: Counts, objective: Objective, trajectories: Trajectories, device: Device
) -> Iterator[Check]:
    """Check everything that holds for any data."""
    yield from _of_counts(counts, objective.table)
    yield from _of_network(objective)
    yield from _of_training(objective, device)
    yield from _of_paths(trajectories)
    yield _of_uniforms()


def _of_counts(counts: Counts, n: Tensor) -> Iterator[Check]:
    group = "Identities of the counts"
    size = len(counts.vocabulary)
    yield same(group, "largest row sum − column sum", 0, int((n.sum(1) - n.sum(0)).abs().max()))
    for smoothing in (0.0, 1.0):
        worst = max(abs(math.fsum(counts.row(i, smoothing)) - 1) for i in range(size))
        yield near(
            group, f"largest row sum of P − 1, smoothing {number(smoothing)}", 0, worst, EXACT
        )
    yield near(group, "NLL at smoothing 0 = H(next | current)", _entropy(n), counts.nll(0.0), EXACT)
    yield at_least(group, "NLL at smoothing 1 − floor", 0, counts.nll(1.0) - counts.floor)
    wrong = n / n.sum(1)
    columns = float((wrong.sum(0) - 1).abs().max())
    yield near(group, "without keepdim: largest column sum − 1", 0, columns, EXACT)
    seen = n > 0
    unmoved = float(-(n[seen] * wrong[seen].log()).sum() / n.sum())
    yield near(group, "without keepdim: NLL does not move", counts.floor, unmoved, EXACT)


def _entropy(n: Tensor) -> float:
    """H(pair) − H(current) in nats: the floor by another formula."""
    cells, rows, total = n[n > 0], n.sum(1), n.sum()
    return float(((rows * rows.log()).sum() - (cells * cells.log()).sum()) / total)


def _random_weights(objective: Objective) -> Tensor:
    generator = torch.Generator().manual_seed(LECTURE_SEED)
    return first_weights(len(objective.counts.vocabulary), "randn", generator)


def _of_network(objective: Objective) -> Iterator[Check]:
    group = "Identities of the network"
    w, n = _random_weights(objective), objective.table
    zero = objective.loss(torch.zeros_like(w), 0.01).total
    yield near(group, "loss at W = 0 = ln V", math.log(len(w)), zero, EXACT)
    leaf = w.double().requires_grad_(True)
    data = -(n * torch.log_softmax(leaf, 1)).sum() / n.sum()
    (gradient,) = torch.autograd.grad(data + 0.01 * (leaf**2).mean(), leaf)
    worst = float((gradient - objective.gradient(w, 0.01)).abs().max())
    yield near(group, "gradient: autograd − formula, largest", 0, worst, 1e-12)
    gap = objective.loss(w, 0).data - objective.counts.floor
    yield near(group, "gap = Σ rows (n_row/n)·KL", _divergence(n, w), gap, EXACT)


def _divergence(n: Tensor, w: Tensor) -> float:
    """Σ over rows of (n_row/n)·KL(count row ‖ network row), in nats."""
    log_q = torch.log_softmax(w.double(), 1)
    log_p = (n / n.sum(1, keepdim=True)).log()
    seen = n > 0
    return float((n[seen] * (log_p[seen] - log_q[seen])).sum() / n.sum())


def _of_training(objective: Objective, device: Device) -> Iterator[Check]:
    group = "Identities of training"
    run = Trainer(objective, Settings(learning_rate=1.0, regularization=0.0, device=device))
    before, first = run.weights.double().mean(1), run.loss
    run.advance(20)
    moved = float((run.weights.double().mean(1) - before).abs().max())
    yield near(group, "row means of W stay, unregularized", 0, moved, 1e-5)
    yield at_least(group, "fall of the loss in 20 small steps", 0, first.data - run.loss.data)
    yield at_least(group, "gap after them", 0, run.loss.data - objective.counts.floor)


def _of_paths(trajectories: Trajectories) -> Iterator[Check]:
    """Hold each path's own losses against the exact ones of `counts`."""
    for (path, regularization), losses in trajectories.items():
        group = "Gradient paths, their own losses against the exact one"
        name = f"{path}, regularization {number(regularization)}"
        if isinstance(losses, Refusal):
            yield left_out(group, name, str(losses))
            continue
        exact = trajectories["counts", regularization]
        assert not isinstance(exact, Refusal)
        off = max(losses, key=lambda step: abs(losses[step].own - exact[step].exact))
        figure = f"{name}, furthest off at step {off}"
        yield near(group, figure, exact[off].exact, losses[off].own, TRAJECTORY)


def _of_uniforms() -> Check:
    one, many = (torch.Generator().manual_seed(LECTURE_SEED) for _ in range(2))
    singles = [torch.rand((), generator=one, dtype=torch.float64).item() for _ in range(100)]
    block = torch.rand(100, generator=many, dtype=torch.float64).tolist()
    differ = sum(a != b for a, b in zip(singles, block, strict=True))
    return same(
        "Identities of the generator", "uniforms of a block that differ from single ones", 0, differ
    )
