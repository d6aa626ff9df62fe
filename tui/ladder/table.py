"""The ladder as a table: its rows, their columns, and the published marks between them. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine import record
from engine.protocol import PUBLISHED, Rung
from engine.text.numbers import number
from tui.text.numbers import figure
from tui.text.rows import Role, Row, Run, fit

HERE = ("counts", 2)
"""The model and order that the rest of the laboratory is about."""

EDGES = {"": " ", "least": "v", "most": "^"}
"""What stands behind a parameter at an end of its range: it might do better below, or above."""

SYMBOLS = {"smoothing": "k", "strength": "a", "discount": "D", "discounts": "D", "weights": "λ"}
"""What the parameters are called in formulas."""

MODEL, ORDER, LOSS, CELLS, MILLISECONDS = 21, 6, 8, 10, 7

PARAMETER, LONG_PARAMETER = 11, 19
"""Columns of a parameter by its symbol, and by its name."""

LEAST_BAR, MOST_BAR = 6, 30

BAR, HALF_BAR = "━", "╸"
"""What the gap is drawn with: thin, so that the figures stand out."""


@record
class Mark:
    """A net that was published beside the ladder."""

    name: str
    dev: float


Entry = Rung | Mark

MARKS = tuple(Mark(name, dev) for name, dev in PUBLISHED)


@record
class Columns:
    """Which columns there is room for."""

    bar: int
    """How wide the bar of the gap is."""
    parameter: int
    has_cost: bool
    """Whether cells and milliseconds are shown."""


def columns(width: int) -> Columns:
    """Share out a width; the losses come first."""
    room = width - MODEL - ORDER - 4 * LOSS - 4
    has_cost = room >= LONG_PARAMETER + CELLS + MILLISECONDS + LEAST_BAR
    parameter = LONG_PARAMETER if has_cost else PARAMETER
    bar = room - parameter - (CELLS + MILLISECONDS if has_cost else 0)
    return Columns(max(0, min(MOST_BAR, bar)), parameter, has_cost)


def entries(rungs: Sequence[Rung], *, by_new: bool, has_marks: bool) -> tuple[Entry, ...]:
    """Put rungs in order, by their loss on dev with the marks where they belong, or on new words.

    Marks are figures of dev, so they have no place among losses on new words.
    """
    if by_new:
        return tuple(sorted(rungs, key=lambda rung: (math.isnan(rung.new_dev), rung.new_dev)))
    marks = MARKS if has_marks and rungs else ()
    return tuple(sorted((*rungs, *marks), key=lambda each: each.dev))


def name_of(entry: Entry) -> tuple[str, int]:
    """What an entry is told from the others by."""
    return (entry.model, entry.order) if isinstance(entry, Rung) else (entry.name, 0)


def heads(width: int, *, by_new: bool) -> Row:
    """What the columns are; the one that is sorted by stands out."""
    across = columns(width)
    row: list[Run] = [(f"{' model':<{MODEL}}{'order':>{ORDER}}", "dim")]
    row.append((f"{'dev':>{LOSS}}", "dim" if by_new else "accent"))
    row.append((f"{'new':>{LOSS}}", "accent" if by_new else "dim"))
    row.append((f"{'train':>{LOSS}}{'gap':>{LOSS}} ", "dim"))
    bar = next(text for text in ("dev − train", "") if len(text) <= across.bar)
    row.append((f"{bar:<{across.bar}}  {'parameter':<{across.parameter}}", "dim"))
    if across.has_cost:
        row.append((f"{'cells':>{CELLS}}{'ms':>{MILLISECONDS}}", "dim"))
    return row


def line(entry: Entry, width: int, best: Rung | None, *, is_comparable: bool) -> Row:
    """Draw an entry.

    Args:
        entry: a rung or a mark.
        width: columns there are.
        best: the rung that is best on dev.
        is_comparable: whether the marks were published for these very words and this split.
    """
    if isinstance(entry, Mark):
        return _mark(entry, width, is_comparable)
    across = columns(width)
    gap = entry.dev - entry.train
    role: Role = "plain"
    if (entry.model, entry.order) == HERE:
        role = "counts"
    elif entry is best:
        role = "good"
    name = f" {entry.model}" + " · the bigram" * ((entry.model, entry.order) == HERE)
    row: list[Run] = [
        (f"{fit(name, MODEL)}{entry.order:>{ORDER}}", role),
        (f"{_loss(entry.dev):>{LOSS}}", "good" if entry is best else "strong"),
        (f"{_loss(entry.new_dev):>{LOSS}}", "plain"),
        (f"{_loss(entry.train):>{LOSS}}", "dim"),
        (f"{_signed(gap):>{LOSS}} ", "plain"),
        (_bar(gap, across.bar), "bar"),
        ("  ", "plain"),
        (fit(parameter(entry, across.parameter), across.parameter - 2), "plain"),
        (f"{EDGES[entry.edge]} ", "warn"),
    ]
    if across.has_cost:
        cost = f"{entry.cells:>{CELLS},}{number(entry.milliseconds, '.0f'):>{MILLISECONDS}}"
        row.append((cost, "dim"))
    return row


def parameter(rung: Rung, width: int) -> str:
    """Write what was tuned; where there is room, by its name."""
    if rung.parameter is None:
        return "–"
    named = rung.parameter if width >= LONG_PARAMETER else SYMBOLS[rung.parameter]
    if isinstance(rung.value, float):
        return f"{named} {number(rung.value, '.4g')}"
    return f"{len(rung.value or ())} {named}"


def _mark(mark: Mark, width: int, is_comparable: bool) -> Row:
    role: Role = "marker" if is_comparable else "dim"
    head = fit(f"—— {mark.name} ", MODEL + ORDER - 1).rstrip()
    head += " " + "—" * (MODEL + ORDER - 2 - len(head)) + " "
    tail = " " + "—" * max(0, width - MODEL - ORDER - LOSS - 2)
    return ((head, role), (f"{_loss(mark.dev):>{LOSS}}", role), (tail, role))


def _bar(gap: float, width: int) -> str:
    """Draw dev − train; a full bar is one nat. What is no loss has no bar."""
    halves = round(min(1.0, max(0.0, gap if math.isfinite(gap) else 0.0)) * width * 2)
    return fit(BAR * (halves // 2) + HALF_BAR * (halves % 2), width)


def _loss(nll: float) -> str:
    return "∞" if math.isinf(nll) else figure(nll)


def _signed(gap: float) -> str:
    text = _loss(gap)
    return f"+{text}" if gap > 0 and text.strip("0.") else text
