"""The neural bigram model: a table of logits W, shape (V, V), and three ways to its gradient.

The loss is the average NLL of the data under softmax(W), in nats a bigram, plus
`regularization * mean(W²)`. The data enter it only through the counts N, so its gradient is

    (softmax(W) · Σ N[i] − N) / n  +  2 · regularization · W / V²

which the `counts` path evaluates directly, at the cost of the table instead of that of the text.
The other two go through autograd, as the lecture does. All three follow one trajectory.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models import descent
from engine.models.counts import Counts
from engine.protocol import GradientPath, Init, Refusal
from engine.records import record
from engine.text.numbers import number

MOST_BYTES = 500_000_000
"""A gradient path that needs more for one step is refused."""


@record
class Loss:
    """The loss of a table, in nats, from float64 arithmetic."""

    total: float
    data: float

    @property
    def is_finite(self) -> bool:
        """Whether both parts are numbers."""
        return math.isfinite(self.total) and math.isfinite(self.data)


def first_weights(size: int, init: Init, generator: torch.Generator) -> Tensor:
    """Draw the first W, shape (V, V), float32, on the CPU whatever device it will live on."""
    if init == "zeros":
        return torch.zeros(size, size)
    return torch.randn((size, size), generator=generator)


def dense(counts: Counts, dtype: torch.dtype = torch.float64) -> Tensor:
    """N as a tensor, shape (V, V)."""
    size = len(counts.vocabulary)
    table = torch.zeros(size, size, dtype=dtype)
    cells = list(counts.cells())
    if cells:
        i, j, n = (torch.tensor(column) for column in zip(*cells, strict=True))
        table[i, j] = n.to(dtype)
    return table


def examples(counts: Counts) -> tuple[Tensor, Tensor]:
    """Every bigram of the data as (xs, ys), shape (n,), int64; a sum is free to take any order."""
    cells = torch.tensor(list(counts.cells()))
    times = cells[:, 2]
    return cells[:, 0].repeat_interleave(times), cells[:, 1].repeat_interleave(times)


class Objective:
    """The loss of any table on given data, exact and independent of the gradient path.

    Evaluated in float64 on the CPU, because a float32 mean over a long text loses digits and MPS
    has no float64.
    """

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.table = dense(counts)
        self.totals = self.table.sum(1)
        self._bigrams = counts.bigrams

    def loss(self, weights: Tensor, regularization: float) -> Loss:
        """Evaluate total and data loss of W, shape (V, V)."""
        return Loss(*descent.loss(weights, self.table, self._bigrams, regularization))

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Gradient of the total loss, shape (V, V), float64."""
        w = weights.to("cpu", torch.float64)
        data = (torch.softmax(w, 1) * self.totals[:, None] - self.table) / self._bigrams
        return data + 2 * regularization / w.numel() * w

    def stability_edge(self, weights: Tensor, regularization: float) -> float:
        """2/λmax of the Hessian at W: above this rate gradient descent is locally unstable.

        The Hessian has one block a row, (n_i/n)(diag(p) − p pᵀ) + 2·reg/V²; its largest eigenvalue
        is found by power iteration on all rows at once.
        """
        p = torch.softmax(weights.to("cpu", torch.float64), 1)
        scale = (self.totals / self._bigrams)[:, None]
        v = torch.randn(p.shape, dtype=p.dtype, generator=torch.Generator().manual_seed(0))
        for _ in range(200):
            v = v / v.norm(dim=1, keepdim=True).clamp_min(1e-300)
            hv = scale * (p * v - p * (p * v).sum(1, keepdim=True))
            largest, v = (v * hv).sum(1).max().item(), hv
        curvature = largest + 2 * regularization / p.numel()
        return 2 / curvature if curvature > 0 else math.inf


class Path(ABC):
    """One way to compute the gradient."""

    @abstractmethod
    def loss(self, weights: Tensor, regularization: float) -> float:
        """Total loss as this path sees it, in float32."""

    @abstractmethod
    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """Take steps of gradient descent on W, in place."""

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
            good: overwritten with the weights of the last finite loss, if there is any.
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
            loss = objective.loss(weights, regularization)
            if loss.is_finite:
                good.copy_(weights)
            yield step, loss
            if not loss.is_finite:
                return


class CountsPath(Path):
    """The gradient from the counts alone; a few operations on (V, V) a step."""

    def __init__(self, counts: Counts, device: torch.device) -> None:
        bigrams = counts.bigrams
        table = dense(counts)
        self.table = (table / bigrams).to(device, torch.float32)
        self.totals = (table.sum(1, keepdim=True) / bigrams).to(device, torch.float32)
        self._p = torch.empty_like(self.table)
        """Where softmax is written: to find new memory for it takes 6 % of a step."""
        self._functions = descent.functions()

    def loss(self, weights: Tensor, regularization: float) -> float:
        """Σ N·(−log softmax W) / n + regularisation."""
        data = -(self.table * torch.log_softmax(weights, 1)).sum()
        return float(data + regularization * (weights**2).mean())

    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """W ← (1 − 2·rate·reg/V²)·W + rate·N/n − rate·softmax(W)·ΣN/n."""
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
    ) -> list[tuple[int, Loss]]:
        """Take all steps, and evaluate, in one call."""
        terms = self._terms(weights, rate, regularization)
        data = (objective.table, objective.counts.bigrams)
        span = (steps.start, steps.stop, steps.step)
        with torch.inference_mode():
            losses = self._functions.descend(weights, good, *terms, *data, regularization, *span)
        return [(step, Loss(total, data)) for step, total, data in losses]

    def _terms(
        self, weights: Tensor, rate: float, regularization: float
    ) -> tuple[Tensor, Tensor, Tensor, float]:
        """Softmax's place, and what a step adds, multiplies softmax by, and leaves of W."""
        keep = 1 - 2 * rate * regularization / weights.numel()
        return self._p, rate * self.table, -rate * self.totals, keep


class _AutogradPath(Path):
    """A loss written as the lecture writes it; autograd finds the gradient."""

    def __init__(self, counts: Counts, device: torch.device) -> None:
        xs, ys = examples(counts)
        self.xs, self.ys = xs.to(device), ys.to(device)
        self.size = len(counts.vocabulary)

    @abstractmethod
    def data_loss(self, weights: Tensor) -> Tensor:
        """Average NLL of the examples under softmax(W)."""

    def loss(self, weights: Tensor, regularization: float) -> float:
        """Forward pass."""
        with torch.no_grad():
            return float(self.data_loss(weights) + regularization * (weights**2).mean())

    def update(self, weights: Tensor, rate: float, regularization: float, steps: int) -> None:
        """Forward, clear the gradient, backward, `W.data += -rate * W.grad`."""
        w = weights.detach().requires_grad_(True)
        for _ in range(steps):
            w.grad = None
            loss = self.data_loss(w) + regularization * (w**2).mean()
            loss.backward()  # type: ignore[no-untyped-call]
            assert w.grad is not None
            w.data += -rate * w.grad


class GatherPath(_AutogradPath):
    """Row lookup: W[xs] and `cross_entropy`.

    The lookup is in float64 where the device has it: its backward pass adds hundreds of thousands
    of equal terms to one cell, which in float32 all round the same way and put the loss off by
    2e-5 after a single step. What follows it is as exact, and twice as fast, in float32.
    """

    def data_loss(self, weights: Tensor) -> Tensor:
        """`cross_entropy(W[xs], ys)`, scalar."""
        exact = weights if weights.device.type == "mps" else weights.double()
        return F.cross_entropy(exact[self.xs].float(), self.ys)


class OneHotPath(_AutogradPath):
    """The lecture's way: one-hot rows times W, exp, normalise, pick, log, mean."""

    def __init__(self, counts: Counts, device: torch.device) -> None:
        super().__init__(counts, device)
        self.xenc = F.one_hot(self.xs, num_classes=self.size).float()
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


PATHS: dict[str, Callable[[Counts, torch.device], Path]] = {
    "counts": CountsPath,
    "gather": GatherPath,
    "onehot": OneHotPath,
}


def bytes_a_step(counts: Counts, path: GradientPath) -> int:
    """Memory one step of a path needs: its largest tensors together."""
    size, n = len(counts.vocabulary), counts.bigrams
    if path == "counts":
        return 4 * 4 * size * size
    # One-hot: int64 and its float32 copy; then logits, log-probabilities and a gradient.
    return n * size * (8 + 4 + 3 * 4 if path == "onehot" else 3 * 8)


def open_path(counts: Counts, path: GradientPath, device: torch.device) -> Path:
    """Prepare a gradient path; Refusal if one step would need more than 500 MB."""
    needed = bytes_a_step(counts, path)
    if needed > MOST_BYTES:
        raise Refusal(
            f"The {path} gradient needs {number(needed / 1e6, ',.0f')} MB a step on these data; at "
            f"most {number(MOST_BYTES / 1e6, '.0f')} MB are taken. Use the counts gradient: same "
            "steps, less work."
        )
    return PATHS[path](counts, device)


def choose_device(name: str) -> torch.device:
    """Turn a device name into a device; Refusal if this machine has none such."""
    if name in ("auto", "cpu"):
        return torch.device("cpu")
    kind, _, number = name.partition(":")
    available: dict[str, Callable[[], bool]] = {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
    }
    if kind not in available or not available[kind]():
        raise Refusal(f"torch finds no {kind} device on this machine; use cpu (or auto).")
    if number and int(number) >= torch.cuda.device_count():
        cards = ", ".join(f"cuda:{i}" for i in range(torch.cuda.device_count()))
        raise Refusal(f"torch finds no {name} on this machine; there is {cards}.")
    return torch.device(name)
