"""Gradient descent by the counts: the inner loop, as one call that needs no Python.

Between two small operations of torch Python's interpreter lock changes hands, so a loop of them
waits whenever the screen works. Compiled to TorchScript the same loop holds no lock, and a step of
a small table takes six tenths of the time; `tests.bench.steps` has the figures, and other ways.
The rows of a large table are gone through in pieces that stay in the cache of a core, and shared by
several threads; that needs no Python either.

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


def take(weights: Tensor, p: Tensor, pull: Tensor, push: Tensor, keep: float, steps: int) -> None:
    """W ← keep·W + pull + push·softmax(W), in place, so many times; p is where softmax goes.

    Three operations: to scale W apart from what is added takes one more, and rounds once more.
    """
    for _ in range(steps):
        torch.softmax(weights, 1, out=p)
        torch.add(pull, weights, alpha=keep, out=weights)
        weights.addcmul_(p, push)


def take_rows(
    weights: Tensor,
    p: Tensor,
    pull: Tensor,
    push: Tensor,
    keep: float,
    steps: int,
    piece: int,
    first: int,
    last: int,
) -> None:
    """Take steps of the rows from one to before another, one piece after the other."""
    for start in range(first, last, piece):
        n = min(piece, last - start)
        w, into = weights.narrow(0, start, n), p.narrow(0, start, n)
        take(w, into, pull.narrow(0, start, n), push.narrow(0, start, n), keep, steps)


def rows_at_once(weights: Tensor) -> int:
    """Rows of a piece: all of a small table, else as many as stay in the cache of a core.

    Rows never meet, so a piece can take many steps before the next one is looked at, in whatever
    thread. 32 rows are whole vectors of any processor: so an operation goes by the same vectors, be
    it on a piece or on all rows, and rounds alike. A card works on all rows at once.
    """
    rows, size = weights.size(0), weights.size(1)
    if rows * size < 65536 or weights.device.type != "cpu":
        return rows
    return 32 * max(1, 32768 // (32 * size))


def update(
    weights: Tensor,
    p: Tensor,
    pull: Tensor,
    push: Tensor,
    keep: float,
    steps: int,
    threads: int = 1,
) -> None:
    """Take steps, see `take`; the pieces of a large table are shared by so many threads.

    However they are shared, the bits are the same.
    """
    rows = weights.size(0)
    piece = rows_at_once(weights)
    share = -(-rows // (piece * threads)) * piece
    others = [
        torch.jit.fork(
            take_rows, weights, p, pull, push, keep, steps, piece, i, min(i + share, rows)
        )
        for i in range(share, rows, share)
    ]
    take_rows(weights, p, pull, push, keep, steps, piece, 0, min(share, rows))
    for other in others:
        torch.jit.wait(other)


def loss_of(
    weights: Tensor,
    table: Tensor,
    predictions: int,
    regularization: float,
    entries: float,
    dev: Tensor | None,
) -> tuple[float, float, float]:
    """Total loss, data loss and loss on dev in float64; without a dev, the data loss again.

    Data: Σ N·(−log softmax W) / n. Total: that + reg·ΣW² / entries. Dev: N / n is given, (R, V).
    Of some rows it is their part of the loss.
    """
    w = weights.to(torch.device("cpu"), torch.float64)
    flat = w.view(-1)
    # The same numbers: of few, one operation is quicker than these through logsumexp, else not.
    if w.numel() < 4096:
        log_p = torch.log_softmax(w, 1).view(-1)
    else:
        below = w - w.amax(1, keepdim=True)
        log_p = below.sub_(below.exp().sum(1, keepdim=True).log_()).view(-1)
    # Not the negative: of zero it is written with a sign.
    data = 0.0 - float(table.view(-1).dot(log_p)) / predictions
    total = data + regularization * float(flat.dot(flat)) / entries
    if dev is None:
        return total, data, data
    return total, data, 0.0 - float(dev.view(-1).dot(log_p))


def losses_of(
    weights: Tensor,
    table: Tensor,
    predictions: int,
    regularization: float,
    entries: float,
    dev: Tensor | None,
    piece: int,
    first: int,
    last: int,
) -> list[tuple[float, float, float]]:
    """Their part of the loss for each piece of the rows from one to before another."""
    parts: list[tuple[float, float, float]] = []
    for start in range(first, last, piece):
        n = min(piece, last - start)
        w, counts = weights.narrow(0, start, n), table.narrow(0, start, n)
        of_dev = None if dev is None else dev.narrow(0, start, n)
        parts.append(loss_of(w, counts, predictions, regularization, entries, of_dev))
    return parts


def loss(
    weights: Tensor,
    table: Tensor,
    predictions: int,
    regularization: float,
    entries: float,
    dev: Tensor | None,
    threads: int = 1,
) -> tuple[float, float, float]:
    """Evaluate the loss, see `loss_of`; the pieces of a large table are shared by so many threads.

    They are added up in their order, whoever worked them out.
    """
    rows = weights.size(0)
    piece = rows_at_once(weights)
    share = -(-rows // (piece * threads)) * piece
    others = [
        torch.jit.fork(
            losses_of,
            weights,
            table,
            predictions,
            regularization,
            entries,
            dev,
            piece,
            start,
            min(start + share, rows),
        )
        for start in range(share, rows, share)
    ]
    parts = losses_of(
        weights, table, predictions, regularization, entries, dev, piece, 0, min(share, rows)
    )
    for other in others:
        parts.extend(torch.jit.wait(other))
    total, data, of_dev = 0.0, 0.0, 0.0
    for part in parts:
        total += part[0]
        data += part[1]
        of_dev += part[2]
    return total, data, of_dev


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
    threads: int = 1,
) -> list[tuple[int, float, float, float]]:
    """Go from one step to another, evaluating the loss at multiples of `every` and at the end.

    It stops after the first loss that is not finite; `good` holds the weights of the last that is.

    Returns:
        (step, total loss, data loss, loss on dev) of every evaluation, in nats.
    """
    losses: list[tuple[int, float, float, float]] = []
    is_whole = rows_at_once(weights) == weights.size(0)
    is_finite = True
    while step < end and is_finite:
        block = min(every - step % every, end - step)
        if is_whole:
            take(weights, p, pull, push, keep, block)
            now = loss_of(weights, table, predictions, regularization, entries, dev)
        else:
            update(weights, p, pull, push, keep, block, threads)
            now = loss(weights, table, predictions, regularization, entries, dev, threads)
        step += block
        total, data, of_dev = now
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


SOURCES = take, take_rows, rows_at_once, update, loss_of, losses_of, loss, descend
"""What is compiled together."""

MOST_THREADS = 4
"""Threads that share a large table at most: the machine is not this table's alone."""

PLAIN = Functions(update, descend)
"""The functions as they stand."""


@cache
def functions() -> Functions:
    """Compile, the first time, or fall back to the functions as they stand."""
    from engine.words.corpus.counting import cores

    try:
        source = "\n".join(inspect.getsource(function) for function in SOURCES)
        unit = torch.jit.CompilationUnit(source)
        threads = min(cores(), MOST_THREADS)
        compiled = Functions(
            _unoptimised(unit.update, threads), _unoptimised(unit.descend, threads)
        )
        one = torch.zeros(1, 1)
        tensors = [one.clone() for _ in range(5)]
        compiled.descend(*tensors, 1.0, one.double(), 1, 0.0, 1.0, None, 0, 1, 1)
        return compiled
    except Exception as error:
        # Whatever it is, even a warning made an error, nothing is lost but speed.
        log.warning("training without TorchScript, at about half the speed: %s", error)
        return PLAIN


def _unoptimised(function: Callable[..., Any], threads: int) -> Callable[..., Any]:
    """Call a compiled function as it is, with so many threads.

    To optimise it takes 70 ms of the first call and gains nothing here; and what is not fused
    rounds as the plain functions do.
    """

    def call(*args: object) -> object:
        with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]
            return function(*args, threads)

    return call
