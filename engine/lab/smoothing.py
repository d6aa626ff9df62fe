"""Smoothing: k added to every count, from nothing to a million."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs, words_control
from engine.lab.data import Data, visible
from engine.lab.exhibit import (
    Column,
    Exhibit,
    Line,
    Mark,
    Matrix,
    Note,
    Series,
    Table,
    columns,
    matrix,
    number,
)

if TYPE_CHECKING:
    from torch import Tensor

STOPS = (0, 0.01, 0.1, 1, 3, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
"""Positions of the dial for k, all of which the table goes through."""


def nll(N: Tensor, P: Tensor) -> Tensor:
    """Average NLL of the data, in nats a bigram."""
    import torch

    data_nll = -torch.xlogy(N, P).sum() / N.sum()
    return data_nll


def one_word(word: str, P: Tensor, stoi: Mapping[str, int]) -> Tensor:
    """Average NLL of one word's bigrams; infinite if one has probability 0."""
    ix, iy = [stoi[s] for s in "." + word], [stoi[s] for s in word + "."]
    word_nll = -P[ix, iy].log().mean()
    return word_nll


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the smoothing and the word."""
    return {"k": inputs.number("smoothing"), "word": data.unseen(inputs.text("word"))}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Go through the dial's positions, then stop where the dial stands."""
    word, k = data.unseen(inputs.text("word")), inputs.number("smoothing")
    rows: list[tuple[float, float, float, float]] = []
    dial = sorted({*STOPS, k})
    for done, stop in enumerate(dial, start=1):
        P = normalise(data.N, stop)
        rows.append((stop, *_figures(data, P, word)))
        yield Exhibit((_table(word, rows, k), _series(rows, data.V)), done, len(dial) + 1, 0.3)
    P = normalise(data.N, k)
    last = (
        _table(word, rows, k),
        _series(rows, data.V),
        _word(data, word, P, k),
        _picture(data, P),
    )
    yield Exhibit(last, len(dial) + 1, len(dial) + 1)


def _figures(data: Data, P: Tensor, word: str) -> tuple[float, float, float]:
    uniform = float((P - 1 / data.V).abs().max())
    return float(nll(data.N, P)), float(one_word(word, P, data.stoi)), uniform


def _table(word: str, rows: Sequence[tuple[float, float, float, float]], k: float) -> Table:
    heads = (
        *columns("k|,.15g", "NLL of the data|.6f"),
        Column(f"NLL of {visible(word)}", ".6f"),
        Column("furthest from 1/V", ".4f"),
    )
    at = [row[0] for row in rows]
    marks: tuple[tuple[int, int, Mark], ...] = (
        tuple((at.index(k), c, "strong") for c in range(4)) if k in at else ()
    )
    return Table("smoothing", heads, tuple(rows), marks)


def _series(rows: Sequence[tuple[float, float, float, float]], size: int) -> Series:
    points = tuple((math.log10(k), x) for k, x, _, _ in rows if k > 0)
    words = tuple((math.log10(k), w) for k, _, w, _ in rows if k > 0 and math.isfinite(w))
    lines = (Line("NLL of the data", points), Line("NLL of the word", words))
    level = (f"ln {size:,}, all equal", math.log(size))
    return Series("NLL against smoothing", lines, "log10 k", "NLL", levels=(level,))


def _word(data: Data, word: str, P: Tensor, k: float) -> Note:
    pairs = list(zip("." + word, word + ".", strict=True))
    never = [a + b for a, b in pairs if not data.N[data.stoi[a], data.stoi[b]]]
    score = float(one_word(word, P, data.stoi))
    shown = f"At k = {number(k, 'g')} the NLL of {visible(word)} is {number(score, '.6f')}."
    if not never:
        return Note(f"{shown} Each of its bigrams was seen.")
    names = ", ".join(visible(pair) for pair in dict.fromkeys(never))
    return Note(f"{shown} Never seen in the data: {names}.")


def _picture(data: Data, P: Tensor) -> Matrix:
    labels = data.labels(data.shown)
    part = (100 * P[data.shown][:, data.shown]).tolist()
    return matrix("P, in percent", labels, labels, part, ".0f", left_out=data.hidden)


CHAPTER = Chapter(
    number=10,
    name="smoothing",
    title="Smoothing",
    text="""
A bigram the data never hold has count 0 and probability 0. Its log is
−infinite, and so a single such bigram makes a word impossible, however
ordinary the rest of it.

Smoothing adds k to every count before the rows are divided by their sums,
as if each bigram had been seen k times more. Nothing is impossible any
more.

The larger k, the less the counts matter. The table fades to uniform, every
entry 1/V, and the NLL climbs to ln V: the loss of a model that knows
nothing.
""",
    question="""
The NLL of the data is least at k = 0. Why smooth, then?
""",
    answer="""
It is least on the very words that were counted. But the model is to be used
on others, and there one unseen bigram makes the average infinite. The right
k is the one that does best on words kept apart, a dev set.
""",
    pane="heatmap",
    cells=(normalise, nll, one_word),
    given=given,
    steps=steps,
    controls=(
        Control("smoothing", "smoothing", "number", 1.0, 0, 1e9, STOPS),
        words_control("One word; empty: one with an unseen bigram.", "word", "word"),
    ),
)
