"""Zoom levels of the heatmap: from one column a cell to letters and numbers in each."""

from __future__ import annotations

from dataclasses import dataclass

from tui import glyphs
from tui.numbers import short


@dataclass(frozen=True, slots=True)
class Zoom:
    """How large a cell is, and what is written in it."""

    width: int
    height: int
    has_numbers: bool = False

    def visible(self, width: int, height: int, symbols: tuple[str, ...]) -> tuple[int, int]:
        """Rows and columns that fit into so many characters, frame and labels included."""
        label = max(map(glyphs.width, symbols), default=1)
        rows = (height - 3) // self.height
        columns = (width - 2 - label) // self.width
        return max(1, min(rows, len(symbols))), max(1, min(columns, len(symbols)))

    def fits(self, width: int, height: int, symbols: tuple[str, ...]) -> tuple[bool, bool]:
        """Whether all columns, and all rows, fit."""
        rows, columns = self.visible(width, height, symbols)
        return columns == len(symbols), rows == len(symbols)

    def texts(self, letters: str, number: str, is_marked: bool) -> tuple[str, str]:
        """What a cell says in its first and second line."""
        if self.has_numbers and self.height > 1:
            return letters, number
        if is_marked:
            return (letters if self.width >= glyphs.width(letters) else "◆"), ""
        return (number, "") if self.has_numbers else ("", "")


ZOOMS = (
    Zoom(1, 1),
    Zoom(2, 1),
    Zoom(3, 1),
    Zoom(4, 2),
    Zoom(5, 1, has_numbers=True),
    Zoom(5, 2, has_numbers=True),
)
"""From far to near; the last one is the lecture's figure."""

_NEVER_ALONE = 1
"""Cells of one column have no letters above them, so they must be asked for."""


def automatic(width: int, height: int, symbols: tuple[str, ...]) -> Zoom:
    """Choose the nearest level that shows the whole table, or else all its columns."""
    if not symbols:
        return ZOOMS[_NEVER_ALONE]
    chosen = ZOOMS[_NEVER_ALONE:]
    fitting = [(zoom, zoom.fits(width, height, symbols)) for zoom in chosen]
    whole = [zoom for zoom, fits in fitting if all(fits)]
    across = [zoom for zoom, (columns, _) in fitting if columns and zoom.height == 1]
    return (whole or across or [chosen[0]])[-1]


def compact(value: float, places: int) -> str:
    """Write a number into so few places: 5471, 12k, .138, −.02, 1e-5; empty if it does not fit."""
    if value != value:
        return ""
    if value == int(value) and abs(value) < 10**places:
        texts = [f"{value:.0f}"]
    elif abs(value) < 1:
        texts = [f"{value:.{d}f}".replace("0.", ".", 1) for d in range(places - 1, 0, -1)]
    else:
        texts = [f"{value:.{d}f}" for d in range(2, -1, -1)] + [short(value)]
    return next((t.replace("-", "−") for t in texts if len(t) <= places), "")
