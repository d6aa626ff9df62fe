"""A network of contexts as scoring, ranking and sampling see it: softmax of its logits."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.endings import Endings
from engine.models.likelihood import Context
from engine.models.ngrams.contexts import events
from engine.models.objective import added
from engine.models.onehots import side_by_side
from engine.models.views import Moment
from engine.words.order import Encoded
from engine.words.pieces import Pieces
from engine.words.vocabulary import Vocabulary

Floats = NDArray[np.float64]


class ContextNetwork(ABC):
    """softmax of the logits in each context, of the weights as they are now.

    Args:
        endings: the contexts that were seen, and their counts.
    """

    def __init__(self, endings: Endings) -> None:
        self._endings, self._rows = endings, endings.objective.rows
        self._size = len(self._rows.vocabulary)

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
        row: list[float] = np.exp(self._log_rows([context])[0]).tolist()
        return row

    def log_row(self, context: Context) -> list[float]:
        """Natural logs of that row, shape (V,)."""
        row: list[float] = self._log_rows([context])[0].tolist()
        return row

    def log_probability(self, context: Context, symbol: int) -> float:
        """Natural log of one probability in nats, float64."""
        return float(self._log_rows([context])[0, symbol])

    def seen(self, context: Context, symbol: int) -> tuple[int, ...]:
        """How often the n-gram and each of its ends stands in train."""
        path = memoryview(self._endings.path(context)).cast("q")
        counts = tuple(path[symbol :: self._size])
        return counts[:1] if self.order == 2 else counts

    # Many at a time

    def rows(self, contexts: Sequence[Context]) -> Floats:
        """Rows of some contexts, shape (contexts, V), float64."""
        rows: Floats = np.exp(self._log_rows(contexts))
        return rows

    def known(self, contexts: Sequence[Context]) -> list[int]:
        """How many symbols at the end of each context matter: all of them.

        After one without a row may come one that has a row.
        """
        return [self.order - 1] * len(contexts)

    def log_probabilities(self, words: Encoded) -> Pieces[Floats]:
        """Log probability of every prediction of some words, in order, nats, float64."""
        made = [np.empty(0)]
        for _, (*columns, symbols) in events(words, self.order, self.dots):
            contexts: list[Context] = [()] * len(symbols)
            if columns:
                contexts = list(zip(*(column.tolist() for column in columns), strict=True))
            distinct = {context: place for place, context in enumerate(dict.fromkeys(contexts))}
            rows = np.array([distinct[context] for context in contexts], np.intp)
            made.append(self._log_rows(list(distinct))[rows, symbols])
            yield
        return np.concatenate(made)

    @abstractmethod
    def _log_rows(self, contexts: Sequence[Context]) -> Floats:
        """Natural logs of the rows of some contexts, shape (contexts, V), float64."""


class TableNetwork(ContextNetwork):
    """softmax(W), a row a context.

    A context that was never seen has no row in memory, and nothing was learnt of it: after it every
    symbol is as likely as any other.
    """

    def __init__(self, endings: Endings, moment: Moment) -> None:
        super().__init__(endings)
        log_p = torch.log_softmax(moment.weights.to("cpu", torch.float64), 1).numpy()
        # The last row is that of all contexts without one.
        unknown = np.full((1, self._size), -math.log(self._size))
        self._logs: Floats = np.concatenate([log_p[: len(self._rows.contexts)], unknown])

    def _log_rows(self, contexts: Sequence[Context]) -> Floats:
        places = np.array([self._endings.place(context) for context in contexts], np.intp)
        rows: Floats = self._logs[places]
        return rows


class OneHotsNetwork(ContextNetwork):
    """softmax of rows of W added up: those of any context, be it one that was never seen."""

    def __init__(self, endings: Endings, moment: Moment) -> None:
        super().__init__(endings)
        self._w = moment.weights.to("cpu", torch.float64, copy=True)

    def _log_rows(self, contexts: Sequence[Context]) -> Floats:
        symbols = torch.tensor(contexts, dtype=torch.int64).view(len(contexts), self.order - 1)
        hot = side_by_side(symbols, self._size)
        rows: Floats = torch.log_softmax(added(self._w, hot), 1).numpy()
        return rows


def network_of(endings: Endings, moment: Moment) -> ContextNetwork:
    """Give a network as it is now.

    Args:
        endings: the contexts, and their counts.
        moment: the network.
    """
    is_of_rows = endings.objective.is_of_rows
    return (TableNetwork if is_of_rows else OneHotsNetwork)(endings, moment)
