"""Two one-hots side by side: logits W[a] + W[V + b], a table of (2V, V) taken for a trigram.

It is no table of pairs: what b does it does after every a. The loss is convex, so its least value
is a fact. The optimum lies at infinity wherever a symbol was never seen after a, or after b; there
p is 0 from the outset, and Newton's method finds the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.ngrams.contexts import ContextCounts
from engine.models.ngrams.levels import Floats, Ints
from engine.words.order import Pieces

MOST_FREE = 2_500
"""Entries of W that Newton's method is used for; its matrix is that many squared."""

RIDGE = 1e-10
"""Added to the curvature: shifts of a row, or from one one-hot to the other, change nothing."""

SETTLED = 1e-11
"""Nats: a step that promises less is not taken. Where words are few and the optimum lies at
infinity, the ridge would let dozens of further steps gain as little."""

MOST_STEPS = 60

POWER = 2_000
"""Most steps of a power iteration."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Counts of order 3 as a table: a row for each pair of symbols that was seen."""

    first: Ints
    """a of each pair, shape (pairs,)."""
    second: Ints
    """b of each pair, shape (pairs,)."""
    shares: Floats
    """Counts over all predictions, shape (pairs, V)."""

    @property
    def symbols(self) -> int:
        """Size of the alphabet, V."""
        return int(self.shares.shape[1])

    @cached_property
    def totals(self) -> Floats:
        """Share of each pair, shape (pairs,)."""
        total: Floats = self.shares.sum(1)
        return total

    @cached_property
    def floor(self) -> float:
        """Least NLL of any table of pairs, in nats."""
        seen = self.shares > 0
        p = (self.shares / self.totals[:, None])[seen]
        return -float((self.shares[seen] * np.log(p)).sum())


def pairs_of(table: ContextCounts) -> Pairs:
    """Lay counts of order 3 out.

    Raises:
        ValueError: they are of another order.
    """
    if table.order != 3:
        raise ValueError(f"pairs come before the third symbol, not before that of {table.order}")
    size = len(table.vocabulary)
    keys = table.grams[:, 0].astype(np.int64) * size + table.grams[:, 1]
    known, rows = np.unique(keys, return_inverse=True)
    shares = np.zeros((len(known), size))
    shares[rows, table.grams[:, 2]] = table.counts / table.predictions
    return Pairs(known // size, known % size, shares)


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the loss of two one-hots is least."""

    loss: float
    """Nats a prediction."""
    edge: float
    """2/λmax there: above this rate plain descent does not settle."""


def optimum(pairs: Pairs) -> Pieces[Optimum | None]:
    """Find the least loss; `None` if there are too many entries for it."""
    marginals = _marginals(pairs)
    is_free = marginals > 0
    if int(is_free.sum()) > MOST_FREE:
        return None
    rows = _rows(pairs)
    # Where either marginal is 0 the optimum has p = 0.
    barred = np.where(is_free[rows[0]] & is_free[rows[1]], 0.0, -math.inf)
    w = _start(marginals, is_free)
    loss, p = _evaluated(pairs, w, barred)
    for _ in range(MOST_STEPS):
        slope: Floats = (_spread(pairs, p * pairs.totals[:, None]) - marginals)[is_free]
        curvature = _curvature(pairs, p, is_free)
        yield
        step = _solved(curvature, slope)
        promised = float(slope @ step)
        yield
        if promised < SETTLED:
            break
        length = 1.0
        while length > 1e-6:
            moved = w.copy()
            moved[is_free] -= length * step
            new, new_p = _evaluated(pairs, moved, barred)
            if new <= loss:
                w, loss, p = moved, new, new_p
                break
            length /= 2
        else:
            break
    return Optimum(loss, edge(pairs, p))


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solve a system by torch, which keeps to one thread: BLAS would take all of them."""
    found: Floats = torch.linalg.solve(torch.from_numpy(matrix), torch.from_numpy(right)).numpy()
    return found


def edge(pairs: Pairs, p: Floats) -> float:
    """2/λmax of the curvature where the pairs have these probabilities, shape (pairs, V)."""
    scale = pairs.totals[:, None]
    first, second = _rows(pairs)

    def bent(v: Floats) -> Floats:
        u = v[first] + v[second]
        return _spread(pairs, scale * p * (u - (p * u).sum(1, keepdims=True)))

    return _edge(bent, (2 * pairs.symbols, pairs.symbols), None)


def table_edge(counts: Floats) -> float:
    """2/λmax of a table with a row of logits a context, at its optimum.

    Args:
        counts: shape (contexts, V); each row is a block of its own of the curvature.
    """
    totals = counts.sum(1, keepdims=True)
    p, scale = counts / totals, totals / totals.sum()

    def bent(v: Floats) -> Floats:
        hv: Floats = scale * p * (v - (p * v).sum(1, keepdims=True))
        return hv

    return _edge(bent, counts.shape, 1)


def _edge(bent: Callable[[Floats], Floats], shape: tuple[int, ...], axis: int | None) -> float:
    """2/λmax by power iteration.

    Args:
        bent: the curvature times a W.
        shape: of W.
        axis: along which W falls into blocks of their own; `None` if it does not.
    """
    v = np.random.default_rng(0).standard_normal(shape)
    largest = 0.0
    for _ in range(POWER):
        v /= np.maximum(np.linalg.norm(v, axis=axis, keepdims=True), 1e-300)
        hv = bent(v)
        before, largest = largest, float((v * hv).sum(axis).max())
        if abs(largest - before) < 1e-13 * largest:
            break
        v = hv
    return 2 / largest if largest > 0 else math.inf


def _rows(pairs: Pairs) -> tuple[Ints, Ints]:
    """Rows of W that make the logits of each pair."""
    return pairs.first, pairs.second + pairs.symbols


def _spread(pairs: Pairs, values: Floats) -> Floats:
    """Add what falls to each pair, shape (pairs, V), to both of its rows; shape (2V, V)."""
    total = np.zeros((2 * pairs.symbols, pairs.symbols))
    for rows in _rows(pairs):
        np.add.at(total, rows, values)
    return total


def _marginals(pairs: Pairs) -> Floats:
    """Shares of each symbol after each a, and after each b, shape (2V, V)."""
    return _spread(pairs, pairs.shares)


def _start(marginals: Floats, is_free: NDArray[np.bool_]) -> Floats:
    """What either symbol says alone, the two of them taken together."""
    size = marginals.shape[1]
    single = marginals[:size].sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.log(marginals / marginals.sum(1, keepdims=True))
        w[size:] -= np.log(single)
    start: Floats = np.where(is_free, w, 0.0)
    return start


def _evaluated(pairs: Pairs, w: Floats, barred: Floats) -> tuple[float, Floats]:
    """Loss in nats, and probabilities, shape (pairs, V)."""
    first, second = _rows(pairs)
    logits = w[first] + w[second] + barred
    logits -= logits.max(1, keepdims=True)
    p = np.exp(logits)
    below = p.sum(1, keepdims=True)
    seen = pairs.shares > 0
    return -float((pairs.shares[seen] * (logits - np.log(below))[seen]).sum()), p / below


def _curvature(pairs: Pairs, p: Floats, is_free: NDArray[np.bool_]) -> Floats:
    """The Hessian over the free entries, shape (free, free)."""
    size = pairs.symbols
    blocks = -p[:, :, None] * p[:, None, :]
    diagonal = np.arange(size)
    blocks[:, diagonal, diagonal] += p
    blocks *= pairs.totals[:, None, None]
    h = np.zeros((2 * size, size, 2 * size, size))
    first, second = _rows(pairs)
    for rows in (first, second):
        own = np.zeros((2 * size, size, size))
        np.add.at(own, rows, blocks)
        for row in np.unique(rows):
            h[row, :, row, :] = own[row]
    h[first, :, second, :] = blocks
    h[second, :, first, :] = blocks
    free = np.flatnonzero(is_free)
    found: Floats = h.reshape(2 * size * size, -1)[np.ix_(free, free)]
    found[np.diag_indices_from(found)] += RIDGE
    return found
