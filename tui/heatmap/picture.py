"""What the heatmap shows, and what each of its cells then looks like.

Pure values: which cells have to be painted is found by comparing looks, so a look holds everything
that can be seen of a cell, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from engine import record
from engine.protocol import Window
from engine.text.numbers import number
from tui.colours.ramps import Ramp
from tui.colours.scales import Scale, levels, steady_levels
from tui.heatmap.marks import Marks
from tui.heatmap.zooms import Zoom
from tui.text import glyphs

Mark = Literal["", "cursor", "path", "hover"]
"""What stands out of the matrix: the cursor, the path of a word, the cell under the mouse."""

DECIMALS = 2
"""Of numbers on a linear scale."""

Cell = tuple[int, int]
"""Row and column of the whole matrix."""


@record
class Picture:
    """What the figure draws."""

    symbols: tuple[str, ...]
    window: Window
    ramp: Ramp
    scale: Scale
    marks: Marks
    cursor: Cell
    path: tuple[Cell | None, ...] = ()
    """Cells of a word, in order; nothing where it goes through one that is not in view."""
    hover: Cell | None = None
    run: int = 0
    """Number of the training run: another one is drawn as a whole."""
    is_moving: bool = False
    """Whether the next picture follows at once, so that this one need not be exact."""
    slack: int = 1
    """Levels that a colour may be off while it is moving."""

    def decimals(self, zoom: Zoom) -> int | None:
        """How many decimals each number has; None where that is for its size to say.

        Numbers that lie evenly on their scale, as logarithms do, are held against each other: none
        is to look the finer for being small.
        """
        if self.scale.kind != "linear":
            return None
        widest = max(len(number(end, f".{DECIMALS}f")) for end in (self.scale.low, self.scale.high))
        return DECIMALS if widest <= zoom.places else None


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
    looks = (
        _written(picture, zoom, found) if zoom.has_numbers else list(map(_PLAIN.__getitem__, found))
    )
    values, decimals = _numbers(picture), picture.decimals(zoom)
    for (row, column), mark, order in _marked(picture):
        index = _index(picture.window, (row, column))
        if index is not None:
            letters = _bigram(picture.symbols[row], picture.symbols[column])
            text = zoom.number(values[index], decimals) if zoom.has_numbers else ""
            looks[index] = Look(found[index], *zoom.texts(letters, text, order), mark)
    return looks


def _written(picture: Picture, zoom: Zoom, found: list[int]) -> list[Look]:
    """Write every cell's bigram, where there are two lines, and its value."""
    w = picture.window
    firsts = picture.symbols[w.row : w.row + w.rows]
    seconds = picture.symbols[w.column : w.column + w.columns]
    decimals = picture.decimals(zoom)
    numbers = [zoom.number(value, decimals) for value in _numbers(picture)]
    if zoom.height == 1:
        return [Look(level, number) for level, number in zip(found, numbers, strict=True)]
    letters = [_bigram(first, second) for first in firsts for second in seconds]
    return [Look(*look) for look in zip(found, letters, numbers, strict=True)]


def _numbers(picture: Picture) -> Sequence[float]:
    """Give the value of each visible cell in the unit in which it is written."""
    values, unit = memoryview(picture.window.values).cast("f"), picture.scale.unit
    return [value * 10.0**-unit for value in values] if unit else values


@lru_cache(maxsize=100_000)
def _bigram(first: str, second: str) -> str:
    return glyphs.shown(first) + glyphs.shown(second)


_PLAIN = [*(Look(level) for level in range(256)), Look(-1)]
"""Cells without text, by level; the last one is reached as −1. Made once, so compared at once."""


def _marked(picture: Picture) -> list[tuple[Cell, Mark, str]]:
    """Marked cells with their numbers along the path; the cursor last, as it lies on top."""
    visits: dict[Cell, list[int]] = {}
    for place, cell in enumerate(picture.path, start=1):
        if cell is not None:
            visits.setdefault(cell, []).append(place)
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
