"""Words as numbers, and in order: by the alphabet, by their length, by any key.

numpy does it for all words at once, in pieces of some milliseconds, so that training and commands
go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.words.dataset import Dataset, Words, finish
from engine.words.pieces import LARGE, Pieces, aside_if_large
from engine.words.vocabulary import Vocabulary

PIECE = 1 << 17
"""Symbols worked on between two pauses: about two milliseconds."""

NEAR = 1 << 15
"""Symbols of which the numbers computed for each stay in the processor's cache.

A list of names is scored a quarter faster than by `PIECE`, and a million of them a quarter slower
(10 ms); in one megabyte instead of five, so that what is taken and let go of with every step that
is drawn leaves few holes.
"""

WORDS = 10_000
"""Words encoded at a time, if they have no more symbols than that."""

LINE_FEED = 10

DIGIT = 32
"""Bits sorted by at a time: with the place behind them they are one number of 64."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """All words of a dataset as indices, the boundary before, between and behind them."""

    indices: NDArray[Any]
    """Symbol of each place of the text, in as few bytes as the alphabet allows."""
    starts: NDArray[np.unsignedinteger | np.int64]
    """Where the boundary before each word stands, and where that behind the last one does."""
    symbols: int
    """Size of the alphabet, V."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Symbols of each word, the boundary left out."""
        lengths = np.diff(self.starts).astype(np.int64)
        lengths -= 1
        return lengths

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, numbers: NDArray[Any]) -> Encoded:
        """Words of these numbers, in their order."""
        return finish(self.taking(numbers))

    def taking(self, numbers: NDArray[Any]) -> Pieces[Encoded]:
        """The same in pieces."""
        starts = np.zeros(len(numbers) + 1, np.int64)
        for start in range(0, len(numbers), WORDS):
            some, part = numbers[start : start + WORDS], starts[start + 1 : start + WORDS + 1]
            np.cumsum(self.starts[some + 1] - self.starts[some], out=part)
            part += starts[start]
            if start:
                yield
        # The boundary before each word is taken with it; the one behind the last is left over.
        indices = np.zeros(starts[-1] + 1, self.indices.dtype)
        taken = Encoded(indices, starts, self.symbols)
        for start, end in taken.pieces():
            places = np.arange(starts[start], starts[end])
            shifts = self.starts[numbers[start:end]] - starts[start:end]
            places += np.repeat(shifts, np.diff(starts[start : end + 1]))
            indices[starts[start] : starts[end]] = self.indices[places]
            yield
        return taken

    def part(self, start: int, end: int) -> Encoded:
        """Words that stand one after the other, from a number to before another."""
        starts = self.starts[start : end + 1]
        return Encoded(self.indices[starts[0] : starts[-1] + 1], starts - starts[0], self.symbols)

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Ranges of words that hold `NEAR` symbols or a little more."""
        start = 0
        while start < len(self):
            end = int(np.searchsorted(self.starts, self.starts[start] + NEAR))
            end = min(max(end, start + 1), len(self))
            yield start, end
            start = end


def encode(dataset: Dataset) -> Pieces[Encoded]:
    """Turn the words of a dataset into indices."""
    return encode_words(dataset.words, dataset.vocabulary)


def encode_words(words: Words, vocabulary: Vocabulary) -> Pieces[Encoded]:
    """Turn words into indices; a line feed between words is the boundary, 0."""
    symbols = vocabulary.symbols
    kind = np.min_scalar_type(len(symbols) - 1)
    lookup = np.zeros(max(map(ord, symbols)) + 1, kind)
    lookup[[ord(symbol) for symbol in symbols]] = np.arange(len(symbols))
    indices = np.zeros(words.places, kind)
    # Of ten million words this is half as large as the words themselves.
    starts = np.zeros(len(words) + 1, np.min_scalar_type(words.places + PIECE))
    at, number = 1, 0
    for done, text in words.pieces(WORDS):
        for start in range(0, len(text), PIECE):
            codes = _codes(text[start : start + PIECE])
            end = at + len(codes)
            indices[at:end] = lookup[codes]
            ends = np.flatnonzero(codes == LINE_FEED)
            starts[number + 1 : number + 1 + len(ends)] = at + ends
            at, number = end, number + len(ends)
            yield
        # Between two pieces, and behind the last, is a boundary that stands in neither.
        number += 1
        starts[number] = at
        at += 1
        assert number == done
    return Encoded(indices, starts, len(symbols))


def _codes(text: str) -> NDArray[Any]:
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


def by_length(words: Encoded) -> Pieces[NDArray[np.uint32]]:
    """Numbers of the words from the shortest to the longest."""
    return aside_if_large(len(words), lambda: _by_key(np.diff(words.starts)))


def by_key(keys: NDArray[Any]) -> Pieces[NDArray[np.uint32]]:
    """Numbers that put keys in order; equal keys stay in the order they are in.

    Args:
        keys: unsigned integers of 32 bits at most, shape (n,).
    """
    return aside_if_large(len(keys), lambda: _by_key(keys))


def _by_key(keys: NDArray[Any]) -> Pieces[NDArray[np.uint32]]:
    # One number that ends in the place is sorted faster than places are by their keys.
    packed = keys.astype(np.uint64)
    packed <<= np.uint64(DIGIT)
    packed |= np.arange(len(keys), dtype=np.uint32)
    yield
    packed.sort()
    yield
    return packed.astype(np.uint32)


@dataclass(frozen=True, eq=False)
class Alphabetical:
    """Words in the order of the alphabet."""

    order: NDArray[np.uint32]
    is_repeat: NDArray[np.bool_]
    """For each word in the order of the file, whether it stands further up already."""

    def groups(self) -> Pieces[NDArray[np.uint32]]:
        """For each word in the order of the file a number that equal words share, and no others."""
        return aside_if_large(len(self.order), self._groups)

    def _groups(self) -> Pieces[NDArray[np.uint32]]:
        groups = np.empty(len(self.order), np.uint32)
        # Of equal words, which stand side by side, the first is the only one that is no repeat.
        groups[self.order] = yield from _counted(~self.is_repeat[self.order])
        return groups


def by_alphabet(words: Encoded) -> Pieces[Alphabetical]:
    """Sort by as many symbols as go into 32 bits, then those that are alike so far by the next."""
    return aside_if_large(len(words), lambda: _by_alphabet(words))


def _by_alphabet(words: Encoded) -> Pieces[Alphabetical]:
    is_repeat = np.zeros(len(words), np.bool_)
    order, ends = np.arange(len(words), dtype=np.uint32), [len(words)]
    if len(words) > LARGE:
        # Some first symbols after the others: all at once would take six times the memory.
        ends = yield from _put_by_first(words, order)
    start = 0
    for end in ends:
        if end - start >= LARGE or end == len(words):
            yield from _put_in_order(words, order[start:end], is_repeat)
            start = end
    return Alphabetical(order, is_repeat)


def _put_by_first(words: Encoded, order: NDArray[np.uint32]) -> Pieces[list[int]]:
    """Put the numbers of words in the order of first symbols; tells where those of each end."""
    sizes = np.zeros(words.symbols, np.int64)
    for start, end in words.pieces():
        firsts = words.indices[words.starts[start:end] + 1]
        sizes += np.bincount(firsts, minlength=words.symbols)
        yield
    ends: list[int] = np.cumsum(sizes).tolist()
    places = np.array(ends) - sizes
    for start, end in words.pieces():
        firsts = words.indices[words.starts[start:end] + 1]
        sizes = np.bincount(firsts, minlength=words.symbols)
        shifts = places - (np.cumsum(sizes) - sizes)
        by_first = np.argsort(firsts, kind="stable")
        at = np.arange(end - start) + shifts[firsts[by_first]]
        order[at] = start + by_first
        places += sizes
        yield
    return ends


def _put_in_order(
    words: Encoded, order: NDArray[np.uint32], is_repeat: NDArray[np.bool_]
) -> Pieces[None]:
    """Put numbers of words in the order of the alphabet, and mark those that are repeats.

    Args:
        words: all there are.
        order: numbers, from the least to the greatest where words begin alike; changed.
        is_repeat: one for each of all words; changed.
    """
    numbers = order
    # At first all, and in one group: nothing is written down for each of them.
    places: NDArray[np.intp] | slice = slice(None)
    group: NDArray[np.uint32] | None = None
    depth = 0
    while len(numbers):
        keys, is_full = yield from _symbols_at(words, numbers, depth)
        sorting = yield from _by_key(keys)
        if group is not None:
            sorting = sorting[(yield from _by_key(group[sorting]))]
            group = group[sorting]
        numbers = numbers[sorting]
        order[places] = numbers
        keys, is_full = keys[sorting], is_full[sorting]
        del sorting
        alike = np.zeros(len(numbers), np.bool_)
        alike[1:] = keys[1:] == keys[:-1]
        if group is not None:
            alike[1:] &= group[1:] == group[:-1]
        del keys
        # Alike and at their ends, they are the same word; the first of them is not a repeat.
        is_repeat[numbers[alike & ~is_full]] = True
        followed = alike.copy()
        followed[:-1] |= alike[1:]
        left = np.flatnonzero(followed & is_full)
        places = left if isinstance(places, slice) else places[left]
        numbers, group = numbers[left], (yield from _counted(~alike))[left]
        depth += _symbols_a_key(words.symbols)
        yield


def _counted(marks: NDArray[np.bool_]) -> Pieces[NDArray[np.uint32]]:
    """How many places are marked up to each, this one included, shape (n,)."""
    sums, sum = np.empty(len(marks), np.uint32), 0
    for start in range(0, len(marks), PIECE):
        part = sums[start : start + PIECE]
        np.cumsum(marks[start : start + PIECE], out=part)
        part += np.uint32(sum)
        sum = int(part[-1])
        yield
    return sums


def _symbols_a_key(symbols: int) -> int:
    return DIGIT // max(1, (symbols - 1).bit_length())


def _symbols_at(
    words: Encoded, numbers: NDArray[np.uint32], depth: int
) -> Pieces[tuple[NDArray[np.uint32], NDArray[np.bool_]]]:
    """The symbols of some words from `depth` on as one number, and whether more may follow.

    A word that ends is filled up with the boundary, which comes before all other symbols.
    """
    taken = _symbols_a_key(words.symbols)
    bits = np.uint32(DIGIT // taken)
    keys = np.zeros(len(numbers), np.uint32)
    is_full = np.zeros(len(numbers), np.bool_)
    for start in range(0, len(numbers), PIECE // taken):
        piece = slice(start, start + PIECE // taken)
        at = words.starts[numbers[piece]] + 1 + depth
        ends = words.starts[numbers[piece] + 1]
        for _ in range(taken):
            # The place behind a word holds the boundary; no word goes on beyond it.
            symbol = words.indices[np.minimum(at, ends)]
            keys[piece] = (keys[piece] << bits) | symbol
            at += 1
        is_full[piece] = symbol != 0
        yield
    return keys, is_full
