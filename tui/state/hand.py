"""A hand on the table: a cell of the row under the cursor changed, to see what the loss says.

Nothing of it enters the run: the row is a copy, and is gone when the hand is taken off. The loss
falls into rows, so that of one changed row is exact: with n of N bigrams in the row, q̂ its counts
divided by their sum, and p its probabilities, it adds n/N · CE(q̂, p) to the whole. What that has
above the entropy floor is n/N · KL(q̂‖p), which is 0 for counting, and above 0 for any other row.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import field, replace
from typing import Literal

from engine import record
from engine.protocol import MatrixName, Row

LOGIT = 0.1
"""By how much a logit is moved at a time."""

SHARE = 0.01
"""By how much a probability is moved at a time, before the row is divided by its sum."""

Kind = Literal["N", "P", "W"]

KINDS: dict[MatrixName, Kind] = {
    "counts": "N",
    "count_probabilities": "P",
    "network_probabilities": "W",
    "logits": "W",
}
"""Views in which a cell can be moved, and what it is moved of; W also where p is seen."""


@record
class HandTaken:
    """The user puts a hand on the table, or takes it off."""


@record
class HandMoved:
    """The cell under the cursor is to be larger, or smaller if the direction is below 0."""

    direction: int


@record
class HandUndone:
    """The latest move is taken back."""


@record
class HandScaled:
    """Moves are to go ten times as far, up to a hundred, and then as far as at first."""


Handling = HandTaken | HandMoved | HandUndone | HandScaled

SCALES = (1, 10, 100)
"""How many least moves one press is."""


@record
class Hand:
    """Where a hand lies, and how it has moved the cells of that row."""

    is_on: bool = False
    place: tuple[object, ...] = ()
    """What the moves are of: a row of a view of a run; elsewhere they are gone."""
    moves: tuple[tuple[int, int], ...] = ()
    """Columns and least moves, the earliest first."""
    scale: int = SCALES[0]

    def at(self, place: tuple[object, ...]) -> tuple[tuple[int, int], ...]:
        """The moves at a place."""
        return self.moves if self.is_on and self.place == place else ()

    def intend(self, intent: Handling, place: tuple[object, ...], column: int) -> Hand:
        """Do as the user wants with the cell of a column."""
        match intent:
            case HandTaken():
                return Hand() if self.is_on else Hand(True, place)
            case HandMoved(direction):
                moves = (*self.at(place), (column, direction * self.scale))
                return replace(self, is_on=True, place=place, moves=moves)
            case HandUndone():
                return replace(self, moves=self.moves[:-1])
            case HandScaled():
                at = SCALES.index(self.scale) + 1
                return replace(self, scale=SCALES[at % len(SCALES)])


@record
class Held:
    """A hand on a row that stands by itself, and the cell it is at."""

    hand: Hand = field(default_factory=Hand)
    column: int = 0

    def intend(self, intent: Handling, row: object) -> Held:
        """Do as the user wants with the cell; a move takes the row in hand."""
        return replace(self, hand=self.hand.intend(intent, (row,), self.column))

    def moves(self, row: object) -> tuple[tuple[int, int], ...]:
        """The moves of a row."""
        return self.hand.at((row,))


@record
class Changed:
    """A row as a hand has changed it, and what that does to the loss, in nats."""

    kind: Kind
    row: Row
    values: tuple[tuple[int, float], ...]
    """Columns of cells, and what stands there now, in the unit of the view."""
    steps: tuple[tuple[int, int], ...]
    """Columns of cells, and by how many moves they are off."""
    before: float
    after: float
    share: float
    """n/N: which part of all bigrams begin with this row's symbol."""
    divergence: float
    """KL(q̂‖p) of the changed row: how far it is from its own counts."""


def changed(
    kind: Kind, row: Row, moves: Sequence[tuple[int, int]], bigrams: int, floor: float, loss: float
) -> Changed:
    """Change a copy of a row, and work the loss out.

    Args:
        kind: what is moved.
        row: as the engine told it.
        moves: columns and least moves.
        bigrams: N, all of them.
        floor: their entropy floor.
        loss: of the network; that of a table of counts is worked out, its other rows as counted.
    """
    counts = memoryview(row.counts).cast("q").tolist()
    n = sum(counts)
    own = [count / n if n else 0.0 for count in counts]
    steps: dict[int, int] = {}
    for column, direction in moves:
        steps[column] = steps.get(column, 0) + direction
    told = row.network_probabilities if kind == "W" else row.count_probabilities
    p = [float(each) for each in memoryview(told).cast("d")]
    if kind == "N":
        p, moved = own, [max(0.0, float(each + steps.get(j, 0))) for j, each in enumerate(counts)]
    elif kind == "P":
        moved = [max(0.0, each + SHARE * steps.get(j, 0)) for j, each in enumerate(p)]
    else:
        moved = [each * math.exp(LOGIT * steps.get(j, 0)) for j, each in enumerate(p)]
    total = math.fsum(moved)
    q = [each / total for each in moved] if total else p
    share = n / bigrams if bigrams else 0.0
    divergence = _divergence(own, q)
    if kind == "W":
        before = loss
        after = loss + share * (divergence - _divergence(own, p))
    else:
        before, after = floor + share * _divergence(own, p), floor + share * divergence
    cells = memoryview(_bytes(q)).cast("d")
    values = tuple((j, moved[j] if kind == "N" else cells[j]) for j in range(len(q)))
    changed_row = (
        replace(row, network_probabilities=_bytes(q))
        if kind == "W"
        else replace(row, count_probabilities=_bytes(q))
    )
    off = tuple((j, step) for j, step in steps.items() if step)
    return Changed(kind, changed_row, values, off, before, after, share, divergence)


def _bytes(values: Sequence[float]) -> bytes:
    return array("d", values).tobytes()


def _divergence(own: Sequence[float], p: Sequence[float]) -> float:
    """KL(q̂‖p) in nats; infinite where what was seen is impossible."""
    terms = []
    for q, each in zip(own, p, strict=True):
        if q > 0:
            terms.append(q * math.log(q / each) if each > 0 else math.inf)
    return max(0.0, math.fsum(terms)) if all(map(math.isfinite, terms)) else math.inf
