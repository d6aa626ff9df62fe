"""Weights become log counts: W beside log N while a run of the chapter's own goes on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.apart import Parts, judge, none_apart, parts_of, split, take_train, tally
from engine.lab.cells import descend, exact_weights
from engine.lab.chapter import Chapter, Control, Inputs, seed_control
from engine.lab.data import Data, visible
from engine.lab.exhibit import Exhibit, Line, Note, Part, Series, Table, columns, number
from engine.lab.guessing import Prediction, asked_number
from engine.lab.source import Loop

if TYPE_CHECKING:
    from torch import Tensor

BLOCK = 10
"""Most steps between two exhibits."""

LOOKS = 100
"""Most looks at the weights; on a large table one costs as much as several steps."""

ROWS = 4
"""Rows whose cells never seen are followed."""

POINTS = 1_000
"""Most cells in the scatter: all of them, unless the alphabet is large."""


def compare(W: Tensor, N: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Correlate W with log N over the cells seen: (raw, with rows centred, centred pairs)."""
    import torch

    seen = N > 0
    both = torch.stack((W, N.double().log().where(seen, 0)))
    means = (both * seen).sum(2, keepdim=True) / seen.sum(1, keepdim=True)
    pairs = (both - means)[:, seen]
    raw = torch.corrcoef(both[:, seen])[0, 1]
    centred = torch.corrcoef(pairs)[0, 1]
    return raw, centred, pairs


def remember(W: Tensor) -> Tensor:
    """Keep the initial weights: steps make a W of their own and leave these as they are."""
    first = W
    return first


def moved(W: Tensor, first: Tensor, N: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How far W has moved in the mean of each row's cells: (never seen, seen, all)."""
    move, never = W - first, N == 0
    sunk = (move * never).sum(1) / never.sum(1)
    risen = (move * ~never).sum(1) / (~never).sum(1)
    stayed = move.mean(1)
    return sunk, risen, stayed


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give seed and learning rate."""
    seed, rate = inputs.whole("seed"), inputs.number("rate")
    return {"seed": seed, "rate": rate, "steps": inputs.whole("steps")}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Train, and compare W with log N now and then."""
    steps_to_go, rate = inputs.whole("steps"), inputs.number("rate")
    W = exact_weights(data.V, inputs.whole("seed"))
    first = remember(W)
    curves: list[tuple[int, float, float]] = []
    kept, apart = parts_of(data), list[tuple[int, float, float]]()
    W_train = first
    size = data.block(BLOCK)
    blocks = -(-steps_to_go // size)
    for block in range(blocks + 1):
        step = min(block * size, steps_to_go)
        if block % -(-blocks // LOOKS) == 0 or block == blocks:
            raw, centred, pairs = compare(W, data.N)
            curves.append((step, float(raw), float(centred)))
            if kept is not None:
                train, dev = judge(W_train, kept.N_train, kept.N_dev)
                apart.append((step, float(train), float(dev)))
            figures = _figures(data, W, curves[-1])
            moves = _moves(data, W, first, has_begun=step > 0)
            parts: tuple[Part, ...] = (
                figures,
                *moves,
                *_curves(curves),
                *_apart(kept, apart),
                _scatter(pairs),
            )
        yield Exhibit(parts, block + 1, blocks + 2)
        for _ in range(min(size, steps_to_go - step)):
            W, _loss = descend(W, data.N, rate)
            if kept is not None:
                W_train, _loss = descend(W_train, kept.N_train, rate)
    yield Exhibit((*parts, _rows(data, W)), blocks + 2, blocks + 2)


def _figures(data: Data, W: Tensor, now: tuple[int, float, float]) -> Table:
    step, raw, centred = now
    loss = float(descend(W, data.N, 0.0)[1])
    rows = (
        ("steps taken", number(step)),
        ("correlation of W with log N, raw", _correlation(raw)),
        ("the same, each row centred", _correlation(centred)),
        ("excess loss over the entropy floor", number(loss - data.counts.floor, ".6f")),
    )
    return Table("W and log N", columns("figure", "value"), rows)


def _correlation(value: float) -> str:
    """Write a correlation; there is none where all counts that are not 0 are the same."""
    return number(value, ".3f") if math.isfinite(value) else "none"


def _moves(data: Data, W: Tensor, first: Tensor, *, has_begun: bool) -> tuple[Table, ...]:
    """The rows with the most cells never seen, and what has become of their means."""
    empty = [data.V - len(row) for row in data.counts.rows]
    often = sorted(range(data.V), key=lambda i: -empty[i])[:ROWS]
    sunk, risen, stayed = (t.tolist() for t in moved(W, first, data.N))
    rows = tuple(
        (visible(data.symbols[i]), empty[i], sunk[i], data.V - empty[i], risen[i], stayed[i])
        for i in often
        if empty[i]
    )
    if not rows:
        return ()
    by, all_by = "their mean moved by|+.4f", f"that of all {data.V:,} by|.4f"
    heads = columns("row", "cells never seen", by, "cells seen", by, all_by)
    where = f"{sum(map(bool, empty)):,} of {data.V:,} rows"
    so = "cells never seen sink, those seen rise: so" if has_begun else "cells never seen and seen,"
    return (Table(f"{so} in {where}", heads, rows),)


def _curves(curves: Sequence[tuple[int, float, float]]) -> tuple[Series, ...]:
    stride = max(1, len(curves) // 200)
    kept = [*curves[:-1:stride], curves[-1]]
    raw = tuple((float(s), r) for s, r, _ in kept if math.isfinite(r))
    centred = tuple((float(s), c) for s, _, c in kept if math.isfinite(c))
    lines = (Line("raw", raw), Line("rows centred", centred))
    if not (raw or centred):
        return ()
    return (Series("correlation of W with log N", lines, "step", "correlation", form=".3f"),)


def _apart(
    kept: Parts | None, losses: Sequence[tuple[int, float, float]]
) -> tuple[Series | Note, ...]:
    """The same run on train alone, judged by train and by dev."""
    if kept is None:
        return (none_apart(),)
    step, train, dev = losses[-1]
    least = min(losses, key=lambda look: look[2])
    turned = (
        f" Dev was least at step {least[0]:,}, {number(least[2], '.6f')}, and rises again: what "
        "train never holds becomes ever less likely."
        if least[0] < step
        else " Both still fall."
    )
    said = Note(
        f"The same run on train alone: after {step:,} steps train has {number(train, '.6f')}, dev, "
        f"which it has not seen, {number(dev, '.6f')}.{turned}"
    )
    # The first looks are so much higher that nothing else could be seen.
    shown = losses[len(losses) // 5 :]
    lines = (
        Line(name, tuple((float(look[0]), look[at]) for look in shown if math.isfinite(look[at])))
        for at, name in ((1, "train"), (2, "dev"))
    )
    return said, Series("train and dev, trained on train", tuple(lines), "step", "NLL", form=".6f")


def _scatter(pairs: Tensor) -> Series:
    stride = -(-pairs.shape[1] // POINTS)
    each = "each cell seen" if stride == 1 else f"one in {stride} of the cells seen"
    w, log_n = pairs[:, ::stride].tolist()
    points = tuple(p for p in zip(log_n, w, strict=True) if all(map(math.isfinite, p)))
    return Series(
        f"a point for {each}, rows centred",
        (Line("cells", points),),
        "log N",
        "W",
        style="points",
        form=".2f",
    )


def _rows(data: Data, W: Tensor) -> Table:
    """The first row of W beside its log counts, shifted to agree in the mean."""
    n = data.N[0].double()
    seen = (n > 0).nonzero()[:, 0]
    constant = float((n[seen].log() - W[0, seen]).mean())
    often = n.argsort(descending=True, stable=True)[:5].tolist()
    rare = [j for j in range(data.V) if n[j] == 0][:2]
    rows = tuple(
        (visible(data.symbols[0] + data.symbols[j]), float(n[j].log()), float(W[0, j]) + constant)
        for j in [*often, *rare]
    )
    heads = columns("bigram", "log N|.3f", "W + constant|.3f")
    return Table(f"row . of W, {number(constant, '.3f')} added", heads, rows)


BEFORE = 10
"""Symbols of context that counting is asked about."""


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask how large a table of long contexts would be; the first look at W may be had."""
    cells = (BEFORE + 1) * math.log10(data.V)
    bigram = 2 * math.log10(data.V)
    hint = f"{data.V:,} symbols here; the bigram's table has 10 to the {number(bigram, '.1f')}."
    return Prediction(
        asked_number(CHAPTER.question, hint),
        lambda: cells,
        after=1,
        right=0.6,
        near=3,
        form=".1f",
        because=lambda: (
            f"{data.V:,} to the power of {BEFORE + 1}; the data hold {sum(data.counts.totals):,} "
            "bigrams."
        ),
    )


CHAPTER = Chapter(
    number=9,
    name="logcounts",
    title="Weights become log counts",
    text="""
With enough steps the network finds what counting gives at once. softmax(W)
comes to equal N divided by its row sums: W is log N plus a constant for
each row. softmax does not see the constant, so compare the two only after
centring: each row's mean over its seen cells is taken off, of both. (The
heatmap's centred logits take the mean over all cells.)

Each row of the gradient sums to 0, so without regularization the mean of a
whole row never moves. But a cell never seen has log N = −infinite: it sinks
for ever, ever more slowly. What it loses, the cells seen in its row gain.
There the constant rises for ever.

The loss cannot fall below the entropy floor: a network that sees one symbol
cannot know more than the counts.
""",
    question="""
Ten symbols of context: 10 to which power of cells would counting need?
""",
    answer="""
Counting does not scale, and so a network is trained. With ten symbols of
context the table would have 27 to the power of 11 cells, 10 to the 15.7,
nearly all of them empty. A network can share what it learns between
contexts, and gradient descent stays the same. How long to train, only words
kept apart can say: of names at a rate of 50 some 5,000 steps, then dev
turns.
""",
    pane="heatmap",
    cells=(
        exact_weights,
        remember,
        Loop("steps", (descend,)),
        moved,
        compare,
        split,
        tally,
        take_train,
        exact_weights,
        Loop("steps", (descend,)),
        judge,
    ),
    given=given,
    view="logits",
    steps=steps,
    predict=predict,
    controls=(
        Control("steps", "steps", "whole", 1_000, 1, 50_000, (100, 1_000, 10_000)),
        Control("rate", "learning rate", "number", 50.0, 1e-6, 1e6, (10, 50, 70)),
        seed_control(),
    ),
)
