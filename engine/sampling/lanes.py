"""Drawing very many symbols at once: the lecture's sampler, a hundred times as fast.

Each symbol is looked up in the row of the one before, so it seems that one must follow the other.
But two walks through the table that take the same random numbers soon meet, and then stay together.
So the numbers are cut into lanes, which walk side by side, all from a guessed start. Where a lane
ends is where the next one should have started; those that started wrong walk again until they
meet their first track. What comes out is symbol by symbol that of the simple loop.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

ROUNDS = 6
"""Most times that lanes are mended before the simple loop takes over: some walks never meet."""

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


class Lanes:
    """Walks through a table of cumulative rows.

    Args:
        cumulative: shape (V, V), each row's last entry 1.
        restart: row that follows the boundary: 0, or that of the last symbol of a prefix.
    """

    def __init__(self, cumulative: Floats, restart: int) -> None:
        self._rows = cumulative
        self._restart = restart
        size = len(cumulative)
        self._width = 1 << (size - 1).bit_length()
        padded = np.full((size, self._width), np.inf)
        padded[:, :size] = cumulative
        self._sums = padded.ravel()
        self._halves = [1 << k for k in reversed(range(self._width.bit_length() - 1))]

    def walk(self, uniforms: Floats, row: int, lanes: int) -> Indices:
        """Look up every number, each in the row that the one before led to.

        Args:
            uniforms: shape (n,), n a multiple of `lanes`.
            row: the row of the first one.
            lanes: how many walk side by side.

        Returns:
            The symbols, shape (n,).
        """
        u = np.ascontiguousarray(uniforms.reshape(lanes, -1).T)
        path = np.full(u.shape, -1, np.intp)
        starts = np.full(lanes, self._restart)
        starts[0] = row
        self._mend(path, u, np.arange(lanes), starts)
        for _ in range(ROUNDS):
            right = np.concatenate(([row], self.after(path[-1, :-1])))
            wrong = np.flatnonzero(right != starts)
            if not len(wrong):
                return path.T.ravel()
            starts = right
            self._mend(path, u, wrong, right[wrong])
        return self._plain(uniforms, row)

    def after(self, symbols: Indices) -> Indices:
        """The rows that follow symbols."""
        return np.where(symbols == 0, self._restart, symbols) if self._restart else symbols

    def _mend(self, path: Indices, u: Floats, lanes: Indices, rows: Indices) -> None:
        """Walk some lanes from these rows, each until it meets the track it has made before."""
        for t in range(len(u)):
            symbols = self._look_up(rows, u[t, lanes])
            apart = symbols != path[t, lanes]
            path[t, lanes] = symbols
            if not apart.all():
                lanes, symbols = lanes[apart], symbols[apart]
                if not len(lanes):
                    return
            rows = self.after(symbols)

    def _look_up(self, rows: Indices, u: Floats) -> Indices:
        """How many cumulative sums of its row each number is above, by halving."""
        first = rows * self._width
        at = first.copy()
        for half in self._halves:
            at += half * (self._sums[at + (half - 1)] < u)
        return at - first

    def _plain(self, uniforms: Floats, row: int) -> Indices:
        rows = self._rows.tolist()
        symbols = np.empty(len(uniforms), np.intp)
        for k, u in enumerate(uniforms.tolist()):
            symbol = bisect_left(rows[row], u)
            symbols[k] = symbol
            row = symbol or self._restart
        return symbols
