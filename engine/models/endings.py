"""A table of contexts seen as a square: V rows at a time, each of the contexts that end alike.

A context is read as what stands before, and its last symbol: the row. Where less is given than a
context holds, the row is all contexts that end so, put together: counts and gradients add up,
probabilities are averaged, each context's by how often it was seen. Of logits and logarithms there
is no such sum; they are seen of whole contexts only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import torch
from torch import Tensor

from engine.models.contextual import ContextObjective
from engine.models.objective import Objective
from engine.models.views import NETWORK_MATRICES, Moment, cut
from engine.protocol import MatrixName, Row, Watch, Window

Before = tuple[int, ...]
"""Indices of the symbols before that of the row, in the order of reading."""

Together = Literal["added", "averaged", "apart"]
"""What becomes of contexts that end alike: `apart` can only be seen of whole contexts."""


def _probabilities(n: Tensor, smoothing: float) -> Tensor:
    """(N + k) / Σ; 0 throughout where nothing was seen and k is 0."""
    return (n + smoothing) / (n + smoothing).sum(1, keepdim=True).clamp_min(1e-300)


STILL: dict[MatrixName, Callable[[Tensor, float], Tensor]] = {
    "counts": lambda n, _: n,
    "count_probabilities": _probabilities,
    "log_counts": lambda n, _: torch.where(n > 0, n.log(), torch.nan),
}
"""Matrices of the counts N, float64, which do not move while one trains."""

TOGETHER: dict[MatrixName, Together] = {
    "counts": "added",
    "count_probabilities": "averaged",
    "log_counts": "apart",
    "network_probabilities": "averaged",
    "logits": "apart",
    "centred_logits": "apart",
    "difference": "averaged",
    "run_difference": "averaged",
    "gradient": "added",
}


@dataclass(frozen=True, eq=False)
class Under:
    """The contexts that are seen at a time."""

    places: Tensor
    """Their rows in the table, shape (m,), int64."""
    ends: Tensor
    """Of each the row of the square, its last symbol, shape (m,), int64."""
    shares: Tensor
    """Of each what falls to it in its row of the square, shape (m,), float64; they sum to 1."""


class Endings:
    """Looks at a table of contexts.

    Args:
        objective: its counts; they do not change.
    """

    def __init__(self, objective: Objective) -> None:
        assert isinstance(objective, ContextObjective)
        self.objective = objective
        self._contexts = torch.from_numpy(objective.rows.contexts.astype("int64"))
        self._size = objective.table.shape[1]
        self.longest = max(0, objective.rows.order - 2)
        """Symbols before the row's where a row is one context."""
        self._under = lru_cache(8)(self._found)
        self._still = lru_cache(4)(self._of_counts)
        self._paths = lru_cache(1024)(self._path)
        self._places: dict[Before, int] = {}

    # What is in view

    def seen(self, watch: Watch, moment: Moment, smoothing: float) -> tuple[Window | None, Row]:
        """What is watched of a network: a part of a matrix, and the row of the cursor."""
        is_known = watch.matrix in TOGETHER
        window = self.window(watch, moment, smoothing) if is_known else None
        return window, self.row(watch, moment, smoothing)

    def window(self, watch: Watch, moment: Moment, smoothing: float) -> Window:
        """Visible window of a matrix; NaN where no context was seen.

        It says before which rows it is: more than was asked for where a matrix needs it.
        """
        if watch.matrix in STILL:
            before = self._before(watch)
            square, low, high = self._still(watch.matrix, before, smoothing)
        else:
            before, square, low, high = self.whole(watch, moment, smoothing)
        return replace(cut(watch, square.float(), low, high), before=before)

    def whole(
        self, watch: Watch, moment: Moment, smoothing: float
    ) -> tuple[Before, Tensor, float, float]:
        """All of a matrix, whatever part of it is watched.

        Returns:
            What stands before its rows; the matrix, shape (V, V), its least and greatest value.
        """
        before = self._before(watch)
        places = self._under(before).places
        if watch.matrix in STILL:
            values = STILL[watch.matrix](self.objective.table[places], smoothing)
        else:
            values = NETWORK_MATRICES[watch.matrix](moment, smoothing)
            values = values[places.to(values.device)].cpu()
        return before, *self._square(watch.matrix, before, values)

    def row(self, watch: Watch, moment: Moment, smoothing: float) -> Row:
        """Row of the cursor in exact figures, from both models."""
        before, index = self._before(watch), watch.cursor_row
        under = self._under(before)
        mine = under.ends == index
        places, shares = under.places[mine], under.shares[mine][:, None]
        n, totals = self.objective.table[places], self.objective.totals[places][:, None]
        log_q = torch.log_softmax(moment.logits[places].to("cpu", torch.float64), 1)
        # Of what was never seen there is no excess, whatever the logarithms are.
        apart = torch.where(n > 0, n * ((n / totals.clamp_min(1)).log() - log_q), 0.0)
        return Row(
            index,
            n.sum(0).to(torch.int64).numpy().tobytes(),
            (shares * _probabilities(n, smoothing)).sum(0).numpy().tobytes(),
            (shares * log_q.exp()).sum(0).numpy().tobytes(),
            (apart.sum(0) / self.objective.counts.predictions).numpy().tobytes(),
            before,
            self.path((*before, index) if self._contexts.shape[1] else ()),
        )

    # Contexts

    def _before(self, watch: Watch) -> Before:
        """What stands before the rows: as asked, or as far as a matrix needs it."""
        before = watch.before[max(0, len(watch.before) - self.longest) :]
        before = () if any(i >= self._size for i in before) else before
        if TOGETHER.get(watch.matrix) == "apart" and len(before) < self.longest:
            return self._commonest((*before, watch.cursor_row))
        return before

    def _commonest(self, ending: Before) -> Before:
        """What stands before the last symbol in the commonest context that ends so.

        Of all contexts, if none ends so.
        """
        ends = self._ending(ending)
        ends = ends if ends.any() else torch.ones_like(ends)
        totals = torch.where(ends, self.objective.totals[: len(ends)], -1.0)
        return tuple(self._contexts[int(totals.argmax())].tolist()[:-1])

    def _ending(self, ending: Before) -> Tensor:
        """Whether each context ends so, shape (R,)."""
        first = self._contexts.shape[1] - len(ending)
        return (self._contexts[:, first:] == torch.tensor(ending, dtype=torch.int64)).all(1)

    def _found(self, before: Before) -> Under:
        """The contexts with this before their last symbol."""
        if not self._contexts.shape[1]:  # Order 1: whatever stands before, the row is the same.
            ends = torch.arange(self._size)
            return Under(torch.zeros_like(ends), ends, torch.ones(self._size, dtype=torch.float64))
        last = self._contexts.shape[1] - 1
        stands = self._contexts[:, last - len(before) : last]
        is_under = (stands == torch.tensor(before, dtype=torch.int64)).all(1)
        places = torch.nonzero(is_under)[:, 0]
        ends = self._contexts[places, last]
        totals = self.objective.totals[places]
        sums, number = (
            torch.zeros(self._size, dtype=torch.float64).index_add_(0, ends, each)
            for each in (totals, torch.ones_like(totals))
        )
        # Contexts that train does not hold at all have nothing to be weighed by.
        shares = torch.where(sums[ends] > 0, totals / sums[ends].clamp_min(1), 1 / number[ends])
        return Under(places, ends, shares)

    def _of_counts(
        self, matrix: MatrixName, before: Before, smoothing: float
    ) -> tuple[Tensor, float, float]:
        n = self.objective.table[self._under(before).places]
        square, low, high = self._square(matrix, before, STILL[matrix](n, smoothing))
        return square.float(), low, high

    def _square(
        self, matrix: MatrixName, before: Before, values: Tensor
    ) -> tuple[Tensor, float, float]:
        """Put contexts together.

        Args:
            matrix: what is seen.
            before: what stands before the last symbol of each.
            values: of each, shape (m, V).

        Returns:
            The matrix, shape (V, V), of the type of the values, its least and its greatest value.
        """
        under = self._under(before)
        if TOGETHER[matrix] == "averaged":
            values = values * under.shares[:, None].to(values.dtype)
        square = torch.zeros(self._size, self._size, dtype=values.dtype)
        square.index_add_(0, under.ends, values)
        is_unseen = torch.ones(self._size, dtype=torch.bool)
        is_unseen[under.ends] = False
        square[is_unseen] = torch.nan
        there = square[~square.isnan()]
        low, high = there.aminmax() if len(there) else (torch.zeros(()),) * 2
        return square, float(low), float(high)

    def place(self, context: Before) -> int:
        """Row of a context in the table; that behind the last one if it has none."""
        if not self._places:
            self._places = {tuple(c): i for i, c in enumerate(self._contexts.tolist())}
        return self._places.get(context, len(self._places))

    def path(self, context: Before) -> bytes:
        """Counts of each symbol after a context, after all but its first symbol, … after none.

        int64, shape (symbols + 1, V).
        """
        return self._paths(context)

    def _path(self, context: Before) -> bytes:
        table = self.objective.table[: len(self._contexts)]
        counts = [table[self._ending(context[start:])].sum(0) for start in range(len(context) + 1)]
        return torch.stack(counts).to(torch.int64).numpy().tobytes()
