"""Rows of text: runs of characters that have a role, and no colour.

The theme gives roles their colours, so a row need not be made again when the theme changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from engine.text.width import cells, clusters, straight, wrap
from engine.text.width import fit as fit

RunRole = Literal["run-1", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7", "run-8"]
"""What belongs to a run beside the one in hand, each of which has a colour of its own."""

RUN_ROLES: tuple[RunRole, ...] = get_args(RunRole)

ChartRole = Literal["frame", "tick", "curve", "dev", "floor", "marker", "label", "bar", RunRole]
"""What a run of characters is: axes, numbers on them, the run, its loss on dev, the entropy floor,
a change of a setting, text in the chart, a bar of a histogram, another run."""

CHART_ROLES: tuple[ChartRole, ...] = get_args(ChartRole)

TextRole = Literal[
    "plain",
    "dim",
    "faint",
    "strong",
    "good",
    "warn",
    "bad",
    "accent",
    "key",
    "chosen",
    "counts",
    "network",
]

Role = ChartRole | TextRole

Run = tuple[str, Role] | tuple[str, Role, str]
"""A text, its role, and the action a click on it runs, if any."""

Row = Sequence[Run]

PARTS = (re.compile(" · |, "), re.compile(" "))
"""What parts a text that is too wide for its place: its parts, or else its words."""

NEAR = 10
"""Columns that two differences may be apart and still be painted as one: to go elsewhere on the
screen takes the terminal about as many bytes."""


def width_of(row: Row) -> int:
    """Columns a row takes."""
    return sum(cells(run[0]) for run in row)


def action_at(rows: Sequence[Row], x: int, y: int) -> str:
    """Give what a click somewhere runs; empty if nothing."""
    for text, _, *action in rows[y] if 0 <= y < len(rows) else ():
        if (x := x - cells(text)) < 0:
            return action[0] if action else ""
    return ""


def _at(rows: list[Row], y: int) -> Row:
    return rows[y] if y < len(rows) else ()


def _places(row: Row) -> list[tuple[str, object]]:
    """One entry a column: what stands there, and in which role."""
    places: list[tuple[str, object]] = []
    for text, *look in row:
        if text.isascii():
            places += [(symbol, look) for symbol in text]
            continue
        for start, end, width in clusters(text):
            places += [(text[start:end], look)] * min(width, 1) + [("", look)] * (width - 1)
    return places


def differences(old: Row, new: Row) -> Iterator[tuple[int, int]]:
    """Give the stretches of columns, each from start to before end, in which two rows differ."""
    if tuple(old) == tuple(new):
        return
    before, after = _places(old), _places(new)
    width = max(len(before), len(after))
    blank: list[tuple[str, object]] = [(" ", None)]
    before += blank * (width - len(before))
    after += blank * (width - len(after))
    # The second half of a wide symbol is empty; the symbol is painted whole.
    halves = [not (b[0] and a[0]) for b, a in zip(before, after, strict=True)] + [False]
    differing = [x for x in range(width) if before[x] != after[x]]
    start = 0
    for i, x in enumerate(differing):
        if i + 1 == len(differing) or differing[i + 1] - x > NEAR:
            first = differing[start]
            yield max(0, first - halves[first]), min(width, x + 1 + halves[x + 1])
            start = i + 1


def spaced(text: str) -> str:
    """Set a text wide, a blank between two symbols: it is read from farther away."""
    if straight(text) != text:
        return text  # Letters of such scripts hold on to each other.
    return " ".join(text[start:end] for start, end, _ in clusters(text))


def fitting(width: int, *texts: str) -> str:
    """Choose the first of several wordings that there is room for, or else the last."""
    return next((text for text in texts if cells(text) <= width), texts[-1])


def shortened(text: str, width: int) -> str:
    """Leave out the last parts of a text that is too wide, or else its last words.

    No word is cut: a single one that is too wide stays as it is.
    """
    if cells(text) <= width:
        return text
    ends = (found.start() for part in PARTS for found in reversed([*part.finditer(text)]))
    return next((text[:end] for end in ends if cells(text[:end]) <= width), text)


def paragraph(text: str, width: int, role: Role) -> list[Row]:
    """Break a text into lines between words."""
    return [((fit(line, width), role),) for line in wrap(text, max(8, width))]
