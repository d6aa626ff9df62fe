"""The heatmap as pixels: cells that are so many half lines high, for a room or a low terminal.

A character holds two pixels, one above the other: `▀` has the colour of the upper one, and the
lower one's behind it. So all 27 rows fit into 14 lines. Without colours a pixel is a pattern of
dots: the more of them, the greater its value, and lines where values are negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from engine import record
from tui.colours.scales import NO_LEVEL
from tui.heatmap.painter import StyleOf
from tui.heatmap.picture import Look, Picture
from tui.heatmap.zooms import Zoom, label_width
from tui.plot.template import Place
from tui.text import glyphs

MOST_HALVES = 6
"""Half lines of the highest cells."""

WIDEST = 3
"""How many times wider than high a cell may be."""

DOTS = ((0, 0), (1, 0), (9, 9), (13, 7), (15, 15))
"""Patterns of values from the least on, for a character and the next one: bits of four dots."""

SIGNED_DOTS = ((3, 3), (3, 0), (1, 0), (0, 0), (8, 0), (9, 9), (15, 15))
"""Negative values are lines above, positive ones dots."""

UPPER, LOWER = (0x01, 0x08, 0x02, 0x10), (0x04, 0x20, 0x40, 0x80)
"""The bits of Braille patterns that the four dots are, in the upper half and in the lower one."""


def largest(width: int, height: int, symbols: tuple[str, ...]) -> Zoom:
    """Choose the largest cells with which all of a matrix fits; else the least ones."""
    letters = label_width(symbols)
    # Letters stand above the columns, so these are no narrower, where all columns fit so.
    for halves in range(MOST_HALVES, 0, -1):
        for wide in range(WIDEST * halves, letters - 1, -1):
            zoom = Zoom(wide, 1, halves=halves)
            if all(zoom.fits(width, height, symbols)):
                return zoom
    return Zoom(letters, 1, halves=1)


@record
class Grid:
    """Which place on the screen belongs to which pixel: letters above and on the left, no frame.

    Rows and columns count from the first visible one.
    """

    rows: int
    columns: int
    wide: int
    """Columns of a pixel."""
    halves: int
    """Half lines of it."""
    letters: int
    """Columns of a letter."""

    @property
    def left(self) -> int:
        """Columns left of the pixels; letters of two rows on one line stand side by side."""
        return self.letters * (2 if self.halves == 1 else 1) + 1

    @property
    def width(self) -> int:
        """Characters across."""
        return self.left + self.columns * self.wide

    @property
    def height(self) -> int:
        """Lines, that of the letters above included."""
        return 1 + -(-self.rows * self.halves // 2)

    def row_at(self, half: int) -> int:
        """Return the row of a half line below the letters; none from `rows` on."""
        return half // self.halves

    def label(self, row: int) -> Place:
        """Where the letter of a row stands: beside its middle."""
        x = self.letters * (row % 2) if self.halves == 1 else 0
        return Place(x, 1 + (row * self.halves + (self.halves - 1) // 2) // 2, self.letters)

    def head(self, column: int) -> Place:
        """Where the letter of a column stands: above its middle."""
        x = self.left + column * self.wide + max(0, self.wide - self.letters) // 2
        return Place(x, 0, self.letters)

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return (row, column) at a place; of two rows on one line the upper one."""
        row, column = self.row_at(2 * (y - 1)), (x - self.left) // self.wide
        is_there = y > 0 and row < self.rows and 0 <= column < self.columns
        return (row, column) if is_there else None

    def region(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Return x, y, width and height of the characters that a pixel is on."""
        top, end = row * self.halves // 2, -(-(row + 1) * self.halves // 2)
        return self.left + column * self.wide, 1 + top, self.wide, end - top


@lru_cache(maxsize=64)
def grid(rows: int, columns: int, wide: int, halves: int, letters: int) -> Grid:
    """Lay out pixels; the same object for the same figures."""
    return Grid(rows, columns, wide, halves, letters)


class PixelPainter:
    """Draws the lines of one figure: one grid, one ramp, one part of the matrix."""

    def __init__(self, layout: Grid, picture: Picture, style_of: StyleOf) -> None:
        self.layout = layout
        self._symbols, self._window = picture.symbols, picture.window
        self._ramp, self._marks = picture.ramp, picture.marks
        self._labels = style_of("label"), style_of("label-here")
        self._plain = style_of("frame")
        self._ground = self._plain.bgcolor
        self._dots = SIGNED_DOTS if self._ramp.is_diverging else DOTS
        self.segment = lru_cache(maxsize=8192)(self._segment)

    def line(self, y: int, looks: Sequence[Look], cursor: tuple[int, int]) -> Iterator[Segment]:
        """Draw a line of the figure; nothing below it."""
        grid = self.layout
        row, column = cursor[0] - self._window.row, cursor[1] - self._window.column
        if y >= grid.height:
            return
        if y == 0:
            yield from self._letters([(grid.head(c), c) for c in range(grid.columns)], column, 1)
            return
        rows = [grid.row_at(half) for half in (2 * y - 2, 2 * y - 1)]
        places = [(grid.label(r), r) for r in sorted({*rows}) if r < grid.rows]
        yield from self._letters([(p, r) for p, r in places if p.y == y], row, 0)
        upper, lower = (looks[r * grid.columns : (r + 1) * grid.columns] for r in rows)
        is_one = rows[0] == rows[1]
        for c, above in enumerate(upper):
            yield self.segment(above, lower[c] if lower else None, is_one)

    def label_regions(self, cell: tuple[int, int]) -> list[Place]:
        """Say where the letters of a cell's row and column stand."""
        row, column = cell[0] - self._window.row, cell[1] - self._window.column
        places = [self.layout.label(row)] if 0 <= row < self.layout.rows else []
        return places + [self.layout.head(column)] * (0 <= column < self.layout.columns)

    def _letters(
        self, places: list[tuple[Place, int]], here: int, is_head: int
    ) -> Iterator[Segment]:
        """Write letters of rows or columns, and blanks where there are none."""
        first, x = (self._window.column, 0) if is_head else (self._window.row, 0)
        for place, index in places:
            yield Segment(" " * (place.x - x), self._plain)
            text = glyphs.fitted(self._symbols[first + index], place.width)
            yield Segment(text, self._labels[index == here])
            x = place.x + place.width
        if not is_head:
            yield Segment(" " * (self.layout.left - x), self._plain)

    def _segment(self, upper: Look, lower: Look | None, is_one: bool) -> Segment:
        """Draw a character's two pixels, or the one that both halves are of."""
        wide = self.layout.wide
        if not self._ramp.colours:
            return self._dotted(upper, lower)
        above, below = self._colour(upper), self._colour(lower)
        if is_one or above == below:
            return Segment(" " * wide, Style(bgcolor=above))
        if above == self._ground:
            return Segment("▄" * wide, Style(color=below, bgcolor=above))
        return Segment("▀" * wide, Style(color=above, bgcolor=below))

    def _colour(self, look: Look | None) -> str | Color | None:
        if look is not None and look.mark in ("cursor", "path"):
            return self._marks.cursor if look.mark == "cursor" else self._marks.path
        if look is None or look.level == NO_LEVEL:
            return self._ground
        return self._ramp.colours[look.level]

    def _dotted(self, upper: Look, lower: Look | None) -> Segment:
        """Draw two pixels without colours; one that is marked is solid, and alone."""
        wide = self.layout.wide
        marked = [look is not None and bool(look.mark) for look in (upper, lower)]
        if any(marked):
            return Segment("█▀▄"[0 if all(marked) else 1 + marked[1]] * wide, Style(bold=True))
        above, below = self._pattern(upper), self._pattern(lower)
        text = "".join(
            chr(0x2800 + _bits(above[x % 2], UPPER) + _bits(below[x % 2], LOWER))
            for x in range(wide)
        )
        return Segment(text.replace(chr(0x2800), " "), self._labels[0])

    def _pattern(self, look: Look | None) -> tuple[int, int]:
        if look is None or look.level == NO_LEVEL:
            return (0, 0)
        return self._dots[round(look.level * (len(self._dots) - 1) / (self._ramp.count - 1))]


def _bits(dots: int, half: tuple[int, ...]) -> int:
    return sum(bit for i, bit in enumerate(half) if dots >> i & 1)
