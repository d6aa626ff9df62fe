"""The bigram under the cursor in exact figures, as two lines of aligned columns."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

from engine import record
from engine.protocol import Row, Window
from engine.text.numbers import number
from engine.text.width import fit, pad, straight
from tui.heatmap.saying import once, ways_back
from tui.text import glyphs
from tui.text.numbers import figure
from tui.text.rows import Role, Run, shortened, width_of
from tui.text.rows import Row as LineRow

DENSITIES = ((6, 2), (4, 2), (4, 1))
"""Decimals, and blanks between columns: the first that fit are taken."""


NEVER_SEEN = "this context was never seen"

SAID = 24
"""Columns of the sentence that stands in place of the count, where there is room: as wide as it
usually becomes, so that the figures beside it stay where they are."""

MOST_EXCESS = 1e4
"""From here on the excess of a cell is written by its power of ten."""


@record
class Figures:
    """What is known of one cell."""

    name: str
    """The bigram, as it is shown."""
    count: int
    p: float
    """P of the count model, smoothed as the settings say."""
    q: float | None = None
    """p of the network; None while there is none."""
    excess: float = 0.0
    """Its part of the excess loss in nats."""
    gap: float = math.nan
    """The excess loss itself."""
    backoff: tuple[tuple[str, int], ...] = ()
    """The context, its end without its first symbol, and so on, each with how often the symbol
    follows it; the last one is empty."""
    is_unseen: bool = False
    """Whether its context was never seen, so that no model of the counts has a row for it."""
    context: str = ""
    """What stands before the symbol, as it is shown."""
    symbol: str = ""
    """What follows there; empty if nothing is to be said of it in a sentence."""
    begins: bool = False
    """Whether the context is the beginning of a word, and no more."""
    ends: bool = False
    """Whether the symbol is the end of a word."""
    both: str = ""
    """What two runs are called, of which one is subtracted from the other."""
    apart: float = math.nan
    """p of the one less that of the other."""


Entry = tuple[str, str]
"""A label and a value."""

Column = tuple[Entry, Entry | None]
"""What stands in the upper and in the lower line."""

Written = tuple[list[Run], list[Run]]
"""Both, as they are drawn."""


def figures_of(row: Row, column: int, symbols: tuple[str, ...], gap: float) -> Figures:
    """Read one cell from the row under the cursor."""
    count = memoryview(row.counts).cast("q")[column]
    p, q, excess = (
        memoryview(values).cast("d")[column] if values else None
        for values in (row.count_probabilities, row.network_probabilities, row.excess)
    )
    before = "".join(glyphs.shown(symbols[i]) for i in (*row.before, row.index))
    symbol = glyphs.shown(symbols[column])
    found = Figures(
        before + symbol,
        count,
        p or 0.0,
        q,
        excess or 0.0,
        gap,
        context=before,
        symbol=symbol,
        begins=(*row.before, row.index) == (0,),
        ends=not column,
    )
    if not row.backoff:
        return found
    size = len(symbols)
    counts = memoryview(row.backoff).cast("q")
    # Of order 1 there is no context, though there is a row.
    context = (*row.before, row.index)[len(row.before) + 2 - len(counts) // size :]
    backoff = tuple(
        ("".join(glyphs.shown(symbols[i]) for i in context[start:]), n)
        for start, n in enumerate(counts[column::size])
    )
    return replace(found, backoff=backoff, is_unseen=not any(counts[:size]))


def value_at(window: Window, row: int, column: int) -> float:
    """Give the value of a cell; not a number if it is out of view."""
    row, column = row - window.row, column - window.column
    if not (0 <= row < window.rows and 0 <= column < window.columns):
        return math.nan
    return memoryview(window.values).cast("f")[row * window.columns + column]


def inspect(figures: Figures, width: int) -> list[LineRow]:
    """Write two lines, with as many columns and decimals as fit: the first columns matter most."""
    name: Run = (f" {figures.name} ", "key")
    indent: Run = (" " * width_of([name]), "plain")
    if figures.is_unseen:
        said: Run = (f" {NEVER_SEEN}"[: max(0, width - width_of([name]))], "warn")
        return [[name, said], *_ways_back(figures, indent, width, 1)]
    # Of longer contexts the sentence has a line of its own, below.
    can_say = bool(figures.symbol) and not figures.backoff and not figures.both
    for is_said, (digits, blanks) in product((True, False) if can_say else (False,), DENSITIES):
        columns = _table(figures, digits, blanks, is_said=is_said)
        if _width(columns) <= width - width_of([name]):
            break
    while columns and _width(columns) > width - width_of([name]):
        columns.pop()
    upper, lower = [name], [indent]
    for above, below in columns:
        upper += above
        lower += below
    return [upper, lower, *_ways_back(figures, indent, width, blanks)]


def in_a_line(figures: Figures, caption: str, width: int) -> LineRow:
    """Write what is seen, and how likely the bigram under the cursor is, to be read from afar."""
    cell: list[Run] = []
    for labels in (("counts", "network"), ("P", "p")):
        cell = [(f" {figures.name} ", "key")]
        pair: tuple[tuple[str, float | None, Role], ...]
        pair = ((labels[0], figures.p, "counts"), (labels[1], figures.q, "network"))
        for label, value, role in pair:
            if value is not None:
                cell += [(f"  {label} ", "dim"), (_probability(value, 3), role)]
        if width_of(cell) <= width:
            break
    room = max(0, width - width_of(cell) - 2)
    said = fit(shortened(caption, room), room)
    return [(pad(said, room), "strong"), ("  ", "plain"), *cell]


def _ways_back(f: Figures, indent: Run, width: int, blanks: int) -> list[LineRow]:
    """Say what a model leans on where there are too few: how often it is so after less."""
    if not f.backoff:
        return []
    contexts = [(straight(context), count) for context, count in f.backoff]
    room = width - width_of([indent]) - blanks
    said = ways_back(straight(f.symbol), contexts, room, begins=f.begins, ends=f.ends)
    return [[indent, (" " * blanks, "plain"), *said]]


def _table(f: Figures, digits: int, blanks: int, *, is_said: bool) -> list[Written]:
    """Write all columns; a sentence may stand in place of the count, before the others."""
    columns = _columns(f, digits)
    if not is_said:
        return [_written(column, blanks) for column in columns]
    gap: Run = (" " * blanks, "plain")
    said = once(straight(f.symbol), straight(f.context), f.count, begins=f.begins, ends=f.ends)
    share: list[Run] = [("of gap ", "dim"), (_share(f), "plain")] if f.q is not None else []
    wide = max(SAID, width_of(said), width_of(share))
    pair = ([gap, *runs, (" " * (wide - width_of(runs)), "plain")] for runs in (said, share))
    others = (column for column in columns if column[0][0] != "count")
    upper, lower = pair
    return [(upper, lower), *(_written(column, blanks) for column in others)]


def _columns(f: Figures, digits: int) -> list[Column]:
    """Put what belongs together one above the other; what is missing follows from the gap."""
    signed = f"+.{digits}f"
    beyond = signed if abs(f.excess) < MOST_EXCESS else "+.2e"
    if f.q is None:
        return [
            (("count", f"{f.count:,}"), None),
            (("P", _probability(f.p, digits)), None),
            (("log P", _log(f.p, digits)), None),
        ]
    if f.both:
        mine, _, other = f.both.partition(" − ")
        return [
            ((mine, _probability(f.q, digits)), (other, _probability(f.q - f.apart, digits))),
            (("count", f"{f.count:,}"), ("difference", number(f.apart, signed))),
            (("P", _probability(f.p, digits)), ("excess", number(f.excess, beyond))),
        ]
    return [
        (("P", _probability(f.p, digits)), ("p", _probability(f.q, digits))),
        (("count", f"{f.count:,}"), ("of gap", _share(f))),
        (("log P", _log(f.p, digits)), ("log p", _log(f.q, digits))),
        (("p − P", number(f.q - f.p, signed)), ("excess", number(f.excess, beyond))),
    ]


def _written(column: Column, blanks: int) -> Written:
    """Write a column: labels to the left, values to the right."""
    entries = (column[0], column[1] or ("", ""))
    wide_label = max(len(label) for label, _ in entries)
    wide_value = max(len(value) for _, value in entries)
    roles: tuple[Role, Role] = ("counts", "network") if _is_pair(column) else ("plain", "plain")
    written: list[list[Run]] = [
        [(" " * blanks + label.ljust(wide_label) + " ", "dim"), (value.rjust(wide_value), role)]
        for (label, value), role in zip(entries, roles, strict=True)
    ]
    return written[0], written[1]


def _is_pair(column: Column) -> bool:
    """Whether the column holds the same of both models, told apart by colour as the bars are."""
    return column[1] is None or column[0][0].lower() == column[1][0].lower()


def _width(columns: list[Written]) -> int:
    return sum(width_of(upper) for upper, _ in columns)


def _share(f: Figures) -> str:
    """Say how much of the excess loss is due to this cell; nothing once there is none to share."""
    if not f.gap > 1e-9:
        return "–"
    return f"{number(100 * f.excess / f.gap, '+.1f')} %"


def _probability(p: float, digits: int) -> str:
    """Write a probability; one that is not 0 is not written as 0, least of all beside its log."""
    text = figure(p, digits)
    is_lost = p > 0 and not any(c in "123456789" for c in text)
    return number(p, ".0e").replace("e−0", "e−") if is_lost else text


def _log(p: float, digits: int) -> str:
    return number(math.log(p) if p > 0 else -math.inf, f".{digits - 1}f")
