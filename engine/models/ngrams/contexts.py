"""How often each symbol follows each context of so many symbols: counts of order 1 to 7.

A row is a context, the n − 1 symbols before the one that is predicted; only the contexts and cells
that were seen are kept. N-grams are ranked a few symbols at a time, as many as go into 64 bits
beside the rank of those before them: no number as large as V^n is ever needed, whatever the
alphabet. numpy sorts all of them at once and lets go of the interpreter meanwhile; for a million
words a sort takes a second, all else is done in pieces of some milliseconds. Where there can be
but few n-grams, a table of all is laid out instead, and no event is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.limits import checked_dots
from engine.protocol import PartName, Progressed, Refusal
from engine.text.numbers import number
from engine.words.dataset import finish
from engine.words.order import PIECE, Encoded
from engine.words.pieces import T, aside
from engine.words.vocabulary import Vocabulary

Ints = NDArray[np.int64]

MOST_BYTES = 1 << 30
"""Memory that a table may take while it is counted."""

SORTED = 1 << 19
"""Keys from which on they are sorted aside: fewer take some milliseconds."""

KEY = 64
"""Bits that n-grams are sorted by at a time."""

DENSE = 20
"""Bits of an n-gram up to which a table of all may be laid out: 8 MB, for 27 symbols at order 4."""


@dataclass(frozen=True, eq=False)
class ContextCounts:
    """Counts N of one order, sparse: the n-grams that were seen, each with its count."""

    vocabulary: Vocabulary
    order: int
    """Symbols of an n-gram, n; the last one is predicted from the n − 1 before it."""
    dots: int
    """Boundary symbols before each word."""
    grams: NDArray[Any]
    """Indices of their symbols in the order of reading, shape (cells, n).

    Sorted by the symbol before the predicted one, then by the one before that, and so on; by the
    predicted one last. So the contexts that end alike stand together, at every length."""
    counts: Ints
    """How often each was seen, shape (cells,)."""

    @property
    def predictions(self) -> int:
        """Symbols predicted: the sum over all cells."""
        return int(self.counts.sum())

    @property
    def cells(self) -> int:
        """Different n-grams."""
        return len(self.counts)

    @property
    def contexts(self) -> int:
        """Different contexts."""
        return int(np.count_nonzero(changes(self.grams[:, :-1])))

    @property
    def once(self) -> int:
        """N-grams that were seen exactly once."""
        return int(np.count_nonzero(self.counts == 1))

    def spell(self, gram: NDArray[Any]) -> str:
        """Write an n-gram in its symbols."""
        return "".join(self.vocabulary.symbols[i] for i in gram.tolist())

    def top(self, number: int) -> Iterator[tuple[str, str, int]]:
        """The most frequent n-grams, the last symbol apart; equals in the order of the alphabet."""
        places = foremost(self.counts, number)
        # lexsort goes by its last key first.
        order = np.lexsort((*self.grams[places].T[::-1], -self.counts[places]))
        for place in places[order[:number]].tolist():
            gram = self.spell(self.grams[place])
            yield gram[:-1], gram[-1], int(self.counts[place])


def foremost(counts: Ints, number: int) -> NDArray[np.intp]:
    """Places of so many of the greatest counts, and of all that equal the least of them."""
    if not number:
        return np.arange(0)
    least = np.partition(counts, -number)[-number] if number < len(counts) else 0
    return np.flatnonzero(counts >= least)


def count(
    words: Encoded,
    vocabulary: Vocabulary,
    order: int = 2,
    dots: int | None = None,
    part: PartName | None = None,
) -> Generator[Progressed, None, ContextCounts]:
    """Count every n-gram of every word.

    Args:
        words: all of them, or a part.
        vocabulary: the alphabet they are encoded in.
        order: 1 to 7.
        dots: boundary symbols before each word, at most order − 1, which is the default: then
            every order predicts the same symbols.
        part: which they are, if not all.

    Raises:
        Refusal: order or dots are out of range, the table would be too large, or nothing would be
            predicted.
    """
    dots = checked_dots(order, dots)
    check_size(words, len(vocabulary), order)
    # The columns in the order that they are sorted by: right to left, the predicted one last.
    columns = [*range(order - 2, -1, -1), order - 1]
    bits = max(1, (len(vocabulary) - 1).bit_length())
    ranks: Ints | None = None
    known = np.empty((1, 0), words.indices.dtype)
    while True:
        used = (len(known) - 1).bit_length() if ranks is not None else 0
        now, columns = columns[: (KEY - used) // bits], columns[(KEY - used) // bits :]
        keys = _keys(words, order, dots, ranks, now, bits)
        if _is_laid_out(len(words.indices) - 1, bits * order):
            distinct, counts = yield from _laid_out(keys, words, bits * order)
        else:
            whole = yield from _kept(keys, words)
            if columns:
                distinct, ranks = yield from _saying(partial(_ranked, whole), whole, words)
            else:
                distinct, counts = yield from _saying(partial(_tallied, whole), whole, words)
            del whole
        known = _unpacked(distinct, known, len(now), bits)
        if not columns:
            if not len(counts):
                those = f"words of {part}" if part else "words"
                raise Refusal(
                    f"None of {len(words):,} {those} is long enough for order {order} with dots "
                    f"{dots}: nothing would be predicted. Take more dots, at most {order - 1}, or "
                    "a lower order."
                )
            grams = np.empty_like(known)
            grams[:, [*range(order - 2, -1, -1), order - 1]] = known
            return ContextCounts(vocabulary, order, dots, grams, counts)


def count_all(
    words: Encoded, vocabulary: Vocabulary, order: int = 2, dots: int | None = None
) -> ContextCounts:
    """Count without reporting progress; Refusal as in `count`."""
    return finish(count(words, vocabulary, order, dots))


def add(first: ContextCounts, second: ContextCounts) -> ContextCounts:
    """Add two tables, exactly: the counts of both texts together.

    Raises:
        ValueError: they are of different orders, dots or alphabets.
    """
    kinds = [(table.vocabulary, table.order, table.dots) for table in (first, second)]
    if kinds[0] != kinds[1]:
        raise ValueError("only tables of one order and one alphabet can be added")
    grams = np.concatenate([first.grams, second.grams])
    counts = np.concatenate([first.counts, second.counts])
    # lexsort goes by its last key first: by the symbol before the predicted one.
    order = np.lexsort((grams[:, -1], *grams[:, :-1].T))
    starts = np.flatnonzero(changes(grams[order]))
    summed = np.add.reduceat(counts[order], starts) if len(starts) else counts
    return ContextCounts(*kinds[0], grams[order][starts], summed)


def check_size(words: Encoded, symbols: int, order: int) -> None:
    """Refuse what would take too much memory, with the figure and what would fit."""
    events = len(words.indices) - 1
    need = _bytes(events, symbols, order, words.indices.itemsize)
    if need <= MOST_BYTES:
        return
    fits = [
        n
        for n in range(1, order)
        if _bytes(events, symbols, n, words.indices.itemsize) <= MOST_BYTES
    ]
    share = len(words) * MOST_BYTES // need
    instead = f"order {fits[-1]}" if fits else f"{share:,} words"
    raise Refusal(
        f"Counting order {order} of {events:,} symbols could take {number(need / 2**30, '.1f')} "
        f"GiB; at most {number(MOST_BYTES / 2**30, '.0f')} GiB may be used. Take {instead}, "
        "which would fit."
    )


def _bytes(events: int, symbols: int, order: int, width: int) -> int:
    """Most memory that counting may take: a table or every event's key, each cell its symbols."""
    bits = max(1, (symbols - 1).bit_length())
    cells: int = min(events, symbols**order)
    if _is_laid_out(events, bits * order):
        kept = 8 << bits * order
    else:
        # What does not go into one key is ranked first: keys, their order, sorted keys, ranks.
        kept = events * (16 if bits * order <= KEY else 40)
    return kept + cells * (order * width * 2 + 24)


def _is_laid_out(events: int, bits: int) -> bool:
    """Whether a table of all n-grams there could be is laid out: not if that is larger."""
    return bits <= DENSE and 1 << bits <= events


def _keys(
    words: Encoded, order: int, dots: int, ranks: Ints | None, columns: list[int], bits: int
) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """Some columns of every event as one number, behind the rank of those before; as `events`."""
    at = 0
    for done, symbols in events(words, order, dots):
        size = len(symbols[-1])
        key = np.zeros(size, np.uint64) if ranks is None else ranks[at : at + size].view(np.uint64)
        for column in columns:
            key = (key << np.uint64(bits)) | symbols[column]
        at += size
        yield done, key


def _kept(
    pieces: Iterator[tuple[int, NDArray[np.uint64]]], words: Encoded
) -> Generator[Progressed, None, NDArray[np.uint64]]:
    """Keep the keys of all pieces."""
    keys, at = np.empty(len(words.indices) - 1, np.uint64), 0
    for done, piece in pieces:
        keys[at : at + len(piece)] = piece
        at += len(piece)
        yield Progressed("counting", done, len(words))
    return keys[:at]


def _laid_out(
    pieces: Iterator[tuple[int, NDArray[np.uint64]]], words: Encoded, bits: int
) -> Generator[Progressed, None, tuple[NDArray[np.uint64], Ints]]:
    """Count keys of so many bits; gives what `_tallied` does."""
    table = np.zeros(1 << bits, np.int64)
    for done, piece in pieces:
        np.add.at(table, piece.view(np.int64), 1)
        yield Progressed("counting", done, len(words))
    seen = np.flatnonzero(table)
    return seen.astype(np.uint64), table[seen]


def events(words: Encoded, order: int, dots: int) -> Iterator[tuple[int, list[NDArray[Any]]]]:
    """Give columns of the n-grams of a piece of the text after the other, and the words done."""
    indices, reach = words.indices, max(1, order - 1)
    for start in range(1, len(indices), PIECE):
        end = min(start + PIECE, len(indices))
        text = indices[max(0, start - reach) : end]
        if start < reach:  # There is no room to look back from the first symbol.
            text = np.concatenate([np.zeros(reach - start, indices.dtype), text])
        columns = [text[reach:]]
        for back in range(1, order):
            column = text[reach - back : len(text) - back]
            # What stands before a boundary belongs to the word before.
            columns.append(column * (columns[back - 1] != 0) if back > 1 else column)
        if dots < order - 1:
            is_asked = columns[order - 1 - dots] != 0
            columns = [column[is_asked] for column in columns]
        # A number of another kind would have all starts copied.
        done = int(np.searchsorted(words.starts, words.starts.dtype.type(end), "left")) - 1
        yield done, columns[::-1]


def _saying(
    sort: Callable[[], T], keys: NDArray[np.uint64], words: Encoded
) -> Generator[Progressed, None, T]:
    """Sort keys, aside if they are many, saying at each pause that all words are read."""
    if len(keys) <= SORTED:
        return sort()
    steps = aside(sort)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            made: T = stop.value
            return made
        yield Progressed("counting", len(words), len(words))


def _ranked(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], Ints]:
    """Different keys in order, and of each key the place among them."""
    order = np.argsort(keys)
    ordered = keys[order]
    is_new = changes(ordered[:, None])
    ranks = np.empty(len(keys), np.int64)
    ranks[order] = np.cumsum(is_new) - 1
    return ordered[is_new], ranks


def _tallied(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], Ints]:
    """Different keys in order, and how often each is there; the keys are put in order."""
    keys.sort()
    starts = np.flatnonzero(changes(keys[:, None]))
    return keys[starts], np.diff(starts, append=len(keys))


def _unpacked(
    keys: NDArray[np.uint64], known: NDArray[Any], columns: int, bits: int
) -> NDArray[Any]:
    """Symbols that keys were made of, in the order they were put in, shape (keys, columns).

    Args:
        keys: ranks and symbols.
        known: the symbols of each rank.
        columns: how many symbols each key holds.
        bits: of a symbol.
    """
    before = known.shape[1]
    grams = np.empty((len(keys), before + columns), known.dtype)
    mask = np.uint64((1 << bits) - 1)
    for column in range(columns):
        grams[:, before + column] = (keys >> np.uint64(bits * (columns - 1 - column))) & mask
    if before:
        grams[:, :before] = known[keys >> np.uint64(bits * columns)]
    return grams


def changes(rows: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each row differs from the one before; the first one does."""
    is_new = np.zeros(len(rows), np.bool_)
    is_new[:1] = True
    for column in rows.T:
        is_new[1:] |= column[1:] != column[:-1]
    return is_new
