"""One-hot: an index as a row with a single 1, and what it picks when multiplied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.lab.cells import first_weights
from engine.lab.chapter import Chapter, Inputs, seed_control, words_control
from engine.lab.data import Data, visible
from engine.lab.exhibit import Exhibit, Matrix, Note, Table, columns, matrix, number
from engine.lab.guessing import Prediction, asked_choice

if TYPE_CHECKING:
    from torch import Tensor

ACROSS = 6
"""Columns of the product that are shown."""


def encode(word: str, stoi: Mapping[str, int], V: int) -> tuple[Tensor, Tensor, Tensor]:
    """Turn a word's inputs into (indices, one-hot int64, one-hot float32), shape (m, V)."""
    import torch
    from torch.nn import functional as F

    ix = torch.tensor([stoi[s] for s in "." + word])
    whole = F.one_hot(ix, num_classes=V)
    xenc = whole.float()
    return ix, whole, xenc


def pick(xenc: Tensor, W: Tensor, ix: Tensor) -> tuple[Tensor, bool]:
    """Multiply by W, and compare with a lookup of rows."""
    import torch

    logits = xenc @ W
    is_same = torch.equal(logits, W[ix])
    return logits, is_same


def neuron(xenc: Tensor, W: Tensor, at: int, unit: int) -> tuple[Tensor, Tensor]:
    """One number of the product: an input's row times one column of W, and the same looked up."""
    alone = (xenc[at] * W[:, unit]).sum()
    among = (xenc @ W)[at, unit]
    return alone, among


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the word and the seed."""
    word = data.chosen(inputs.text("word"), 1)[0]
    at, unit = _one(data, word)
    return {"word": word, "seed": inputs.whole("seed"), "at": at, "unit": unit}


def _one(data: Data, word: str) -> tuple[int, int]:
    """The input and the neuron that are looked at: the lecture's, or the last there are."""
    return min(3, len(word)), min(13, data.V - 1)


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Indices, one-hot, float, and the product."""
    word = data.chosen(inputs.text("word"), 1)[0]
    ix, whole, xenc = encode(word, data.stoi, data.V)
    indices = _indices(data, ix)
    yield Exhibit((indices,), 1, 4, 1.0)
    hot = _hot(data, ix, xenc)
    yield Exhibit((indices, hot, _kinds(whole, xenc)), 2, 4, 1.0)
    W = first_weights(data.V, inputs.whole("seed"))
    refusal = _without_float(whole, W)
    yield Exhibit((indices, hot, _kinds(whole, xenc), *refusal), 3, 4, 1.0)
    logits, is_same = pick(xenc, W, ix)
    product = (
        _product(data, ix, logits),
        _verdict(data, is_same),
        _neuron(data, xenc, W, *_one(data, word)),
    )
    yield Exhibit((indices, hot, _kinds(whole, xenc), *refusal, *product), 4, 4)


def _indices(data: Data, ix: Tensor) -> Table:
    rows = tuple((visible(data.symbols[i]), i) for i in ix.tolist())
    return Table("inputs", columns("symbol", "stoi"), rows)


def _hot(data: Data, ix: Tensor, xenc: Tensor) -> Matrix:
    used = set(ix.tolist())
    room = data.shown if not data.hidden else data.shown[: len(data.shown) - len(used)]
    across = sorted({*room, *used})
    return matrix(
        f"xenc, shape {tuple(xenc.shape)}",
        data.labels(ix.tolist()),
        data.labels(across),
        xenc[:, across].tolist(),
        ".0f",
        left_out=data.V - len(across),
    )


def _kinds(whole: Tensor, xenc: Tensor) -> Note:
    return Note(f"one_hot gives {whole.dtype}; .float() makes it {xenc.dtype}.")


def _without_float(whole: Tensor, W: Tensor) -> tuple[Note, ...]:
    try:
        whole @ W
    except RuntimeError as error:
        said = str(error).splitlines()[0]
        return (Note(f"Without .float(), torch says: {said}", "bad"),)
    return (Note("This torch multiplies whole numbers by floats without complaint."),)


def _product(data: Data, ix: Tensor, logits: Tensor) -> Table:
    shown = data.shown[:ACROSS]
    rows = tuple(
        (visible(data.symbols[i]), i, *line)
        for i, line in zip(ix.tolist(), logits[:, shown].tolist(), strict=True)
    )
    heads = columns("input", "row of W", *(f"{label}|.4f" for label in data.labels(shown)))
    return Table("xenc @ W, first columns", heads, rows)


def _verdict(data: Data, is_same: bool) -> Note:
    if not is_same:
        return Note("xenc @ W and W[ix] differ.", "bad")
    return Note(
        f"xenc @ W equals W[ix] bit for bit: {data.V:,} products a number, all but one "
        "of them with 0.",
        "good",
    )


def _neuron(data: Data, xenc: Tensor, W: Tensor, at: int, unit: int) -> Note:
    alone, among = (number(float(x), ".6f") for x in neuron(xenc, W, at, unit))
    return Note(
        f"A column of W is a neuron: {data.V:,} weights, no bias. Neuron {unit} gives the logit of "
        f"{visible(data.symbols[unit])} as the next symbol. For input {at}: "
        f"(xenc[{at}] * W[:, {unit}]).sum() = {alone}, and (xenc @ W)[{at}, {unit}] = {among}."
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the shape of the product; those of its factors may be seen."""
    m, V = len(data.chosen(inputs.text("word"), 1)[0]) + 1, data.V
    shapes = ((m, m), (V, m), (m, V), (V, V))
    return Prediction(
        asked_choice(CHAPTER.question, *map(str, shapes)),
        lambda: str((m, V)),
        after=3,
        because=lambda: f"A row for each of {m} inputs, a logit for each of {V:,} next symbols.",
    )


CHAPTER = Chapter(
    number=6,
    name="onehot",
    title="One-hot",
    text="""
A network multiplies and adds, and an index is no quantity: symbol 26 is not
twice symbol 13. So each index becomes a row of zeros with a single 1 at its
place.

one_hot gives whole numbers, int64, and has no argument for another kind. W
holds floats, and torch multiplies two matrices only if they hold the same
kind of number. Hence .float().

A row with a single 1, times W, is that row of W: every other row is
multiplied by 0. One layer without bias and without anything after it is
therefore a table of rows, looked up.
""",
    question="""
The product only looks rows up. Which shape has xenc @ W, for the word of
the dial? And why multiply at all, then?
""",
    answer="""
A row for each input, a column for each neuron: (5, 27) for emma. (xenc
would be narrower without num_classes, were z not in the word. torch.tensor
keeps indices whole, int64. torch.Tensor makes float32 of all it is given,
and that one_hot refuses.)

Why multiply: to see that the table is a neural network: inputs, a linear
layer, a gradient that flows back. W[ix] gives the same numbers, and
autograd knows its gradient too, so the lookup is what one would write. The
race, chapter 12, shows what it saves.
""",
    pane="heatmap",
    cells=(encode, first_weights, pick, neuron),
    given=given,
    view="logits",
    steps=steps,
    predict=predict,
    writes_dots=True,
    controls=(words_control("One word; empty: an example.", "word", "word"), seed_control()),
)
