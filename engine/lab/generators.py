"""Generators: seeds, uniform numbers, drawing from a distribution."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.lab.cells import normalise
from engine.lab.chapter import Chapter, Control, Inputs, seed_control
from engine.lab.data import Data
from engine.lab.exhibit import Bar, Bars, Exhibit, Note, Part, Table, columns
from engine.lab.guessing import Prediction, asked_number
from engine.text.width import clip

if TYPE_CHECKING:
    import torch
    from torch import Tensor

FRAMES = 60
"""Most exhibits in which the histogram grows."""


def three(seed: int) -> tuple[torch.Generator, Tensor]:
    """Draw three uniform numbers and make them sum to 1: (generator, p)."""
    import torch

    g = torch.Generator().manual_seed(seed)
    p = torch.rand(3, generator=g)
    p = p / p.sum()
    return g, p


def draw(p: Tensor, g: torch.Generator, draws: int) -> tuple[Tensor, Tensor, Tensor]:
    """Draw indices with replacement, their shares, and three without replacement."""
    import torch

    ix = torch.multinomial(p, num_samples=draws, replacement=True, generator=g)
    shares = torch.bincount(ix, minlength=3) / draws
    order = torch.multinomial(p, num_samples=3, replacement=False, generator=g)
    return ix, shares, order


def lecture_names(P: Tensor, itos: Mapping[int, str], seed: int) -> list[str]:
    """Draw five names, one float64 uniform number a symbol."""
    import torch

    g = torch.Generator().manual_seed(seed)
    ix, text = 0, ""
    while text.count(itos[0]) < 5 and len(text) < 1000:
        u = torch.rand((), generator=g, dtype=torch.float64)
        c = P[ix].cumsum(0)
        ix = int((c / c[-1] < u).sum())
        text += itos[ix]
    names = text.split(itos[0])[:5]
    return names


LONGEST = 100
"""Symbols of a name that are shown: one that is drawn from a wrong table may not end for long."""


def side_by_side(names: Sequence[str], others: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give the rows of a table of drawn names: those of one sampler, then those of the other."""
    return tuple((clip(a, LONGEST), clip(b, LONGEST)) for a, b in zip(names, others, strict=False))


def torch_names(P: Tensor, itos: Mapping[int, str], seed: int) -> list[str]:
    """Draw five names with multinomial, as the installed torch does it."""
    import torch

    g = torch.Generator().manual_seed(seed)
    ix, text = 0, ""
    while text.count(itos[0]) < 5 and len(text) < 1000:
        ix = torch.multinomial(P[ix].float(), 1, generator=g).item()  # type: ignore[assignment]
        text += itos[ix]
    today = text.split(itos[0])[:5]
    return today


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the seed, the number of draws, and the lecture's smoothing."""
    return {"seed": inputs.whole("seed"), "draws": inputs.whole("draws"), "k": 1}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Show seeds side by side, a growing histogram, draws without replacement, and names."""
    seed, draws = inputs.whole("seed"), inputs.whole("draws")
    seeds = _seeds(seed, inputs.whole("other"))
    g, p = three(seed)
    ix, shares, order = draw(p, g, draws)
    marks = _marks(draws)
    total = len(marks) + 2
    for done, so_far in enumerate(marks, start=1):
        drawn = ix[:so_far].tolist()
        yield Exhibit((seeds, _histogram(p, drawn)), done, total, 0.1)
    parts: tuple[Part, ...] = (
        seeds,
        _bars(p.tolist(), shares.tolist(), draws),
        *_without(p, order),
    )
    yield Exhibit(parts, total - 1, total, 0.5)
    P = normalise(data.N, 1)
    names, today = lecture_names(P, data.itos, seed), torch_names(P, data.itos, seed)
    yield Exhibit((*parts, *_names(names, today)), total, total)


def _marks(draws: int) -> list[int]:
    """After how many draws the histogram is looked at."""
    return sorted({max(1, draws * (f + 1) // FRAMES) for f in range(FRAMES)})


def _seeds(seed: int, other: int) -> Table:
    rows = []
    for label, s in ((f"seed {seed}", seed), ("the same again", seed), (f"seed {other}", other)):
        rows.append((label, *three(s)[1].tolist()))
    heads = columns("torch.rand(3), normalised", "p0|.4f", "p1|.4f", "p2|.4f")
    return Table("one seed, one sequence", heads, tuple(rows))


def _histogram(p: Tensor, drawn: Sequence[int]) -> Bars:
    n = len(drawn)
    return _bars(p.tolist(), [drawn.count(i) / n for i in range(3)], n)


def _bars(p: Sequence[float], shares: Sequence[float], n: int) -> Bars:
    title = f"{n:,} draws with replacement"
    bars = (Bar(f"{i}", share, p[i]) for i, share in enumerate(shares))
    return Bars(title, tuple(bars), ".4f", "share drawn", "p", label="index")


def _without(p: Tensor, order: Tensor) -> tuple[Note, ...]:
    import torch

    drawn = ", ".join(map(str, order.tolist()))
    try:
        torch.multinomial(p, num_samples=4, replacement=False)
        error = "nothing"
    except RuntimeError as refused:
        error = str(refused).splitlines()[0]
    return (
        Note(f"Three draws without replacement: {drawn}. Each index comes once."),
        Note(f"There are only three, so a fourth cannot be drawn. torch says: {error}.", "bad"),
    )


def _names(names: Sequence[str], today: Sequence[str]) -> tuple[Table, ...]:
    import torch

    rows = side_by_side(names, today)
    heads = columns("lecture sampler", f"multinomial of torch {str(torch.__version__)[:14]}")
    return (
        Table(
            "five names from the counts of chapter 4, 1 added to each; the same seed", heads, rows
        ),
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask for the law of the square root; the shares may be seen to come closer."""
    return Prediction(
        asked_number(CHAPTER.question, "1 is no closer, 10 ten times as close."),
        lambda: math.sqrt(10),
        after=len(_marks(inputs.whole("draws"))),
        right=1.15,
        near=2.0,
        off_by="factor",
        form=".3f",
        because=lambda: "It is the root of 10.",
    )


CHAPTER = Chapter(
    number=2,
    name="generators",
    title="Generators",
    text="""
A generator turns a seed into a sequence of numbers that look random. The
same seed gives the same sequence, so an experiment can be repeated. Here
three uniform numbers, divided by their sum, are a distribution p.

torch.multinomial draws indices from p. With replacement each draw is made
afresh, and more draws bring the shares closer to p. Without it an index
that was drawn is gone.

The lecture's names came from torch 1.x. The uniform numbers are still the
same; how multinomial makes indices of them has changed. The lecture sampler
does it the old way: one float64 number u for each symbol, and the index is
how many cumulative probabilities lie below u. So the names come back on any
torch.
""",
    question="""
With ten times as many draws, how many times closer to p are the shares?
""",
    answer="""
About three times. The typical distance is sqrt(p(1 − p) / draws): it
shrinks with the square root of the number of draws, so one digit more takes
a hundred times as many.

(Even for one draw multinomial gives a tensor. .item() takes the plain
number out of it, which can be looked up in itos.)
""",
    pane="sampler",
    cells=(three, draw, normalise, lecture_names, torch_names),
    given=given,
    steps=steps,
    predict=predict,
    controls=(
        seed_control(),
        seed_control("other", "other seed", 42),
        Control("draws", "draws", "whole", 100, 1, 1_000_000, (10, 100, 1_000, 10_000, 100_000)),
    ),
)
