"""The words of a dataset as numbers, and what is worked out of them once, for all who ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.words.dataset import Dataset
from engine.words.membership import Known, index
from engine.words.order import Alphabetical, Encoded, by_alphabet, encode
from engine.words.pieces import Pieces


class Indexed:
    """Words as numbers.

    What it gives takes time to be made, in pieces, and is kept; Refusal if the words are not at
    hand.

    Args:
        dataset: the words.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._encoded: Encoded | None = None
        self._known: Known | None = None
        self._is_repeat: NDArray[np.bool_] | None = None

    @property
    def is_at_hand(self) -> bool:
        """Whether there are words, and not counts alone."""
        return self.dataset.counted is None

    def encoded(self) -> Pieces[Encoded]:
        """Give the words as indices."""
        self.dataset.check_words()
        if self._encoded is None:
            self._encoded = yield from encode(self.dataset)
        return self._encoded

    def known(self) -> Pieces[Known]:
        """Give what tells words from names that are none."""
        if self._known is None:
            words = yield from self.encoded()
            self._known = yield from index(words, self.dataset.vocabulary)
        return self._known

    def alphabet(self) -> Pieces[Alphabetical]:
        """Put the words in the order of the alphabet; that order is not kept."""
        words = yield from self.encoded()
        made = yield from by_alphabet(words)
        self._is_repeat = made.is_repeat
        return made

    def repeats(self) -> Pieces[NDArray[np.bool_]]:
        """Tell for each word whether it stands further up already, shape (words,)."""
        if self._is_repeat is None:
            yield from self.alphabet()
        assert self._is_repeat is not None
        return self._is_repeat
