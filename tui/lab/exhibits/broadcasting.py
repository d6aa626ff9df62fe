"""Two shapes lined up from the right as boxes, with what becomes of each dimension below."""

from __future__ import annotations

from engine.lab import Exhibit, Table, show
from engine.lab.exhibit import Mark
from engine.text.width import cells
from tui.lab.exhibits.flow import stack
from tui.lab.parts.canvas import Canvas
from tui.lab.parts.texts import ROLES, SIGNS, prose
from tui.text.rows import Role, Row, Run

FATES: dict[str, str] = {
    "equal": "both sizes are the same",
    "stretched": "a 1 is stretched to the other size",
    "missing": "put in as a 1, then stretched",
    "clash": "neither equal nor 1: an error",
}
"""What the marks of dimensions mean."""


def draw(exhibit: Exhibit, canvas: Canvas) -> list[Row]:
    """Draw the boxes first, then the trap."""
    first, *others = exhibit.parts
    rows = boxes(first, canvas.width) if isinstance(first, Table) else []
    if not rows:
        return stack(exhibit.parts, canvas)
    return [*rows, (), *stack(others, canvas)]


def boxes(table: Table, width: int) -> list[Row]:
    """Draw each dimension as a column of boxes; nothing if there are none, or too many."""
    size = len(table.columns) - 1
    shapes = [[show(cell) for cell in row] for row in table.rows]
    fates = shapes[2][1:] if len(shapes) == 4 else []
    wide = max((cells(t) + 2 for row in shapes for t in row[1:]), default=0)
    wide = max(wide, *(cells(f) + 4 for f in fates)) if fates else 0
    if not fates or 11 + size * (wide + 3) > width:
        return []
    roles = [ROLES[_mark(fate)] for fate in fates]
    rows = prose(f"{table.title}, lined up from the right", width, "strong")
    for name, values in ((shapes[0][0], shapes[0][1:]), (shapes[1][0], shapes[1][1:])):
        rows += _boxed(name, values, roles, wide)
    signs = [f"{SIGNS[_mark(fate)]} {fate}" for fate in fates]
    rows.append(_line("", signs, roles, wide))
    rows += _boxed(shapes[3][0], shapes[3][1:], roles, wide)
    for fate in dict.fromkeys(fates):
        mark = _mark(fate)
        rows += prose(f"{SIGNS[mark]} {fate}: {FATES[fate]}", width, ROLES[mark])
    return rows


def _mark(fate: str) -> Mark:
    marks: dict[str, Mark] = {
        "equal": "equal",
        "stretched": "stretched",
        "missing": "missing",
        "clash": "clash",
    }
    return marks[fate]


def _line(name: str, values: list[str], roles: list[Role], wide: int) -> Row:
    """One line with a text in the middle of each column."""
    runs: list[Run] = [(f"{name:<10} ", "dim")]
    for value, role in zip(values, roles, strict=True):
        left = (wide + 2 - cells(value)) // 2
        text = " " * left + value
        runs.append((text + " " * (wide + 3 - cells(text)), role))
    return tuple(runs)


def _boxed(name: str, values: list[str], roles: list[Role], wide: int) -> list[Row]:
    """Put a frame around each value; a dotted one where the dimension is missing."""
    top: list[Run] = [(" " * 11, "dim")]
    middle: list[Run] = [(f"{name:<10} ", "dim")]
    bottom: list[Run] = [(" " * 11, "dim")]
    for value, role in zip(values, roles, strict=True):
        is_there = value not in ("·", "")
        line, side = ("─", "│") if is_there else ("╌", "╎")
        left = (wide - cells(value)) // 2
        inside = " " * left + value + " " * (wide - left - cells(value))
        top.append((f"┌{line * wide}┐ ", role))
        middle.append((f"{side}{inside}{side} ", role))
        bottom.append((f"└{line * wide}┘ ", role))
    return [tuple(top), tuple(middle), tuple(bottom)]
