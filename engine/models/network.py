"""The neural model: a table of logits W, a row for each context, and three ways to its gradient.

The contexts of the bigram are the V symbols, so its W is (V, V); of another order it is (R, V).
The loss is the average NLL of the data under softmax(W), in nats a prediction, plus
`regularization * mean(W²)`. The data enter it only through the counts N, so its gradient is

    (softmax(W) · Σ N[i] − N) / n  +  2 · regularization · W / entries

with V² entries for the bigram. The `counts` path evaluates just that, at the cost of the table
instead of that of the text. The other two go through autograd, as the lecture does. All three
follow one trajectory. They do so, too, where logits are sums of rows of W, as those of one-hots
side by side are (`engine.models.sidebyside`): then what falls to a logit falls to each of its rows.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import reduce

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models import descent
from engine.models.objective import Counted, Loss, Objective, added, examples
from engine.protocol import GradientPath, Refusal
from engine.text.numbers import number

MOST_BYTES = 500_000_000
"""A table that needs more to be trained is refused, and a gradient path that does for one step."""

BYTES_AN_ENTRY = 48
"""W, its copy, softmax and N / n in float32; N, dev, and W and its log softmax in float64: what a
table needs to be trained."""


class Path(ABC):
    """One way to compute the gradient."""

    @abstractmethod
    def loss(self, weights: Tensor, regularization: float) -> float:
        """Total loss as this path sees it, in float32."""

    @abstractmethod
    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Gradient of the total loss as this path sees it, shape of W, float32."""

    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """Take steps of gradient descent on W, in place."""
        for _ in range(steps):
            weights += -rate * self.gradient(weights, regularization)

    def descend(
        self,
        objective: Objective,
        weights: Tensor,
        good: Tensor,
        rate: float,
        regularization: float,
        steps: range,
    ) -> Iterable[tuple[int, Loss]]:
        """Go from step `steps.start` to `steps.stop`, evaluating at multiples of `steps.step`.

        The loss is evaluated at the end, too. It stops after the first one that is not finite.

        Args:
            objective: what evaluates the loss.
            weights: W, changed in place.
            good: overwritten with the weights of the last finite loss, if there is any; on the CPU.
            rate: the learning rate.
            regularization: of the loss.
            steps: from where to where, and how often to evaluate.

        Returns:
            The step and loss of every evaluation; steps are taken as they are asked for.
        """
        step, end, every = steps.start, steps.stop, steps.step
        while step < end:
            block = min(every - step % every, end - step)
            self.update(weights, rate, regularization, block)
            step += block
            # Evaluated on the CPU, and kept there: a device that fails takes no weights along.
            here = weights.to("cpu")
            loss = objective.loss(here, regularization)
            if loss.is_finite:
                good.copy_(here)
            yield step, loss
            if not loss.is_finite:
                return


class CountsPath(Path):
    """The gradient from the counts alone: what falls to a logit falls to the rows it is made of."""

    def __init__(self, objective: Objective, device: torch.device) -> None:
        table, predictions = objective.terms
        self.table = (table / predictions).to(device, torch.float32)
        self.totals = (table.sum(1, keepdim=True) / predictions).to(device, torch.float32)
        self._hot = [rows.to(device) for rows in objective.hot(torch.arange(len(table)))]
        self._entries = objective.entries

    def loss(self, weights: Tensor, regularization: float) -> float:
        """Σ N·(−log softmax) / n + regularization."""
        data = -(self.table * torch.log_softmax(added(weights, self._hot), 1)).sum()
        return float(data + regularization * (weights**2).sum() / self._entries)

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """softmax·ΣN/n − N/n, added up for each row of W, + 2·reg/entries·W."""
        slope = torch.softmax(added(weights, self._hot), 1).mul_(self.totals).sub_(self.table)
        gradient = 2 * regularization / self._entries * weights
        for rows in self._hot:
            gradient.index_add_(0, rows, slope)
        return gradient


class TablePath(CountsPath):
    """The same where the logits are W itself; a few operations on (R, V) a step, as one call."""

    def __init__(self, objective: Objective, device: torch.device) -> None:
        super().__init__(objective, device)
        self._p = torch.empty_like(self.table)
        """Where softmax is written: to find new memory for it takes 6 % of a step."""
        self._functions = descent.functions()

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """softmax(W)·ΣN/n − N/n + 2·reg/entries·W."""
        slope = torch.softmax(weights, 1).mul_(self.totals).sub_(self.table)
        return slope.add_(weights, alpha=2 * regularization / self._entries)

    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """W ← (1 − 2·rate·reg/entries)·W + rate·N/n − rate·softmax(W)·ΣN/n."""
        terms = self._terms(weights, rate, regularization)
        with torch.inference_mode():
            self._functions.update(weights, *terms, steps)

    def descend(
        self,
        objective: Objective,
        weights: Tensor,
        good: Tensor,
        rate: float,
        regularization: float,
        steps: range,
    ) -> Iterable[tuple[int, Loss]]:
        """Take all steps, and evaluate, in one call; on another device than the CPU, in blocks.

        There each loss is told as it is known, so that what is kept is of the step that was told.
        """
        if weights.device.type != "cpu":
            return super().descend(objective, weights, good, rate, regularization, steps)
        terms = self._terms(weights, rate, regularization)
        mean = (regularization, float(objective.entries))
        span = (steps.start, steps.stop, steps.step)
        with torch.inference_mode():
            losses = self._functions.descend(
                weights, good, *terms, *objective.terms, *mean, objective.dev, *span
            )
        if objective.dev is None:
            return [(step, Loss(total, data)) for step, total, data, _ in losses]
        return [(step, Loss(total, data, dev)) for step, total, data, dev in losses]

    def _terms(
        self, weights: Tensor, rate: float, regularization: float
    ) -> tuple[Tensor, Tensor, Tensor, float]:
        """Softmax's place, and what a step adds, multiplies softmax by, and leaves of W."""
        keep = 1 - 2 * rate * regularization / self._entries
        return self._p, rate * self.table, -rate * self.totals, keep


class _AutogradPath(Path):
    """A loss written as the lecture writes it; autograd finds the gradient."""

    def __init__(self, objective: Objective, device: torch.device) -> None:
        xs, ys = examples(objective.counts)
        self.hot, self.ys = [rows.to(device) for rows in objective.hot(xs)], ys.to(device)
        self._entries = objective.entries

    @abstractmethod
    def data_loss(self, weights: Tensor) -> Tensor:
        """Average NLL of the examples under softmax(W)."""

    def loss(self, weights: Tensor, regularization: float) -> float:
        """Forward pass."""
        with torch.no_grad():
            return float(self._total_loss(weights, regularization))

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Forward, with no gradient yet, and backward: `W.grad`."""
        w = weights.detach().requires_grad_(True)
        self._total_loss(w, regularization).backward()  # type: ignore[no-untyped-call]
        assert w.grad is not None
        return w.grad

    def _total_loss(self, weights: Tensor, regularization: float) -> Tensor:
        return self.data_loss(weights) + regularization * (weights**2).sum() / self._entries


class GatherPath(_AutogradPath):
    """Row lookup: W[xs], or W[a] + W[V + b], and `cross_entropy`.

    The lookup is in float64 where the device has it: its backward pass adds hundreds of thousands
    of equal terms to one cell, which in float32 all round the same way and put the loss off by
    2e-5 after a single step. What follows it is as exact, and twice as fast, in float32.
    """

    def data_loss(self, weights: Tensor) -> Tensor:
        """`cross_entropy(W[xs], ys)`, scalar."""
        exact = weights if weights.device.type == "mps" else weights.double()
        logits = reduce(torch.add, (exact[rows] for rows in self.hot))
        return F.cross_entropy(logits.float(), self.ys)


class OneHotPath(_AutogradPath):
    """The lecture's way: one-hot rows times W, exp, normalise, pick, log, mean.

    Where there are several one-hots to a row they stand side by side: each has columns of its own.
    """

    def __init__(self, objective: Objective, device: torch.device) -> None:
        super().__init__(objective, device)
        height, _ = objective.shape
        encoded = (F.one_hot(rows, num_classes=height).float() for rows in self.hot)
        self.xenc = reduce(torch.add, encoded)
        self.rows = torch.arange(len(self.ys), device=device)

    def data_loss(self, weights: Tensor) -> Tensor:
        """−mean log of the probability given to the right next symbol, scalar.

        The row maximum is subtracted before exp, and log is taken before dividing, so that a
        probability too small for float32 does not make the loss infinite.
        """
        logits = self.xenc @ weights
        logits = logits - logits.max(1, keepdim=True).values
        log_probs = logits - logits.exp().sum(1, keepdim=True).log()
        return -log_probs[self.rows, self.ys].mean()


def by_counts(objective: Objective, device: torch.device) -> Path:
    """Prepare the counts path, which a table has a quicker one of."""
    return (TablePath if objective.is_of_rows else CountsPath)(objective, device)


PATHS: dict[str, Callable[[Objective, torch.device], Path]] = {
    "counts": by_counts,
    "gather": GatherPath,
    "onehot": OneHotPath,
}


def check_symbols(symbols: int) -> None:
    """Refuse a bigram's table that is too large, with the figure and what would fit."""
    needed = symbols**2 * BYTES_AN_ENTRY
    if needed <= MOST_BYTES:
        return
    raise Refusal(
        f"There is no network of these words: a table of {symbols:,} × {symbols:,} logits needs "
        f"{number(needed / 1e6, ',.0f')} MB; at most {number(MOST_BYTES / 1e6, '.0f')} MB are "
        f"taken, which is enough for {math.isqrt(MOST_BYTES // BYTES_AN_ENTRY):,} symbols. "
        "All that is made of counts is there."
    )


def bytes_a_step(counts: Counted, path: GradientPath, height: int | None = None) -> int:
    """Memory one step of a path needs: its largest tensors together.

    Args:
        counts: the data.
        path: the way to the gradient.
        height: rows of W; those of the counts if not given.
    """
    (rows, size), n = counts.shape, counts.predictions
    if path == "counts":
        return 4 * 4 * rows * size
    # One-hot: int64 and its float32 copy; then logits, log-probabilities and a gradient.
    height = rows if height is None else height
    return n * ((8 + 4) * height + 3 * 4 * size if path == "onehot" else 3 * 8 * size)


def open_path(objective: Objective, path: GradientPath, device: torch.device) -> Path:
    """Prepare a gradient path; Refusal if one step would need more than 500 MB."""
    needed = bytes_a_step(objective.counts, path, objective.shape[0])
    if needed > MOST_BYTES:
        raise Refusal(
            f"The {path} gradient needs {number(needed / 1e6, ',.0f')} MB a step on these data; at "
            f"most {number(MOST_BYTES / 1e6, '.0f')} MB are taken. Use the counts gradient: same "
            "steps, less work."
        )
    return PATHS[path](objective, device)
