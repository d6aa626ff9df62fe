"""What the heatmap shows, and what each of its cells then looks like.

Pure values: which cells have to be painted is found by comparing looks, so a look holds everything
that can be seen of a cell, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from engine.protocol import Window
from tui import glyphs
from tui.marks import Marks
from tui.ramps import Ramp
from tui.scales import Scale, levels, steady_levels
from tui.zooms import Zoom, compact

Mark = Literal["", "cursor", "path", "hover"]
"""What stands out of the matrix: the cursor, the path of a word, the cell under the mouse."""

Cell = tuple[int, int]
"""Row and column of the whole matrix."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the figure draws."""

    symbols: tuple[str, ...]
    window: Window
    ramp: Ramp
    scale: Scale
    marks: Marks
    cursor: Cell
    path: tuple[Cell, ...] = ()
    """Cells of a word, in order."""
    hover: Cell | None = None
    run: int = 0
    """Number of the training run: another one is drawn as a whole."""
    is_moving: bool = False
    """Whether the next picture follows at once, so that this one need not be exact."""
    slack: int = 1
    """Levels that a colour may be off while it is moving."""


class Look(NamedTuple):
    """All that can be seen of a cell."""

    level: int
    upper: str = ""
    """Text of the first line."""
    lower: str = ""
    """Text of the second line, if the cell has one."""
    mark: Mark = ""


def levels_of(picture: Picture, shown: Sequence[Look] = ()) -> list[int]:
    """Give the level of each visible cell, near to those shown while the values are moving."""
    values = memoryview(picture.window.values).cast("f").tolist()
    count = picture.ramp.count
    if picture.is_moving and len(shown) == len(values):
        before = [look.level for look in shown]
        return steady_levels(values, picture.scale, count, before, picture.slack)
    return levels(values, picture.scale, count)


def looks_of(picture: Picture, zoom: Zoom, shown: Sequence[Look] = ()) -> list[Look]:
    """Say what each visible cell looks like, row by row."""
    found = levels_of(picture, shown)
    if zoom.has_numbers:
        looks = [_written(picture, zoom, index, level) for index, level in enumerate(found)]
    else:
        looks = [_PLAIN[level] for level in found]
    for cell, mark, text in _marked(picture):
        index = _index(picture.window, cell)
        if index is not None:
            upper, lower = _texts(picture, zoom, index, text)
            looks[index] = Look(found[index], upper, lower, mark)
    return looks


_PLAIN = [*(Look(level) for level in range(256)), Look(-1)]
"""Cells without text, by level; the last one is reached as −1. Made once, so compared at once."""


def _marked(picture: Picture) -> list[tuple[Cell, Mark, str]]:
    """Marked cells with their numbers along the path; the cursor last, as it lies on top."""
    visits: dict[Cell, list[int]] = {}
    for number, cell in enumerate(picture.path, start=1):
        visits.setdefault(cell, []).append(number)
    texts = {cell: ",".join(map(str, numbers)) for cell, numbers in visits.items()}
    marked: list[tuple[Cell, Mark, str]] = [(cell, "path", text) for cell, text in texts.items()]
    if picture.hover is not None and picture.hover not in texts:
        marked.append((picture.hover, "hover", ""))
    return [*marked, (picture.cursor, "cursor", texts.get(picture.cursor, ""))]


def _index(window: Window, cell: Cell) -> int | None:
    """Place of a cell in the window, if it is in it."""
    row, column = cell[0] - window.row, cell[1] - window.column
    if 0 <= row < window.rows and 0 <= column < window.columns:
        return row * window.columns + column
    return None


def _written(picture: Picture, zoom: Zoom, index: int, level: int) -> Look:
    return Look(level, *_texts(picture, zoom, index, None))


def _texts(picture: Picture, zoom: Zoom, index: int, order: str | None) -> tuple[str, str]:
    """Write a cell: an `order` of None for a cell without mark, else its numbers in the path."""
    window = picture.window
    row, column = divmod(index, window.columns)
    first, second = picture.symbols[window.row + row], picture.symbols[window.column + column]
    number = ""
    if zoom.has_numbers:
        value = memoryview(window.values).cast("f")[index]
        number = compact(value, zoom.width)
    return zoom.texts(glyphs.shown(first) + glyphs.shown(second), number, order)
