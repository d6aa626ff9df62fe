"""The loss of a table of logits W on given data: exact, and independent of how W is trained.

The data are counts N with a row for each context. What is asked of W needs them alone, whatever
the order of the contexts: the bigram's are the V symbols.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Protocol

import torch
from torch import Tensor

from engine.models import descent
from engine.protocol import Init, WordsParted
from engine.records import record
from engine.words.vocabulary import Vocabulary

HALVINGS = 60
"""Times that what holds an eigenvalue is halved: float64 tells no more apart."""

LEAST_LOGIT = -50.0
"""Logit that stands for a count of 0, whose logarithm there is not."""


@record
class Loss:
    """The loss of a table, in nats, from float64 arithmetic."""

    total: float
    data: float
    dev: float | None = None
    """That of the words of dev, if there is a dev."""

    @property
    def is_finite(self) -> bool:
        """Whether total and data loss are numbers; that on dev is one wherever W is."""
        return math.isfinite(self.total) and math.isfinite(self.data)


def first_weights(size: int, init: Init, generator: torch.Generator) -> Tensor:
    """Draw the first W, shape (V, V), float32, on the CPU whatever device it will live on."""
    if init == "zeros":
        return torch.zeros(size, size)
    return torch.randn((size, size), generator=generator)


class Counted(Protocol):
    """Counts N with a row for each context: all that training asks of the data."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet; a column each."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, (R, V)."""

    @property
    def predictions(self) -> int:
        """Symbols predicted: the sum over all cells."""

    @property
    def floor(self) -> float:
        """Entropy floor in nats: the least average NLL of any table of this shape."""

    def cells(self) -> Iterator[tuple[int, int, int]]:
        """Every cell that was seen, (i, j, N[i, j]), row by row and column by column."""


def dense(counts: Counted, dtype: torch.dtype = torch.float64) -> Tensor:
    """N as a tensor, shape (R, V)."""
    table = torch.zeros(counts.shape, dtype=dtype)
    cells = list(counts.cells())
    if cells:
        i, j, n = (torch.tensor(column) for column in zip(*cells, strict=True))
        table[i, j] = n.to(dtype)
    return table


def examples(counts: Counted) -> tuple[Tensor, Tensor]:
    """Row and symbol of every prediction as (xs, ys), shape (n,), int64; in no particular order."""
    cells = torch.tensor(list(counts.cells()))
    times = cells[:, 2]
    return cells[:, 0].repeat_interleave(times), cells[:, 1].repeat_interleave(times)


def added(weights: Tensor, hot: Sequence[Tensor]) -> Tensor:
    """Add up rows of W; into one tensor, which is several times as fast as W[a] + W[V + b].

    Args:
        weights: W, shape (H, V).
        hot: the rows of each logit's row, the first ones, the second ones, …, shape (n,) each.

    Returns:
        Logits, shape (n, V).
    """
    total = weights.index_select(0, hot[0])
    for rows in hot[1:]:
        total += weights.index_select(0, rows)
    return total


class Objective:
    """The loss of any table on given data, exact and independent of the gradient path.

    Evaluated in float64 on the CPU, because a float32 mean over a long text loses digits and MPS
    has no float64.

    Args:
        counts: the data that are trained on.
        dev: those that are only looked at, with the same rows.
        entries: of W, over which mean(W²) is taken; all that are in memory if not given.
    """

    parted = WordsParted()
    """The words by the parts they are in."""
    is_of_rows = True
    """Whether the loss falls apart into one small problem for each row of W."""
    has_rows_of_contexts = False
    """Whether a row of W is that of a context that these data hold, and other data may not."""

    def __init__(
        self, counts: Counted, dev: Counted | None = None, entries: int | None = None
    ) -> None:
        self.counts = counts
        self.table = dense(counts)
        self.totals = self.table.sum(1)
        self.entries = self.table.numel() if entries is None else entries
        self.dev = None if dev is None else dense(dev).div_(dev.predictions)
        """N / n of dev, shape (R, V), float64."""

    @property
    def contexts(self) -> Tensor:
        """Symbols of the context of each row, shape (R, order − 1), int64."""
        return torch.arange(len(self.table))[:, None]

    def first_weights(self, init: Init, generator: torch.Generator) -> Tensor:
        """Draw the first W, shape (R, V), float32, on the CPU."""
        return first_weights(len(self.table), init, generator)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of W."""
        rows, columns = self.table.shape
        return rows, columns

    def logits(self, weights: Tensor) -> Tensor:
        """Logits that W gives in each context, shape (R, V): W itself."""
        return weights

    def hot(self, xs: Tensor) -> tuple[Tensor, ...]:
        """Rows of W whose sum is the logits of each example, see `added`.

        Args:
            xs: the context of each example, shape (n,).
        """
        return (xs,)

    @property
    def floor(self) -> float:
        """Least data loss that any W has, in nats; not a number if it is not known."""
        return self.counts.floor

    @property
    def has_test(self) -> bool:
        """Whether there is a test beside train and dev."""
        return False

    def test_loss(self, weights: Tensor) -> float | None:
        """Loss of W on test in nats, if there is one."""
        return None

    @property
    def settled(self) -> Tensor:
        """A W that gives what the counts give, shape (R, V), float64: where the data loss ends."""
        return self.table.log().clamp_min(LEAST_LOGIT)

    @property
    def terms(self) -> tuple[Tensor, int]:
        """N, and the sum over it: what the data loss is made of."""
        return self.table, self.counts.predictions

    def loss(self, weights: Tensor, regularization: float) -> Loss:
        """Evaluate total and data loss of W, shape (R, V), and its loss on dev if there is one."""
        mean = (regularization, float(self.entries))
        total, data, dev = descent.loss(weights, *self.terms, *mean, self.dev)
        return Loss(total, data, dev) if self.dev is not None else Loss(total, data)

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Gradient of the total loss, shape (R, V), float64."""
        w = weights.to("cpu", torch.float64)
        data = (torch.softmax(w, 1) * self.totals[:, None] - self.table) / self.counts.predictions
        return data + 2 * regularization / self.entries * w

    def logit_gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Gradient of the total loss for the logits, shape (R, V), float64."""
        return self.gradient(weights, regularization)

    def stability_edge(self, weights: Tensor, regularization: float) -> float:
        """2/λmax of the Hessian at W: above this rate gradient descent is locally unstable.

        It has one block a row, (n_i/n)(diag(p) − p pᵀ) + 2·reg/entries.
        """
        return self._edge(self._curvature(weights), regularization)

    def settled_edge(self, regularization: float) -> float:
        """The same where W gives what the counts give, near which a run settles."""
        return self._edge(self._settled_curvature, regularization)

    @cached_property
    def _settled_curvature(self) -> float:
        return self._curvature(self.settled)

    def _edge(self, of_data: float, regularization: float) -> float:
        curvature = of_data + 2 * regularization / self.entries
        return 2 / curvature if curvature > 0 else math.inf

    def _curvature(self, weights: Tensor) -> float:
        """λmax of the Hessian of the data loss."""
        p = torch.softmax(weights.to("cpu", torch.float64), 1)
        least, most = (self.shares * p.topk(2, 1).values.T).flip(0)
        may_be_largest = most >= least.max()
        return float((self.shares[may_be_largest] * curvatures(p[may_be_largest])).max())

    @property
    def shares(self) -> Tensor:
        """Of all predictions, those in each row, shape (R,), float64."""
        shares: Tensor = self.totals / self.counts.predictions
        return shares


def curvatures(p: Tensor) -> Tensor:
    """λmax of diag(p) − p pᵀ for each row of p, shape (R, V), float64; shape (R,).

    An eigenvalue λ is where Σ p²/(p − λ) = 1, and the largest lies between the two largest p, where
    the sum rises from −∞ to ∞.
    """
    high: Tensor
    low: Tensor
    high, low = p.topk(2, 1).values.T
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_below = (p**2 / (p - middle[:, None])).sum(1) < 1
        low, high = torch.where(is_below, middle, low), torch.where(is_below, high, middle)
    return (low + high) / 2
