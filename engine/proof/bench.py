"""How long a step of training takes: the three gradient paths beside the step of the lecture.

One thread each, in one run and in turns, so that a machine that slows down slows all of them.
"""

from __future__ import annotations

import statistics
import time

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.counts import count_all
from engine.models.network import Path, open_path
from engine.models.objective import Objective, examples, first_weights
from engine.proof.checks import Timing
from engine.protocol import LECTURE_SEED, GradientPath
from engine.words.dataset import load_all

SIZE = 27
"""Symbols of the list of names."""

RATE, REGULARIZATION = 50.0, 0.01

COMPARED = 5
"""Steps along which the losses are compared."""

ROUNDS = 9
"""Turns each contestant takes; the median counts."""

STEPS_A_TURN: dict[str, int] = {"lecture": 1, "onehot": 1, "gather": 2, "counts": 2_000}
"""So many that a turn is long enough to be timed."""


class LectureStep(Path):
    """The step as the lecture types it: nothing kept from one step to the next.

    Args:
        xs: symbol before each prediction, shape (n,), int64.
        ys: the symbol that comes. In the order of the text float32 sums to the lecture's digits.
    """

    def __init__(self, xs: Tensor, ys: Tensor) -> None:
        self.xs, self.ys = xs, ys

    def probabilities(self, weights: Tensor) -> Tensor:
        """Probability of each symbol that comes, shape (n,), float32."""
        xenc = F.one_hot(self.xs, num_classes=len(weights)).float()
        logits = xenc @ weights
        counts = logits.exp()
        probs = counts / counts.sum(1, keepdim=True)
        return probs[torch.arange(len(self.ys)), self.ys]

    def _forward(self, weights: Tensor, regularization: float) -> Tensor:
        data = -self.probabilities(weights).log().mean()
        return data + regularization * (weights**2).mean()

    def loss(self, weights: Tensor, regularization: float) -> float:
        """Total loss, in nats."""
        with torch.no_grad():
            return float(self._forward(weights, regularization))

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Forward, with no gradient yet, and backward: `W.grad`."""
        w = weights.detach().requires_grad_(True)
        self._forward(w, regularization).backward()  # type: ignore[no-untyped-call]
        assert w.grad is not None
        return w.grad


def measure_steps() -> list[Timing]:
    """Time all four on the list that comes with the program, on the CPU; takes some seconds."""
    torch.set_num_threads(1)
    dataset = load_all(None)
    counts = count_all(dataset.words, dataset.vocabulary)
    objective = Objective(counts)
    ways: dict[str, Path] = {"lecture": LectureStep(*examples(counts))}
    paths: tuple[GradientPath, ...] = ("onehot", "gather", "counts")
    ways |= {path: open_path(objective, path, torch.device("cpu")) for path in paths}
    losses = {name: _losses(way) for name, way in ways.items()}
    times = _times(ways)
    slowest = times["lecture"]
    return [
        Timing(name, took * 1e3, slowest / took, _difference(losses[name], losses["lecture"]))
        for name, took in times.items()
    ]


def _weights() -> Tensor:
    return first_weights(SIZE, "randn", torch.Generator().manual_seed(LECTURE_SEED))


def _losses(way: Path) -> list[float]:
    w = _weights()
    losses = [way.loss(w, REGULARIZATION)]
    for _ in range(COMPARED):
        way.update(w, RATE, REGULARIZATION, 1)
        losses.append(way.loss(w, REGULARIZATION))
    return losses


def _difference(some: list[float], others: list[float]) -> float:
    return max(abs(a - b) for a, b in zip(some, others, strict=True))


def _times(ways: dict[str, Path]) -> dict[str, float]:
    """Seconds a step, median over rounds in which each takes its turn."""
    weights = {name: _weights() for name in ways}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            steps = STEPS_A_TURN[name]
            start = time.perf_counter()
            way.update(weights[name], RATE, REGULARIZATION, steps)
            took[name].append((time.perf_counter() - start) / steps)
    return {name: statistics.median(each) for name, each in took.items()}
