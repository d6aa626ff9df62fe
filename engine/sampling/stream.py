"""Names for a file, however many: drawn by several cores, and never held.

They are, name by name, those that `engine.sampling.sampler` draws one by one, and so the lecture's,
however many cores there are and however many names are asked for: fewer are the first of more. All
numbers come from one generator, in their order, cut into blocks. Each block is walked by a core
that guesses where it starts; then, block after block, the walks are joined: one that started wrong
walks again until it meets its track, which takes but a few symbols. What was drawn is then the text
already: a letter for each symbol, and a line feed for each boundary.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models.likelihood import Model
from engine.protocol import Sample
from engine.sampling.guide import Guide, Walk
from engine.sampling.lanes import Floats
from engine.sampling.lot import MOST_SYMBOLS
from engine.sampling.paths import Paths, have_room
from engine.sampling.rows import Rows
from engine.sampling.sampler import check_sample, lots
from engine.words.pieces import Pieces

FIRST = 64
"""Lanes of the first block, which is small so that the first names are there at once."""

LANES = 8192
"""Lanes of a block that is as large as they become."""

STEPS = 128
"""Steps of each lane."""

MOST_HANDS = 4
"""Most threads that walk: they wait for the numbers then, which one thread alone can draw."""

WORTH = 100_000
"""Names of longer contexts from which on it is worth to make all their states beforehand."""

WAIT = 0.02
"""Seconds that a block is waited for before others may have their turn."""

Letters = NDArray[np.generic]
"""A code point each: uint8 if all are ASCII, else uint32."""


@dataclass(frozen=True, slots=True)
class Piece:
    """More names, and how many there are."""

    text: bytes
    """UTF-8, a line feed at the end of each name; the last one may go on in the next piece."""
    names: int
    """At their end, of all pieces so far."""
    cut: int
    """Of these, names that were stopped at 1,000 symbols."""


def stream(model: Model, command: Sample, hands: int) -> Iterator[Piece | None]:
    """Draw names as text; between pieces of what takes long nothing is yielded.

    Args:
        model: which must not change.
        command: how many and how; nothing is listed nor held against the data.
        hands: threads that may be busy at once.

    Raises:
        Refusal: temperature, number, seed or prefix is not usable.
    """
    check_sample(model, command, "streamed")
    guide = yield from _guide(model, command)
    if guide is not None:
        # One thread draws the numbers and joins the walks.
        yield from Stream(guide, model, command).pieces(max(1, min(hands - 1, MOST_HANDS)))
        return
    names = cut = 0
    for lot in lots(model, command):
        if lot is None:
            yield None
            continue
        names, cut = names + len(lot.names), cut + sum(lot.is_cut)
        yield Piece("".join(f"{name}\n" for name in lot.names).encode(), names, cut)


def _guide(model: Model, command: Sample) -> Pieces[Guide | None]:
    """Make the table of all states, if there is to be one."""
    is_longer = model.order > 2
    if (
        command.sampler != "lecture"
        or not have_room(len(model.vocabulary))
        or len(command.prefix) >= MOST_SYMBOLS
        or (is_longer and command.number < WORTH)
    ):
        return None
    paths = Paths(Rows(model, command.temperature), model.vocabulary.encode(command.prefix))
    if not paths.is_whole and not (yield from paths.complete()):
        return None
    return Guide(paths)


class Stream:
    """Draws blocks of symbols, and joins them.

    Args:
        guide: where numbers are looked up.
        model: whose names they are.
        command: seed, prefix and number.
    """

    def __init__(self, guide: Guide, model: Model, command: Sample) -> None:
        self._guide = guide
        symbols = model.vocabulary.symbols
        is_ascii = all(symbol.isascii() for symbol in symbols)
        codes = np.array([ord("\n"), *map(ord, symbols[1:])], np.uint8 if is_ascii else "<u4")
        self._letters = codes[guide.paths.ends]
        """The letter of each state, by its number."""
        self._generator = torch.Generator().manual_seed(command.seed)
        self._prefix = command.prefix.encode()
        self._most = MOST_SYMBOLS - len(command.prefix)
        self._number, self._names, self._cut = command.number, 0, 0
        self._state = 0
        """Where the next number is looked up."""
        self._open = 0
        """Symbols of the name that is not at its end, without the prefix."""

    def pieces(self, hands: int) -> Iterator[Piece | None]:
        """Draw until there are as many names as were asked for; so many other threads walk."""
        ahead: deque[Future[tuple[Walk, Letters]]] = deque()
        pool = ThreadPoolExecutor(hands, "sampling")
        lanes, text = FIRST, self._prefix
        try:
            while self._names < self._number:
                while len(ahead) <= hands:
                    ahead.append(pool.submit(self._walk, self._uniforms(lanes * STEPS), lanes))
                    lanes = min(LANES, 2 * lanes)
                try:
                    walk, letters = ahead[0].result(WAIT)
                except NotYet:
                    yield None
                    continue
                ahead.popleft()
                text += self._begun(self._joined(walk, letters))
                yield Piece(text, self._names, self._cut)
                text = b""
        finally:
            pool.shutdown(cancel_futures=True)

    def _uniforms(self, number: int) -> Floats:
        u: Floats = torch.rand(number, generator=self._generator, dtype=torch.float64).numpy()
        return u

    def _walk(self, uniforms: Floats, lanes: int) -> tuple[Walk, Letters]:
        """Walk a block as if a name began with it, and spell it."""
        walk = self._guide.walk(uniforms, lanes)
        letters = np.empty(walk.path.shape, self._letters.dtype)
        for states, row in zip(walk.path, letters, strict=True):
            np.take(self._letters, states, out=row, mode="clip")
        return walk, letters.T.ravel()

    def _begun(self, text: bytes) -> bytes:
        """Begin each name with the prefix, but for the one after the last."""
        if not self._prefix:
            return text
        text = text.replace(b"\n", b"\n" + self._prefix)
        return text if self._names < self._number else text.removesuffix(self._prefix)

    def _joined(self, walk: Walk, letters: Letters) -> bytes:
        """Join a walk to those before; gives its text, as far as it is asked for."""
        self._go(walk, letters, 0, self._state)
        text, at = b"", 0
        while at < len(letters) and self._names < self._number:
            ends = at + np.flatnonzero(letters[at:] == ord("\n"))[: self._number - self._names]
            starts = np.concatenate(([at], ends + 1))
            sizes = np.append(ends, len(letters)) - starts
            sizes[0] += self._open
            is_enough = len(ends) == self._number - self._names
            long = np.flatnonzero((sizes[: len(ends)] if is_enough else sizes) >= self._most)
            if not len(long):
                stop = int(ends[-1]) + 1 if is_enough else len(letters)
                self._names += len(ends)
                self._open = int(sizes[-1])
                return text + self._spelled(letters[at:stop])
            name = int(long[0])
            stop = int(starts[name]) + self._most - (0 if name else self._open)
            text += self._spelled(letters[at:stop]) + b"\n"
            self._names, self._cut = self._names + name + 1, self._cut + 1
            self._open, at = 0, stop
            self._go(walk, letters, at, 0)
        return text

    def _go(self, walk: Walk, letters: Letters, at: int, state: int) -> None:
        """Look the numbers up from one on, in another state than was guessed."""
        stop, steps = self._guide.follow(walk, at, state), len(walk.path)
        k = np.arange(at, stop)
        letters[k] = self._letters[walk.path[k % steps, k // steps]]
        self._state = walk.end() if at < len(letters) else state

    def _spelled(self, letters: Letters) -> bytes:
        data = letters.tobytes()
        return data if letters.itemsize == 1 else data.decode("utf-32-le").encode()
