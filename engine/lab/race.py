"""The race: four ways to one and the same loss, timed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from engine.lab.cells import learnable_weights
from engine.lab.chapter import Chapter, Control, Inputs, seed_control
from engine.lab.data import Data
from engine.lab.exhibit import Bar, Bars, Exhibit, Note, Part, Table, columns, number
from engine.lab.guessing import Prediction, asked_number
from engine.lab.runner import Runner
from engine.lab.ways import (
    backward,
    by_counts,
    by_cross_entropy,
    by_lookup,
    by_onehot,
    counts_gradient,
    shares,
)

if TYPE_CHECKING:
    from torch import Tensor


REPEATS = 200
"""Most times the counts are run for one measurement: one run is too short for the clock."""


def given(data: Data, inputs: Inputs) -> Mapping[str, object]:
    """Give the seed; each path's loss in turn is sent backward."""
    return {"seed": inputs.whole("seed")}


def steps(data: Data, inputs: Inputs) -> Iterator[Exhibit]:
    """Let the four take turns, so that a busy machine slows all of them alike."""
    from engine.models.network import MOST_BYTES, bytes_a_step

    W = learnable_weights(data.V, inputs.whole("seed"))
    needed = bytes_a_step(data.counts, "onehot")
    runners = _small(data, W) if needed > MOST_BYTES else _all(data, W)
    refused = (_too_large(needed, MOST_BYTES),) if needed > MOST_BYTES else ()
    rounds, done = inputs.whole("rounds"), 0
    total = rounds * len(runners) + 1
    for _ in range(rounds):
        for runner in runners:
            runner.step()
            done += 1
            yield Exhibit((*_results(runners), *refused), done, total)
    yield Exhibit((*_results(runners), *refused, *_reasons(data, runners)), total, total)


def _small(data: Data, W: Tensor) -> list[Runner]:
    share, row = shares(data.N)
    forward = partial(by_counts, W, share)
    repeats = data.block(REPEATS)
    return [Runner("counts", forward, lambda _: counts_gradient(W, share, row), data.V**2, repeats)]


def _all(data: Data, W: Tensor) -> list[Runner]:
    xs, ys = data.xs, data.ys
    back, made = partial(backward, W), len(xs) * data.V
    return [
        Runner("one-hot", partial(by_onehot, W, xs, ys, data.V), back, made),
        Runner("row lookup", partial(by_lookup, W, xs, ys), back, made),
        Runner("cross_entropy", partial(by_cross_entropy, W, xs, ys), back, made),
        *_small(data, W),
    ]


def _results(runners: list[Runner]) -> tuple[Part, ...]:
    ran = [r for r in runners if r.forward_ms]
    slowest = max(r.ms for r in ran)
    rows = tuple(
        (r.name, median(r.forward_ms), median(r.backward_ms), r.ms, slowest / r.ms, r.loss)
        for r in ran
    )
    heads = columns(
        "way", "loss ms|.3f", "gradient ms|.3f", "step ms|.3f", "times|,.0f", "loss|.5f"
    )
    table = Table("one step each, in turn; medians", heads, rows)
    return table, Bars("milliseconds a step", tuple(Bar(r.name, r.ms) for r in ran), ".3f", "ms")


def _too_large(needed: int, most: int) -> Note:
    return Note(
        f"One-hot would need {number(needed / 1e6, ',.0f')} MB a step on these data, over the "
        f"{number(most / 1e6, ',.0f')} MB that are taken; only the counts run.",
        "bad",
    )


def _reasons(data: Data, runners: list[Runner]) -> tuple[Note, ...]:
    if len(runners) == 1:
        return ()
    slow, fast = max(r.ms for r in runners), runners[-1]
    losses = [r.loss for r in runners]
    gradients = [r.gradient for r in runners if r.gradient is not None]
    apart = max(float((g - gradients[-1]).abs().max()) for g in gradients)
    return (
        Note(
            f"Losses differ by at most {number(max(losses) - min(losses), '.0e')}, gradients by "
            f"{number(apart, '.0e')}. The counts are {number(slow / fast.ms, ',.0f')} times "
            "faster than the slowest."
        ),
        Note(
            f"The first three go through {len(data.xs):,} examples of {data.V:,} numbers, "
            f"{runners[0].numbers:,} in all, several times a step. The counts go through "
            f"{fast.numbers:,}."
        ),
    )


def predict(data: Data, inputs: Inputs) -> Prediction:
    """Ask what ten times the words cost the counts; nothing has been measured yet."""
    return Prediction(
        asked_number(CHAPTER.question, "1 is as slow as before."),
        lambda: 1.0,
        right=1.1,
        near=2.0,
        off_by="factor",
        form=".3g",
        because=lambda: f"A step works on {data.V**2:,} cells, however many words were counted.",
    )


CHAPTER = Chapter(
    number=12,
    name="race",
    title="The race",
    text="""
Four ways to the same loss and the same gradient, from the same W.

One-hot builds a row of zeros for each example and multiplies: nearly all
products are with 0. Row lookup takes the row itself. cross_entropy does
softmax, log and mean in one piece: fewer tensors are written to memory, and
the row maximum is subtracted first, so nothing overflows.

The counts need no examples. Those with the same bigram have the same term
in the loss, so it is taken once and weighted by the count. The gradient can
be written down: softmax(W) times the row's share, minus the bigram's share.

The main run is paused meanwhile, because time is what is measured.
""",
    question="""
With ten times the words, how many times slower is a step of the counts?
""",
    answer="""
The first three about ten times. The counts not at all: once the words are
counted, a step works on the table, whose size depends on the alphabet, not
on the text.
""",
    pane="training",
    cells=(
        learnable_weights,
        by_onehot,
        backward,
        by_lookup,
        by_cross_entropy,
        shares,
        by_counts,
        counts_gradient,
    ),
    given=given,
    steps=steps,
    predict=predict,
    needs_words=True,
    controls=(Control("rounds", "rounds", "whole", 5, 1, 100, (3, 5, 20)), seed_control()),
    pauses_run=True,
)
