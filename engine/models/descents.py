"""Plain descent of nets that guess the third symbol from two, in float64, as learners write them.

Either a row of W for each pair, W (V², V), or two one-hots side by side, W (2V, V). The data enter
through the counts of pairs, so that a step costs the pairs that were seen, not the text.
"""

from __future__ import annotations

import torch

from engine.models.objective import added
from engine.models.onehots import OneHots
from engine.protocol import LECTURE_SEED
from engine.words.pieces import Pieces

MOST_WEIGHTS = 200_000
"""Entries of W from which on a descent is not followed: a step would take too long."""

MOST_LOGITS = 60_000
"""Logits a step, of all pairs that were seen, from which on it is not followed either."""

AT_ONCE = 20
"""Steps taken between two pauses: some milliseconds."""


def descend(
    pairs: OneHots, is_table: bool, steps: int, rate: float = 50.0, regularization: float = 0.0
) -> Pieces[list[float]]:
    """Follow a descent from `torch.randn` with the lecture's seed.

    Args:
        pairs: the data.
        is_table: whether W has a row for each pair, context index V·a + b; else two one-hots.
        steps: how many are taken.
        rate: the learning rate.
        regularization: λ of the total loss, data + λ·mean(W²).

    Returns:
        The total loss before each step, and after the last one, in nats.
    """
    size = pairs.symbols
    first, second = pairs.hot
    rows = (size * first + second - size,) if is_table else pairs.hot
    generator = torch.Generator().manual_seed(LECTURE_SEED)
    w = torch.randn((size * size if is_table else 2 * size, size), generator=generator).double()
    shares, totals = pairs.shares, pairs.totals
    losses: list[float] = []
    for step in range(steps + 1):
        log_p = torch.log_softmax(added(w, rows), 1)
        penalty = regularization * float((w**2).mean()) if regularization else 0.0
        losses.append(penalty - float((shares * log_p).sum()))
        slope = log_p.exp_() * totals - shares
        if regularization:
            w *= 1 - 2 * rate * regularization / w.numel()
        for each in rows:
            w.index_add_(0, each, slope, alpha=-rate)
        if step % AT_ONCE == 0:
            yield
    return losses


def is_affordable(pairs: OneHots, is_table: bool) -> bool:
    """Whether W, and what a step makes of it, are small enough for a descent to be followed."""
    weights = pairs.symbols**2 * (pairs.symbols if is_table else 2)
    return weights <= MOST_WEIGHTS and pairs.shares.numel() <= MOST_LOGITS
