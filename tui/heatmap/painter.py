"""From looks of cells to the segments of a line of the heatmap.

Every cell is a segment of its own: Textual writes whole segments to the terminal, so a cell that
changes takes no neighbour with it. A cell without text has a background and nothing else, which is
the shortest a terminal can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style

from engine.text.width import cells
from tui.colours.scales import NO_LEVEL
from tui.heatmap.marks import Marks
from tui.heatmap.picture import Look, Mark, Picture
from tui.plot.template import Place, Template
from tui.text import glyphs

StyleOf = Callable[[str], Style]
"""The style that the theme gives a part of the figure: frame, label, label-here, nothing."""

_CROPPED = str.maketrans("─│", "╌╎")
"""The frame is dashed on a side where the matrix goes on."""


class Painter:
    """Draws the lines of one figure: one layout, one ramp, one part of the matrix."""

    def __init__(self, layout: Template, picture: Picture, style_of: StyleOf) -> None:
        self.layout = layout
        self._symbols = picture.symbols
        self._window = picture.window
        self._ramp = picture.ramp
        self._marks = picture.marks
        self._frame = style_of("frame")
        self._labels = style_of("label"), style_of("label-here")
        self._nothing = style_of("nothing")
        self._styles = list(self._level_styles())
        self._lines = list(self._cropped_frame())
        self.segments = lru_cache(maxsize=4096)(self._segments)

    def line(self, y: int, looks: Sequence[Look], cursor: tuple[int, int]) -> Iterator[Segment]:
        """Draw a line of the figure; nothing below it."""
        layout = self.layout
        if y >= layout.height:
            return
        hit = layout.cell_at(layout.xs[0], y)
        if hit is None:
            yield from self._header(y, cursor[1] - self._window.column)
            return
        row = hit[0]
        is_upper = layout.ys[row] == y
        yield from self._side(y, row, row == cursor[0] - self._window.row)
        for look in looks[row * layout.columns : (row + 1) * layout.columns]:
            yield self.segments(look)[not is_upper]
        yield Segment(self._lines[y][layout.xs[-1] :], self._frame)

    def label_regions(self, cell: tuple[int, int]) -> list[Place]:
        """Say where the letters of a cell's row and column stand."""
        row, column = cell[0] - self._window.row, cell[1] - self._window.column
        layout, places = self.layout, []
        if 0 <= row < layout.rows and layout.row_labels:
            places.append(layout.row_labels[row])
        if 0 <= column < layout.columns:
            places.append(self._column_place(column))
        return places

    def _column_place(self, column: int) -> Place:
        """Where the letter of a column stands; above columns of one character only one does."""
        if self.layout.column_labels:
            return self.layout.column_labels[column]
        return Place(self.layout.xs[column], 0, 2)

    def _header(self, y: int, here: int) -> Iterator[Segment]:
        """Draw a line above or below the cells: frame, or the letters of the columns."""
        if y:
            yield Segment(self._lines[y], self._frame)
            return
        x = 0
        columns = range(self.layout.columns)
        for column in columns if self.layout.column_labels else [c for c in columns if c == here]:
            place = self._column_place(column)
            yield Segment(" " * (place.x - x), self._frame)
            symbol = self._symbols[self._window.column + column]
            yield from self._label(symbol, place.width, column == here)
            x = place.x + place.width

    def _side(self, y: int, row: int, is_here: bool) -> Iterator[Segment]:
        """Draw what is left of the cells of a row: its letter, where it goes, and the frame."""
        left = self.layout.xs[0]
        place = self.layout.row_labels[row] if self.layout.row_labels else Place(0, -1, left - 1)
        label = self._symbols[self._window.row + row] if place.y == y else ""
        yield from self._label(label, place.width, is_here and place.y == y)
        yield Segment(self._lines[y][place.width : left], self._frame)

    def _label(self, symbol: str, places: int, is_here: bool) -> Iterator[Segment]:
        """Write a letter into its places; only the letter itself stands out."""
        text = glyphs.fitted(symbol, places) if symbol else " " * places
        shown = text.rstrip() or text
        yield Segment(shown, self._labels[is_here])
        yield Segment(text[len(shown) :], self._frame)

    def _segments(self, look: Look) -> tuple[Segment, Segment]:
        """Draw the two lines of a cell."""
        width = self.layout.xs[1] - self.layout.xs[0]
        style, fill = self._style(look)
        return (
            Segment(_centred(look.upper, width, fill), style),
            Segment(_centred(look.lower, width, fill), style),
        )

    def _style(self, look: Look) -> tuple[Style, str]:
        """Give the style of a cell, and what fills it around its text."""
        if look.mark in ("cursor", "path"):
            return _mark_style(look.mark, self._marks), " "
        if look.level == NO_LEVEL:
            return self._nothing, "·" if not look.upper else " "
        plain, written = self._styles[look.level]
        if look.mark == "hover":
            return written + Style(bold=True, underline=True), self._ramp.glyphs[look.level]
        return (written if look.upper else plain), self._ramp.glyphs[look.level]

    def _level_styles(self) -> Iterator[tuple[Style, Style]]:
        """Give for each level the style of a blank cell, and that of one with text."""
        for level in range(self._ramp.count):
            back = self._ramp.colours[level] if self._ramp.colours else None
            text = self._ramp.text_colour(level) or None
            yield Style(bgcolor=back), Style(color=text, bgcolor=back)

    def _cropped_frame(self) -> Iterator[str]:
        layout, window, size = self.layout, self._window, len(self._symbols)
        for y, line in enumerate(layout.lines):
            if (y < layout.ys[0] and window.row) or (
                y >= layout.ys[-1] and window.row + layout.rows < size
            ):
                yield line.translate(_CROPPED)
                continue
            left, right = line[: layout.xs[0]], line[layout.xs[-1] :]
            left = left.translate(_CROPPED) if window.column else left
            is_more = window.column + layout.columns < size
            right = right.translate(_CROPPED) if is_more else right
            yield left + line[layout.xs[0] : layout.xs[-1]] + right


def _mark_style(mark: Mark, marks: Marks) -> Style:
    """Give the style of the cursor or the path; reversed or underlined where there is no colour."""
    if not marks.cursor:
        return (
            Style(bold=True, reverse=True) if mark == "cursor" else Style(bold=True, underline=True)
        )
    if mark == "cursor":
        return Style(bold=True, color=marks.cursor_text, bgcolor=marks.cursor)
    return Style(bold=True, color=marks.path_text, bgcolor=marks.path)


def _centred(text: str, width: int, fill: str) -> str:
    room = width - cells(text)
    if room < 0:
        return fill * width
    left = room // 2
    return fill * left + text + fill * (room - left)
