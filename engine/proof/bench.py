"""How long a step of training takes: the three gradient paths beside the step of the lecture.

One thread each, in one run and in turns, so that a machine that slows down slows all of them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.limits import checked_dots
from engine.models.contextual import count
from engine.models.counts import count_all
from engine.models.devices import at_work, choose_device, device_for, name_of
from engine.models.network import Path, open_path
from engine.models.objective import Objective, examples
from engine.proof.checks import Timing, Timings
from engine.protocol import LECTURE_SEED, Device, GradientPath, Refusal, Settings
from engine.words.dataset import finish, load_all
from engine.words.order import encode

CPU = torch.device("cpu")

RATE, REGULARIZATION = 50.0, 0.01
"""Those of the lecture. A table whose steps would ring at this rate takes half the edge of
stability: above the edge each step makes what the paths round differently larger."""

COMPARED = 5
"""Steps along which the losses are compared."""

ROUNDS = 9
"""Turns each contestant takes; the median counts."""

STEPS_A_TURN: dict[str, int] = {"lecture": 1, "onehot": 1, "gather": 2, "counts": 2_000}
"""So many that a turn is long enough to be timed; fewer of the counts on a larger table."""


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


def measure_steps(order: int = 2, dots: int | None = None, device: Device = "cpu") -> Timings:
    """Time all that can be on the list that comes with the program; takes seconds.

    Args:
        order: of the n-grams, 1 to 7.
        dots: boundary symbols before each word; order − 1 if not given.
        device: timed beside the CPU, if it is another.

    Raises:
        Refusal: order or dots are out of range, the table would be too large, or the device is not
            to be had.
    """
    torch.set_num_threads(1)
    dots = checked_dots(order, dots)
    choose_device(device)  # What is not there is said before the words are counted.
    objective = _objective(order, dots)
    there = device_for(objective, device)
    ways: dict[str, Path] = {}
    if Settings(order=order, dots=dots).is_bigram:
        ways["lecture"] = LectureStep(*examples(objective.counts))
    refused: list[tuple[GradientPath, str]] = []
    paths: tuple[GradientPath, ...] = ("onehot", "gather", "counts")
    for path in paths:
        try:
            ways[path] = open_path(objective, path, CPU)
        except Refusal as refusal:
            refused.append((path, str(refusal)))
    edge = objective.settled_edge(REGULARIZATION)
    rate = RATE if edge > RATE else edge / 2
    losses = {name: _losses(way, objective, rate) for name, way in ways.items()}
    times = _times(ways, objective)
    first = next(iter(ways))
    timings = [
        Timing(name, took * 1e3, times[first] / took, _difference(losses[name], losses[first]))
        for name, took in times.items()
    ]
    if there.type == "cpu":
        return Timings(order, dots, tuple(timings), tuple(refused))
    with at_work(there):
        others: dict[str, Path] = {
            path: open_path(objective, path, there) for path in paths if path in ways
        }
        beside = _times(others, objective, there)
    timings = [
        replace(t, on_device=beside[t.path] * 1e3) if t.path in beside else t for t in timings
    ]
    return Timings(order, dots, tuple(timings), tuple(refused), name_of(there))


def _objective(order: int, dots: int) -> Objective:
    dataset = load_all(None)
    if Settings(order=order, dots=dots).is_bigram:
        return Objective(count_all(dataset.words, dataset.vocabulary))
    return finish(count(dataset, lambda: encode(dataset), order, dots, "none"))


def _weights(objective: Objective) -> Tensor:
    return objective.first_weights("randn", torch.Generator().manual_seed(LECTURE_SEED))


def _losses(way: Path, objective: Objective, rate: float) -> list[float]:
    w = _weights(objective)
    losses = [way.loss(w, REGULARIZATION)]
    for _ in range(COMPARED):
        way.update(w, rate, REGULARIZATION, 1)
        losses.append(way.loss(w, REGULARIZATION))
    return losses


def _difference(some: list[float], others: list[float]) -> float:
    return max(abs(a - b) for a, b in zip(some, others, strict=True))


def _times(
    ways: Mapping[str, Path], objective: Objective, device: torch.device = CPU
) -> dict[str, float]:
    """Seconds a step, median over rounds in which each takes its turn."""
    weights = {name: _weights(objective).to(device) for name in ways}
    bigrams = len(objective.counts.vocabulary) ** 2
    share = min(1.0, bigrams / objective.table.numel())
    turns = STEPS_A_TURN | {"counts": max(1, int(share * STEPS_A_TURN["counts"]))}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.perf_counter()
            way.update(weights[name], RATE, REGULARIZATION, turns[name])
            # A card goes on by itself: it is done when a value can be had.
            float(weights[name][0, 0])
            took[name].append((time.perf_counter() - start) / turns[name])
    return {name: statistics.median(each) for name, each in took.items()}
