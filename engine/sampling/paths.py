"""The contexts that names lead through, numbered, so that very many can be looked up at once.

A state is what has been drawn so far, as far as the model looks back and knows it, at least one
symbol; its number is where it stands in flat arrays of rows. State 0 is the beginning of a name,
after the prefix, to which every boundary leads back. Up to order 2 a state is a symbol and all are
there at once; above, each is made when a walk first comes to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.models.likelihood import Context, before
from engine.sampling.rows import Rows
from engine.words.pieces import Pieces

Indices = NDArray[np.intp]

MOST_NUMBERS = 1 << 21
"""Room for cumulative sums, and as much again twice: 50 MB in all."""

FEWEST = 64
"""States that there is room for at first."""

SOME = 256
"""States that are looked at in a piece, when all are made."""

UNKNOWN = -1
"""Leads to a state that is not made yet."""


def have_room(symbols: int) -> bool:
    """Whether there is room for a state for each symbol, without which walks seldom meet again."""
    return symbols * _width(symbols) <= MOST_NUMBERS


def _width(symbols: int) -> int:
    """Places of a state in the arrays, a power of 2; those beyond V are not used."""
    return 1 << (symbols - 1).bit_length()


class Paths:
    """States, their rows, and where each symbol leads.

    Args:
        rows: what is drawn from; there must be room for its symbols.
        prefix: indices of the symbols that every name begins with.

    Raises:
        Refusal: nothing can follow the prefix.
    """

    def __init__(self, rows: Rows, prefix: Sequence[int]) -> None:
        self._rows = rows
        self.size, order = len(rows.model.vocabulary), rows.model.order
        self.width = _width(self.size)
        begin = before(prefix, order)
        rows.cumulative(begin)
        self.is_whole = order <= 2
        """Whether there is a state for every symbol, and no other will be made."""
        self.sums = np.empty(0)
        """Cumulative sums, flat: those of a state from where it stands, ∞ beyond V."""
        self.logs = np.empty(0)
        """Log probabilities at temperature 1, nats, laid out likewise."""
        self.following = np.empty(0, np.intp)
        """The state that each symbol leads to, or `UNKNOWN`, laid out likewise."""
        self._ends = np.empty(0, np.intp)
        self._contexts: list[Context] = []
        """Of each state one that leads to it."""
        self._states: dict[Context, int] = {}
        """By the end of the context that is known."""
        if self.is_whole:
            others = [(i,)[: order - 1] for i in range(1, self.size)]
            self._add([begin, *others], range(self.size))
            self.following = np.tile(np.arange(self.width) * self.width, self.size)
        else:
            self._add([begin], [0])

    @property
    def most(self) -> int:
        """States from which on one should begin anew, lest they take too much memory."""
        return max(self.size, MOST_NUMBERS // self.width)

    @property
    def is_full(self) -> bool:
        """Whether there are so many."""
        return not self.is_whole and len(self._contexts) >= self.most

    @property
    def number(self) -> int:
        """States there are."""
        return len(self._contexts)

    @property
    def ends(self) -> Indices:
        """The symbol that each state ends in, by its number; the boundary for state 0."""
        return self._ends[: self.number]

    def complete(self) -> Pieces[bool]:
        """Make every state that can be come to; False if there is no room for all of them."""
        done = 0
        while done < self.number:
            if self.is_full:
                return False
            rows = slice(done, done + SOME)
            done = min(self.number, done + SOME)
            sums = self.sums.reshape(-1, self.width)[rows][: done - rows.start, : self.size]
            follows = self.following.reshape(-1, self.width)[rows][: len(sums), : self.size]
            row, symbol = np.nonzero((np.diff(sums, prepend=0) > 0) & (follows == UNKNOWN))
            if len(row):
                self.find((rows.start + row) * self.width + symbol)
                yield
        return True

    def symbols(self, states: Indices) -> Indices:
        """The symbols that led to some states; to state 0, the boundary."""
        return self._ends[states // self.width]

    def find(self, places: Indices) -> None:
        """Make the states that lead on from some places, where there are none yet.

        Args:
            places: a state and a symbol added up each, shape (n,).
        """
        asked = np.unique(places).tolist()
        contexts = [
            (*self._contexts[place // self.width], place % self.width)[1:] for place in asked
        ]
        new: dict[Context, Context] = {}
        states = []
        for context, end in zip(contexts, self._rows.ends(contexts), strict=True):
            if end not in self._states:
                self._states[end] = (len(self._contexts) + len(new)) * self.width
                new[end] = context
            states.append(self._states[end])
        if new:
            self._add(list(new.values()), [context[-1] for context in new.values()])
        self.following[asked] = states

    def trace(self, symbols: Iterable[int]) -> Indices:
        """The states that symbols lead to from the beginning of a name, one after the other."""
        state, states = 0, []
        for symbol in symbols:
            place = state + symbol
            if self.following[place] == UNKNOWN:
                self.find(np.array([place]))
            state = int(self.following[place])
            states.append(state)
        return np.array(states, np.intp)

    def _add(self, contexts: list[Context], ends: Sequence[int]) -> None:
        """Add states for contexts that end in certain symbols."""
        start, stop = len(self._contexts), len(self._contexts) + len(contexts)
        self._contexts += contexts
        if stop > len(self._ends):
            self._grow(stop if self.is_whole else max(stop, FEWEST, 2 * len(self._ends)))
        sums, logs = self._rows.many(contexts)
        self.sums.reshape(-1, self.width)[start:stop, : self.size] = sums
        self.logs.reshape(-1, self.width)[start:stop, : self.size] = logs
        self.following.reshape(-1, self.width)[start:stop, 0] = 0
        self._ends[start:stop] = ends

    def _grow(self, states: int) -> None:
        more = states - len(self._ends)
        self._ends = np.append(self._ends, np.zeros(more, np.intp))
        more *= self.width
        self.sums = np.append(self.sums, np.full(more, np.inf))
        self.logs = np.append(self.logs, np.zeros(more))
        self.following = np.append(self.following, np.full(more, UNKNOWN))
