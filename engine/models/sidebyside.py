"""A network of one-hots side by side: W has V rows for each place of a context, and adds them up.

Of order 3 it is the (2V, V) net that is often taken for a trigram: `engine.models.onehots` has what
it can learn at best. The data are those of a table of contexts; only what W makes of them differs:
logits are sums of its rows, and what falls to a logit falls to each of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator

import torch
from torch import Tensor

from engine.models import descent
from engine.models.contextual import ContextObjective, counted
from engine.models.ngrams.rows import Rows, lay_out
from engine.models.objective import Loss, added
from engine.models.onehots import OneHots, edge, optimum, side_by_side
from engine.protocol import Init, Progressed, WordsParted
from engine.words.dataset import Dataset, finish
from engine.words.order import Encoded
from engine.words.pieces import Pieces


class OneHotsObjective(ContextObjective):
    """The loss of one-hots side by side, of one order from 2 on, dots and split.

    Args:
        rows: the contexts, without a row for those never seen, and the counts of each part.
        parted: the words by the parts they are in.

    Raises:
        Refusal: there are too many contexts.
    """

    is_of_rows = False
    has_rows_of_contexts = False

    def __init__(self, rows: Rows, parted: WordsParted | None = None) -> None:
        super().__init__(rows, parted)
        self.entries = math.prod(self.shape)
        contexts = torch.from_numpy(rows.contexts.astype("int64"))
        hot = side_by_side(contexts, len(rows.vocabulary))
        self.seen = OneHots(hot, self.table / self.counts.predictions)
        self._floor = self._settled = math.nan

    def settle(self) -> Pieces[None]:
        """Work out the least loss, and the edge of stability there, unless it takes too long."""
        found = yield from optimum(self.seen)
        if found is not None:
            self._floor, self._settled = found.loss, 2 / found.edge

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of W, ((n − 1)·V, V)."""
        size = len(self.rows.vocabulary)
        return (self.rows.order - 1) * size, size

    @property
    def floor(self) -> float:
        """Least data loss of this network, above that of a table; see `settle`."""
        return self._floor

    def first_weights(self, init: Init, generator: torch.Generator) -> Tensor:
        """Draw the first W, shape ((n − 1)·V, V), float32, on the CPU."""
        return (
            torch.zeros(self.shape)
            if init == "zeros"
            else torch.randn(self.shape, generator=generator)
        )

    def logits(self, weights: Tensor) -> Tensor:
        """Logits in each context, shape (R, V)."""
        return added(weights, [rows.to(weights.device) for rows in self.seen.hot])

    def hot(self, xs: Tensor) -> tuple[Tensor, ...]:
        """Rows of W whose sum is the logits of each example."""
        return tuple(rows[xs] for rows in self.seen.hot)

    def loss(self, weights: Tensor, regularization: float) -> Loss:
        """Evaluate total and data loss of W, and its loss on dev if there is one."""
        w = weights.to("cpu", torch.float64)
        _, data, dev = descent.loss(self.logits(w), *self.terms, 0.0, 1.0, self.dev)
        total = data + regularization * float(w.square().sum()) / self.entries
        return Loss(total, data, None if self.dev is None else dev)

    def gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Gradient of the total loss, shape ((n − 1)·V, V), float64."""
        w = weights.to("cpu", torch.float64)
        slope = self.logit_gradient(w, regularization)
        return self.seen.spread(slope) + 2 * regularization / self.entries * w

    def logit_gradient(self, weights: Tensor, regularization: float) -> Tensor:
        """Gradient of the data loss for the logits, shape (R, V), float64.

        Regularization pulls at W, and so at no logit alone.
        """
        p = torch.softmax(self.logits(weights.to("cpu", torch.float64)), 1)
        return (p * self.totals[:, None] - self.table) / self.counts.predictions

    def settled_edge(self, regularization: float) -> float:
        """2/λmax at the least data loss; not a number if that is not known, see `settle`."""
        if math.isnan(self._settled):
            return math.nan
        return self._edge(self._settled, regularization)

    def _curvature(self, weights: Tensor) -> float:
        """λmax of the Hessian of the data loss."""
        p = torch.softmax(self.logits(weights.to("cpu", torch.float64)), 1)
        return 2 / finish(edge(self.seen, p))


def count(
    dataset: Dataset, encode: Callable[[], Pieces[Encoded]], order: int, dots: int, split: str
) -> Generator[Progressed | None, None, OneHotsObjective]:
    """Count what such a network is trained on, and work out what it can learn at best.

    Raises:
        Refusal: as `engine.models.contextual.counted`.
    """
    tables, parted = yield from counted(dataset, encode, order, dots, split)
    objective = OneHotsObjective(lay_out(tables, split, keeps_rest=False), parted)
    yield from objective.settle()
    return objective
