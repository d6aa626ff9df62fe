"""Drawing very many symbols at once: the lecture's sampler, a hundred times as fast.

Each symbol is looked up in the row of those before, so it seems that one must follow the other.
But two walks through the rows that take the same random numbers soon meet, and then stay together.
So the numbers are cut into lanes, which walk side by side, all from a guessed start. Where a lane
ends is where the next one should have started; those that started wrong walk again until they
meet their first track. What comes out is symbol by symbol that of the simple loop.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from engine.sampling.paths import UNKNOWN, Indices, Paths
from engine.words.pieces import Pieces

ROUNDS = 6
"""Most times that lanes are mended before the simple loop takes over: some walks never meet."""

Floats = NDArray[np.float64]


class Lanes:
    """Walks along paths.

    Args:
        paths: the states, and what is drawn from in each.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self._halves = [1 << k for k in reversed(range(paths.width.bit_length() - 1))]

    def walk(self, uniforms: Floats, state: int, lanes: int) -> Pieces[Indices]:
        """Look up every number, each in the state that the one before led to.

        Where states are yet to be found that takes seconds: so it goes in pieces, one for each step
        of the lanes that found some.

        Args:
            uniforms: shape (n,), n a multiple of `lanes`.
            state: where the first one is looked up.
            lanes: how many walk side by side.

        Returns:
            The states that were led to, shape (n,).
        """
        u = np.ascontiguousarray(uniforms.reshape(lanes, -1).T)
        path = np.full(u.shape, UNKNOWN, np.intp)
        starts = np.zeros(lanes, np.intp)
        starts[0] = state
        yield from self._mend(path, u, np.arange(lanes), starts)
        for _ in range(ROUNDS):
            right = np.concatenate(([state], path[-1, :-1]))
            wrong = np.flatnonzero(right != starts)
            if not len(wrong):
                return path.T.ravel()
            starts = right
            yield from self._mend(path, u, wrong, right[wrong])
        return (yield from self._plain(uniforms, state))

    def _mend(self, path: Indices, u: Floats, lanes: Indices, states: Indices) -> Pieces[None]:
        """Walk some lanes from these states, each until it meets the track it has made before."""
        for t in range(len(u)):
            states = yield from self._led(self._look_up(states, u[t, lanes]))
            apart = states != path[t, lanes]
            path[t, lanes] = states
            if not apart.all():
                lanes, states = lanes[apart], states[apart]
                if not len(lanes):
                    return

    def _look_up(self, states: Indices, u: Floats) -> Indices:
        """Each state and how many of its cumulative sums a number is above, found by halving."""
        sums, at = self.paths.sums, states.copy()
        for half in self._halves:
            at += half * (sums[at + (half - 1)] < u)
        return at

    def _led(self, places: Indices) -> Pieces[Indices]:
        """The states that these symbols lead to from these states."""
        states = self.paths.following[places]
        if not self.paths.is_whole and states.min() == UNKNOWN:
            self.paths.find(places[states == UNKNOWN])
            states = self.paths.following[places]
            yield
        return states

    def _plain(self, uniforms: Floats, state: int) -> Pieces[Indices]:
        states = np.empty(len(uniforms), np.intp)
        for k, u in enumerate(uniforms.tolist()):
            sums = self.paths.sums
            place = bisect_left(sums, u, state, state + self.paths.size)
            state = int((yield from self._led(np.array([place])))[0])
            states[k] = state
        return states
