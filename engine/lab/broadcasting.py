"""Broadcasting: two shapes lined up from the right, and the trap of a forgotten keepdim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.lab.alignment import align, combine, outcome
from engine.lab.chapter import Chapter, Control, Inputs, seed_control
from engine.lab.data import Data
from engine.lab.exhibit import Exhibit, Mark, Note, Table, columns, number
from engine.lab.generators import lecture_names, side_by_side
from engine.lab.guessing import Prediction, asked_choice
from engine.lab.shapes import Shape, read_shape

if TYPE_CHECKING:
    from torch import Tensor


SAME = 1e-9
"""Losses that differ by less of themselves are the same."""


def divide(N: Tensor, k: float) -> tuple[Tensor, Tensor]:
    """Divide the table by its row sums, without and with `keepdim`: (wrong, right)."""
    P = N.double() + k
    wrong = P / P.sum(1)
    right = P / P.sum(1, keepdim=True)
    return wrong, right


def corner(N: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Take a corner of the table, and what each of its cells is divided by: (N3, wrong, right)."""
    N3 = N[:3, :3]
    along = N3.sum(1).expand_as(N3)  # (3,): lies along a row
    down = N3.sum(1, keepdim=True).expand_as(N3)  # (3, 1): stands
    return N3, along, down


def nll(N: Tensor, wrong: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """Average NLL of the data under both tables, in nats: (wrong, right)."""
    import torch

    nll_wrong = -torch.xlogy(N, wrong).sum() / N.sum()
    nll_right = -torch.xlogy(N, right).sum() / N.sum()
    return nll_wrong, nll_right


def trapped(wrong: Tensor) -> Tensor:
    """Choose the table that names are drawn from."""
    P = wrong  # with P = right, names come out
    return P


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the two shapes, and what the table and the names need."""
    a, b = _shapes(inputs)
    return {"a": a, "b": b, "k": inputs.number("smoothing"), "seed": inputs.whole("seed")}


def _shapes(inputs: Inputs) -> tuple[Shape, Shape]:
    return (
        read_shape("first shape", inputs.text("first")),
        read_shape("second shape", inputs.text("second")),
    )


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Line up the shapes, then set the trap on the real table."""
    shapes = _shapes(inputs)
    alignment = (align(*shapes), *outcome(*shapes))
    yield Exhibit(alignment, 1, 3)
    wrong, right = divide(data.N, inputs.number("smoothing"))
    trap = (*_by_hand(data), _sums(data, wrong, right))
    yield Exhibit((*alignment, *trap), 2, 3)
    yield Exhibit((*alignment, *trap, *_verdict(data, wrong, right, inputs.whole("seed"))), 3, 3)


def _by_hand(data: Data) -> tuple[Table, Table]:
    """A corner of the table with the divisor in each cell, without and with `keepdim`."""
    N3, along, down = (t.tolist() for t in corner(data.N))
    labels = data.labels(range(len(N3)))
    tables = []
    for title, by in (("N3 / N3.sum(1)", along), ("N3 / N3.sum(1, keepdim=True)", down)):
        rows = tuple(
            (label, *(f"{n} / {d}" for n, d in zip(ns, ds, strict=True)))
            for label, ns, ds in zip(labels, N3, by, strict=True)
        )
        size = range(len(labels))
        mark: Mark = _BAD if by is along else _GOOD
        # One symbol's own sum: where it ends up.
        at = tuple((i, j + 1, mark) for i in size for j in size if (j if by is along else i) == 0)
        tables.append(Table(title, columns("", *labels), rows, at))
    return tables[0], tables[1]


def _sums(data: Data, wrong: Tensor, right: Tensor) -> Table:
    """Sums of rows and columns of both tables, for the first symbols."""
    shown = data.shown[:6]
    figures = zip(
        data.labels(shown),
        *(t.sum(axis)[shown].tolist() for t in (wrong, right) for axis in (1, 0)),
        strict=True,
    )
    heads = columns(
        "symbol", "P.sum(1): row|.4f", "column|.4f", "keepdim=True: row|.4f", "column|.4f"
    )
    rows = tuple(figures)
    marks = tuple((i, c, m) for i in range(len(rows)) for c, m in ((1, _BAD), (3, _GOOD)))
    title = "sums of P / P.sum(1) and of P / P.sum(1, keepdim=True)"
    return Table(title, heads, rows, marks, data.V - len(rows))


_BAD: Mark = "bad"
_GOOD: Mark = "good"


def _verdict(data: Data, wrong: Tensor, right: Tensor, seed: int) -> tuple[Note | Table, ...]:
    nll_wrong, nll_right = (float(x) for x in nll(data.N, wrong, right))
    rows = side_by_side(
        lecture_names(trapped(wrong), data.itos, seed), lecture_names(right, data.itos, seed)
    )
    return (
        Table("names drawn, the same seed", columns("P.sum(1)", "keepdim=True"), rows),
        Note(
            f"NLL of the data: {number(nll_wrong, '.6f')} without keepdim, "
            f"{number(nll_right, '.6f')} with it. The loss does not give the fault away; "
            "the row sums and the names do."
        ),
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask what the fault does to the loss; row sums, which give it away, may be seen."""

    def losses() -> tuple[float, float]:
        pair = nll(data.N, *divide(data.N, inputs.number("smoothing")))
        return float(pair[0]), float(pair[1])

    def truth() -> str:
        wrong, right = losses()
        if math.isclose(wrong, right, rel_tol=SAME):
            return "the same"
        return "higher" if wrong > right else "lower"

    def because() -> str:
        wrong, right = (number(each, ".6f") for each in losses())
        return f"It is {wrong} without keepdim and {right} with it."

    question = asked_choice(CHAPTER.question, "higher", "the same", "lower")
    return Prediction(question, truth, after=2, because=because)


CHAPTER = Chapter(
    number=3,
    name="broadcasting",
    title="Broadcasting: the keepdim trap",
    text="""
When torch combines two tensors it lines their shapes up from the right. In
each position the two sizes must be equal, or one of them must be 1, or
missing. A 1 is stretched to the other size. A missing one is put in on the
left as a 1, then stretched too. Anything else is an error.

P.sum(1) of a 27 by 27 table has shape (27,): the summed dimension is gone.
Lined up from the right, it lies along the columns. So P / P.sum(1) divides
column j by the sum of row j. No error, no warning: the wrong table.

keepdim=True keeps the summed dimension with size 1, shape (27, 1). Now the
sums lie along the rows, and each row is divided by its own sum.
""",
    question="""
The wrong table gives nonsense names. What of the NLL of the data under it:
is it higher than that of the right one, the same or lower?
""",
    answer="""
The same. Each word starts and ends with the dot, so each symbol is left as
often as it is entered: row sums equal column sums. The wrong table takes
the log of N[i, j] / sum of column j, the right one of N[i, j] / sum of row
i. Added up over all bigrams, the logs of the sums appear in both totals the
same number of times. The same holds with smoothing.

The wrong table is not nonsense, only misread. Its columns sum to 1: it says
which symbol came before, given the one after. Read backwards, it is as good
a model of the words.
""",
    pane="heatmap",
    cells=(combine, corner, divide, nll, trapped, lecture_names),
    given=given,
    view="counts",
    steps=steps,
    predict=predict,
    controls=(
        Control("first", "first shape", "text", "27, 27", 0, 60, hint="For example 27, 27."),
        Control("second", "second shape", "text", "27", 0, 60, hint="For example 27, 1."),
        Control("smoothing", "smoothing", "number", 0.0, 0, 1e6, (0, 1, 10, 100)),
        seed_control(),
    ),
)
