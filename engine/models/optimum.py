"""What regularization costs: how far above the floor the least total loss leaves the data loss.

The least of data loss + λ·mean(W²) is not where the data loss is least, so a run never gets to the
entropy floor: part of its excess loss is the price of λ, and only the rest is yet to be learnt. The
total loss is strictly convex and falls apart into one small problem for each row w of W,

    t·log Σ exp w − c·w + (a/2)·w²,    c = N[i] / n,  t = Σ c,  a = 2λ / entries,

which Newton's method solves to the last digits of float64. The Hessian of a row is a diagonal less
t·p·pᵀ, so a step costs no more than the row is long (Sherman and Morrison).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from engine.models.objective import Objective

ENTRIES = 8192
"""Entries of W that are worked on at once: a step of so many takes less than a millisecond."""

LONGEST = 1.0
"""Most that the entries of a row may spread in one step. Along it the curvature then grows by less
than e, and the total loss falls with every step, wherever the row started."""

MOST_ENTRIES = 1_000_000
"""Entries of W from which on the cost is not worked out: it would take seconds from training."""

SETTLED = 1e-18
"""Nats a bigram: a step that promises no more than this is the last."""

MOST_STEPS = 100
"""Steps after which rows are as good as they get, where λ is too small for float64 to tell."""

LEAST_PULL = 1e-24
"""What λ is taken for where it is so small that it costs nothing that float64 could tell."""


class Costs:
    """Works out, piece by piece, what each regularization costs on given data, and keeps it.

    Args:
        objective: the data.
    """

    def __init__(self, objective: Objective) -> None:
        self._objective = objective
        self._known = {0.0: 0.0}
        self._under_way: tuple[float, Iterator[float | None]] | None = None

    def of(self, regularization: float) -> float:
        """Excess loss at the optimum, in nats; not a number until it has been worked out."""
        return self._known.get(regularization, math.nan)

    def is_known(self, regularization: float) -> bool:
        """Whether there is nothing left to work out, or too much."""
        if regularization in self._known:
            return True
        return not self._objective.is_of_rows or self._objective.table.numel() > MOST_ENTRIES

    def work(self, regularization: float) -> None:
        """Take a small step towards knowing it."""
        if self._under_way is None or self._under_way[0] != regularization:
            self._under_way = regularization, cost(self._objective, regularization)
        # There is nothing more to come where it failed, and no use in trying again.
        found = next(self._under_way[1], math.nan)
        if found is not None:
            self._known[regularization] = found
            self._under_way = None


def cost(objective: Objective, regularization: float) -> Iterator[float | None]:
    """Work out the excess loss at the optimum in small steps; the last one gives it."""
    table = objective.table / objective.totals.sum()
    excess = 0.0
    for settled in least(table, regularization, objective.entries):
        if settled is not None:
            rows, w = settled
            totals = rows.sum(1, keepdim=True)
            unlikely = torch.xlogy(rows, rows / totals) - rows * torch.log_softmax(w, 1)
            excess += float(unlikely.nan_to_num().sum())
        else:
            yield None
    yield excess


def least(
    table: Tensor, regularization: float, entries: int
) -> Iterator[tuple[Tensor, Tensor] | None]:
    """Find the rows of W where the total loss is least, some of them at a time.

    Args:
        table: N / n, a row for each context, shape (R, V).
        regularization: λ.
        entries: of the whole W, over which its squares are averaged. Contexts that have no row
            in the table stay at 0, where the data do not pull.

    Yields:
        Nothing between two steps; then rows of the table with their W, in their order.
    """
    pull = max(LEAST_PULL, 2 * regularization / entries)
    for rows in torch.split(table, max(1, ENTRIES // table.shape[1])):
        w = torch.zeros_like(rows)
        for _ in range(MOST_STEPS):
            gain = _step(w, rows, pull)
            yield None
            if gain <= SETTLED:
                break
        yield rows, w


def _step(w: Tensor, rows: Tensor, pull: float) -> float:
    """Take Newton's step, no longer than is safe, with rows of W, in place; what it promises.

    Args:
        w: rows of W, shape (R, V).
        rows: those of N / n, shape (R, V).
        pull: a, see above.
    """
    totals = rows.sum(1, keepdim=True)
    p = torch.softmax(w, 1)
    gradient = totals * p - rows + pull * w
    diagonal = totals * p + pull
    ahead = gradient / diagonal
    along = totals * (p * ahead).sum(1, keepdim=True) / (p * pull / diagonal).sum(1, keepdim=True)
    move = ahead + along * p / diagonal
    spread = move.amax(1, keepdim=True) - move.amin(1, keepdim=True)
    w -= move * (LONGEST / spread.clamp_min(LONGEST))
    return float((gradient * move).sum())
