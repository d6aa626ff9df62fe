"""One-hots side by side: logits W[a] + W[V + b], a table of (2V, V) taken for a trigram.

Of order n there are n − 1 of them. It is no table of contexts: what b does it does after every a.
The loss is convex, so its least value is a fact. The optimum lies at infinity wherever a symbol was
never seen after a, or after b; there p is 0 from the outset, and Newton's method finds the rest.
Its steps come from conjugate gradients, which only ask what the curvature does to a W.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from engine.models.ngrams.contexts import ContextCounts
from engine.models.objective import added, curvatures
from engine.words.pieces import Pieces

MOST_ADDED = 1_000_000
"""Logits of all contexts, times the one-hots, up to which the optimum is found: in a second."""

SETTLED = 1e-12
"""Nats: a step that promises less is not taken."""

MOST_STEPS = 60

CLOSE = 1e-16
"""Nats: conjugate gradients end where what is left of the slope promises less."""

MOST_ROUNDS = 200
"""Of conjugate gradients, for one step."""

LEAST = 1e-300
"""Curvature of an entry that has none to speak of."""

POWER = 2_000
"""Most steps of a power iteration."""


def side_by_side(contexts: Tensor, symbols: int) -> tuple[Tensor, ...]:
    """Give the rows of W whose sum is the logits of each context.

    Args:
        contexts: indices of their n − 1 symbols, shape (contexts, n − 1), int64.
        symbols: size of the alphabet, V.

    Returns:
        Rows for each place, the oldest symbol's first, shape (contexts,) each.
    """
    return tuple(symbols * place + column for place, column in enumerate(contexts.T))


@dataclass(frozen=True, eq=False)
class OneHots:
    """Contexts that were seen: the rows of W that are added up in each, and what followed."""

    hot: tuple[Tensor, ...]
    """See `side_by_side`."""
    shares: Tensor
    """Counts over all predictions, shape (contexts, V), float64."""

    @property
    def symbols(self) -> int:
        """Size of the alphabet, V."""
        return self.shares.shape[1]

    @cached_property
    def totals(self) -> Tensor:
        """Share of each context, shape (contexts, 1)."""
        return self.shares.sum(1, keepdim=True)

    @cached_property
    def floor(self) -> float:
        """Least NLL of any table with a row for each context, in nats."""
        p = self.shares / self.totals.clamp_min(LEAST)
        return -float(torch.xlogy(self.shares, p).sum())

    @cached_property
    def marginals(self) -> Tensor:
        """Share of each symbol after each that stands at each place, shape (height of W, V)."""
        return self.spread(self.shares)

    def spread(self, values: Tensor) -> Tensor:
        """Add what falls to each context, shape (contexts, V), to all of its rows of W."""
        total = values.new_zeros(len(self.hot) * self.symbols, self.symbols)
        for rows in self.hot:
            total.index_add_(0, rows, values)
        return total

    def bent(self, p: Tensor, w: Tensor) -> Tensor:
        """The curvature of the loss, where the contexts have probabilities p, times a W."""
        u = added(w, self.hot)
        return self.spread(self.totals * p * (u - (p * u).sum(1, keepdim=True)))


def onehots_of(table: ContextCounts) -> OneHots:
    """Lay counts out.

    Raises:
        ValueError: they are of order 1, where there is no context.
    """
    if table.order < 2:
        raise ValueError(f"there is no symbol before the only one of order {table.order}")
    known, rows = np.unique(table.grams[:, :-1].astype(np.int64), axis=0, return_inverse=True)
    symbols = len(table.vocabulary)
    shares = np.zeros((len(known), symbols))
    shares[rows.ravel(), table.grams[:, -1]] = table.counts / table.predictions
    return OneHots(side_by_side(torch.from_numpy(known), symbols), torch.from_numpy(shares))


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the loss of one-hots side by side is least."""

    loss: float
    """Nats a prediction."""
    edge: float
    """2/λmax there: above this rate plain descent does not settle."""


def optimum(seen: OneHots) -> Pieces[Optimum | None]:
    """Find the least loss in steps of some milliseconds; `None` if there is too much to add up."""
    if seen.shares.numel() * len(seen.hot) > MOST_ADDED:
        return None
    is_free = seen.marginals > 0
    # Where any marginal is 0 the optimum has p = 0.
    barred = torch.zeros_like(seen.shares)
    for rows in seen.hot:
        barred.masked_fill_(~is_free[rows], -math.inf)
    yield
    w = _start(seen, is_free)
    yield
    loss, p = _evaluated(seen, w, barred)
    for _ in range(MOST_STEPS):
        slope = (seen.spread(seen.totals * p) - seen.marginals).where(is_free, 0.0)
        step = yield from _solved(seen, p, slope, is_free)
        if float((slope * step).sum()) < SETTLED:
            break
        length = 1.0
        while length > 1e-6:
            new, new_p = _evaluated(seen, w - length * step, barred)
            yield
            if new <= loss:
                w, loss, p = w - length * step, new, new_p
                break
            length /= 2
        else:
            break
    return Optimum(loss, (yield from edge(seen, p)))


def _solved(seen: OneHots, p: Tensor, slope: Tensor, is_free: Tensor) -> Pieces[Tensor]:
    """Find what the curvature turns into a slope: the closer, the closer the optimum is.

    The curvature knows no shift of a row, nor one from a one-hot to another: nor does the slope,
    so conjugate gradients never leave for there. Each entry is weighed by its own curvature.
    """
    weighed = 1 / seen.spread(seen.totals * p * (1 - p)).clamp_min(LEAST)
    weighed = weighed.where(is_free, 0.0)
    found, left = torch.zeros_like(slope), slope.clone()
    ahead = weighed * left
    promised = first = float((left * ahead).sum())
    close = max(CLOSE, first * min(0.01, first))
    for _ in range(MOST_ROUNDS):
        bent = seen.bent(p, ahead).where(is_free, 0.0)
        against = float((ahead * bent).sum())
        if promised <= close or against <= 0:
            break
        found += promised / against * ahead
        left -= promised / against * bent
        before, promised = promised, float((left * weighed * left).sum())
        ahead = weighed * left + promised / before * ahead
        yield
    return found


def edge(seen: OneHots, p: Tensor) -> Pieces[float]:
    """2/λmax of the curvature where the contexts have these probabilities, shape (contexts, V)."""
    generator = torch.Generator().manual_seed(0)
    v = torch.randn(seen.marginals.shape, generator=generator, dtype=torch.float64)
    largest = 0.0
    for _ in range(POWER):
        v /= v.norm().clamp_min(LEAST)
        bent = seen.bent(p, v)
        before, largest = largest, float((v * bent).sum())
        if abs(largest - before) < 1e-13 * largest:
            break
        v = bent
        yield
    return 2 / largest if largest > 0 else math.inf


def table_edge(counts: Tensor) -> float:
    """2/λmax of a table with a row of logits a context, at its optimum.

    Args:
        counts: shape (contexts, V), float64; each row is a block of its own of the curvature.
    """
    totals = counts.sum(1)
    largest = float((totals / totals.sum() * curvatures(counts / totals[:, None])).max())
    return 2 / largest if largest > 0 else math.inf


def _start(seen: OneHots, is_free: Tensor) -> Tensor:
    """What each symbol says alone, all of them taken together."""
    size = seen.symbols
    alone = seen.shares.sum(0).clamp_min(LEAST).log()
    w = (seen.marginals / seen.marginals.sum(1, keepdim=True).clamp_min(LEAST)).log()
    w[size:] -= alone
    return w.where(is_free, 0.0)


def _evaluated(seen: OneHots, w: Tensor, barred: Tensor) -> tuple[float, Tensor]:
    """Loss in nats, and probabilities, shape (contexts, V)."""
    log_p = torch.log_softmax(added(w, seen.hot) + barred, 1)
    loss = -float(torch.where(seen.shares > 0, seen.shares * log_p, 0.0).sum())
    return loss, log_p.exp().nan_to_num_(0.0)
