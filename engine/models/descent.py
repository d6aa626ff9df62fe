"""Gradient descent by the counts: the inner loop, as one call that needs no Python.

Between two small operations of torch Python's interpreter lock changes hands, so a loop of them
waits whenever the screen works. Compiled to TorchScript the same loop holds no lock, and a step of
a small table takes six tenths of the time; `tests.bench.steps` has the figures, and other ways.
TorchScript is deprecated; where it is gone, or the source is not to be had, the functions below run
as they stand, with the same results to the last bit. What torch warns of from Python 3.14 on, its
compiler of Python's own functions, has no part in this: the text goes to that of C++.

What the functions say is therefore kept to what both languages have.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from engine.records import record

log = logging.getLogger(__name__)


def update(weights: Tensor, p: Tensor, pull: Tensor, push: Tensor, keep: float, steps: int) -> None:
    """W ← keep·W + pull + push·softmax(W), in place, so many times; p is where softmax goes.

    Three operations: to scale W apart from what is added takes one more, and rounds once more.
    """
    for _ in range(steps):
        torch.softmax(weights, 1, out=p)
        torch.add(pull, weights, alpha=keep, out=weights)
        weights.addcmul_(p, push)


def loss(
    weights: Tensor,
    table: Tensor,
    predictions: int,
    regularization: float,
    entries: float,
    dev: Tensor | None,
) -> tuple[float, float, float]:
    """Total loss, data loss and loss on dev in float64; without a dev, the data loss again.

    Data: Σ N·(−log softmax W) / n. Total: that + reg·ΣW² / entries. Dev: N / n is given, (R, V).
    """
    w = weights.to(torch.device("cpu"), torch.float64)
    flat = w.view(-1)
    log_p = torch.log_softmax(w, 1).view(-1)
    # Not the negative: of zero it is written with a sign.
    data = 0.0 - float(table.view(-1).dot(log_p)) / predictions
    total = data + regularization * float(flat.dot(flat)) / entries
    if dev is None:
        return total, data, data
    return total, data, 0.0 - float(dev.view(-1).dot(log_p))


def descend(
    weights: Tensor,
    good: Tensor,
    p: Tensor,
    pull: Tensor,
    push: Tensor,
    keep: float,
    table: Tensor,
    predictions: int,
    regularization: float,
    entries: float,
    dev: Tensor | None,
    step: int,
    end: int,
    every: int,
) -> list[tuple[int, float, float, float]]:
    """Go from one step to another, evaluating the loss at multiples of `every` and at the end.

    It stops after the first loss that is not finite; `good` holds the weights of the last that is.

    Returns:
        (step, total loss, data loss, loss on dev) of every evaluation, in nats.
    """
    losses: list[tuple[int, float, float, float]] = []
    is_finite = True
    while step < end and is_finite:
        block = min(every - step % every, end - step)
        update(weights, p, pull, push, keep, block)
        step += block
        total, data, of_dev = loss(weights, table, predictions, regularization, entries, dev)
        losses.append((step, total, data, of_dev))
        # Neither infinity nor NaN less itself is zero.
        is_finite = total - total == 0.0
        if is_finite:
            good.copy_(weights)
    return losses


@record
class Functions:
    """What is called to train: the functions above, compiled if that can be done."""

    update: Callable[..., None]
    descend: Callable[..., list[tuple[int, float, float, float]]]


PLAIN = Functions(update, descend)
"""The functions as they stand."""


@cache
def functions() -> Functions:
    """Compile, the first time, or fall back to the functions as they stand."""
    try:
        source = "\n".join(inspect.getsource(function) for function in (update, loss, descend))
        unit = torch.jit.CompilationUnit(source)
        compiled = Functions(_unoptimised(unit.update), _unoptimised(unit.descend))
        one = torch.zeros(1, 1)
        tensors = [one.clone() for _ in range(5)]
        compiled.descend(*tensors, 1.0, one.double(), 1, 0.0, 1.0, None, 0, 1, 1)
        return compiled
    except Exception as error:
        # Whatever it is, even a warning made an error, nothing is lost but speed.
        log.warning("training without TorchScript, at about half the speed: %s", error)
        return PLAIN


def _unoptimised(function: Callable[..., Any]) -> Callable[..., Any]:
    """Call a compiled function as it is.

    To optimise it takes 70 ms of the first call and gains nothing here; and what is not fused
    rounds as the plain functions do.
    """

    def call(*args: object) -> object:
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            return function(*args)

    return call
