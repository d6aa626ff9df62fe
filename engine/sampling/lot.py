"""Names as they come out of the sampler, many at a time, before they are told to anyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.protocol import SampledName, Tally

MOST_SYMBOLS = 1_000
"""A name is stopped here: from an untrained table at a low temperature it might never end."""


@dataclass(frozen=True, eq=False, slots=True)
class Lot:
    """Some names that were drawn."""

    names: Sequence[str]
    totals: NDArray[np.float64]
    """Log likelihood of each at temperature 1, shape (names,), nats."""
    bigrams: NDArray[np.int64]
    """Bigrams of each, shape (names,)."""
    is_cut: Sequence[bool]

    def described(self, is_known: NDArray[np.bool_] | None, most: int) -> tuple[SampledName, ...]:
        """Describe the first names one by one.

        Args:
            is_known: for each whether it is a word, shape (names,); `None` if nobody can tell.
            most: how many.
        """
        # From 0, so that a name that could not be otherwise has an NLL of 0 and not of −0.
        nlls = (0.0 - self.totals[:most]) / self.bigrams[:most]
        are_known = [None] * len(nlls) if is_known is None else is_known[:most].tolist()
        columns = (nlls.tolist(), are_known, self.is_cut[:most])
        return tuple(map(SampledName, self.names[:most], *columns))

    def added_to(self, tally: Tally, is_known: NDArray[np.bool_] | None) -> Tally:
        """Count them in."""
        return Tally(
            names=tally.names + len(self.names),
            symbols=tally.symbols + int(self.bigrams.sum()) - len(self.names),
            one_letter=tally.one_letter + int((self.bigrams == 2).sum()),
            known=tally.known + (0 if is_known is None else int(is_known.sum())),
            cut=tally.cut + sum(self.is_cut),
            log_likelihood=tally.log_likelihood + float(self.totals.sum()),
        )
