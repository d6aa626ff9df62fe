"""A model made of counts of any order, as scoring, ranking and sampling see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.models.likelihood import Context, logs
from engine.models.ngrams.contexts import ContextCounts, events
from engine.models.ngrams.levels import NOWHERE, Floats, Levels
from engine.models.ngrams.losses import PIECE
from engine.models.ngrams.smoothing import Rule
from engine.words.order import Encoded
from engine.words.pieces import Pieces
from engine.words.vocabulary import Vocabulary


@dataclass(frozen=True, eq=False)
class CountModel:
    """A model made of counts by a rule."""

    levels: Levels
    rule: Rule

    @property
    def vocabulary(self) -> Vocabulary:
        """The alphabet, of V symbols."""
        return self.levels.table.vocabulary

    @property
    def order(self) -> int:
        """Symbols of an n-gram, n."""
        return self.levels.table.order

    @property
    def dots(self) -> int:
        """Boundary symbols before each word that was counted."""
        return self.levels.table.dots

    def row(self, context: Context) -> list[float]:
        """Probability of each symbol after a context of n − 1 symbols, shape (V,), float64.

        It sums to 1; without smoothing, after a context never seen, it is 0 throughout.
        """
        row: list[float] = self.rule(self.levels.row(context)).tolist()
        return row

    def log_row(self, context: Context) -> list[float]:
        """Natural logs of that row, shape (V,); −inf where it is 0."""
        return logs(self.row(context))

    def log_probability(self, context: Context, symbol: int) -> float:
        """Natural log of one probability in nats, float64; −inf if it is 0."""
        p = float(self.rule(self.levels.look_up(np.array([[*context, symbol]])))[0])
        return math.log(p) if p else -math.inf

    def seen(self, context: Context, symbol: int) -> tuple[int, ...]:
        """How often the n-gram and each of its ends stands in what was counted."""
        found = self.levels.look_up(np.array([[*context, symbol]]))
        return tuple(int(found.count(m)[0]) for m in range(self.order, 0, -1))

    # Many at a time

    def rows(self, contexts: Sequence[Context]) -> Floats:
        """Rows of some contexts, shape (contexts, V), float64."""
        return self.rule(self.levels.rows(contexts)).reshape(len(contexts), -1)

    def known(self, contexts: Sequence[Context]) -> list[int]:
        """How many symbols at the end of each context were seen, one after the other.

        Those before them change nothing: no order above knows the context, and each leaves what
        the orders below say. Nor do they later on, as what stands in the longest context that is
        seen then was seen before.
        """
        grams = np.zeros((len(contexts), self.order), np.int64)
        grams[:, :-1] = contexts
        is_known = np.stack(self.levels.contexts_of(grams)) != NOWHERE
        # No symbol at all is always known.
        lengths: list[int] = (is_known.sum(0) - 1).tolist()
        return lengths

    def probabilities(self, table: ContextCounts) -> Floats:
        """Probability of each cell of a table, shape (cells,), float64."""
        return self.rule(self.levels.look_up(table.grams))

    def log_probabilities(self, words: Encoded) -> Pieces[Floats]:
        """Log probability of every prediction of some words, in order, nats, float64."""
        made = [np.empty(0)]
        for _, columns in events(words, self.order, self.dots):
            grams = np.column_stack(columns)
            for start in range(0, len(grams), PIECE):
                made.append(self._log_probabilities(grams[start : start + PIECE]))
                yield
        return np.concatenate(made)

    def _log_probabilities(self, grams: NDArray[Any]) -> Floats:
        return np.array(logs(self.rule(self.levels.look_up(grams)).tolist()))
