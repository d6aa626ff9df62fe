"""Whether a name is a word of the dataset: an index that stays small where a set would not.

The hashes of all words, sorted, are 8 bytes a word and the order they stand in 4 more; a set of a
million words takes ten times as much. A hash that is found is held against the text, so that two
words of one hash are never taken for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.words.dataset import Words

CHUNK = 50_000
"""Words taken out of the text at a time."""


class Known:
    """Knows the words of a dataset by their hashes."""

    def __init__(self, words: Words) -> None:
        self.words = words
        hashes = np.empty(len(words), np.int64)
        for start in range(0, len(words), CHUNK):
            part = words[start : start + CHUNK]
            hashes[start : start + len(part)] = _hashes(part)
        self._order = np.argsort(hashes).astype(np.uint32)
        self._hashes = hashes[self._order]

    def count(self, name: str) -> int:
        """How many times a name stands among the words."""
        first = np.searchsorted(self._hashes, hash(name), "left")
        last = np.searchsorted(self._hashes, hash(name), "right")
        return sum(self.words[int(i)] == name for i in self._order[first:last])

    def __contains__(self, name: str) -> bool:
        return bool(self.mark([name])[0])

    def mark(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Tell for each name whether it is a word, shape (names,)."""
        found = np.zeros(len(names), np.bool_)
        if not len(self._hashes):
            return found
        hashes = _hashes(names)
        places = np.searchsorted(self._hashes, hashes)
        places[places == len(self._hashes)] = 0
        for i in np.flatnonzero(self._hashes[places] == hashes).tolist():
            found[i] = self._is_there(names[i], int(places[i]))
        return found

    def _is_there(self, name: str, place: int) -> bool:
        """Hold a name against the words of its hash, of which the first is at a place."""
        wanted = self._hashes[place]
        while place < len(self._hashes) and self._hashes[place] == wanted:
            if self.words[int(self._order[place])] == name:
                return True
            place += 1
        return False


@lru_cache(maxsize=1)
def index(words: Words) -> Known:
    """Index words once, however many ask."""
    return Known(words)


def _hashes(names: Sequence[str]) -> NDArray[np.int64]:
    return np.fromiter(map(hash, names), np.int64, len(names))
