"""Very many names of the `lecture` sampler at a time: drawn, spelled and weighed in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.likelihood import steps
from engine.protocol import Sample
from engine.sampling.lanes import Lanes
from engine.sampling.lot import MOST_SYMBOLS, Lot
from engine.sampling.paths import Indices, Paths
from engine.sampling.rows import Rows

FIRST = (64, 64)
"""Lanes and steps of the first block, which is small so that the first names are there at once."""

BLOCK = (1024, 128)
"""Lanes and steps of those that follow: about 20,000 names in some hundredths of a second."""


class Batch:
    """Draws blocks of symbols, and cuts them into names.

    A name that comes near the limit ends it: `begun`, `uniforms` and `left` then say where to go
    on name by name.

    Args:
        rows: what is drawn from.
        command: seed, prefix and number.

    Raises:
        Refusal: nothing can follow the prefix.
    """

    def __init__(self, rows: Rows, command: Sample) -> None:
        self.generator = torch.Generator().manual_seed(command.seed)
        self.left = command.number
        """Names still to be drawn."""
        self.uniforms: list[float] = []
        """Numbers that were taken from the generator and not used."""
        model, self._rows = rows.model, rows
        self._prefix = command.prefix
        self._indices = model.vocabulary.encode(command.prefix)
        spent = list(steps(self._indices, model))[:-1]
        self._prefix_total = float(sum(starmap(model.log_probability, spent)))
        self._codes = np.array([ord(symbol) for symbol in model.vocabulary.symbols], "<u4")
        self._lanes = Lanes(Paths(rows, self._indices))
        self._pending: Indices = np.empty(0, np.intp)
        """States of a name that is not at its end."""

    @property
    def begun(self) -> list[int]:
        """Symbols of a name that is not at its end."""
        symbols: list[int] = self._lanes.paths.symbols(self._pending).tolist()
        return symbols

    def lots(self) -> Iterator[Lot | None]:
        """Draw until there are as many names as were asked for, or one comes near the limit.

        In pieces, between which nothing is yielded.
        """
        lanes, count = FIRST
        while self.left:
            if self._lanes.paths.is_full:
                self._renew()
            u = torch.rand(lanes * count, generator=self.generator, dtype=torch.float64).numpy()
            state = int(self._pending[-1]) if len(self._pending) else 0
            walked = yield from self._lanes.walk(u, state, lanes)
            drawn = np.concatenate((self._pending, walked))
            ends = np.flatnonzero(drawn == 0)[: self.left]
            sizes = np.diff(ends, prepend=-1)
            open_ = len(drawn) - 1 - (ends[-1] if len(ends) else -1)
            longest = max(sizes.max(initial=0) - 1, open_ if len(ends) < self.left else 0)
            if longest + len(self._prefix) >= MOST_SYMBOLS:
                self.uniforms = u.tolist()
                return
            self.left -= len(ends)
            taken = int(ends[-1]) + 1 if len(ends) else 0
            self._pending = drawn[taken:]
            if taken:
                yield self._lot(drawn[:taken], sizes)
            lanes, count = self._after(lanes)

    def _after(self, lanes: int) -> tuple[int, int]:
        """Lanes and steps of the block after one of so many lanes.

        Where states are yet to be found that takes most of the time, so there are ever more lanes,
        and never so many that the states found on the way could take much memory.
        """
        most, count = BLOCK
        paths = self._lanes.paths
        return (
            most if paths.is_whole else max(1, min(most, 2 * lanes, paths.most // count))
        ), count

    def _renew(self) -> None:
        """Forget all states but those of the name that is not at its end."""
        begun = self.begun
        self._lanes = Lanes(Paths(self._rows, self._indices))
        self._pending = self._lanes.paths.trace(begun)

    def _lot(self, drawn: Indices, sizes: NDArray[np.int64]) -> Lot:
        """Spell and weigh names.

        Args:
            drawn: the states they lead through, one after the other, state 0 at the end of each.
            sizes: symbols of each, the boundary included.
        """
        paths = self._lanes.paths
        symbols = paths.symbols(drawn)
        text = self._codes[symbols].tobytes().decode("utf-32-le")
        names = text.split(text[-1])[:-1]
        if self._prefix:
            names = [self._prefix + name for name in names]
        terms = paths.logs.take(np.concatenate(([0], drawn[:-1])) + symbols)
        totals = np.add.reduceat(terms, np.cumsum(sizes) - sizes) + self._prefix_total
        return Lot(names, totals, sizes + len(self._prefix), [False] * len(names))
