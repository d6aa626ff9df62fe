"""Models as scoring, ranking and sampling see them; and scoring: how likely one finds a word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat, starmap
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine.models.counts import Counts, log_of
from engine.protocol import ScoredBigram, ScoredWord
from engine.words.finding import spelled
from engine.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.words.order import Encoded
    from engine.words.pieces import Pieces

Context = tuple[int, ...]
"""Indices of the n − 1 symbols that one is predicted from; of a bigram, of the one before."""


class Model(Protocol):
    """What scoring, ranking and sampling may ask of a model: a row of probabilities a context."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet, of V symbols."""

    @property
    def order(self) -> int:
        """Symbols of an n-gram, n."""

    @property
    def dots(self) -> int:
        """Boundary symbols before each word that it was made of, at most n − 1."""

    def row(self, context: Context) -> Sequence[float]:
        """Probabilities of what follows a context, shape (V,), float64.

        They sum to 1; without smoothing, after a context never seen, they are 0 throughout.
        """

    def log_row(self, context: Context) -> Sequence[float]:
        """Log probabilities of what follows, shape (V,), float64, nats; −inf if impossible."""

    def log_probability(self, context: Context, symbol: int) -> float:
        """Log P(symbol | context) in nats, float64; −inf if impossible."""

    def seen(self, context: Context, symbol: int) -> tuple[int, ...]:
        """How often the n-gram stands in the data; above order 2 each of its shorter ends, too."""


@runtime_checkable
class Batched(Model, Protocol):
    """A model that offers a fast path: very many n-grams at a time."""

    def rows(self, contexts: Sequence[Context]) -> NDArray[np.float64]:
        """Rows of some contexts, shape (contexts, V)."""

    def known(self, contexts: Sequence[Context]) -> Sequence[int]:
        """How many symbols at the end of each context were seen: those before them change nothing.

        That is so of what follows after more symbols, too.
        """

    def log_probabilities(self, words: Encoded) -> Pieces[NDArray[np.float64]]:
        """Log probability of every prediction of some words, in order, nats."""


class BigramModel:
    """What all models of the bigrams have in common.

    Args:
        counts: the bigrams of the data.
    """

    order, dots = 2, 1

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet."""
        return self.counts.vocabulary

    def seen(self, context: Context, symbol: int) -> tuple[int, ...]:
        """How often the bigram stands in the data."""
        return (self.counts.count(context[0], symbol),)


class CountTable(BigramModel):
    """The count model with its smoothing, as a table of probabilities."""

    def __init__(self, counts: Counts, smoothing: float) -> None:
        super().__init__(counts)
        self.smoothing = smoothing

    def row(self, context: Context) -> list[float]:
        """Row of (N + k) / Σ, shape (V,)."""
        return self.counts.row(context[0], self.smoothing)

    def log_row(self, context: Context) -> list[float]:
        """Logs of that row, shape (V,); −inf for bigrams never seen and not smoothed."""
        return self.counts.log_row(context[0], self.smoothing)

    def log_probability(self, context: Context, symbol: int) -> float:
        """Log of (N[i, j] + k) / Σ; −inf for a bigram never seen and not smoothed."""
        return log_of(self.counts.probability(context[0], symbol, self.smoothing))


def logs(row: Iterable[float]) -> list[float]:
    """Natural logs by Python's own, with whose bits all figures of bigrams are known; −inf of 0."""
    return [math.log(p) if p else -math.inf for p in row]


def before(indices: Sequence[int], order: int) -> Context:
    """Context of what follows the first symbols of a word, boundaries before them included."""
    width = order - 1
    return (*[0] * width, *indices)[len(indices) :]


def steps(indices: Sequence[int], model: Model) -> Iterator[tuple[Context, int]]:
    """Every prediction of a word, its end included: the context, and the symbol that comes.

    Args:
        indices: of the word's symbols.
        model: whose dots say where the predictions begin.
    """
    width = model.order - 1
    text = (*[0] * model.dots, *indices, 0)
    contexts = zip(*(text[k:] for k in range(width)), strict=False) if width else repeat(())
    return zip(contexts, text[width:], strict=False)


def nll(word: str, model: Model) -> float:
    """Average negative log likelihood of a word's n-grams in nats; its symbols must be known.

    It is not a number if the model predicts none of them.
    """
    terms = list(starmap(model.log_probability, steps(model.vocabulary.encode(word), model)))
    return _mean(math.fsum(terms), len(terms))


def score(word: str, model: Model) -> ScoredWord:
    """Take a word apart; unknown symbols and impossible n-grams are named, not raised."""
    vocabulary = model.vocabulary
    if unknown := vocabulary.unknown(word):
        meant = spelled(word, vocabulary.indices)
        return ScoredWord(word, (), -math.inf, math.inf, (), unknown, meant)
    scored = tuple(_scored(word, model))
    total = math.fsum(step.log_probability for step in scored)
    impossible = (s.context + s.second for s in scored if s.log_probability == -math.inf)
    return ScoredWord(word, scored, total, _mean(total, len(scored)), _once(impossible), ())


def _scored(word: str, model: Model) -> Iterator[ScoredBigram]:
    """Every n-gram, with what has added up to it."""
    boundary, width = model.vocabulary.symbols[0], model.order - 1
    text = boundary * model.dots + word + boundary
    total = 0.0
    for at, (context, symbol) in enumerate(steps(model.vocabulary.encode(word), model)):
        log_p = model.log_probability(context, symbol)
        total += log_p
        mean = (0.0 - total) / (at + 1)
        before, second = text[at : at + width], text[at + width]
        seen = model.seen(context, symbol)
        backoff = tuple(_ends(before + second, seen)) if width > 1 else ()
        yield ScoredBigram(
            before[-1:], second, seen[0], math.exp(log_p), log_p, total, mean, before, backoff
        )


def _ends(gram: str, counts: Sequence[int]) -> Iterator[tuple[str, int]]:
    """An n-gram and its shorter ends, the longest first, each with its count."""
    for start, count in enumerate(counts):
        yield gram[start:], count


def _mean(total: float, length: int) -> float:
    # From 0, here and above, so that what is certain has an NLL of 0 and not of −0.
    return (0.0 - total) / length if length else math.nan


def _once(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
