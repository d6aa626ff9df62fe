"""Optimizers that race to the floor; the bodies of those that move W are shown as they stand.

The gap of a table W is Σ shareᵢ · KL(qᵢ ‖ softmax(Wᵢ)) ≥ 0 in nats, what its average NLL has above
the entropy floor. Rows never meet in it, so a table is worked off some rows at a time, and no piece
of work depends on how large the alphabet is. No optimizer changes a tensor in place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from engine.records import record

if TYPE_CHECKING:
    from torch import Tensor

ENTRIES = 16_000
"""Entries of W that are worked on at once."""

NEAR = (("1e-3", 1e-3), ("1e-6", 1e-6))
"""Gaps to which steps and time are counted, as `within` has them; at the last a race is over."""

# What a chapter shows


def targets(N: Tensor) -> tuple[Tensor, Tensor]:
    """What each row is to become, q, shape (V, V), and its share of the data, shape (V, 1)."""
    totals = N.double().sum(1, keepdim=True)
    q, share = N / totals, totals / totals.sum()
    return q, share


def none_taken() -> list[list[int | None]]:
    """Begin a list of the steps that each optimizer takes."""
    taken = []  # type: ignore[var-annotated]
    return taken


def no_gaps() -> list[float]:
    """Begin a list of gaps, one after each step."""
    gaps = []  # type: ignore[var-annotated]
    return gaps


def measure(W: Tensor, q: Tensor, share: Tensor, gaps: list[float]) -> list[float]:
    """Note how far W is from the floor, in nats."""
    above = q.xlogy(q) - q * W.log_softmax(1)
    gaps.append((share * above).sum().item())
    return gaps


def within(gaps: list[float], taken: list[list[int | None]]) -> list[list[int | None]]:
    """Note the first step after which the gap is small, for two measures of small."""
    first = [
        next((step for step, gap in enumerate(gaps, 1) if gap <= near), None)
        for near in (1e-3, 1e-6)
    ]
    taken.append(first)
    return taken


def plain(W: Tensor, q: Tensor, share: Tensor, rate: float) -> Tensor:
    """Gradient descent: one rate for all rows."""
    grad = share * (W.softmax(1) - q)
    W = W - rate * grad
    return W


def by_rows(W: Tensor, q: Tensor, row_rate: float) -> Tensor:
    """The gradient of each row divided by its share."""
    W = W - row_rate * (W.softmax(1) - q)
    return W


def at_rest(W: Tensor) -> tuple[Tensor, Tensor]:
    """Where Nesterov's method stands before its first step, row by row."""
    Z, t = W, W.new_ones(len(W), 1)
    return Z, t


def nesterov(W: Tensor, Z: Tensor, t: Tensor, q: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Nesterov's accelerated gradient on rows; one that climbs begins anew.

    The sequence t is that of Nesterov (1983), the restart by the gradient that of O'Donoghue and
    Candès (2015); 2 is 1/L, because no row's curvature exceeds ½.
    """
    grad = Z.softmax(1) - q
    ahead = Z - 2 * grad
    climbs = (grad * (ahead - W)).sum(1, keepdim=True) > 0
    t_next = ((1 + (1 + 4 * t**2).sqrt()) / 2).where(~climbs, 1)
    Z = ahead + ((t - 1) / t_next).where(~climbs, 0) * (ahead - W)
    W, t = ahead, t_next
    return W, Z, t


def first_sizes(W: Tensor) -> tuple[Tensor, Tensor]:
    """How far Rprop moves each cell at first, and the gradient before, of which there is none."""
    size, last = W.new_full(W.shape, 0.1), W.new_zeros(W.shape)
    return size, last


def rprop(W: Tensor, size: Tensor, last: Tensor, q: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Rprop (Riedmiller and Braun, 1993): the sign of the gradient, and a step size a cell."""
    grad = W.softmax(1) - q
    turn = grad * last
    size = size.where(turn <= 0, 1.2 * size).where(turn >= 0, 0.5 * size)
    size = size.clamp(1e-9, 50)
    last = grad.where(turn >= 0, 0)
    W = W - size * last.sign()
    return W, size, last


def newton(W: Tensor, q: Tensor) -> Tensor:
    """Newton's step of each row: (diag p − p pᵀ) d = q − p has the solution d = q/p − 1."""
    p = W.softmax(1).clamp_min(1e-300)
    W = W + (q / p - 1).clamp(max=1)
    return W


def counting(N: Tensor) -> Tensor:
    """The exact answer, with a logit so low that it is as good as the log of 0."""
    W = N.double().log().clamp_min(-50)
    return W


# The race

State = tuple["Tensor", ...]
"""What an optimizer keeps from step to step; W comes first."""


@record
class Rows:
    """Some rows of the table."""

    N: Tensor
    q: Tensor
    share: Tensor
    W: Tensor
    """Where all begin."""


@record
class Way:
    """An optimizer."""

    name: str
    said: str
    """What it knows that the one before does not."""
    begin: Callable[[Tensor], State]
    move: Callable[[Rows, State], State]


def ways(rate: float, row_rate: float) -> tuple[Way, ...]:
    """All that race, each of which knows more than the one before."""
    return (
        Way(
            "plain",
            "one rate for all rows, no higher than the commonest of them bears. A row seldom seen "
            "has a small gradient, and waits.",
            lambda W: (W,),
            lambda on, s: (plain(s[0], on.q, on.share, rate),),
        ),
        Way(
            "rows",
            "knows how often each row is seen. Divided by that, the gradients of all rows are "
            "alike, and none waits for another.",
            lambda W: (W,),
            lambda on, s: (by_rows(s[0], on.q, row_rate),),
        ),
        Way(
            "momentum",
            "knows the way it came, too. Nesterov's method goes on in that direction and takes "
            "the gradient there; a row that climbs begins anew.",
            lambda W: (W, *at_rest(W)),
            lambda on, s: nesterov(s[0], s[1], s[2], on.q),
        ),
        Way(
            "Rprop",
            "knows where each cell turned. A cell has a step size of its own, which grows while "
            "the sign of its gradient stays and is halved when it changes. How large the "
            "gradient is, it does not ask.",
            lambda W: (W, *first_sizes(W)),
            lambda on, s: rprop(s[0], s[1], s[2], on.q),
        ),
        Way(
            "Newton",
            "knows the curvature, and with it how far to go. For softmax that takes no inverse: "
            "W += q/p − 1, by at most 1.",
            lambda W: (W,),
            lambda on, s: (newton(s[0], on.q),),
        ),
        Way(
            "counting",
            "knows the answer: W = log N.",
            lambda W: (W,),
            lambda on, s: (counting(on.N),),
        ),
    )


def rows_of(N: Tensor, W: Tensor) -> list[Rows]:
    """Part a table, shape (V, V), into pieces of work."""
    import torch

    q, share = targets(N)
    size = max(1, ENTRIES // W.shape[1])
    parts = zip(*(torch.split(table, size) for table in (N, q, share, W)), strict=True)
    return [Rows(*each) for each in parts]


def gap_of(table: list[Rows]) -> Generator[None, None, float]:
    """Measure the gap that all start from, a small piece of work at a time."""
    parts = list[float]()
    for rows in table:
        measure(rows.W, rows.q, rows.share, parts)
        yield
    return sum(parts)


class Lane:
    """One optimizer on its way, with a stopwatch.

    Args:
        way: the optimizer.
        table: the rows it starts from.
    """

    def __init__(self, way: Way, table: list[Rows]) -> None:
        self.way = way
        self._table = table
        self._states = [way.begin(rows.W) for rows in table]
        self.gaps: list[float] = []
        """The gap after each step, in nats."""
        self.seconds: list[float] = []
        """Seconds that the steps took up to each; to measure the gap does not count."""

    @property
    def is_there(self) -> bool:
        """Whether the gap is closed as far as is looked at."""
        return bool(self.gaps) and self.gaps[-1] <= NEAR[-1][1]

    @property
    def taken(self) -> list[int | None]:
        """Steps to each of the gaps of `NEAR`."""
        return within(self.gaps, [])[0]

    def advance(self, end: int) -> Iterator[None]:
        """Go on up to a step, or until the gap is closed, a small piece of work at a time."""
        if not self.gaps:
            # What is run the first time only is no part of a step.
            self.way.move(self._table[0], self._states[0])
        work = 0
        while len(self.gaps) < end and not self.is_there:
            seconds, parts = 0.0, list[float]()
            for i, rows in enumerate(self._table):
                begun = time.perf_counter()
                self._states[i] = self.way.move(rows, self._states[i])
                seconds += time.perf_counter() - begun
                measure(self._states[i][0], rows.q, rows.share, parts)
                work += rows.W.numel()
                if work >= ENTRIES:
                    work = 0
                    yield
            self.gaps.append(sum(parts))
            self.seconds.append(seconds + (self.seconds[-1] if self.seconds else 0.0))
