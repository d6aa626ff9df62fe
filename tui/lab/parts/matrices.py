"""Matrices: a colour for each cell, and where there is room its number or its bigram."""

from __future__ import annotations

from math import isfinite

from engine import record
from engine.lab.exhibit import Matrix, number
from engine.text.width import cells, straight
from tui.colours.palettes import Kind
from tui.colours.scales import NO_LEVEL, Scale, levels
from tui.lab.parts.canvas import Canvas, level_role
from tui.lab.parts.texts import prose
from tui.text.numbers import in_places as compact
from tui.text.rows import Row, Run

SWATCHES = 16
"""Columns of the legend's ramp."""

PLAIN = 3
"""Columns of a cell that holds nothing."""

LABELLED = 5
"""Least columns of a cell with its bigram above and its count below: four digits and a gap."""


@record
class Look:
    """How the cells of a matrix are drawn."""

    kind: Kind
    scale: Scale
    width: int
    """Columns of a cell."""
    has_numbers: bool
    height: int = 1
    """2 where a bigram stands above its count."""


def matrix(part: Matrix, canvas: Canvas) -> list[Row]:
    """Draw a matrix with its labels and what its colours stand for."""
    look = look_of(part, canvas.width - _side(part) - 1)
    rows = prose(part.title, canvas.width, "strong")
    rows += _block(part, look, canvas, range(len(part.column_labels)))
    more: list[Row] = [((f"… and {part.left_out:,} more", "dim"),)] if part.left_out else []
    legend = [] if look.has_numbers and look.height == 1 else _legend(part, look, canvas)
    return [*rows, *legend, *more]


def has_counts(part: Matrix, canvas: Canvas) -> bool:
    """Whether label and count of every cell have room side by side."""
    return look_of(part, canvas.width - _side(part) - 1).height > 1


def in_full(part: Matrix, canvas: Canvas) -> list[Row]:
    """Draw label and count in every cell, so many columns after one another as have room."""
    size = len(part.column_labels)
    room = canvas.width - _side(part) - 1
    look = look_of(part, size * room)
    most = max(1, room // look.width)
    # Blocks of about the same size, none of them a mere remainder.
    across = -(-size // -(-size // most))
    rows: list[Row] = []
    for start in range(0, size, across):
        rows += [(), *_block(part, look, canvas, range(start, min(size, start + across)))]
    return rows


def _side(part: Matrix) -> int:
    """Columns of the labels on the left."""
    return max(map(cells, part.row_labels), default=1)


def _block(part: Matrix, look: Look, canvas: Canvas, across: range) -> list[Row]:
    """Heads and cells of some columns."""
    side = _side(part)
    rows: list[Row] = [((" " * (side + 1), "dim"), *_heads(part, look, across))]
    painted = levels(part.values, look.scale, canvas.ramp(look.kind).count)
    for i, label in enumerate(part.row_labels):
        for line in range(look.height):
            head = label if line == 0 else ""
            name: Run = (head + " " * (side + 1 - cells(head)), "dim")
            rows.append((name, *_cells(part, look, canvas, painted, i, line, across)))
    return rows


def look_of(part: Matrix, room: int) -> Look:
    """Choose ramp, scale and the size of a cell: the richest that fits."""
    finite = [value for value in part.values if isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    if part.is_signed:
        limit = _limit(finite)
        kind, scale = _kind("difference"), Scale("diverging", -limit, limit)
    elif part.has_bigrams:
        kind, scale = _kind("counts"), Scale("log", low, high)
    elif low >= 0:
        kind, scale = _kind("probability"), Scale("sqrt", 0.0, high)
    else:
        kind, scale = _kind("logits"), Scale("linear", low, high)
    share = room // max(1, len(part.column_labels))
    widest = max((cells(number(value, part.form)) for value in part.values), default=1)
    if part.has_bigrams and share >= LABELLED:
        return Look(kind, scale, min(share, max(LABELLED, widest + 1)), True, 2)
    if share > widest:
        return Look(kind, scale, min(share, widest + 2), True)
    return Look(kind, scale, max(1, min(PLAIN, share)), False)


def _limit(values: list[float]) -> float:
    """Return where the colours of a signed matrix end: few cells, if any, go far beyond."""
    sizes = sorted(map(abs, values))
    usual, most = sizes[len(sizes) * 49 // 50], sizes[-1]
    return usual if 0 < usual < most / 3 else most


def _kind(name: Kind) -> Kind:
    return name


def _heads(part: Matrix, look: Look, across: range) -> list[Run]:
    labels = [part.column_labels[j] for j in across]
    if look.width == 1 and any(cells(label) > 1 for label in labels):
        return []
    place = _right if look.has_numbers and look.height == 1 else _middle
    return [(place(label, look.width), "dim") for label in labels]


def _cells(
    part: Matrix, look: Look, canvas: Canvas, painted: list[int], row: int, line: int, across: range
) -> list[Run]:
    """One line of a row of cells."""
    size, ramp = len(part.column_labels), canvas.ramp(look.kind)
    # Without colours a shade says more than the bigram, which the labels say, too.
    is_shaded = not ramp.colours and not look.has_numbers
    runs: list[Run] = []
    for j in across:
        level = painted[row * size + j]
        text = " " * look.width if is_shaded else _text(part, look, row, j, line)
        if level == NO_LEVEL:
            runs.append((text, "dim"))
            continue
        shown = text if text.strip() else ramp.glyphs[level] * look.width
        runs.append((shown, level_role(look.kind, level)))
    return runs


def _text(part: Matrix, look: Look, row: int, column: int, line: int) -> str:
    value = part.at(row, column)
    bigram = part.row_labels[row] + part.column_labels[column]
    if look.height == 2:
        return _middle(compact(value, look.width) if line else bigram, look.width)
    if look.has_numbers:
        return _right(number(value, part.form), look.width)
    if part.has_bigrams and cells(bigram) <= look.width:
        return _middle(bigram, look.width)
    return " " * look.width


def _legend(part: Matrix, look: Look, canvas: Canvas) -> list[Row]:
    ramp = canvas.ramp(look.kind)
    low, high = look.scale.ends()
    steps = [round(i * (ramp.count - 1) / (SWATCHES - 1)) for i in range(SWATCHES)]
    swatches: list[Run] = [(ramp.glyphs[s], level_role(look.kind, s)) for s in steps]
    least = 0.0 if look.scale.kind == "log" else low
    form = ",.0f" if part.form == "d" else part.form
    finite = [value for value in part.values if isfinite(value)]
    below, above = (
        "≤ " * (min(finite, default=least) < least),
        "≥ " * (max(finite, default=high) > high),
    )
    lowest, highest = f"{below}{number(least, form)} ", f" {above}{number(high, form)}"
    return [((lowest, "dim"), *swatches, (highest, "dim"))]


def _right(text: str, width: int) -> str:
    return " " * (width - cells(text)) + straight(text)


def _middle(text: str, width: int) -> str:
    left = max(0, width - cells(text)) // 2
    return " " * left + straight(text) + " " * (width - left - cells(text))
