"""Zoom levels of the heatmap: from one column a cell to letters and numbers in each."""

from __future__ import annotations

import math
from functools import lru_cache

from engine import record
from engine.text.numbers import number
from engine.text.width import cells
from tui.text import glyphs
from tui.text.numbers import in_places as compact

FRAME_WIDTH, FRAME_HEIGHT = 2, 3
"""What stands around the cells but for the letters on the left: the frame, the line of letters."""


LEAST_PLACES = 4
"""Characters of a number in a cell: the lecture's counts have four digits."""


@record
class Zoom:
    """How large a cell is, and whether its value is written in it."""

    width: int
    height: int
    has_numbers: bool = False
    """Whether each cell says its value and, with two lines, its bigram."""
    halves: int = 0
    """Half lines of a cell that is drawn as a pixel, without a frame; 0 for whole lines."""

    @property
    def name(self) -> str:
        """What the level is called: the size of a cell in characters."""
        return f"{self.width}×{self.height}"

    @property
    def places(self) -> int:
        """Columns of a number, one short of the cell's."""
        return max(LEAST_PLACES, self.width - 1)

    def number(self, value: float, decimals: int | None = None) -> str:
        """Write a value for a cell, a column short so that it keeps from the next one's.

        That column is taken, too, if nothing but a zero were left of it.

        Args:
            value: what stands in the cell; nothing is written of one that is no number.
            decimals: how many each cell has; if not given, as many as have room.
        """
        if decimals is not None and math.isfinite(value):
            return number(value, f".{decimals}f")
        text = compact(value, self.places)
        return compact(value, self.width) if value and text in ("0", "−0") else text

    def visible(self, width: int, height: int, symbols: tuple[str, ...]) -> tuple[int, int]:
        """Rows and columns that fit into so many characters, frame and labels included."""
        if self.halves:
            rows = 2 * (height - 1) // self.halves
            columns = (width - self._side(symbols)) // self.width
            return max(1, min(rows, len(symbols))), max(1, min(columns, len(symbols)))
        rows = (height - FRAME_HEIGHT) // self.height
        columns = (width - FRAME_WIDTH - label_width(symbols)) // self.width
        return max(1, min(rows, len(symbols))), max(1, min(columns, len(symbols)))

    def size(self, rows: int, columns: int, symbols: tuple[str, ...]) -> tuple[int, int]:
        """Characters, across and down, that so many rows and columns take."""
        if self.halves:
            across = columns * self.width + self._side(symbols)
            return across, 1 - (-rows * self.halves // 2)
        across = columns * self.width + FRAME_WIDTH + label_width(symbols)
        return across, rows * self.height + FRAME_HEIGHT

    def _side(self, symbols: tuple[str, ...]) -> int:
        """Columns left of pixels: the letters, of two rows where two stand on one line."""
        return label_width(symbols) * (2 if self.halves == 1 else 1) + 1

    def fits(self, width: int, height: int, symbols: tuple[str, ...]) -> tuple[bool, bool]:
        """Whether all columns, and all rows, fit."""
        across, down = self.size(len(symbols), len(symbols), symbols)
        return across <= width, down <= height

    def texts(self, letters: str, number: str, order: str | None) -> tuple[str, str]:
        """What a cell says in its first and second line.

        Args:
            letters: the bigram.
            number: the value; used where the cell says it.
            order: numbers of the cell in the path of a word; empty for one that is marked, but
                not as part of a path; None for one that is not marked.
        """
        if order:
            upper = self._longest(f"{order} {letters}", order, f"{order.split(',')[0]}+", "+")
        elif self.height > 1:
            upper = self._longest(letters)
        elif self.has_numbers:
            upper = number
        else:
            upper = "" if order is None else self._longest(letters, "◆")
        return upper, number if self.height > 1 else ""

    def _longest(self, *texts: str) -> str:
        return next((text for text in texts if cells(text) <= self.width), "")


ZOOMS = (
    Zoom(1, 1),
    Zoom(2, 1),
    Zoom(3, 1),
    Zoom(4, 1),
    Zoom(5, 1, has_numbers=True),
    Zoom(7, 1, has_numbers=True),
    Zoom(4, 2, has_numbers=True),
    Zoom(5, 2, has_numbers=True),
)
"""From far to near; the last one is the lecture's figure."""

_SMALLEST = ZOOMS[1]
"""Taken where nothing shows all columns; the letters above smaller cells run into one another."""


@lru_cache(maxsize=4)
def label_width(symbols: tuple[str, ...]) -> int:
    """Columns that the letters on the left take."""
    return max(map(glyphs.width, symbols), default=1)


def automatic(width: int, height: int, symbols: tuple[str, ...]) -> Zoom:
    """Choose the nearest level that shows the whole table, or else all its columns.

    Cells are never narrower than the letters above them.
    """
    if not symbols:
        return _SMALLEST
    letters = label_width(symbols)
    fitting = [(z, z.fits(width, height, symbols)) for z in ZOOMS if z.width >= letters]
    whole = [zoom for zoom, fits in fitting if all(fits)]
    across = [zoom for zoom, (columns, _) in fitting if columns and zoom.height == 1]
    return (whole or across or [_SMALLEST])[-1]
