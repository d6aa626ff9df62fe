"""The row under the cursor: what comes next, most likely first, counts and network side by side.

Drawn in one of two ways: bars that stand below the matrix, or bars that lie beside it. The order is
that of the counts, which do not move: if it were the network's, every bar would change place while
it learns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import nsmallest

from engine import record
from engine.protocol import Row
from engine.text.numbers import number
from tui.text import glyphs
from tui.text.numbers import in_places as compact
from tui.text.rows import Role, Run, fit, width_of
from tui.text.rows import Row as LineRow

STANDING = " ▁▂▃▄▅▆▇█"
LYING = " ▏▎▍▌▋▊▉█"
EIGHTHS = 8

WIDEST = 3
"""Columns of a bar that stands."""

MOST_BARS = 500
"""Symbols that are put in order: more than there is room for on any screen."""

TOPS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


@record
class Next:
    """One symbol that may follow."""

    index: int
    symbol: str
    p: float
    """P of the count model."""
    q: float | None
    """p of the network, if there is one."""


@record
class Strip:
    """A row, sorted."""

    context: str
    """What the row is of: a symbol, and what stands before it if anything does."""
    here: int
    """Index of the symbol under the cursor."""
    nexts: tuple[Next, ...]

    top: float
    """Probability of a full bar: round, so that it seldom changes."""


def strip_of(row: Row, column: int, symbols: Sequence[str]) -> Strip:
    """Sort a row: the most frequent first, equally frequent ones in the order of the alphabet."""
    counts = memoryview(row.count_probabilities).cast("d")
    network = memoryview(row.network_probabilities).cast("d") if row.network_probabilities else None
    order = nsmallest(MOST_BARS, range(len(symbols)), key=lambda i: (-counts[i], i))
    nexts = tuple(
        Next(i, glyphs.shown(symbols[i]), counts[i], network[i] if network else None) for i in order
    )
    most = max(*counts, *(network or ()))
    top = next((step for step in TOPS if most <= step), 1.0)
    context = "".join(glyphs.shown(symbols[i]) for i in (*row.before, row.index))
    return Strip(context, column, nexts, top)


def standing(strip: Strip, width: int, height: int, indent: int = 0) -> list[LineRow]:
    """Draw bars that stand in pairs: a heading if there is room, bars, letters.

    As many symbols as fit, the most likely ones; the first one stands `indent` columns from the
    left, as the cells above do.
    """
    slot = (width - indent) // len(strip.nexts)
    bar = max(1, min(WIDEST, (slot - 1) // 2))
    gap = int(slot > 2 * bar)
    nexts = strip.nexts[: (width - indent) // (2 * bar + gap)]
    rows: list[LineRow] = [()] if height >= 9 else []
    rows += [_heading(strip, width)] if height >= 5 else []
    lines = height - len(rows) - 1
    blank: Run = (" " * indent, "plain")
    for line in reversed(range(lines)):
        row: list[Run] = [blank]
        for n in nexts:
            row.append((bar * _part(n.p, strip.top, lines, line), "counts"))
            row.append((bar * _part(n.q or 0.0, strip.top, lines, line), "network"))
            row.append((" " * gap, "plain"))
        rows.append(row)
    letters: list[Run] = [blank]
    for n in nexts:
        letters += [_letter(n, strip, 2 * bar), (" " * gap, "plain")]
    return [*rows, letters]


def lying(strip: Strip, width: int, height: int) -> list[LineRow]:
    """Draw bars that lie side by side, a line a symbol, with figures where there is room."""
    letters = max(glyphs.width(n.symbol) for n in strip.nexts)
    has_figures = width >= letters + 28
    room = (width - letters - 2 - 12 * has_figures) // 2
    rows: list[LineRow] = [[(fit(f"next after {strip.context}", width), "dim")]]
    heads = fit("counts", room + 6 * has_figures), fit("network", room + 6 * has_figures)
    rows.append(
        [(" " * (letters + 1), "dim"), (heads[0], "counts"), (" ", "dim"), (heads[1], "network")]
    )
    lines = height - len(rows)
    # Where there is room, a blank line keeps two bars apart, and they end where the figure does.
    gap: list[LineRow] = [()] * (lines >= 2 * len(strip.nexts) - 1)
    for n in strip.nexts[: max(0, lines)]:
        rows += gap if len(rows) > 2 else []
        row: list[Run] = [_letter(n, strip, letters), (" ", "plain")]
        pair: tuple[tuple[float | None, Role], ...] = ((n.p, "counts"), (n.q, "network"))
        for value, role in pair:
            if has_figures:
                text = compact(value, 5) if value is not None else ""
                row.append((f"{text:>5} ", "dim"))
            row.append((_lying(value or 0.0, strip.top, room), role))
            row.append((" ", "plain"))
        rows.append(row[:-1])
    return rows


def _heading(strip: Strip, width: int) -> LineRow:
    """Say what the bars are, and how much a full one is, as far as there is room."""
    what: list[Run] = [("▌counts ", "counts"), ("▐network", "network")]
    row: list[Run] = []
    used = width_of(what)
    start, end = f"next after {strip.context}   ", f"  full bar {number(strip.top)}"
    if used + width_of([(start, "dim")]) <= width:
        row.append((start, "dim"))
        used += width_of([(start, "dim")])
    row += what
    if used + len(end) <= width:
        row.append((end.rjust(width - used), "dim"))
    return row


def _letter(n: Next, strip: Strip, width: int) -> Run:
    role: Role = "key" if n.index == strip.here else "plain"
    before = max(0, (width - glyphs.width(n.symbol)) // 2)
    return (fit(" " * before + glyphs.straight(n.symbol), width), role)


def _part(value: float, top: float, lines: int, line: int) -> str:
    """Draw one line of a standing bar, counted from the bottom."""
    eighths = round(value / top * lines * EIGHTHS)
    return STANDING[max(0, min(EIGHTHS, eighths - line * EIGHTHS))]


def _lying(value: float, top: float, room: int) -> str:
    """Draw a lying bar."""
    eighths = min(round(value / top * room * EIGHTHS), room * EIGHTHS)
    whole, rest = divmod(eighths, EIGHTHS)
    return (LYING[EIGHTHS] * whole + LYING[rest] * math.ceil(rest / EIGHTHS)).ljust(room)
