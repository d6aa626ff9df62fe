"""The losses of a run of any length, in bounded memory.

A bucket that starts at step s spans s // 256 steps, at least one. So early steps are kept one by
one, late ones at a resolution of 0.4 % of the run, which suits a linear and a logarithmic axis
alike; a bucket is never merged with another, and 10⁹ steps make some 4,000 buckets (100 kB). Each
keeps its least and greatest loss, so that a spike of a single step survives.
"""

from __future__ import annotations

from array import array
from collections import deque

RESOLUTION = 256
"""Buckets for each factor e of steps."""

RECENT = 512
"""Evaluated losses kept one by one."""


class History:
    """Losses by step: the whole run in buckets, the latest one by one."""

    def __init__(self, buckets: bytes = b"") -> None:
        self._buckets = array("d", buckets)
        self._recent: deque[tuple[int, float]] = deque(maxlen=RECENT)

    def __len__(self) -> int:
        return len(self._buckets) // 3

    def add(self, step: int, loss: float) -> None:
        """Take the finite loss, in nats, of the weights after `step` updates."""
        self._recent.append((step, loss))
        b = self._buckets
        if b and step < b[-3] + max(1, b[-3] // RESOLUTION):
            b[-2] = min(b[-2], loss)
            b[-1] = max(b[-1], loss)
        else:
            b.extend((step, loss, loss))

    def until(self, step: int) -> History:
        """The losses up to a step, without the bucket that holds later ones, too."""
        b = self._buckets
        ends = (b[i] + max(1, b[i] // RESOLUTION) for i in range(0, len(b), 3))
        kept = sum(1 for end in ends if end <= step + 1)
        return History(b[: 3 * kept].tobytes())

    def buckets(self) -> bytes:
        """Float64 triples: first step, least and greatest loss."""
        return self._buckets.tobytes()

    def recent(self) -> bytes:
        """Float64 pairs: step and loss."""
        return array("d", [x for point in self._recent for x in point]).tobytes()
