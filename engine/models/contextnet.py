"""A network of contexts as scoring, ranking and sampling see it: softmax of the rows of W."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.endings import Endings
from engine.models.likelihood import Context
from engine.models.ngrams.contexts import events
from engine.models.views import Moment
from engine.words.order import Encoded, Pieces
from engine.words.vocabulary import Vocabulary

Floats = NDArray[np.float64]


class ContextNetwork:
    """softmax(W), a row a context, of the weights as they are now.

    A context that was never seen has no row in memory, and nothing was learnt of it: after it every
    symbol is as likely as any other.

    Args:
        endings: the contexts, and their counts.
        moment: the network.
    """

    def __init__(self, endings: Endings, moment: Moment) -> None:
        self._endings, self._rows = endings, endings.objective.rows
        log_p = torch.log_softmax(moment.weights.to("cpu", torch.float64), 1).numpy()
        self._size = log_p.shape[1]
        # The last row is that of all contexts without one.
        unknown = np.full((1, self._size), -math.log(self._size))
        self._logs: Floats = np.concatenate([log_p[: len(self._rows.contexts)], unknown])

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet, of V symbols."""
        return self._rows.vocabulary

    @property
    def order(self) -> int:
        """Symbols of an n-gram, n."""
        return self._rows.order

    @property
    def dots(self) -> int:
        """Boundary symbols before each word that was counted."""
        return self._rows.dots

    def row(self, context: Context) -> list[float]:
        """Probability of each symbol after a context of n − 1 symbols, shape (V,), float64."""
        row: list[float] = np.exp(self._logs[self._endings.place(context)]).tolist()
        return row

    def log_row(self, context: Context) -> list[float]:
        """Natural logs of that row, shape (V,)."""
        row: list[float] = self._logs[self._endings.place(context)].tolist()
        return row

    def log_probability(self, context: Context, symbol: int) -> float:
        """Natural log of one probability in nats, float64."""
        return float(self._logs[self._endings.place(context), symbol])

    def seen(self, context: Context, symbol: int) -> tuple[int, ...]:
        """How often the n-gram and each of its ends stands in train."""
        path = memoryview(self._endings.path(context)).cast("q")
        counts = tuple(path[symbol :: self._size])
        return counts[:1] if self.order == 2 else counts

    # Many at a time

    def rows(self, contexts: Sequence[Context]) -> Floats:
        """Rows of some contexts, shape (contexts, V), float64."""
        rows: Floats = np.exp(self._logs[[self._endings.place(context) for context in contexts]])
        return rows

    def known(self, contexts: Sequence[Context]) -> list[int]:
        """How many symbols at the end of each context matter: all of them.

        After one without a row may come one that has a row.
        """
        return [self.order - 1] * len(contexts)

    def log_probabilities(self, words: Encoded) -> Pieces[Floats]:
        """Log probability of every prediction of some words, in order, nats, float64."""
        made = [np.empty(0)]
        for _, columns in events(words, self.order, self.dots):
            contexts = zip(*(column.tolist() for column in columns[:-1]), strict=True)
            places = [self._endings.place(context) for context in contexts]
            made.append(self._logs[places or np.zeros(len(columns[-1]), np.intp), columns[-1]])
            yield
        return np.concatenate(made)
