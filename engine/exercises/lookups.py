"""E04 and E05: rows instead of one-hots, and cross_entropy, in torch's own float32."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.exercises.recipes import Material, Steps, Worked, stage
from engine.protocol import LECTURE_SEED, Refusal
from engine.text.numbers import number
from engine.words.pieces import Pieces

WORD = "emma"
"""The lecture's first word; its bigrams are the examples."""

SHIFTS = (0, 50, 85, 89, 100, -100, -104, -200)
"""Added to every logit, which softmax does not feel."""

SHIFTED = f"a number added to every logit of {WORD}"

MOST_CELLS = 30_000_000
"""Of a one-hot table of all bigrams: 120 MB, four times over."""

LOSES = 1e-3
"""Nats from which on a finite loss is silently wrong."""


def looked_up(material: Material, worked: Worked) -> Steps:
    """Hold the row that is looked up against the one-hot times W."""
    xs, ys, w = _examples(material)
    yield from _compare(worked, f"{WORD}, {len(ys)} bigrams", xs, ys, w)
    yield stage(1, 2)
    indices = torch.from_numpy(material.encoded.indices.astype("int64"))
    every = len(indices) - 1
    if every * len(w) <= MOST_CELLS:
        yield from _compare(worked, f"all {every:,} bigrams", indices[:-1], indices[1:], w)
    yield stage(2, 2)
    worked.remarks.append(
        "A one-hot times W is one row of W: xenc @ W and W[xs] are equal bit for bit, and the "
        "lookup makes no (n, V) table of noughts. Chapter 6 of the lab shows it."
    )
    worked.explain = _explained


def crossed(material: Material, worked: Worked) -> Steps:
    """Hold `cross_entropy` against the lecture's lines where logits are large."""
    xs, ys, w = _examples(material)
    for done, shift in enumerate(SHIFTS, start=1):
        _shifted(worked, xs, ys, w, shift)
        yield stage(done, len(SHIFTS))
    one = torch.zeros(1, len(w))
    one[0, 0] = 200.0
    right = torch.tensor([1])
    for name, value in (("by hand", _by_hand(one, right)), ("cross_entropy", _crossed(one, right))):
        worked.add("one logit of 200 against noughts", f"one logit of 200, {name}", value)
    worked.remarks.append(
        "Why prefer it: it takes the largest logit off first, so exp cannot overflow; it makes "
        "fewer tensors; and its backward pass is one line, (softmax − one-hot) / n. By hand a "
        "large logit gives inf or nan, and a very low one a wrong number without a word. Chapter "
        "12 of the lab times both."
    )
    worked.explain = _explained


def _examples(material: Material) -> tuple[Tensor, Tensor, Tensor]:
    """The bigrams of the word, and the lecture's first W."""
    vocabulary = material.vocabulary
    if vocabulary.unknown(WORD):
        raise Refusal(
            f"This exercise takes {WORD} apart, whose letters these words do not have; load a list "
            "of names in Latin letters."
        )
    word = torch.tensor([0, *vocabulary.encode(WORD), 0])
    size = len(vocabulary)
    generator = torch.Generator().manual_seed(LECTURE_SEED)
    return word[:-1], word[1:], torch.randn((size, size), generator=generator)


def _by_hand(logits: Tensor, ys: Tensor) -> float:
    """The lecture's lines: exp, normalise, pick, log, mean."""
    counts = logits.exp()
    probs = counts / counts.sum(1, keepdim=True)
    return float(-probs[torch.arange(len(ys)), ys].log().mean())


def _crossed(logits: Tensor, ys: Tensor) -> float:
    return float(F.cross_entropy(logits, ys))


def _compare(worked: Worked, group: str, xs: Tensor, ys: Tensor, w: Tensor) -> Pieces[None]:
    """Add the loss by each way; of all bigrams each is a piece of its own, for it takes a while."""
    encoded = F.one_hot(xs, len(w)).float()
    yield
    encoded = encoded @ w
    yield
    rows = w[xs]
    ways: dict[str, Callable[[], float]] = {
        "one_hot @ W": lambda: _by_hand(encoded, ys),
        "W[xs]": lambda: _by_hand(rows, ys),
        "F.cross_entropy": lambda: _crossed(rows, ys),
        "nll_loss of log_softmax": lambda: float(F.nll_loss(F.log_softmax(rows, 1), ys)),
    }
    for rank, (name, way) in enumerate(ways.items()):
        worked.add("the loss, four ways", f"{group}, {name}", way(), rank=rank)
        yield
    differ = int((encoded != rows).sum())
    alike = "one_hot @ W against W[xs]"
    worked.add(alike, f"{group}, logits that differ", differ, unit="", rank=4)


def _shifted(worked: Worked, xs: Tensor, ys: Tensor, w: Tensor, shift: int) -> None:
    logits = w[xs] + shift
    exact = float(F.cross_entropy(w[xs].double(), ys))
    sign = "+" if shift > 0 else "−"
    logits_are = f"every logit {sign} {abs(shift)}" if shift else "the logits as they are"
    by_hand = _by_hand(logits, ys)
    note = ""
    if not math.isfinite(by_hand):
        what = "exp overflows" if shift > 0 else "exp of every logit is 0, or next to it"
        note = f"{what}; cross_entropy takes the largest logit off first"
    elif abs(by_hand - exact) > LOSES:
        note = f"silently wrong: it is {number(exact, '.4f')}; exp leaves the digits of float32"
    rank = 0 if shift == 0 else 1
    recipe = f"{WORD}, {logits_are}"
    worked.add(SHIFTED, f"{recipe}, by hand", by_hand, note, rank=rank)
    worked.add(SHIFTED, f"{recipe}, cross_entropy", _crossed(logits, ys), rank=rank)


def _explained(answer: float) -> Iterator[str]:
    if math.isfinite(answer):
        yield (
            "Another seed, another word or other initial weights; digits beyond the seventh are "
            "rounding in float32, and depend on the order of the sum."
        )
    else:
        yield "Here nothing overflows that could give this."
