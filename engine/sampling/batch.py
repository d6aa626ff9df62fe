"""Very many names of the `lecture` sampler at a time: drawn, spelled and weighed in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.likelihood import Table
from engine.protocol import Sample
from engine.sampling.lanes import Lanes
from engine.sampling.lot import MOST_SYMBOLS, Lot
from engine.sampling.rows import Rows

FIRST = (64, 64)
"""Lanes and steps of the first block, which is small so that the first names are there at once."""

BLOCK = (1024, 128)
"""Lanes and steps of those that follow: about 20,000 names in some hundredths of a second."""


class Batch:
    """Draws blocks of symbols, and cuts them into names.

    A name that comes near the limit ends it: `pending`, `uniforms` and `left` then say where to go
    on name by name.

    Args:
        table: the model, for the likelihood of what was drawn.
        rows: what is drawn from.
        command: seed, prefix and number.
    """

    def __init__(self, table: Table, rows: Rows, command: Sample) -> None:
        vocabulary = table.counts.vocabulary
        size = len(vocabulary)
        self.generator = torch.Generator().manual_seed(command.seed)
        self.left = command.number
        """Names still to be drawn."""
        self.pending: NDArray[np.intp] = np.empty(0, np.intp)
        """Symbols of a name that is not at its end."""
        self.uniforms: list[float] = []
        """Numbers that were taken from the generator and not used."""
        self._prefix = command.prefix
        self._codes = np.array([ord(symbol) for symbol in vocabulary.symbols], "<u4")
        self._table = table
        self._before = [0, *vocabulary.encode(command.prefix)]
        self._restart = self._before[-1]
        self._lanes = Lanes(np.array([rows.cumulative(i) for i in range(size)]), self._restart)

    def lots(self) -> Iterator[Lot]:
        """Draw until there are as many names as were asked for, or one comes near the limit."""
        lanes, steps = FIRST
        while self.left:
            u = torch.rand(lanes * steps, generator=self.generator, dtype=torch.float64).numpy()
            row = int(self.pending[-1]) if len(self.pending) else self._restart
            drawn = np.concatenate((self.pending, self._lanes.walk(u, row, lanes)))
            ends = np.flatnonzero(drawn == 0)[: self.left]
            bigrams = np.diff(ends, prepend=-1)
            open_ = len(drawn) - 1 - (ends[-1] if len(ends) else -1)
            longest = max(bigrams.max(initial=0) - 1, open_ if len(ends) < self.left else 0)
            if longest + len(self._prefix) >= MOST_SYMBOLS:
                self.uniforms = u.tolist()
                return
            self.left -= len(ends)
            taken = int(ends[-1]) + 1 if len(ends) else 0
            self.pending = drawn[taken:]
            if taken:
                yield self._lot(drawn[:taken], bigrams)
            lanes, steps = BLOCK

    @cached_property
    def _logs(self) -> NDArray[np.float64]:
        """Log probabilities at temperature 1, shape (V²,)."""
        return np.array([self._table.log_row(i) for i in range(len(self._codes))]).ravel()

    @cached_property
    def _prefix_total(self) -> float:
        """Log likelihood of the prefix."""
        size = len(self._codes)
        return float(sum(self._logs[i * size + j] for i, j in pairwise(self._before)))

    def _lot(self, drawn: NDArray[np.intp], bigrams: NDArray[np.int64]) -> Lot:
        """Spell and weigh names.

        Args:
            drawn: their symbols one after the other, the boundary behind each.
            bigrams: symbols of each, the boundary included.
        """
        text = self._codes[drawn].tobytes().decode("utf-32-le")
        names = text.split(text[-1])[:-1]
        if self._prefix:
            names = [self._prefix + name for name in names]
        before = self._lanes.after(np.concatenate(([0], drawn[:-1])))
        steps = self._logs.take(before * len(self._codes) + drawn)
        totals = np.add.reduceat(steps, np.cumsum(bigrams) - bigrams) + self._prefix_total
        return Lot(names, totals, bigrams + len(self._prefix), [False] * len(names))
