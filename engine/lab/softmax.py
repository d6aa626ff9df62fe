"""Logits and softmax: numbers at every stage, and why a constant changes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.lab.cells import examples, first_weights
from engine.lab.chapter import Chapter, Control, Inputs, seed_control, words_control
from engine.lab.data import Data, visible
from engine.lab.exhibit import Cell, Exhibit, Note, Table, columns, number
from engine.lab.guessing import Prediction, asked_number

if TYPE_CHECKING:
    from torch import Tensor

FIRST = 8
"""Symbols whose way through the softmax is shown, the right one apart."""


LARGEST = (2 - 2.0**-23) * 2.0**127
"""The largest number of float32."""

HARMLESS = 1e-3
"""A change of a probability that is due to rounding alone is below this."""


def forward(W: Tensor, ix: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Logits, their exp, and probabilities, each of shape (m, V)."""
    logits = W[ix]
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdim=True)
    return logits, counts, probs


def loss(probs: Tensor, iy: Tensor) -> tuple[Tensor, Tensor]:
    """NLL of each example, shape (m,), and their mean."""
    import torch

    nll = -probs[torch.arange(len(iy)), iy].log()
    mean = nll.mean()
    return nll, mean


def shift(logits: Tensor, c: float) -> tuple[Tensor, Tensor]:
    """Add a constant to the logits: probabilities as written above, and made safe."""
    raised = (logits + c).exp()
    shifted = raised / raised.sum(1, keepdim=True)
    lowered = (logits + c) - (logits + c).max(1, keepdim=True).values
    safe = lowered.exp() / lowered.exp().sum(1, keepdim=True)
    return shifted, safe


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the word, the seed and the constant."""
    word = data.chosen(inputs.text("word"), 1)[0]
    return {"word": word, "seed": inputs.whole("seed"), "c": inputs.number("constant")}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Follow each example through the stages, then average, then add the constant."""
    word = data.chosen(inputs.text("word"), 1)[0]
    ix, iy = examples(word, data.stoi)
    logits, counts, probs = forward(first_weights(data.V, inputs.whole("seed")), ix)
    nll, mean = loss(probs, iy)
    table = _examples(data, ix, iy, (logits, counts, probs), nll)
    total = len(ix) + 2
    for at in range(len(ix)):
        stages = _stages(data, at, ix, iy, (logits, counts, probs))
        yield Exhibit((stages, _part(table, at + 1)), at + 1, total, 1.0)
    average = Note(f"Mean over {len(ix)} examples: loss {number(float(mean), '.7f')}.", "strong")
    first = _stages(data, 0, ix, iy, (logits, counts, probs))
    yield Exhibit((first, table, average), total - 1, total, 1.0)
    shifted = _shifted(logits, probs, inputs.number("constant"))
    yield Exhibit((first, table, average, *shifted), total, total)


def _stages(
    data: Data, at: int, ix: Tensor, iy: Tensor, stages: tuple[Tensor, Tensor, Tensor]
) -> Table:
    """Way of one example's row from logits to probabilities."""
    target = int(iy[at])
    shown = sorted({*range(min(FIRST, data.V)), target})
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (visible(data.symbols[j]), *(float(t[at, j]) for t in stages)) for j in shown
    )
    sums = ("sum of the row", "", float(stages[1][at].sum()), float(stages[2][at].sum()))
    pair = visible(data.symbols[int(ix[at])] + data.symbols[target])
    return Table(
        f"example {at + 1}, {pair}: its row of W on the way to probabilities",
        columns("next", "logit|.4f", "exp|.4f", "p|.4f"),
        (*rows, sums),
        tuple((shown.index(target), c, "strong") for c in range(4)),
        data.V - len(shown),
    )


def _examples(
    data: Data, ix: Tensor, iy: Tensor, stages: tuple[Tensor, Tensor, Tensor], nll: Tensor
) -> Table:
    logits, counts, probs = stages
    rows: list[tuple[Cell, ...]] = []
    for at, (i, j) in enumerate(zip(ix.tolist(), iy.tolist(), strict=True)):
        pair = visible(data.symbols[i] + data.symbols[j])
        figures = (logits[at, j], counts[at, j], counts[at].sum(), probs[at, j], nll[at])
        rows.append((pair, *(float(x) for x in figures)))
    heads = columns("example", "logit|.4f", "exp|.4f", "row sum|.4f", "p|.4f", "−log p|.4f")
    return Table("the right next symbol of each example", heads, tuple(rows))


def _harm(shifted: Tensor, probs: Tensor) -> str:
    """Say what has become of the rows: some are no numbers, some nothing but 0."""
    rows, lost = len(shifted), int(shifted.isnan().any(1).sum())
    empty = int((shifted.sum(1) == 0).sum())
    said = [f"{lost:,} of {rows:,} rows have become nan, 0/0 or ∞/∞"] if lost else []
    if empty:
        said.append(f"in {empty:,} of {rows:,} the sum is infinite and every probability 0")
    if not said:
        change = float((shifted - probs).abs().max())
        said.append(f"Probabilities change by up to {number(change, '.2f')}")
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}."


def _part(table: Table, rows: int) -> Table:
    return Table(table.title, table.columns, table.rows[:rows])


def _shifted(logits: Tensor, probs: Tensor, c: float) -> tuple[Note, ...]:
    shifted, safe = shift(logits, c)
    change, kept = float((shifted - probs).abs().max()), float((safe - probs).abs().max())
    said = number(c, "g")
    if change < HARMLESS:
        return (
            Note(
                f"With {said} added to every logit, no probability changes by more than "
                f"{number(change, '.0e')}.",
                "good",
            ),
        )
    return (
        Note(f"With {said} added, exp leaves the range of float32. {_harm(shifted, probs)}", "bad"),
        Note(
            "With the largest logit of each row subtracted first, no probability changes "
            f"by more than {number(kept, '.0e')}.",
            "good",
        ),
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask where exp overflows; all may be seen but what a constant does."""
    word = data.chosen(inputs.text("word"), 1)[0]
    return Prediction(
        asked_number(CHAPTER.question, f"A row has {data.V:,} logits here."),
        lambda: math.log(LARGEST) - math.log(data.V),
        after=len(word) + 2,
        right=1.5,
        near=15,
        form=".2f",
        because=lambda: f"There {data.V:,} times exp(c) is {number(LARGEST, '.2g')}, the largest.",
    )


CHAPTER = Chapter(
    number=7,
    name="softmax",
    title="Logits and softmax",
    text="""
W has a row for each symbol: any numbers, negative ones too, at random to
begin with. The lecture reads them as logs of counts, logits. exp makes each
positive, so it can be read as a count. Divided by their sum, they are
probabilities. The two steps together are the softmax.

Each step can be differentiated, so the loss can tell W how to change.

A constant c added to a whole row multiplies each exp by the same exp(c),
and the division takes it away again. So a row of W is fixed only up to a
constant. That is of use: with the largest logit of the row subtracted
first, no exp can overflow.
""",
    question="""
From which c on does the plain formula fail in float32, if the logits of a
row are near 0?
""",
    answer="""
With 27 of them from 85.43 on. float32 ends at 3.4e38, and 27 times
exp(85.43) is more than that: the sum is infinite, and every probability 0.
From 88.73 on each exp is infinite too, and ∞/∞ is not a number. Turn the
constant to 85, to 100, and to −200: there every exp is 0, and 0/0 is no
better.
""",
    pane="heatmap",
    cells=(examples, first_weights, forward, loss, shift),
    given=given,
    view="network_probabilities",
    steps=steps,
    predict=predict,
    writes_dots=True,
    controls=(
        words_control("One word; empty: an example.", "word", "word"),
        Control("constant", "constant", "number", 10.0, -1e3, 1e3, (-200, -10, 0, 10, 50, 85, 100)),
        seed_control(),
    ),
)
