"""Loss and update: gradient descent on one word, then a learning rate on all the data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.cells import descend, exact_weights, examples, learnable_weights
from engine.lab.chapter import Chapter, Control, Inputs, seed_control, words_control
from engine.lab.data import Data, visible
from engine.lab.descent import curve, edge_of, forked, is_thrown, least, verdict
from engine.lab.exhibit import Exhibit, Mark, Note, Part, Table, columns, number
from engine.lab.guessing import Prediction, asked_number
from engine.lab.source import Loop

if TYPE_CHECKING:
    from torch import Tensor

BLOCK = 16
"""Most steps on all the data between two exhibits."""

RATES = (0.1, 1.0, 10.0, 50.0)
"""Rates at which one step is foretold, beside that of the dial."""

FIRST = 6
"""Weights of a row whose gradient is shown, the right one apart."""

H = 1e-6
"""How far a weight is nudged."""

EDGES = 8
"""Most looks at the edge of stability on the way: one costs as much as many steps."""


def forward(W: Tensor, ix: Tensor, iy: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities of one word's examples, shape (m, V), and their average NLL."""
    import torch

    probs = W[ix].softmax(1)
    loss = -probs[torch.arange(len(iy)), iy].log().mean()
    return probs, loss


def backward(W: Tensor, loss: Tensor, word_rate: float) -> Tensor:
    """Clear the gradient, find it anew, and move W against it, in place."""
    W.grad = None
    loss.backward()  # type: ignore[no-untyped-call]
    W.data += -word_rate * W.grad  # type: ignore[operator]
    return W


def accumulate(W: Tensor, ix: Tensor, iy: Tensor) -> list[float]:
    """Go backward three times at the same W without clearing: length of W.grad each time."""
    from torch.nn import functional as F

    lengths = []
    W.grad = None
    for _ in range(3):
        F.cross_entropy(W[ix], iy).backward()  # type: ignore[no-untyped-call]
        lengths.append(W.grad.norm().item())  # type: ignore[attr-defined]
    return lengths


def by_hand(W: Tensor, ix: Tensor, iy: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradient of row 0, shape (V,), by autograd and written down, and the probabilities in it."""
    from torch.nn import functional as F

    W.grad = None
    F.cross_entropy(W[ix], iy).backward()  # type: ignore[no-untyped-call]
    grad = W.grad[0]  # type: ignore[index]
    p = W.detach()[0].softmax(0)
    y = F.one_hot(iy[0], num_classes=len(p))
    written = (p - y) / len(ix)
    return grad, written, p


def nudge(W: Tensor, ix: Tensor, iy: Tensor, h: float) -> float:
    """Move one weight by h, and see how much the loss moves, per h."""
    from torch.nn import functional as F

    moved = W.detach().double()
    before = F.cross_entropy(moved[ix], iy).item()
    moved[0, 0] += h
    slope = (F.cross_entropy(moved[ix], iy).item() - before) / h
    return slope


def foretell(W: Tensor, N: Tensor, rates: Sequence[float]) -> tuple[list[float], list[float]]:
    """Loss on all the data after one step at each rate: as the gradient has it, and as it is."""
    p = N.double() / N.sum()
    loss = -(p * W.log_softmax(1)).sum()
    grad = W.softmax(1) * p.sum(1, keepdim=True) - p
    foretold = [(loss - r * (grad**2).sum()).item() for r in rates]
    real = [-(p * (W - r * grad).log_softmax(1)).sum().item() for r in rates]
    return foretold, real


def stability(W: Tensor, N: Tensor) -> float:
    """Learning rate above which descent is unstable at W: 2/λmax, by power iteration."""
    import torch

    p, share = W.softmax(1), N.sum(1, keepdim=True).double() / N.sum()
    g = torch.Generator().manual_seed(0)
    v = torch.randn(W.shape, generator=g).double()
    for _ in range(30):
        v = v / v.norm(dim=1, keepdim=True).clamp_min(1e-300)
        v = share * (p * v - p * (p * v).sum(1, keepdim=True))
    edge = 2 / v.norm(dim=1).max().item()
    return edge  # type: ignore[no-any-return]


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give word, seed, rates and numbers of steps."""
    wholes = {name: inputs.whole(name) for name in ("updates", "steps", "seed")}
    rates = {name: inputs.number(name) for name in ("word_rate", "rate")}
    word = data.chosen(inputs.text("word"), 1)[0]
    return {"word": word, "rates": _rates(inputs), "h": H, **wholes, **rates}


def _rates(inputs: Inputs) -> list[float]:
    return sorted({*RATES, inputs.number("rate")})


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Update on one word; then foretell a step on all the data, and descend at the dial's rate."""
    updates, rate, left = inputs.whole("updates"), inputs.number("rate"), inputs.whole("steps")
    size = data.block(BLOCK)
    blocks = -(-left // size)
    total = updates + blocks + 2
    parts: tuple[Part, ...] = ()
    for done, parts in enumerate(_one_word(data, inputs), start=1):
        yield Exhibit(parts, done, total, 0.5 if done <= 12 else 0.0)
    W, all_losses = exact_weights(data.V, inputs.whole("seed")), list[float]()
    parts = (
        *parts,
        Note("All the data", "strong"),
        _scaled(data, inputs),
        _foretold(data, W, inputs),
    )
    for block in range(blocks):
        for _ in range(min(size, left - block * size)):
            W, loss = descend(W, data.N, rate)
            all_losses.append(float(loss))
        picture = curve(all_losses, rate, data.counts.floor)
        if block % -(-blocks // EDGES) == 0 or block == blocks - 1:
            edge = stability(W, data.N)
            is_far = is_thrown(all_losses, math.log(data.V))
            beside = edge_of(edge, rate, len(all_losses), is_far=is_far)
        yield Exhibit((*parts, picture, beside), updates + 1 + block + 1, total)
    said = verdict(all_losses, math.log(data.V), rate < edge)
    yield Exhibit((*parts, picture, beside, said), total, total)


def _one_word(data: Data, inputs: Inputs) -> Iterator[tuple[Part, ...]]:
    """Forward at the start and now, and the losses of one word's updates, one more each time."""
    word, word_rate = data.chosen(inputs.text("word"), 1)[0], inputs.number("word_rate")
    ix, iy = examples(word, data.stoi)
    W = learnable_weights(data.V, inputs.whole("seed"))
    head = Note(f"One word: {visible(word)}", "strong")
    slopes = _slopes(data, W, ix, iy)
    others = (_gradient(data, W, ix, iy), *slopes, _accumulated(accumulate(W, ix, iy)))
    first, loss = forward(W, ix, iy)
    word_losses = [loss.item()]
    yield (head, _forward(data, ix, iy, (first, first), 0), _losses(word_losses), *others)
    for _ in range(inputs.whole("updates")):
        W = backward(W, loss, word_rate)
        probs, loss = forward(W, ix, iy)
        word_losses.append(loss.item())
        passes = _forward(data, ix, iy, (first, probs), len(word_losses) - 1)
        yield (head, passes, _losses(word_losses), *others)


def _forward(
    data: Data, ix: Tensor, iy: Tensor, passes: tuple[Tensor, Tensor], updates: int
) -> Table:
    """What the first and the latest forward pass give the right next symbol of each example."""
    pairs = [
        data.symbols[i] + data.symbols[j] for i, j in zip(ix.tolist(), iy.tolist(), strict=True)
    ]
    right = [probs[range(len(pairs)), iy].detach() for probs in passes]
    figures = [f.tolist() for p in right for f in (p, -p.log())]
    rows = [(visible(pair), *line) for pair, *line in zip(pairs, *figures, strict=True)]
    means = [-float(p.log().mean()) for p in right]
    heads = columns(
        "example", "p at first|.4f", "−log p|.4f", f"p after {updates:,}|.4f", "−log p|.4f"
    )
    return Table(
        "forward: the right next symbol of each example",
        heads,
        (*rows, ("mean, the loss", "", means[0], "", means[1])),
        ((len(rows), 2, "strong"), (len(rows), 4, "strong")),
    )


def _losses(losses: Sequence[float]) -> Table:
    rows = tuple(enumerate(losses))
    heads, left_out = columns("updates", "loss|.7f"), max(0, len(rows) - 12)
    return Table("loss after so many updates", heads, rows[-12:], left_out=left_out)


def _gradient(data: Data, W: Tensor, ix: Tensor, iy: Tensor) -> Note:
    used = sorted(set(ix.tolist()))
    accumulate(W, ix, iy)
    assert W.grad is not None
    rows = int((W.grad != 0).any(1).sum())
    names = " ".join(visible(data.symbols[i]) for i in used)
    return Note(
        f"{rows} of the gradient's {data.V:,} rows are not zero: those of {names}. "
        "The other rows of W took no part in the loss."
    )


def _slopes(data: Data, W: Tensor, ix: Tensor, iy: Tensor) -> tuple[Table, Note]:
    """The row of the dot, which each word uses once: its gradient as numbers and signs."""
    grad, written, p = by_hand(W, ix, iy)
    right = int(iy[0])
    shown = sorted({*range(min(FIRST, data.V)), right})
    rows = tuple(
        (
            visible(data.symbols[j]),
            float(p[j]),
            int(j == right),
            float(written[j]),
            float(grad[j]),
            "up" if grad[j] < 0 else "down",
        )
        for j in shown
    )
    heads = columns("next", "p|.4f", "y", f"(p − y) / {len(ix)}|+.6f", "W.grad|+.6f", "so W goes")
    marks: tuple[tuple[int, int, Mark], ...] = tuple(
        (shown.index(right), c, "strong") for c in range(len(heads))
    )
    title = "row . of the gradient: the right symbol up, all others down"
    return (
        Table(title, heads, rows, marks, data.V - len(shown)),
        Note(
            f"Nudged: with W[0, 0] larger by {number(H, '.6f')} the loss changes by "
            f"{number(nudge(W, ix, iy, H), '+.6f')} times as much. W.grad[0, 0] says "
            f"{number(float(grad[0]), '+.6f')}."
        ),
    )


def _accumulated(lengths: Sequence[float]) -> Table:
    rows = tuple((f"{i}.", length) for i, length in enumerate(lengths, start=1))
    marks: tuple[tuple[int, int, Mark], ...] = ((1, 1, "bad"), (2, 1, "bad"))
    heads = columns("backward", "length of W.grad|.6f")
    return Table("backward at the same W, the gradient not cleared", heads, rows, marks)


def _scaled(data: Data, inputs: Inputs) -> Note:
    """Why a rate may be as high as the lecture's."""
    totals, rate = data.counts.totals, inputs.number("rate")
    most = max(range(data.V), key=totals.__getitem__)
    return Note(
        f"The loss is a mean over {sum(totals):,} bigrams, so the gradient of a row is scaled by "
        f"its share of them: at most {number(totals[most] / sum(totals))}, that of "
        f"{visible(data.symbols[most])}. A rate of {number(rate, 'g')} comes to "
        f"{number(rate * totals[most] / sum(totals), '.3g')} there, and to less in other rows."
    )


def _foretold(data: Data, W: Tensor, inputs: Inputs) -> Table:
    rates = _rates(inputs)
    rows = tuple(zip(rates, *foretell(W, data.N, rates), strict=True))
    at = rates.index(inputs.number("rate"))
    marks: tuple[tuple[int, int, Mark], ...] = tuple((at, c, "strong") for c in range(3))
    heads = columns("learning rate|,.15g", "loss foretold|.6f", "loss|.6f")
    return Table("one step from the first W", heads, rows, marks)


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the entropy floor of one word; its first updates may be seen."""
    word = data.chosen(inputs.text("word"), 1)[0]
    said = f"The word is {visible(word)}, of {len(word) + 1} bigrams."
    return Prediction(
        asked_number(CHAPTER.question, said),
        lambda: least(word),
        after=inputs.whole("updates") + 1,
        right=0.02,
        near=0.15,
        form=".4f",
        because=lambda: forked(word),
    )


CHAPTER = Chapter(
    number=8,
    name="update",
    title="Loss and update",
    text="""
First one word. Forward: rows looked up, softmax, loss. Backward: W.grad is
filled, and W moves against it. backward adds: without W.grad = None in
between, old gradients pile up. A word has an edge of its own, for emma a
rate of 10: at 50 the loss never settles.

Then all the data. The gradient foretells a step: the loss is to fall by the
rate times the gradient's squared length. A small step does so; a large one
falls short, for the ground bends.

Hence the edge. Near a minimum the loss is a bowl. Where it is steepest, of
curvature λmax, a rate of 2/λmax lands as high on the far side. Below that
descent settles, above it rings, far above the loss is thrown high.
log_softmax keeps it finite; softmax and then log give inf and nan.
""",
    question="""
What is the least loss that updates on one word alone can reach?
""",
    answer="""
A symbol with one follower can give it probability 1, loss 0. In emma, m is
followed once by m and once by a: no better than 1/2 each, ln 2 for both. So
the mean over five bigrams cannot fall below 2 ln 2 / 5 = 0.277. (W.grad is
filled for a tensor made with requires_grad=True alone.)
""",
    pane="training",
    cells=(
        examples,
        learnable_weights,
        by_hand,
        nudge,
        accumulate,
        forward,
        Loop("updates", (backward, forward)),
        exact_weights,
        foretell,
        Loop("steps", (descend,)),
        stability,
    ),
    given=given,
    steps=steps,
    predict=predict,
    writes_dots=True,
    controls=(
        words_control("One word; empty: an example.", "word", "word"),
        Control("word_rate", "rate for the word", "number", 0.1, 1e-6, 1e6, (0.1, 1, 10, 50)),
        Control("updates", "updates", "whole", 4, 1, 1_000, (4, 10, 100)),
        Control(
            "rate",
            "learning rate",
            "number",
            70.0,
            1e-6,
            1e6,
            (10, 50, 70, 74, 75, 80, 100, 200, 500),
        ),
        Control("steps", "steps", "whole", 1_000, 1, 20_000, (100, 1_000, 5_000)),
        seed_control(),
    ),
)
