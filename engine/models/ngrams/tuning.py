"""The parameter of a model that does best on dev: a search over its logarithm.

First a row of points, from which the curve is drawn: train rises with the parameter, dev falls and
rises. Then golden section around the least of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from engine.models.ngrams.contexts import ContextCounts
from engine.models.ngrams.levels import Floats, Levels, Seen
from engine.models.ngrams.losses import PIECE, cut, quick_loss
from engine.models.ngrams.smoothing import (
    Absolute,
    AddK,
    Dirichlet,
    JelinekMercer,
    KneserNey,
    Rule,
    mixed,
    shares_of,
)
from engine.protocol import CountingModel, Edge, Progressed
from engine.words.pieces import Pieces

_GOLDEN = (math.sqrt(5) - 1) / 2

GRID = 22
"""Points of the curve, from one end of the range to the other."""

CLOSE = 1e-6
"""Decades that the parameter is found to."""

ROUNDS = 500
"""Most steps of expectation maximisation."""

STILL = 1e-13
"""It ends when the loss falls by less than this, in nats."""


@dataclass(frozen=True)
class Family:
    """Models that differ in one number."""

    parameter: str
    """What it is called."""
    least: float
    most: float
    usual: float
    """What it is if nobody says."""
    rule: Callable[[float], Rule]


FAMILIES: dict[CountingModel, Family] = {
    "counts": Family("smoothing", 1e-4, 1e3, 0.0, AddK),
    "dirichlet": Family("strength", 1e-2, 1e4, 5.0, Dirichlet),
    "absolute": Family("discount", 0.001, 1.0, 0.75, Absolute),
    "kneser-ney": Family("discount", 0.001, 1.0, 0.75, KneserNey),
}
"""Models with a parameter to be tuned, and the range it is looked for in."""


@dataclass(frozen=True)
class Found:
    """Where a loss is least."""

    value: float
    edge: Edge
    """The end of the range that it lies at: beyond, it might be less still."""
    curve: tuple[tuple[float, float], ...]
    """Points (value, loss) from one end of the range to the other."""


def search(
    loss: Callable[[float], Pieces[float]], least: float, most: float
) -> Generator[Progressed | None, None, Found]:
    """Find where a loss is least, by golden section over log10 of its parameter."""
    ends = math.log10(least), math.log10(most)
    places: list[float] = np.linspace(*ends, GRID).tolist()
    values = [least, *(10**x for x in places[1:-1]), most]
    # Each step leaves 0.618 of the bracket, which is two distances of the grid wide at first.
    steps = GRID + math.ceil(math.log(2 * (places[1] - places[0]) / CLOSE, 1 / _GOLDEN))
    losses = []
    for value in values:
        losses.append((yield from loss(value)))
        yield Progressed("tuning", len(losses), steps)
    best = losses.index(min(losses))
    bracket = places[max(0, best - 1)], places[min(GRID - 1, best + 1)]
    at = yield from _narrowed(loss, *bracket, steps)
    curve = tuple(zip(values, losses, strict=True))
    if at - ends[0] < 2 * CLOSE:
        return Found(least, "least", curve)
    if ends[1] - at < 2 * CLOSE:
        return Found(most, "most", curve)
    return Found(10**at, "", curve)


def _narrowed(
    loss: Callable[[float], Pieces[float]], low: float, high: float, steps: int
) -> Generator[Progressed | None, None, float]:
    """Where a loss is least between two places, in decades; `GRID` of all steps are done."""
    a, b = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    of_a = yield from loss(10**a)
    of_b = yield from loss(10**b)
    for done in range(GRID + 1, steps + 1):
        if of_a <= of_b:
            high, b, of_b = b, a, of_a
            a = high - _GOLDEN * (high - low)
            of_a = yield from loss(10**a)
        else:
            low, a, of_a = a, b, of_b
            b = low + _GOLDEN * (high - low)
            of_b = yield from loss(10**b)
        yield Progressed("tuning", done, steps)
    return (low + high) / 2


def tune(
    family: Family, seen: Seen, table: ContextCounts
) -> Generator[Progressed | None, None, Found]:
    """Find the parameter of a family that does best on a table.

    Args:
        family: the models.
        seen: what the counts of train know of the n-grams of dev.
        table: the counts of dev.
    """
    pieces = cut(seen)
    return search(
        lambda value: quick_loss(table, pieces, family.rule(value)), family.least, family.most
    )


def leave_one_out(levels: Levels, smoothing: float) -> Pieces[float]:
    """NLL of add-k on train itself, each event scored by the counts of all others; nats.

    p = (c − 1 + k) / (T − 1 + kV). It needs no dev set.
    """
    table, top = levels.table, levels.level(levels.table.order)
    total = 0.0
    for start in range(0, table.cells, PIECE):
        piece = slice(start, start + PIECE)
        counts = table.counts[piece]
        below = top.totals[top.contexts[piece]] - 1 + smoothing * levels.symbols
        total += float((counts * np.log((counts - 1 + smoothing) / below)).sum())
        yield
    return -total / table.predictions


def expect(seen: Seen, table: ContextCounts) -> Generator[Progressed, None, JelinekMercer]:
    """Find the weights of Jelinek-Mercer by expectation maximisation on a table.

    Each event is shared out among the orders that may have made it, by their parts of its
    probability. Of the events whose context is known to order m, the share that falls to m among
    those up to m is λ_m / (λ_0 + … + λ_m) of the next step: so the likelihood of the weights as
    they are used, made to sum to 1 over the known orders, never falls.

    Args:
        seen: what the counts of train know of the n-grams of dev.
        table: the counts of dev.
    """
    shares, is_known = shares_of(seen)
    events = table.counts / table.predictions
    # Share of the events whose contexts are known to each order.
    reach = (is_known * events).sum(1)

    def loss(weights: Floats) -> float:
        p = mixed(weights, shares) / mixed(weights, is_known)
        return -float((events * np.log(p)).sum())

    def step(weights: Floats) -> Floats:
        parts = weights[:, None] * shares
        return _weighed((parts / parts.sum(0) * events).sum(1), reach)

    weights = np.full(len(shares), 1 / len(shares))
    now = loss(weights)
    for done in range(ROUNDS):
        first = step(weights)
        second = step(first)
        # The steps become ever smaller in the same direction: a leap, if it does not lead astray.
        weights = _leap(weights, first, second)
        before, now = now, loss(weights)
        if not now <= (after := loss(second)):
            weights, now = second, after
        if before - now < STILL:
            break
        yield Progressed("tuning", done + 1, ROUNDS)
    return JelinekMercer(tuple(weights.tolist()))


def _leap(weights: Floats, first: Floats, second: Floats) -> Floats:
    """Where two steps would lead to in the end: Varadhan and Roland's squared extrapolation."""
    change = first - weights
    bend = second - first - change
    size = float(np.linalg.norm(bend))
    factor = max(1.0, float(np.linalg.norm(change)) / size) if size else 1.0
    leapt = weights + 2 * factor * change + factor * factor * bend
    # A weight that is 0 stays 0: no leap may end there.
    leapt = np.maximum(leapt, second / 10)
    leapt /= leapt.sum()
    return leapt


def _weighed(fallen: Floats, reach: Floats) -> Floats:
    """Weights of the next step, from the share of all events that falls to each order.

    Args:
        fallen: those shares, shape (n + 1,).
        reach: share of the events whose contexts are known to each order, falling.
    """
    weights = np.empty_like(fallen)
    left = 1.0
    for m in range(len(fallen) - 1, 0, -1):
        # Up to m, less the events whose contexts are not known to m: those fall lower anyhow.
        among = fallen[: m + 1].sum() - (1 - reach[m])
        weights[m] = left * fallen[m] / among if among > 0 else 0.0
        left -= weights[m]
    weights[0] = left
    return weights
