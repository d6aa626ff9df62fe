"""What the experiments of E06 stand on: the words, their bigrams, and how a card is filled in."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from engine.exercises.recipes import Material
from engine.models.ngrams.levels import Floats, Ints
from engine.protocol import Progressed, Unit
from engine.words.order import Encoded
from engine.words.pieces import Pieces

PIECE = 1 << 18
"""Bigrams counted between two pauses: some milliseconds."""


@dataclass
class Found:
    """What an experiment found."""

    figures: list[tuple[str, float, Unit]] = field(default_factory=list)
    """Each with what it is of."""
    why: str = ""
    """What they show, in a sentence or two."""

    def add(self, what: str, value: float, unit: Unit = "nats") -> None:
        """Add a figure."""
        self.figures.append((what, float(value), unit))


@dataclass(frozen=True, eq=False)
class Ground:
    """The words and their bigrams."""

    material: Material
    counts: Floats
    """N, shape (V, V)."""

    @property
    def words(self) -> Encoded:
        """All words as numbers."""
        return self.material.encoded

    @cached_property
    def p(self) -> Floats:
        """Probabilities without smoothing, shape (V, V); a row never seen is 0."""
        return probabilities(self.counts, 0.0)

    @cached_property
    def floor(self) -> float:
        """NLL of the words under their own counts, in nats a prediction."""
        return loss(self.counts, self.p)

    @property
    def predictions(self) -> int:
        """Symbols predicted."""
        return int(self.counts.sum())

    def spell(self, indices: Ints) -> str:
        """Write symbols."""
        symbols = self.material.vocabulary.symbols
        return "".join(symbols[i] for i in indices.tolist())


Working = Generator[Progressed | None, None, Found]
"""An experiment under way, in pieces."""

Experiment = Callable[[Ground], Working]


def tally(words: Encoded) -> Pieces[Floats]:
    """Count the bigrams of words, shape (V, V)."""
    size = words.symbols
    counts = np.zeros(size * size)
    for start in range(0, len(words.indices) - 1, PIECE):
        text = words.indices[start : start + PIECE + 1].astype(np.int64)
        counts += np.bincount(text[:-1] * size + text[1:], minlength=size * size)
        yield
    return counts.reshape(size, size)


def probabilities(counts: Floats, smoothing: float) -> Floats:
    """(N + k) / (Σ N + kV) by rows, shape (V, V); 0 where that would be 0/0."""
    above = counts + smoothing
    below = above.sum(1, keepdims=True)
    p: Floats = above / np.where(below > 0, below, 1.0)
    return p


def loss(counts: Floats, p: Floats) -> float:
    """NLL of a table under probabilities, in nats a prediction; it may be infinite."""
    seen = counts > 0
    with np.errstate(divide="ignore"):
        return 0.0 - float((counts[seen] * np.log(p[seen])).sum() / counts.sum())


def entropy(counts: Floats) -> float:
    """Entropy of counts in nats, of any shape."""
    shares = counts[counts > 0] / counts.sum()
    return 0.0 - float((shares * np.log(shares)).sum())
