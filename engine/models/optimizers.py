"""What becomes of a gradient: plain descent, a rate for each row, or Newton's method by rows.

The loss falls apart into one small problem for each row of W. Rows that are seldom seen have small
gradients, so plain descent, whose rate the commonest rows limit, takes long over them. Whatever
way a gradient was found, the others go by the curvature of each row.
"""

from __future__ import annotations

from abc import abstractmethod

import torch
from torch import Tensor

from engine.models.network import Path, open_path
from engine.models.objective import Objective, curvatures
from engine.protocol import GradientPath, Optimizer, Refusal

LONGEST = 1.0
"""Most that Newton's method moves a logit in a step: along it p changes by no more than e or so."""

LEAST = 1e-30
"""What a probability is taken for that float32 cannot tell from 0."""


class _Bent(Path):
    """Descent along a gradient that is bent by what is known of each row.

    Args:
        path: finds the gradient.
        objective: the data.
        device: where W lives.
    """

    def __init__(self, path: Path, objective: Objective, device: torch.device) -> None:
        self._path, self._entries = path, objective.entries
        self._shares = objective.shares[:, None].to(device, torch.float32)

    def loss(self, weights: Tensor, regularization: float) -> float:
        """As the path sees it."""
        return self._path.loss(weights, regularization)

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """As the path finds it."""
        return self._path.gradient(weights, regularization)

    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """W ← W − move."""
        for _ in range(steps):
            gradient = self._path.gradient(weights, regularization)
            weights -= self._move(weights, gradient, rate, 2 * regularization / self._entries)

    @abstractmethod
    def _move(self, weights: Tensor, gradient: Tensor, rate: float, pull: float) -> Tensor:
        """What a step takes off W, shape (R, V); `pull` is the curvature of the regularization."""


class RowRates(_Bent):
    """Each row has its own rate: the rate given is that of the row with the largest curvature.

    All rows are then equally far from their edge of stability. A row that ends up sure of its
    symbol has no curvature there; it is taken to have that of even odds, which it may start from.
    """

    def __init__(self, path: Path, objective: Objective, device: torch.device) -> None:
        super().__init__(path, objective, device)
        settled = curvatures(torch.softmax(objective.settled, 1))
        least = 1 / objective.table.shape[1]
        self._curvatures = self._shares * settled.clamp_min(least)[:, None].to(self._shares)

    def _move(self, weights: Tensor, gradient: Tensor, rate: float, pull: float) -> Tensor:
        of_rows = (self._curvatures + pull).clamp_min_(LEAST)
        return gradient.mul_(rate * of_rows.max() / of_rows)


class NewtonByRows(_Bent):
    """Newton's step of each row, no logit moving further than `LONGEST`; it needs no rate.

    The Hessian of a row is D − t·p·pᵀ with D = t·p + pull. What solves it is the gradient over D
    and so much of p over D that the sum of the row moves to 0, where the regularization has it;
    without regularization, that it stays.
    """

    def _move(self, weights: Tensor, gradient: Tensor, rate: float, pull: float) -> Tensor:
        p = torch.softmax(weights, 1)
        diagonal = (self._shares * p).add_(pull).clamp_min_(LEAST)
        move, along = gradient.div_(diagonal), p.div_(diagonal)
        wanted = weights.sum(1, keepdim=True) if pull else 0.0
        left = (wanted - move.sum(1, keepdim=True)) / along.sum(1, keepdim=True)
        return move.addcmul_(along, left).clamp_(-LONGEST, LONGEST)


def with_optimizer(
    path: Path, optimizer: Optimizer, objective: Objective, device: torch.device
) -> Path:
    """Let an optimizer make of a path's gradient what it will.

    Raises:
        Refusal: it goes by rows, and the rows of this network are learnt together.
    """
    if optimizer == "plain":
        return path
    if not objective.is_of_rows:
        raise Refusal(
            f"optimizer {optimizer} goes by the rows of a table, and those of onehots are added up "
            "and learnt together; take plain, or the model neural."
        )
    kind = RowRates if optimizer == "rows" else NewtonByRows
    return kind(path, objective, device)


def open_way(
    objective: Objective, gradient: GradientPath, optimizer: Optimizer, device: torch.device
) -> Path:
    """Prepare what a step is made by: a path to the gradient, and what becomes of it.

    Raises:
        Refusal: as `with_optimizer`, or one step would need too much memory.
    """
    path = open_path(objective, gradient, device)
    return with_optimizer(path, optimizer, objective, device)
