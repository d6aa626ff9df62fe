"""Strips: curves a few characters high, in braille, one below the other on the same axes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN
from tui.text.rows import Role, Row, Run

BLANK = 0x2800

BITS = ((0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08))
"""Of a braille character, by dot across and dot up."""

APART = 4
"""Dots from one dot of a level to the next."""

Dot = tuple[int, int]


def strip(
    curve: Sequence[Dot], levels: Collection[int], columns: int, rows: int, role: Role
) -> list[Row]:
    """Draw a curve over levels; where there is a curve there is no level.

    Args:
        curve: dots, in order, to be joined; (0, 0) is the lower left one.
        levels: dots up at which dotted lines run.
        columns: size in characters.
        rows: size in characters.
        role: that of the curve.
    """
    dotted = ((x, y) for y in levels for x in range(0, columns * DOTS_ACROSS, APART))
    back, front = _characters(dotted), _characters(_joined(curve))
    lines: list[Row] = []
    for row in reversed(range(rows)):
        looks = (_look(front.get((c, row), 0), back.get((c, row), 0), role) for c in range(columns))
        lines.append(tuple(_runs(looks)))
    return lines


def _look(front: int, back: int, role: Role) -> tuple[str, Role]:
    return (chr(BLANK + front), role) if front else (chr(BLANK + back) if back else " ", "frame")


def _runs(looks: Iterable[tuple[str, Role]]) -> Iterator[Run]:
    for role, run in groupby(looks, key=lambda look: look[1]):
        yield "".join(symbol for symbol, _ in run), role


def _characters(dots: Iterable[Dot]) -> dict[Dot, int]:
    """Gather dots into the characters that hold them, by column and row from below."""
    found: dict[Dot, int] = {}
    for x, y in dots:
        at = (x // DOTS_ACROSS, y // DOTS_DOWN)
        found[at] = found.get(at, 0) | BITS[x % DOTS_ACROSS][y % DOTS_DOWN]
    return found


def _joined(curve: Sequence[Dot]) -> Iterator[Dot]:
    """Fill in the dots between those of a curve."""
    yield from curve[:1]
    for (x, y), (to_x, to_y) in pairwise(curve):
        steps = max(1, abs(to_x - x), abs(to_y - y))
        for i in range(1, steps + 1):
            yield x + round((to_x - x) * i / steps), y + round((to_y - y) * i / steps)
