"""What the snapshot shows of the model: the visible window of a matrix, and the cursor's row."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import torch
from torch import Tensor

from engine.models.counts import Counts
from engine.models.likelihood import BigramModel, Context
from engine.models.objective import Objective
from engine.protocol import MatrixName, Row, Watch, Window


@dataclass(frozen=True, eq=False)
class Moment:
    """The network as it is, or was, after some step."""

    objective: Objective
    weights: Tensor
    """W."""
    regularization: float
    """In force at that step."""
    other: Moment | None = None
    """The network of another run on the same objective, which this one is held against."""

    @cached_property
    def logits(self) -> Tensor:
        """Logits in each context, shape (R, V): for a table W itself."""
        return self.objective.logits(self.weights)

    @property
    def counts(self) -> Counts:
        """Of bigrams: W is (V, V) wherever a matrix or a word is looked at."""
        assert isinstance(self.objective.counts, Counts)
        return self.objective.counts


class NetworkTable(BigramModel):
    """softmax(W) of the weights as they are now, as a table of probabilities."""

    def __init__(self, moment: Moment) -> None:
        super().__init__(moment.counts)
        self._log = torch.log_softmax(moment.weights.to("cpu", torch.float64), 1)

    def row(self, context: Context) -> list[float]:
        """Row of softmax(W), shape (V,), float64."""
        values: list[float] = self._log[context].exp().tolist()
        return values

    def log_row(self, context: Context) -> list[float]:
        """Natural logs of that row, shape (V,), float64."""
        values: list[float] = self._log[context].tolist()
        return values

    def log_probability(self, context: Context, symbol: int) -> float:
        """Natural log of an entry of softmax(W) in nats, float64."""
        return float(self._log[*context, symbol])


@lru_cache(maxsize=4)
def _counted(counts: Counts, index: int, smoothing: float) -> Row:
    # The counts do not change while training does; their row need not be made anew each time.
    return counts.cursor_row(index, smoothing)


def cursor_row(moment: Moment, index: int, smoothing: float) -> Row:
    """Row of the cursor in exact figures, from both models."""
    counts = moment.counts
    logs = torch.log_softmax(moment.weights[index].to("cpu", torch.float64), 0)
    return replace(
        _counted(counts, index, smoothing),
        network_probabilities=logs.exp().numpy().tobytes(),
        excess=array("d", counts.excess(index, logs.tolist())).tobytes(),
    )


def window(watch: Watch, moment: Moment, smoothing: float) -> Window:
    """Visible window of a matrix of the network, which must lie inside the table."""
    return cut(watch, *whole(watch.matrix, moment, smoothing))


def whole(matrix: MatrixName, moment: Moment, smoothing: float) -> tuple[Tensor, float, float]:
    """All of a matrix of the network, shape (V, V), float32, its least and its greatest value."""
    # On the CPU before the range is found: one transfer instead of three.
    values = NETWORK_MATRICES[matrix](moment, smoothing).to("cpu", torch.float32)
    low, high = values.aminmax()
    return values, float(low), float(high)


def cut(watch: Watch, square: Tensor, low: float, high: float) -> Window:
    """What is visible of a matrix, shape (V, V), float32, on the CPU."""
    part = square[watch.row : watch.row + watch.rows, watch.column : watch.column + watch.columns]
    return Window(
        watch.matrix,
        watch.row,
        watch.column,
        part.shape[0],
        part.shape[1],
        low=low,
        high=high,
        values=part.contiguous().numpy().tobytes(),
    )


def _difference(moment: Moment, smoothing: float) -> Tensor:
    """softmax(W) less the probabilities of the counts."""
    n = moment.objective.table + smoothing
    # A symbol that nothing follows has no row of its own without smoothing.
    p = n / n.sum(1, keepdim=True).clamp_min(1e-300)
    return torch.softmax(moment.logits.to("cpu", torch.float64), 1) - p


def _run_difference(moment: Moment, _: float) -> Tensor:
    """softmax(W) less that of another run: 0 throughout where there is none but itself."""
    q, other = (
        torch.softmax(each.logits.to("cpu", torch.float64), 1)
        for each in (moment, moment.other or moment)
    )
    return q - other


def _gradient(moment: Moment, _: float) -> Tensor:
    """What each logit is pulled by."""
    return moment.objective.logit_gradient(moment.weights, moment.regularization)


NETWORK_MATRICES: dict[MatrixName, Callable[[Moment, float], Tensor]] = {
    "network_probabilities": lambda moment, _: torch.softmax(moment.logits, 1),
    "logits": lambda moment, _: moment.logits,
    "centred_logits": lambda moment, _: moment.logits - moment.logits.mean(1, keepdim=True),
    "difference": _difference,
    "run_difference": _run_difference,
    "gradient": _gradient,
}
"""What can be seen of a network, shape (R, V), with so much added to the counts beside it."""
