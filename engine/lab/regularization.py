"""Regularization beside smoothing: which k does the work of a λ?"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from engine.lab.apart import (
    Parts,
    judge,
    kept_apart,
    none_apart,
    parts_of,
    split,
    take_train,
    tally,
    turning,
)
from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs
from engine.lab.data import Data, visible
from engine.lab.exhibit import Exhibit, Mark, Matrix, Note, Part, Table, columns, matrix, number
from engine.lab.guessing import Prediction, asked_choice
from engine.lab.source import Loop

if TYPE_CHECKING:
    from torch import Tensor

T = TypeVar("T")

ROUNDS = 30
"""Steps towards the optimum; on names a dozen reach it."""

STOPS = (0.001, 0.01, 0.1, 1, 10, 100)
"""Positions of the dial for λ."""

CURVE = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3)
"""λ at which train and dev are drawn: those between which dev falls and rises again."""

LEAST, MOST = 1e-6, 10.0
"""Range in which the λ that is best on dev is looked for."""

MOST_SYMBOLS = 100
"""Largest alphabet for which that is done: it takes some hundred steps on the whole table."""


def prepare(V: int) -> Tensor:
    """Make W, shape (V, V), all zeros in float64."""
    import torch

    W = torch.zeros((V, V), dtype=torch.float64)
    return W


def newton(W: Tensor, N: Tensor, V: int, lam: float) -> Tensor:
    """One step of W towards the least total loss: gradient by curvature, at most 1 an entry.

    The curvature is the diagonal of the Hessian. What it lacks, the constant of each row, is set
    afterwards: the data do not feel it, so λ·mean(W²) is least where each row's mean is 0.
    """
    p, pull = N.double() / N.sum(), 2 * lam / V**2
    q = W.softmax(1) * p.sum(1, keepdim=True)
    W = W - ((q - p + pull * W) / (q + pull)).clamp(-1, 1)
    W = W - W.mean(1, keepdim=True)
    return W


def losses(W: Tensor, N: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """NLL of the data, and with regularization: (data loss, total loss)."""
    data_loss = -(N * W.log_softmax(1)).sum() / N.sum()
    total_loss = data_loss + lam * (W**2).mean()
    return data_loss, total_loss


def match(N: Tensor, data_loss: Tensor) -> float:
    """Find the smoothing k whose NLL equals a loss, by halving an interval of log k."""
    import torch

    low, high = 1e-9, 1e12
    for _ in range(40):
        k = (low * high) ** 0.5
        P = N.double() + k
        P = P / P.sum(1, keepdim=True)
        is_less = -torch.xlogy(N, P).sum() / N.sum() < data_loss
        low, high = (k, high) if is_less else (low, k)
    return k  # type: ignore[no-any-return]


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give λ and the number of steps."""
    return {"lam": inputs.number("lambda"), "rounds": ROUNDS}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit | None]:
    """Find the optimum of the total loss, then the k that matches it, then the λ best on dev."""
    lam = inputs.number("lambda")
    W = prepare(data.V)
    for done in range(1, ROUNDS + 1):
        W = newton(W, data.N, data.V, lam)
        yield Exhibit((_losses(data, W, lam),), done, ROUNDS + 2, 0.1)
    k = match(data.N, losses(W, data.N, lam)[0])
    parts: tuple[Part, ...] = (_losses(data, W, lam), _matched(data, k, lam))
    yield Exhibit(parts, ROUNDS + 1, ROUNDS + 2)
    kept = yield from _dev(data, lam)
    yield Exhibit((*parts, *kept, *_tables(data, W, k)), ROUNDS + 2, ROUNDS + 2)


def _dev(data: Data, lam: float) -> Generator[None, None, tuple[Part, ...]]:
    """What λ does to words that the network has not seen, and which is best for them."""
    from engine.models.ngrams.tuning import search

    kept = parts_of(data)
    if kept is None:
        return (none_apart(),)
    if data.V > MOST_SYMBOLS:
        said = f"λ is not tuned on dev here: that is done for at most {MOST_SYMBOLS} symbols."
        return (Note(said),)
    rows = []
    for each in sorted({*CURVE, lam}):
        rows.append((each, *(yield from _judged(data, kept, each))))

    def on_dev(each: float) -> Generator[None, None, float]:
        return (yield from _judged(data, kept, each))[1]

    found = yield from _quietly(search(on_dev, LEAST, MOST))
    best = yield from _judged(data, kept, found.value)
    floor = float(kept_apart(kept.N_train, kept.N_dev, 0)[0])
    drawn = [row for row in rows if row[0] in CURVE]
    return (
        _apart(rows, lam),
        Note(
            f"The best λ for dev is {number(found.value, '.3g')}, with {number(best[1], '.6f')}. "
            "Train would have no λ at all. But then W runs off to infinity wherever train lacks a "
            "bigram, and the words of dev that hold one become impossible, as at k = 0."
        ),
        turning(drawn, (floor, best[1]), "λ"),
    )


def _apart(rows: Sequence[tuple[float, float, float]], lam: float) -> Table:
    at = [row[0] for row in rows].index(lam)
    marks: tuple[tuple[int, int, Mark], ...] = tuple((at, c, "strong") for c in range(3))
    heads = columns("λ|,.15g", "train|.6f", "dev|.6f")
    return Table("trained on train alone", heads, tuple(rows), marks)


def _quietly(steps: Generator[object, None, T]) -> Generator[None, None, T]:
    """Work something off without telling how far it has come."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            found: T = stop.value
            return found
        yield


def _judged(data: Data, kept: Parts, lam: float) -> Generator[None, None, tuple[float, float]]:
    """Losses of train and dev at the optimum of train for a λ."""
    W = prepare(data.V)
    for _ in range(ROUNDS):
        W = newton(W, kept.N_train, data.V, lam)
        yield
    train, dev = judge(W, kept.N_train, kept.N_dev)
    return float(train), float(dev)


def _losses(data: Data, W: Tensor, lam: float) -> Table:
    data_loss, total_loss = (float(x) for x in losses(W, data.N, lam))
    rows = (
        ("data loss", data_loss),
        ("λ·mean(W²)", total_loss - data_loss),
        ("total loss", total_loss),
        ("entropy floor", data.counts.floor),
        ("excess loss", data_loss - data.counts.floor),
    )
    title = f"the network with λ = {number(lam, 'g')}"
    return Table(title, columns("figure", "nats|.7f"), rows)


def _matched(data: Data, k: float, lam: float) -> Note:
    reached = data.counts.nll(k)
    return Note(
        f"Smoothing with k = {number(k, '.3g')} gives the counts the same NLL, "
        f"{number(reached, '.7f')}, as λ = {number(lam, 'g')} gives the network."
    )


def _tables(data: Data, W: Tensor, k: float) -> tuple[Part, ...]:
    P, Q = normalise(data.N, k), W.softmax(1)
    difference = Q - P
    i, j = divmod(int(difference.abs().argmax()), data.V)
    pair = visible(data.symbols[i] + data.symbols[j])
    uniform = 1 / data.V
    far = data.counts.totals.index(min(data.counts.totals))
    reach = (float((t[far] - uniform).abs().max()) for t in (P, Q))
    smoothed, regularized = (number(x) for x in reach)
    return (
        Note(
            f"The tables are not the same: they differ most at {pair}, by "
            f"{number(abs(float(difference[i, j])))}. The row with the fewest counts is "
            f"{visible(data.symbols[far])}: smoothed, it is at most {smoothed} from uniform, "
            f"regularized {regularized}."
        ),
        _picture(data, "network, in percent", 100 * Q),
        _picture(data, "smoothed counts, in percent", 100 * P),
        _picture(data, "network − smoothed counts, in percent", 100 * difference, True),
    )


def _picture(data: Data, title: str, values: Tensor, is_signed: bool = False) -> Matrix:
    labels = data.labels(data.shown)
    part = values[data.shown][:, data.shown].tolist()
    return matrix(title, labels, labels, part, ".0f", is_signed=is_signed, left_out=data.hidden)


def predict(data: Data, inputs: Inputs) -> Prediction | None:
    """Ask which rows the spring moves most; losses may be seen, no table yet."""
    if data.V > MOST_SYMBOLS:
        return None
    lam = inputs.number("lambda")

    def moved() -> tuple[float, float]:
        """How far the rarer and the more frequent half of the rows are from their counts."""
        W = prepare(data.V)
        for _ in range(ROUNDS):
            W = newton(W, data.N, data.V, lam)
        apart = (W.softmax(1) - normalise(data.N, 0)).abs().sum(1) / 2
        often = sorted(range(data.V), key=data.counts.totals.__getitem__)
        half = data.V // 2
        return float(apart[often[:half]].mean()), float(apart[often[-half:]].mean())

    def truth() -> str:
        rare, frequent = moved()
        if math.isclose(rare, frequent, rel_tol=0.1):
            return "all alike"
        return "those of rare symbols" if rare > frequent else "those of frequent symbols"

    def because() -> str:
        rare, frequent = (number(100 * each, ".1f") for each in moved())
        return (
            f"Of the rarer half of the rows {rare} % of the probability is moved to other "
            f"cells, of the more frequent half {frequent} %."
        )

    options = ("those of frequent symbols", "all alike", "those of rare symbols")
    question = asked_choice(CHAPTER.question, *options)
    return Prediction(question, truth, ROUNDS, because=because)


CHAPTER = Chapter(
    number=11,
    name="regularization",
    title="Regularization",
    text="""
With W = 0 every row of softmax(W) is uniform. Adding λ·mean(W²) to the loss
pulls W towards 0, as if each entry hung on a spring, and the probabilities
towards uniform, as smoothing does to the counts. The larger λ, the smoother
the table.

The two are alike, not equal. k weighs the same in each cell, so in a row
with many counts it is hardly felt. The spring pulls on W, that is, on logs;
it holds back most what would have to go furthest.

The total loss never reaches the entropy floor: part of it is the spring's.
Its least value is found in steps of gradient divided by curvature, a dozen
for thousands of plain ones, and k by halving an interval.
""",
    question="""
Does it change rows of frequent symbols most, of rare ones, or all alike?
""",
    answer="""
Those of rare ones, as with smoothing. The pull of the data on a row is
proportional to how often its symbol occurs; the spring pulls on each row
alike. Where there are few data, the spring wins. How strong it should be,
only words kept apart can say: train is best without any.
""",
    pane="training",
    cells=(
        prepare,
        Loop("rounds", (newton,)),
        losses,
        match,
        split,
        tally,
        take_train,
        prepare,
        Loop("rounds", (newton,)),
        judge,
    ),
    given=given,
    view="network_probabilities",
    sets=(("lambda", "regularization"),),
    steps=steps,
    predict=predict,
    controls=(Control("lambda", "reg λ", "number", 0.01, 1e-6, 1e4, STOPS),),
)
