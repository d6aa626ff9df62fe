"""Whether a name is a word of the dataset: an index that stays small where a set would not.

Of each word it holds 32 bits of a hash and its number, 8 bytes; a set of a million words takes
fifteen times as much. A word whose hash is that of a name is held against it, so that two words of
one hash are never taken for each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.words.corpus.distinct import Hasher
from engine.words.dataset import Words, finish
from engine.words.order import Encoded, encode_words
from engine.words.pieces import Pieces, aside_if_large
from engine.words.vocabulary import Vocabulary

HALF = np.uint64(32)
"""Bits of a hash, and of a number behind it."""

CHUNK = 10_000
"""Words that a name is held against between two pauses."""

LONGEST = 1_000
"""Symbols of a word that its hash is of: one may be as long as a book."""


class Known:
    """Knows the words of a dataset by their hashes.

    Args:
        words: as indices.
        vocabulary: that they are spelled in.
        index: their hashes, in order, each with the number of its word behind it, shape (words,).
        hasher: hashes words.
    """

    def __init__(
        self, words: Encoded, vocabulary: Vocabulary, index: NDArray[np.uint64], hasher: Hasher
    ) -> None:
        self._words, self._index, self._hasher = words, index, hasher
        self._symbols = np.full(max(map(ord, vocabulary.symbols)) + 2, len(vocabulary), np.uint32)
        """Index of each code point; that behind the last one of all that are no symbols."""
        for i, symbol in enumerate(vocabulary.symbols[1:], start=1):
            self._symbols[ord(symbol)] = i

    @classmethod
    def of(cls, words: Words) -> Known:
        """Index words that are few."""
        vocabulary = Vocabulary.of(sorted(set(words.text) - {"\n"}))
        return finish(index(finish(encode_words(words, vocabulary)), vocabulary))

    def __contains__(self, name: str) -> bool:
        return bool(self.mark([name])[0])

    def count(self, name: str) -> Pieces[int]:
        """How many times a name stands among the words."""
        spelled, times = self._spelled([name]), 0
        (first,), (last,) = self._span(spelled)
        for start in range(first, last, CHUNK):
            numbers = self._index[start : min(start + CHUNK, last)].astype(np.uint32)
            names = spelled.take(np.zeros(len(numbers), np.intp))
            times += int(_same(names, self._words.take(numbers)).sum())
            yield
        return times

    def mark(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Tell for each name whether it is a word, shape (names,)."""
        spelled = self._spelled(names)
        marks = np.zeros(len(names), np.bool_)
        firsts, lasts = self._span(spelled)
        left = np.flatnonzero((firsts < lasts) & (spelled.lengths > 0))
        while len(left):
            numbers = self._index[firsts[left]].astype(np.uint32)
            same = _same(spelled.take(left), self._words.take(numbers))
            marks[left] = same
            firsts[left] += 1
            left = left[~same & (firsts[left] < lasts[left])]
        return marks

    def _span(self, names: Encoded) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where words of the hashes of these begin in the index, and where they end."""
        hashes = _hashes(names, self._hasher)
        order = np.argsort(hashes)
        spans = np.empty((2, len(hashes)), np.intp)
        # In order, look-ups that are neighbours find in the cache what they need.
        lows = hashes[order] << HALF
        spans[0, order] = np.searchsorted(self._index, lows)
        spans[1, order] = np.searchsorted(self._index, lows | np.uint64(0xFFFFFFFF), "right")
        return spans[0], spans[1]

    def _spelled(self, names: Sequence[str]) -> Encoded:
        """Names as indices; a symbol that no word holds is one beyond the last."""
        codes = np.frombuffer("\n".join(["", *names, ""]).encode("utf-32-le"), np.uint32)
        indices = self._symbols[np.minimum(codes, len(self._symbols) - 1)]
        starts = np.flatnonzero(codes == ord("\n"))
        indices[starts] = 0
        return Encoded(indices, starts, self._words.symbols + 1)


def index(words: Encoded, vocabulary: Vocabulary) -> Pieces[Known]:
    """Index words."""
    made, hasher = np.empty(len(words), np.uint64), Hasher()
    for start, end in words.pieces():
        made[start:end] = _hashes(words.part(start, end), hasher)
        yield
    yield from aside_if_large(len(made), lambda: _sorted(made))
    return Known(words, vocabulary, made, hasher)


def _sorted(index: NDArray[np.uint64]) -> Pieces[None]:
    """Put the hashes in order, each with its number behind it."""
    index <<= HALF
    index |= np.arange(len(index), dtype=np.uint32)
    yield
    index.sort()
    yield


def _hashes(words: Encoded, hasher: Hasher) -> NDArray[np.uint64]:
    """Hashes of words, of 32 bits; 0 of one without symbols; shape (words,)."""
    sizes = words.lengths
    if sizes.max(initial=0) > LONGEST:
        words = _begun(words)
    hashes = np.zeros(len(words), np.uint64)
    hashes[sizes > 0] = hasher.hashes(words.indices, words.starts) >> HALF
    return hashes


def _begun(words: Encoded) -> Encoded:
    """The beginnings of words."""
    is_kept = np.ones(len(words.indices), np.bool_)
    for number in np.flatnonzero(words.lengths > LONGEST).tolist():
        is_kept[words.starts[number] + 1 + LONGEST : words.starts[number + 1]] = False
    starts = np.append(0, np.cumsum(np.minimum(words.lengths, LONGEST) + 1))
    return Encoded(words.indices[is_kept], starts, words.symbols)


def _same(words: Encoded, others: Encoded) -> NDArray[np.bool_]:
    """Tell of each word whether it is spelled as another one, shape (words,)."""
    same: NDArray[np.bool_] = np.equal(words.lengths, others.lengths)
    alike = np.flatnonzero(same)
    if len(alike):
        mine, theirs = words.take(alike), others.take(alike)
        equal = mine.indices[:-1] == theirs.indices[:-1]
        same[alike] = np.logical_and.reduceat(equal, mine.starts[:-1])
    return same
