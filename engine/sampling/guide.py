"""Looking very many numbers up at a glance, in all rows of a table: a guide table.

[0, 1) is cut into buckets of the same size. For each state and bucket the table holds the state
that every number of that bucket leads to, or says that there is more than one: then the number is
looked up in the cumulative row. So each number leads where `bisect_left` would have led it, and in
most cases that takes one look (Chen and Asau, On generating random variates from an empirical
distribution, 1974).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.sampling.lanes import ROUNDS, Floats
from engine.sampling.paths import Indices, Paths

ENTRIES = 1 << 16
"""About so many entries a table has, twice as many at most: it should stay in a core's cache."""

FINEST = 1 << 15
"""Most buckets of a row: they are numbered in 16 bits."""

SOME = 256
"""Lanes whose numbers are put into buckets at once: few, so that they stay in the cache."""

Numbers = NDArray[np.unsignedinteger[Any]]
"""Numbers of states, in as few bytes as will do."""


@dataclass(eq=False, slots=True)
class Walk:
    """Numbers, and the states that each led to, cut into lanes that lie side by side."""

    uniforms: Floats
    """Shape (lanes, steps): the numbers in their order, a lane after the other."""
    path: Numbers
    """Of the states, shape (steps, lanes)."""

    def end(self) -> int:
        """The state that the last number led to."""
        return int(self.path[-1, -1])


class Guide:
    """A guide table of paths; it never changes, so several threads may look into it.

    Here states go by their numbers.

    Args:
        paths: those of which every state that can be come to is made.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths, states = paths, paths.number
        self.buckets = min(FINEST, max(2 * paths.width, 1 << (ENTRIES // states).bit_length()))
        """Buckets of a row, a power of 2: so numbers are put into them without rounding."""
        self._shift = self.buckets.bit_length() - 1
        self._leads = paths.following // paths.width
        kind = np.uint16 if states < 1 << 16 else np.uint32
        self._several = kind(-1 & np.iinfo(kind).max)
        """Stands in the table where there is more than one state."""
        self._first, is_only = _buckets(paths, self.buckets)
        """Of each state and bucket the place of the first symbol that it may mean."""
        only = np.where(is_only, self._leads[self._first], int(self._several))
        self._table: Numbers = only.astype(kind)

    def walk(self, uniforms: Floats, lanes: int) -> Walk:
        """Look up every number, each in the state that the one before led to, from state 0 on.

        Why in lanes, and how they are mended: see `engine.sampling.lanes`.

        Args:
            uniforms: shape (n,), n a multiple of `lanes`.
            lanes: how many walk side by side.
        """
        u = uniforms.reshape(lanes, -1)
        buckets = np.empty(u.shape[::-1], np.uint16)
        for some in range(0, lanes, SOME):
            buckets[:, some : some + SOME] = (u[some : some + SOME] * self.buckets).T
        walk = Walk(u, np.empty(buckets.shape, self._table.dtype))
        path, starts = walk.path, np.zeros(lanes, self._table.dtype)
        states, every = starts, np.arange(lanes)
        for t in range(len(path)):
            states = self._step(states, buckets[t], u, every, t, path[t])
        for _ in range(ROUNDS):
            right = np.concatenate((starts[:1], path[-1, :-1]))
            wrong = np.flatnonzero(right != starts)
            if not len(wrong):
                return walk
            starts = right
            self._mend(walk, buckets, wrong, right[wrong])
        # Some walks never meet: what is still wrong is walked one by one.
        right = np.concatenate((starts[:1], path[-1, :-1]))
        for lane in np.flatnonzero(right != starts).tolist():
            self.follow(walk, lane * len(path), int(path[-1, lane - 1]))
        return walk

    def follow(self, walk: Walk, at: int, state: int) -> int:
        """Walk again, one by one, from a number on, until the walk meets the track it has made.

        Args:
            walk: which is changed.
            at: the first number.
            state: where it is looked up.

        Returns:
            One past the last number that leads elsewhere now.
        """
        sums, size, width = self.paths.sums, self.paths.size, self.paths.width
        steps, path = len(walk.path), walk.path
        for k in range(at, path.size):
            lane, t = divmod(k, steps)
            row = state * width
            state = int(self._leads[bisect_left(sums, walk.uniforms[lane, t], row, row + size)])
            if path[t, lane] == state:
                return k
            path[t, lane] = state
        return int(path.size)

    def _mend(
        self, walk: Walk, buckets: NDArray[np.uint16], lanes: Indices, states: Numbers
    ) -> None:
        """Walk some lanes from these states, each until it meets the track it has made before."""
        path = walk.path
        for t in range(len(path)):
            out = np.empty_like(states)
            states = self._step(states, buckets[t, lanes], walk.uniforms, lanes, t, out)
            apart = states != path[t, lanes]
            path[t, lanes] = states
            if not apart.all():
                lanes, states = lanes[apart], states[apart]
                if not len(lanes):
                    return

    def _step(
        self,
        states: Numbers,
        buckets: NDArray[np.uint16],
        u: Floats,
        lanes: Indices,
        t: int,
        out: Numbers,
    ) -> Numbers:
        """Where some lanes are led to from these states by their numbers of a step, as `out`."""
        at = states.astype(np.intp)
        at <<= self._shift
        at += buckets
        # No index is out of range; so numpy need not put the results elsewhere first.
        np.take(self._table, at, out=out, mode="clip")
        several = np.flatnonzero(out == self._several)
        if len(several):
            out[several] = self._look_up(self._first[at[several]], u[lanes[several], t])
        return out

    def _look_up(self, places: Indices, u: Floats) -> Indices:
        """Go on from some places to the first one each whose sum a number is not above."""
        above = self.paths.sums[places] < u
        while above.any():
            places += above
            above = self.paths.sums[places] < u
        found: Indices = self._leads[places]
        return found


def _buckets(paths: Paths, buckets: int) -> tuple[Indices, NDArray[np.bool_]]:
    """The place of the first symbol that each bucket of each state may mean, and if it is the only.

    A symbol is meant by the numbers above the sum before it, up to its own.
    """
    sums = paths.sums.reshape(-1, paths.width)[: paths.number, : paths.size]
    # Where nothing can follow there are no sums, and nobody comes to.
    stops = np.floor(np.nan_to_num(sums, nan=1.0) * buckets).astype(np.intp)
    starts = np.concatenate((np.zeros((len(sums), 1), np.intp), stops[:, :-1] + 1), 1)
    lengths = np.maximum(0, np.minimum(stops, buckets - 1) - starts + 1).ravel()
    places = np.arange(len(sums))[:, None] * paths.width + np.arange(paths.size)
    first = np.repeat(places.ravel(), lengths)
    is_only = np.tile(np.arange(buckets), len(sums)) < np.repeat(stops.ravel(), lengths)
    return first, is_only
