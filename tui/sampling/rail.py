"""The strip of a row's cumulative probabilities, and the number u dropped on it. Pure.

From 0 to 1 every symbol has a stretch as long as its probability; a symbol is drawn by dropping u
on the strip. Stretches take turns in two shades, with their letters below where there is room.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from engine import record
from engine.protocol import DrawingShown
from engine.text.numbers import number
from tui.text import glyphs
from tui.text.rows import Role, Row, Run

SHADES = "▓▒"
"""How neighbouring stretches look."""

SOLID = "█"
"""How the one that was hit looks, also where there is no colour."""

LARGER = 3
"""Least number of times the surroundings of u are magnified."""

LEAST_SPAN = 1e-12
"""Part of the strip that can still be magnified: below, its ends would be the same number."""

LOOKS: tuple[Role, Role] = ("counts", "faint")
"""Colours of neighbouring stretches."""

MARKER = "▼"
"""Where u falls."""


@record
class Stretch:
    """The part of the strip that belongs to a symbol."""

    index: int
    start: float
    end: float

    @property
    def size(self) -> float:
        """The symbol's probability."""
        return self.end - self.start


@record
class Rail:
    """A part of the strip, from `low` to `high`, in so many columns."""

    stretches: tuple[Stretch, ...]
    low: float
    high: float
    width: int

    def column(self, value: float) -> int:
        """Column in which a place of the strip lies."""
        share = (value - self.low) / (self.high - self.low)
        return max(0, min(self.width - 1, int(share * self.width)))

    def owners(self) -> list[int]:
        """For each column the number of the stretch that its middle lies in."""
        found, k = [], 0
        for x in range(self.width):
            middle = self.low + (x + 0.5) / self.width * (self.high - self.low)
            while k + 1 < len(self.stretches) and self.stretches[k].end <= middle:
                k += 1
            found.append(k)
        return found


def stretch(drawing: DrawingShown, index: int) -> Stretch:
    """The stretch of a symbol: without length if the symbol is impossible, as a forced one may be.

    Nor has it any at a temperature so low that its probability is rounded to 0.
    """
    sums = memoryview(drawing.cumulative).cast("d")
    return Stretch(index, sums[index - 1] if index else 0.0, sums[index])


def stretches(drawing: DrawingShown) -> tuple[Stretch, ...]:
    """The stretches of all symbols that are possible."""
    sums = memoryview(drawing.cumulative).cast("d")
    starts = [0.0, *sums][: len(sums)]
    pairs = enumerate(zip(starts, sums, strict=True))
    return tuple(Stretch(i, start, end) for i, (start, end) in pairs if end > start)


def rails(drawing: DrawingShown, width: int) -> tuple[Rail, Rail | None]:
    """The whole strip, and the surroundings of u where they can be seen larger."""
    parts = stretches(drawing)
    whole = Rail(parts, 0.0, 1.0, width)
    if drawing.hit is None:
        return whole, None
    hit = stretch(drawing, drawing.hit)
    span = hit.size * 8
    if not LEAST_SPAN < span <= 1 / LARGER:
        return whole, None
    middle = (hit.start + hit.end) / 2
    low = max(0.0, min(1.0 - span, middle - span / 2))
    return whole, Rail(parts, low, min(1.0, low + span), width)


def marker(rail: Rail, drawing: DrawingShown, symbol: str) -> Row:
    """Where u falls, or which symbol was hit if u cannot be seen, above the strip."""
    if drawing.hit is None:
        return [("", "dim")]
    u = drawing.uniform
    hit = stretch(drawing, drawing.hit)
    x = rail.column((hit.start + hit.end) / 2 if u is None else u)
    text = f" {symbol}" if u is None else f" u = {number(u, '.6f')} → {symbol}"
    if x + len(text) + 1 > rail.width:
        text = text.strip() + " "
        return [(" " * max(0, x - len(text)), "dim"), (text, "warn"), (MARKER, "warn")]
    return [(" " * x, "dim"), (MARKER, "warn"), (text, "warn")]


def strip(rail: Rail, hit: int | None) -> Row:
    """The stretches, each in the shade its neighbours do not have; the hit one stands out."""
    row: list[Run] = []
    for k, columns in groupby(rail.owners()):
        part = rail.stretches[k]
        role: Role = "warn" if part.index == hit else LOOKS[k % 2]
        shade = SOLID if part.index == hit else SHADES[k % 2]
        text = shade * len(list(columns))
        row.append((text, role, f"screen.force({part.index})"))
    return row


def labels(rail: Rail, symbols: Sequence[str], hit: int | None) -> Row:
    """The letters below their stretches, as many as have room."""
    row: list[Run] = []
    for k, columns in groupby(rail.owners()):
        part, room = rail.stretches[k], len(list(columns))
        text = glyphs.straight(glyphs.shown(symbols[part.index]))
        taken = glyphs.width(symbols[part.index])
        left = max(0, (room - taken) // 2)
        shown = text if taken <= room else ""
        blanks = room - left - taken if shown else room
        role: Role = "warn" if part.index == hit else "plain"
        row.append((" " * left + shown + " " * blanks if shown else " " * room, role))
    return row


def ticks(rail: Rail) -> Row:
    """Where the strip, or the part of it, begins and ends, and what lies between."""
    digits = max(2, min(12, math.ceil(2 - math.log10(rail.high - rail.low))))
    text = [" "] * rail.width
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        label = number(rail.low + share * (rail.high - rail.low), f".{digits}f")
        x = min(rail.width - len(label), max(0, round(share * rail.width) - len(label) // 2))
        text[x : x + len(label)] = label
    return [("".join(text), "dim")]
