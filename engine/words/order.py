"""Words as numbers, and in order: by the alphabet, by their length, by any key.

numpy does it for all words at once, in pieces of some milliseconds, so that training and commands
go on meanwhile. The generators here yield nothing between two pieces and return what they made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.words.dataset import Dataset, Words
from engine.words.vocabulary import Vocabulary

PIECE = 1 << 17
"""Symbols worked on between two pauses: about two milliseconds."""

WORDS = 10_000
"""Words encoded at a time, if they have no more symbols than that."""

LINE_FEED = 10

DIGIT = 16
"""Bits sorted by at a time: numpy sorts 16-bit numbers by radix, a million in 15 ms."""

T = TypeVar("T")
Pieces = Generator[None, None, T]
"""Work in pieces that ends in a `T`."""


LARGE = 1 << 18
"""Numbers from which on they are sorted aside."""

WAIT = 0.002
"""Seconds that what goes on aside is waited for between two pauses."""


def aside(work: Callable[[], T]) -> Pieces[T]:
    """Have something done on a thread of its own: numpy lets all else go on meanwhile.

    Whatever it raises is raised here.
    """
    made: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            made.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="aside", daemon=True)
    thread.start()
    while thread.is_alive():
        yield
        thread.join(WAIT)
    if failed:
        raise failed[0]
    return made[0]


@dataclass(frozen=True, eq=False)
class Encoded:
    """All words of a dataset as indices, the boundary before, between and behind them."""

    indices: NDArray[Any]
    """Symbol of each place of the text, in as few bytes as the alphabet allows."""
    starts: NDArray[np.int64]
    """Where the boundary before each word stands, and where that behind the last one does."""
    symbols: int
    """Size of the alphabet, V."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Symbols of each word, the boundary left out."""
        return np.diff(self.starts) - 1

    def __len__(self) -> int:
        return len(self.starts) - 1

    def take(self, numbers: NDArray[Any]) -> Encoded:
        """Words of these numbers, in their order."""
        sizes = self.lengths[numbers] + 1
        starts = np.zeros(len(numbers) + 1, np.int64)
        np.cumsum(sizes, out=starts[1:])
        # The boundary before each word is taken with it; the one behind the last is left over.
        shifts = np.repeat(self.starts[numbers] - starts[:-1], sizes)
        indices = np.zeros(starts[-1] + 1, self.indices.dtype)
        shifts += np.arange(len(shifts))
        indices[:-1] = self.indices[shifts]
        return Encoded(indices, starts, self.symbols)

    def part(self, start: int, end: int) -> Encoded:
        """Words that stand one after the other, from a number to before another."""
        starts = self.starts[start : end + 1]
        return Encoded(self.indices[starts[0] : starts[-1] + 1], starts - starts[0], self.symbols)

    def pieces(self) -> Iterator[tuple[int, int]]:
        """Ranges of words that hold `PIECE` symbols or a little more."""
        start = 0
        while start < len(self):
            end = int(np.searchsorted(self.starts, self.starts[start] + PIECE))
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
    starts = np.zeros(len(words) + 1, np.int64)
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
    return by_key(words.lengths.astype(np.uint32))


def by_key(keys: NDArray[Any]) -> Pieces[NDArray[np.uint32]]:
    """Numbers that put keys in order, a radix sort; equal keys stay in the order they are in.

    Args:
        keys: unsigned integers, shape (n,).
    """
    order = np.arange(len(keys), dtype=np.uint32)
    for shift in range(0, keys.dtype.itemsize * 8, DIGIT):
        digit = (keys >> keys.dtype.type(shift)).astype(np.uint16)
        if len(keys) and digit.min() != digit.max():
            digit = digit[order]
            yield
            order = order[np.argsort(digit, kind="stable")]
            yield
    return order


@dataclass(frozen=True, eq=False)
class Alphabetical:
    """Words in the order of the alphabet."""

    order: NDArray[np.uint32]
    is_repeat: NDArray[np.bool_]
    """For each word in the order of the file, whether it stands further up already."""


def by_alphabet(words: Encoded) -> Pieces[Alphabetical]:
    """Sort by as many symbols as go into 64 bits, then those that are alike so far by the next."""
    is_repeat = np.zeros(len(words), np.bool_)
    order = np.arange(len(words), dtype=np.uint32)
    places = np.arange(len(words))
    group = np.zeros(len(words), np.uint32)
    depth = 0
    while len(places):
        numbers = order[places]
        keys, is_full = yield from _symbols_at(words, numbers, depth)
        sorting = yield from by_key(keys)
        sorting = sorting[(yield from by_key(group[sorting]))]
        numbers, keys, group = numbers[sorting], keys[sorting], group[sorting]
        order[places] = numbers
        is_full = is_full[sorting]
        alike = np.zeros(len(places), np.bool_)
        alike[1:] = (keys[1:] == keys[:-1]) & (group[1:] == group[:-1])
        # Alike and at their ends, they are the same word; the first of them is not a repeat.
        is_repeat[numbers[alike & ~is_full]] = True
        followed = alike.copy()
        followed[:-1] |= alike[1:]
        group = np.cumsum(~alike, dtype=np.uint32)
        left = followed & is_full
        places, group = places[left], group[left]
        depth += _symbols_a_key(words.symbols)
    return Alphabetical(order, is_repeat)


def _symbols_a_key(symbols: int) -> int:
    return 64 // max(1, (symbols - 1).bit_length())


def _symbols_at(
    words: Encoded, numbers: NDArray[np.uint32], depth: int
) -> Pieces[tuple[NDArray[np.uint64], NDArray[np.bool_]]]:
    """The symbols of some words from `depth` on as one number, and whether more may follow.

    A word that ends is filled up with the boundary, which comes before all other symbols.
    """
    taken = _symbols_a_key(words.symbols)
    bits = np.uint64(64 // taken)
    keys = np.zeros(len(numbers), np.uint64)
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
