"""What a run of gradient descent looks like: its curve, and what the learning rate does to it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from engine.lab.data import visible
from engine.lab.exhibit import Line, Note, Series, number

POINTS = 240
"""Most points of the loss curve that are shown."""


def curve(losses: Sequence[float], rate: float, floor: float) -> Series:
    """Draw the losses of a run: thinned out, but the latest in full."""
    stride = max(1, len(losses) // POINTS)
    # The latest points in full: ringing goes up and down from one step to the next.
    recent = max(0, len(losses) - POINTS // 2)
    at = sorted({*range(0, len(losses), stride), *range(recent, len(losses))})
    points = tuple((float(i), losses[i]) for i in at if math.isfinite(losses[i]))
    return Series(
        f"all the data, learning rate {number(rate, 'g')}",
        (Line("loss", points),),
        "step",
        "loss",
        levels=(("entropy floor", floor),),
    )


def is_thrown(losses: Sequence[float], uniform: float) -> bool:
    """Whether the last hundred losses are higher than the first one and than knowing nothing."""
    late = losses[-100:]
    return math.fsum(late) / len(late) > max(losses[0], uniform)


def edge_of(edge: float, rate: float, step: int, *, is_far: bool) -> Note:
    """Say where the edge of stability is, and on which side of it the rate.

    Where the loss has been thrown high W lies far out, and the edge there says nothing.
    """
    if is_far and edge > rate:
        return Note(
            f"After {step:,} steps W lies so far out that softmax is all but certain and the loss "
            "nearly flat: the edge of stability of such a table says nothing of the bowl below."
        )
    side = "below" if rate < edge else "above"
    return Note(
        f"After {step:,} steps the edge of stability of the table as it stands, 2/λmax, is at a "
        f"learning rate of {number(edge, '.1f')}. The dial is {side} it."
    )


def verdict(losses: Sequence[float], uniform: float, is_below: bool) -> Note:
    """Say what the rate does, from the last hundred losses."""
    late = losses[-100:]
    rises = sum(b > a + 1e-9 for a, b in pairwise(late))
    if is_thrown(losses, uniform):
        said = "It throws the loss high"
    elif rises and rises >= len(late) // 4:
        said = "It rings: the loss goes up and down"
    else:
        said = "It settles: the loss falls" if is_below else "So far the loss falls,"
        return Note(f"{said} to {number(losses[-1], '.7f')}.", "good" if is_below else "")
    low, high = number(min(late)), number(max(late))
    finite = ", all finite" if all(map(math.isfinite, late)) else ""
    return Note(f"{said}; the last {len(late)} losses lie from {low} to {high}{finite}.", "bad")


def least(word: str) -> float:
    """The least NLL that a bigram model can have on one word: the entropy of what follows what."""
    pairs = Counter(zip("." + word, word + ".", strict=True))
    before = Counter("." + word)
    return -sum(n * math.log(n / before[a]) for (a, _), n in pairs.items()) / (len(word) + 1)


def forked(word: str) -> str:
    """Say which symbols of a word leave open what follows: they alone cost anything."""
    followers: dict[str, list[str]] = {}
    for a, b in dict.fromkeys(zip("." + word, word + ".", strict=True)):
        followers.setdefault(a, []).append(visible(b))
    said = [f"{visible(a)} by {' or '.join(bs)}" for a, bs in followers.items() if len(bs) > 1]
    if not said:
        return "Each symbol is followed by one alone."
    return f"Followed is {', '.join(said)}; what has one follower costs nothing."
