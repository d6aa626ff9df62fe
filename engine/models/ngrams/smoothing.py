"""How probabilities are made of counts: add-k, and the models that lean on shorter contexts.

All but add-k start from 1/V and climb the orders m = 1 … n; c is the count of the m-gram, T that
of its context, K how many kinds of symbols follow the context, q the probability one order below.
Where a context was never seen, q stays. Each sums to 1 over the symbols.

Sources: Jelinek and Mercer 1980; Witten and Bell 1991; MacKay and Peto 1995 (Dirichlet); Ney,
Essen and Kneser 1994 (absolute discounting); Kneser and Ney 1995; Chen and Goodman 1998 (three
discounts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

import numpy as np

from engine.models.ngrams.levels import Floats, Levels, Seen
from engine.protocol import Parameter


class Rule(Protocol):
    """Makes probabilities of what was seen."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of the last symbol of each n-gram after the others, shape (grams,)."""


@dataclass(frozen=True)
class AddK:
    """p = (c + k) / (T + kV), of the highest order alone.

    With k = 0 what was never seen has p = 0, after a context never seen every symbol.
    """

    smoothing: float = 0.0
    """k, 0 or more."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""
        top = seen.order
        below = seen.total(top) + self.smoothing * seen.symbols
        return (seen.count(top) + self.smoothing) / np.where(below > 0, below, 1.0)


@dataclass(frozen=True)
class WittenBell:
    """p = (c + K·q) / (T + K): nothing to tune."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""

        def step(m: int, q: Floats) -> Floats:
            kinds = seen.kinds(m)
            return _divided(seen.count(m) + kinds * q, seen.total(m) + kinds, q)

        return _climbed(seen, step)


@dataclass(frozen=True)
class Dirichlet:
    """p = (c + a·q) / (T + a)."""

    strength: float
    """a, above 0: as many symbols the order below is worth."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""
        a = self.strength
        return _climbed(seen, lambda m, q: (seen.count(m) + a * q) / (seen.total(m) + a))


@dataclass(frozen=True)
class Absolute:
    """p = (max(c − D, 0) + D·K·q) / T."""

    discount: float
    """D, from 0 to 1: taken off every count."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""

        def step(m: int, q: Floats) -> Floats:
            kept = np.maximum(seen.count(m) - self.discount, 0.0)
            return _divided(kept + self.discount * seen.kinds(m) * q, seen.total(m), q)

        return _climbed(seen, step)


@dataclass(frozen=True)
class KneserNey:
    """Absolute discounting; below n, c counts how many kinds of symbols stand to the left."""

    discount: float
    """D, from 0 to 1."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""

        def step(m: int, q: Floats) -> Floats:
            kept = np.maximum(seen.left(m) - self.discount, 0.0)
            return _divided(kept + self.discount * seen.kinds(m) * q, seen.left_total(m), q)

        return _climbed(seen, step)


@dataclass(frozen=True)
class ModifiedKneserNey:
    """Kneser-Ney with a discount of its own for a c of 1, of 2, and of 3 or more."""

    discounts: tuple[tuple[float, float, float], ...]
    """D₁, D₂, D₃ of each order m = 1 … n; none is above the c it is taken off."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""

        def step(m: int, q: Floats) -> Floats:
            c = seen.left(m)
            one, two, more = self.discounts[m - 1]
            once, twice, often = seen.rare(m)
            # None is above its c, so nothing falls below 0.
            kept = c - np.choose(np.minimum(c, 3).astype(int), (0.0, one, two, more))
            freed = one * once + two * twice + more * often
            return _divided(kept + freed * q, seen.left_total(m), q)

        return _climbed(seen, step)


@dataclass(frozen=True)
class JelinekMercer:
    """p = Σ λ_m·c/T over uniform and the orders that know the context, λ made to sum to 1."""

    weights: tuple[float, ...]
    """λ of uniform, 1 … n."""

    def __call__(self, seen: Seen) -> Floats:
        """Probability of each n-gram."""
        shares, is_known = shares_of(seen)
        return mixed(np.array(self.weights), shares) / mixed(np.array(self.weights), is_known)


def parameter_of(rule: Rule) -> tuple[str | None, Parameter]:
    """What the parameter of a model is called, and its value."""
    match rule:
        case AddK():
            return "smoothing", rule.smoothing
        case Dirichlet():
            return "strength", rule.strength
        case Absolute() | KneserNey():
            return "discount", rule.discount
        case ModifiedKneserNey():
            return "discounts", tuple(chain.from_iterable(rule.discounts))
        case JelinekMercer():
            return "weights", rule.weights
    return None, None


def shares_of(seen: Seen) -> tuple[Floats, Floats]:
    """c/T of uniform and of each order, and 1 where the context is known; shape (n + 1, grams)."""
    shares = np.full((seen.order + 1, len(seen)), 1 / seen.symbols)
    is_known = np.ones_like(shares)
    for m in range(1, seen.order + 1):
        total = seen.total(m)
        is_known[m] = total > 0
        shares[m] = seen.count(m) / np.maximum(total, 1)
    return shares, is_known


def mixed(weights: Floats, shares: Floats) -> Floats:
    """Weigh the rows of an array, shape (n + 1, grams), and add them up."""
    total: Floats = (weights[:, None] * shares).sum(0)
    return total


def estimated(levels: Levels) -> ModifiedKneserNey:
    """Modified Kneser-Ney with the discounts that Chen and Goodman estimate from train alone.

    With n_i the number of m-grams whose c is i: Y = n₁ / (n₁ + 2n₂), and
    D_i = i − (i + 1) · Y · n_{i+1} / n_i, kept between 0 and i. Where n_i is 0, D_i is Y, as in
    absolute discounting; where n₁ or n₂ is 0, as for single symbols, there is no Y, and D is ½.
    """
    return ModifiedKneserNey(tuple(_discounts(levels, m) for m in range(1, levels.table.order + 1)))


def _discounts(levels: Levels, m: int) -> tuple[float, float, float]:
    left = levels.level(m).left
    n = [int(np.count_nonzero(left == i)) for i in range(5)]
    if not n[1] or not n[2]:
        return (0.5, 0.5, 0.5)
    y = n[1] / (n[1] + 2 * n[2])
    one, two, more = (
        min(max(i - (i + 1) * y * n[i + 1] / n[i], 0.0), float(i)) if n[i] else y for i in (1, 2, 3)
    )
    return one, two, more


def _climbed(seen: Seen, step: Callable[[int, Floats], Floats]) -> Floats:
    p = np.full(len(seen), 1 / seen.symbols)
    for m in range(1, seen.order + 1):
        p = step(m, p)
    return p


def _divided(above: Floats, below: Floats, otherwise: Floats) -> Floats:
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), otherwise)
