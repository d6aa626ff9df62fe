"""What names drawn from a model are like, worked out from its table instead of by drawing.

Drawing a name is a walk through an absorbing Markov chain: symbols are its states, the boundary
ends it. With Q the table without the boundary's column, t = (I − Q)⁻¹ 1 is the expected number of
draws from each row on, and the rest follows (Kemeny and Snell, Finite Markov Chains, ch. 3). All of
it is in float64, at the temperature at which names are drawn; that a name is cut at 1,000 symbols
is left out of account.

Of order 1 all rows are alike. Above order 2 the states would be contexts, too many to be solved
for: there nothing is worked out, and neither is it of a large alphabet (`Ngrams.have_theory`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.models.likelihood import Model
from engine.protocol import Sample, Theory
from engine.words.order import Encoded
from engine.words.pieces import Pieces

Floats = NDArray[np.float64]


def expect(
    model: Model, command: Sample, words: Encoded | None, is_repeat: NDArray[np.bool_] | None
) -> Pieces[Theory]:
    """Work out what names drawn in a certain way are like.

    Args:
        model: of order 1 or 2, and not too many symbols.
        command: temperature and prefix, which must be possible.
        words: the dataset; `None` if they are not at hand.
        is_repeat: for each word whether it stands further up already, shape (words,).
    """
    size = len(model.vocabulary)
    logs = np.array([model.log_row((i,)[: model.order - 1]) for i in range(size)])
    yield
    tempered = at_temperature(logs, command.temperature)
    prefix = model.vocabulary.encode(command.prefix)
    known = math.nan
    if words is not None and is_repeat is not None:
        known = yield from known_share(tempered, prefix, words, is_repeat)
    length, deviation, nll = walk(np.exp(tempered), logs, prefix)
    return Theory(length, deviation, one_letter_share(np.exp(tempered), prefix), known, nll)


def at_temperature(logs: Floats, temperature: float) -> Floats:
    """Log of p^(1/T), normalised row by row, shape (V, V)."""
    if temperature == 1:
        return logs
    # Shifted first, so that no temperature, however low, makes every entry −∞.
    scaled = (logs - logs.max(1, keepdims=True)) / temperature
    tempered: Floats = scaled - np.log(np.exp(scaled).sum(1, keepdims=True))
    return tempered


def walk(p: Floats, logs: Floats, prefix: Sequence[int]) -> tuple[float, float, float]:
    """Expected length of a name, its standard deviation, and the expected NLL of a bigram.

    Args:
        p: probabilities that names are drawn with, shape (V, V).
        logs: log probabilities that names are weighed with, shape (V, V).
        prefix: indices of what every name begins with.
    """
    start = prefix[-1] if prefix else 0
    rows = _reached(p, start)
    if not _ends_surely(p, rows):
        return math.inf, math.nan, math.nan
    chain = p[np.ix_(rows, rows)]
    chain[:, rows == 0] = 0
    first = int(np.flatnonzero(rows == start)[0])
    inverse = np.linalg.inv(np.eye(len(rows)) - chain)
    draws = inverse.sum(1)
    # Variance of the number of draws: (2N − I) t − t².
    variance = 2 * inverse[first] @ draws - draws[first] - draws[first] ** 2
    visits = inverse[first]
    cost = -np.where(p > 0, p * np.where(p > 0, logs, 0), 0).sum(1)[rows]
    before = [0, *prefix]
    spent = -sum(logs[i, j] for i, j in zip(before, prefix, strict=False))
    length = float(draws[first]) - 1 + len(prefix)
    nll = float(visits @ cost + spent) / (length + 1)
    return length, math.sqrt(max(0.0, float(variance))), nll


def one_letter_share(p: Floats, prefix: Sequence[int]) -> float:
    """Share of names of one symbol: Σ p(j | .) p(. | j), or what is left of it by a prefix."""
    if not prefix:
        return float(p[0, 1:] @ p[1:, 0])
    return float(p[prefix[0], 0]) if len(prefix) == 1 else 0.0


def known_share(
    logs: Floats, prefix: Sequence[int], words: Encoded, is_repeat: NDArray[np.bool_]
) -> Pieces[float]:
    """Share of names that are words of the dataset: the sum of what each different word gets.

    Args:
        logs: log probabilities that names are drawn with, shape (V, V).
        prefix: indices of what every name begins with; it costs nothing.
        words: the dataset.
        is_repeat: words not to be counted again, shape (words,).
    """
    share = 0.0
    flat = logs.ravel()
    for start, end in words.pieces():
        places = words.starts[start : end + 1] - words.starts[start]
        indices = words.indices[words.starts[start] : words.starts[end] + 1].astype(np.intp)
        # One more, so that the last word, too, has something behind its end.
        steps = np.append(flat.take(indices[:-1] * words.symbols + indices[1:]), 0.0)
        fits = ~is_repeat[start:end]
        for k, symbol in enumerate(prefix, start=1):
            fits &= indices[np.minimum(places[:-1] + k, len(indices) - 1)] == symbol
        ends = places[1:][fits]
        spans = np.column_stack((places[:-1][fits] + len(prefix), ends))
        if len(spans):
            share += float(np.exp(np.add.reduceat(steps, spans.ravel())[::2]).sum())
        yield
    return share


def _reached(p: Floats, start: int) -> NDArray[np.intp]:
    """Rows that can be come to from one, itself included, without going through the boundary."""
    seen = np.zeros(len(p), np.bool_)
    new = np.array([start])
    while len(new):
        seen[new] = True
        follow = (p[new] > 0).any(0)
        follow[0] = False
        new = np.flatnonzero(follow & ~seen)
    return np.flatnonzero(seen)


def _ends_surely(p: Floats, rows: NDArray[np.intp]) -> bool:
    """Whether the boundary can be come to from every one of the rows."""
    good = p[:, 0] > 0
    while True:
        more = good | (p[:, good] > 0).any(1)
        if (more == good).all():
            return bool(good[rows].all())
        good = more
