"""Scoring: how likely a model finds a word, bigram by bigram."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Protocol

from engine.models.counts import Counts
from engine.protocol import ScoredBigram, ScoredWord
from engine.words.finding import spelled
from engine.words.vocabulary import Vocabulary


class Table(Protocol):
    """A model of bigrams, as scoring and sampling see it: a row of probabilities a symbol."""

    @property
    def counts(self) -> Counts:
        """The data it is a model of."""

    def row(self, i: int) -> list[float]:
        """Probabilities of what follows symbol i, shape (V,), float64."""

    def log_row(self, i: int) -> list[float]:
        """Log probabilities of what follows symbol i in nats, shape (V,); −inf if impossible."""

    def log_probability(self, i: int, j: int) -> float:
        """Log P(j | i) in nats, float64; −inf if impossible."""


class CountTable:
    """The count model with its smoothing, as a table of probabilities."""

    def __init__(self, counts: Counts, smoothing: float) -> None:
        self.counts = counts
        self.smoothing = smoothing

    def row(self, i: int) -> list[float]:
        """Row i of (N + k) / Σ, shape (V,)."""
        return self.counts.row(i, self.smoothing)

    def log_row(self, i: int) -> list[float]:
        """Logs of row i, shape (V,); −inf for bigrams never seen and not smoothed."""
        return [math.log(p) if p else -math.inf for p in self.row(i)]

    def log_probability(self, i: int, j: int) -> float:
        """Log of (N[i, j] + k) / Σ; −inf for a bigram never seen and not smoothed."""
        p = self.counts.probability(i, j, self.smoothing)
        return math.log(p) if p else -math.inf


def bigrams(word: str, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Pairs of indices of a word, the boundary before and after it included."""
    indices = [0, *vocabulary.encode(word), 0]
    return list(pairwise(indices))


def nll(word: str, table: Table) -> float:
    """Average negative log likelihood of a word's bigrams in nats; its symbols must be known."""
    pairs = bigrams(word, table.counts.vocabulary)
    # From 0, here and below, so that what is certain has an NLL of 0 and not of −0.
    return (0.0 - math.fsum(table.log_probability(i, j) for i, j in pairs)) / len(pairs)


def score(word: str, table: Table) -> ScoredWord:
    """Take a word apart; unknown symbols and impossible bigrams are named, not raised."""
    vocabulary = table.counts.vocabulary
    if unknown := vocabulary.unknown(word):
        meant = spelled(word, vocabulary.indices)
        return ScoredWord(word, (), -math.inf, math.inf, (), unknown, meant)
    steps = tuple(_scored(bigrams(word, vocabulary), table))
    total = math.fsum(step.log_probability for step in steps)
    impossible = (s.first + s.second for s in steps if s.log_probability == -math.inf)
    return ScoredWord(word, steps, total, (0.0 - total) / len(steps), _once(impossible), ())


def _scored(pairs: Iterable[tuple[int, int]], table: Table) -> Iterator[ScoredBigram]:
    """Every bigram, with what has added up to it."""
    counts, symbols = table.counts, table.counts.vocabulary.symbols
    total = 0.0
    for length, (i, j) in enumerate(pairs, start=1):
        log_p = table.log_probability(i, j)
        total += log_p
        p, mean = math.exp(log_p), (0.0 - total) / length
        yield ScoredBigram(symbols[i], symbols[j], counts.count(i, j), p, log_p, total, mean)


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
