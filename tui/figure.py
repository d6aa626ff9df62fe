"""The heatmap itself: one widget that recolours cells, and repaints only those that changed.

plotext lays the figure out once for each geometry (see `tui.plots`); from then on a frame is a
lookup of each value's level and, for cells whose look differs from the one on the screen, one
rectangle to repaint.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from engine.protocol import Window
from tui import glyphs
from tui.plots import template
from tui.ramps import Ramp
from tui.scales import NO_LEVEL, Scale, levels
from tui.template import Place, Template
from tui.zooms import ZOOMS, Zoom, automatic, compact


@dataclass(frozen=True, slots=True)
class Picture:
    """What the figure draws."""

    symbols: tuple[str, ...]
    window: Window
    ramp: Ramp
    scale: Scale
    cursor: tuple[int, int]
    path: tuple[tuple[int, int], ...] = ()
    """Cells of a word, in order."""
    is_hot: bool = True
    """Whether the cursor is drawn as that of the pane in use."""


Look = tuple[int, str, str, str]
"""Level of a cell, the texts of its two lines, and its mark: cursor, path or none."""


class HeatmapFigure(Widget, can_focus=True):
    """A matrix as coloured cells between letters, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "figure--frame",
        "figure--label",
        "figure--label-here",
        "figure--cursor",
        "figure--path",
        "figure--nothing",
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", show=False),
        Binding("down,j", "move(1, 0)", show=False),
        Binding("left,h", "move(0, -1)", show=False),
        Binding("right,l", "move(0, 1)", show=False),
        Binding("pageup", "move(-8, 0)", show=False),
        Binding("pagedown", "move(8, 0)", show=False),
        Binding("home", "move(0, -9999)", show=False),
        Binding("end", "move(0, 9999)", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Moved(Message):
        """The cursor was moved to another cell."""

        def __init__(self, row: int, column: int) -> None:
            self.row, self.column = row, column
            super().__init__()

    class Chosen(Moved):
        """A cell was chosen with enter or a click."""

    class Revealed(Message):
        """Another part of the matrix came into view."""

        def __init__(self, row: int, column: int, rows: int, columns: int) -> None:
            self.row, self.column, self.rows, self.columns = row, column, rows, columns
            super().__init__()

    class ZoomAsked(Message):
        """The wheel asked for larger or smaller cells."""

        def __init__(self, direction: int) -> None:
            self.direction = direction
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zoom: int | None = None
        """Index of the zoom level that was chosen; None to choose the largest that fits."""
        self._picture: Picture | None = None
        self._template: Template | None = None
        self._origin = (0, 0)
        self._looks: list[Look] = []
        self._strips: dict[int, Strip] = {}
        self._styles: list[Style] = []

    # What is in view

    @property
    def zoom_in_force(self) -> Zoom:
        """Size of a cell now."""
        symbols = self._picture.symbols if self._picture else ()
        if self.zoom is not None:
            return ZOOMS[self.zoom]
        return automatic(self.size.width, self.size.height, symbols)

    def view_of(
        self, symbols: tuple[str, ...], cursor: tuple[int, int]
    ) -> tuple[int, int, int, int]:
        """Say which part of the matrix fits: first row and column, rows and columns.

        It moves only as far as it must to hold the cursor.
        """
        zoom = self.zoom_in_force
        rows, columns = zoom.visible(self.size.width, self.size.height, symbols)
        row = _follow(self._origin[0], cursor[0], rows, len(symbols))
        column = _follow(self._origin[1], cursor[1], columns, len(symbols))
        return row, column, rows, columns

    def show(self, picture: Picture) -> None:
        """Draw a picture, repainting the cells that look different."""
        old, self._picture = self._picture, picture
        place = self.view_of(picture.symbols, picture.cursor)
        w = picture.window
        if place != (w.row, w.column, w.rows, w.columns):
            # The engine will send the part that is in view now; until then the old one stands.
            self.post_message(self.Revealed(*place))
            if old is None or old.window is w:
                return
        self._origin = (w.row, w.column)
        layout = self._lay_out(w.rows, w.columns, picture.symbols)
        is_new = layout != self._template or old is None or _differs(old, picture)
        self._template = layout
        if old is None or old.ramp != picture.ramp:
            self._styles = list(_styles(picture.ramp))
        looks = list(self._look(picture))
        if is_new or len(looks) != len(self._looks):
            self._looks = looks
            self._strips.clear()
            self.refresh()
        else:
            self._repaint(looks, w.columns, layout)

    def on_resize(self) -> None:
        """Ask for what fits now."""
        self._strips.clear()
        if self._picture is not None:
            self.post_message(
                self.Revealed(*self.view_of(self._picture.symbols, self._picture.cursor))
            )

    def restyle(self) -> None:
        """Draw everything again, as after a change of theme."""
        self._strips.clear()
        self.refresh()

    def _lay_out(self, rows: int, columns: int, symbols: tuple[str, ...]) -> Template:
        zoom = self.zoom_in_force
        width = max(map(glyphs.width, symbols))
        return template(rows, columns, zoom.width, zoom.height, width)

    def _repaint(self, looks: list[Look], columns: int, layout: Template) -> None:
        regions = []
        for index, (before, after) in enumerate(zip(self._looks, looks, strict=True)):
            if before != after:
                x, y, width, height = layout.region(*divmod(index, columns))
                regions.append(Region(x, y, width, height))
                for line in range(y, y + height):
                    self._strips.pop(line, None)
        self._looks = looks
        if regions:
            self.refresh(*regions)

    def _look(self, p: Picture) -> Iterator[Look]:
        """Say what each visible cell looks like, row by row."""
        zoom, window = self.zoom_in_force, p.window
        values = memoryview(window.values).cast("f").tolist()
        path = set(p.path)
        for index, level in enumerate(levels(values, p.scale, p.ramp.count)):
            row, column = divmod(index, window.columns)
            cell = (window.row + row, window.column + column)
            mark = "cursor" if cell == p.cursor else "path" if cell in path else ""
            letters = glyphs.shown(p.symbols[cell[0]]) + glyphs.shown(p.symbols[cell[1]])
            number = compact(values[index], zoom.width) if zoom.has_numbers else ""
            upper, lower = zoom.texts(letters, number, bool(mark))
            yield level, upper, lower, mark

    # Drawing

    def render(self) -> RenderResult:
        """Give nothing: the lines are drawn by `render_line`."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Draw one line, kept until one of its cells changes."""
        if self._template is None or self._picture is None or not self._looks:
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._strips.get(y)
        if strip is None:
            segments = list(self._segments(y, self._template, self._picture))
            strip = Strip(segments).simplify().adjust_cell_length(self.size.width, self.rich_style)
            self._strips[y] = strip
        return strip

    def _segments(self, y: int, layout: Template, picture: Picture) -> Iterator[Segment]:
        frame = self.get_component_rich_style("figure--frame")
        if y >= layout.height:
            return
        line = layout.lines[y]
        hit = layout.cell_at(layout.xs[0], y)
        if hit is None:
            yield from self._header(y, line, layout, picture, frame)
            return
        row = hit[0]
        label = picture.symbols[picture.window.row + row] if layout.region(row, 0)[1] == y else ""
        place = layout.row_labels[row] if layout.row_labels else Place(0, y, layout.xs[0] - 1)
        is_here = picture.window.row + row == picture.cursor[0]
        yield Segment(glyphs.fitted(label, place.width), self._label(is_here))
        yield Segment(line[place.x + place.width : layout.xs[0]], frame)
        for column in range(layout.columns):
            yield self._cell(row, column, y, layout)
        yield Segment(line[layout.xs[-1] :], frame)

    def _header(
        self, y: int, line: str, layout: Template, picture: Picture, frame: Style
    ) -> Iterator[Segment]:
        """Draw a line above or below the cells: frame, or the letters of the columns."""
        places = [place for place in layout.column_labels if place.y == y]
        if not places:
            yield Segment(line, frame)
            return
        x = 0
        for column, place in enumerate(places):
            yield Segment(" " * (place.x - x), frame)
            symbol = picture.symbols[picture.window.column + column]
            is_here = picture.window.column + column == picture.cursor[1]
            yield Segment(glyphs.fitted(symbol, place.width), self._label(is_here))
            x = place.x + place.width

    def _label(self, is_here: bool) -> Style:
        name = "figure--label-here" if is_here else "figure--label"
        return self.get_component_rich_style(name)

    def _cell(self, row: int, column: int, y: int, layout: Template) -> Segment:
        assert self._picture is not None
        level, upper, lower, mark = self._looks[row * layout.columns + column]
        _, top, width, _ = layout.region(row, column)
        text = upper if y == top else lower
        if mark:
            return Segment(_centred(text, width), self.get_component_rich_style(f"figure--{mark}"))
        if level == NO_LEVEL:
            return Segment(
                _centred(text or "·", width), self.get_component_rich_style("figure--nothing")
            )
        fill = self._picture.ramp.glyphs[level]
        return Segment(_centred(text, width, fill), self._styles[level])

    # Moving

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor, as far as there are cells."""
        if self._picture is not None:
            last = len(self._picture.symbols) - 1
            row = max(0, min(self._picture.cursor[0] + rows, last))
            column = max(0, min(self._picture.cursor[1] + columns, last))
            if (row, column) != self._picture.cursor:
                self.post_message(self.Moved(row, column))

    def action_choose(self) -> None:
        """Choose the cell under the cursor."""
        if self._picture is not None:
            self.post_message(self.Chosen(*self._picture.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell that was clicked; twice chooses it."""
        cell = self._cell_under(event)
        if cell is not None:
            self.post_message((self.Chosen if event.chain > 1 else self.Moved)(*cell))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in with ctrl, move up without."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out with ctrl, move down without."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        if event.ctrl:
            self.post_message(self.ZoomAsked(-direction))
        elif event.shift:
            self.action_move(0, direction)
        else:
            self.action_move(direction, 0)

    def _cell_under(self, event: events.MouseEvent) -> tuple[int, int] | None:
        offset = event.get_content_offset(self)
        if offset is None or self._template is None or self._picture is None:
            return None
        hit = self._template.cell_at(offset.x, offset.y)
        window = self._picture.window
        return (window.row + hit[0], window.column + hit[1]) if hit else None


def _follow(first: int, cursor: int, visible: int, size: int) -> int:
    """Move the first visible row or column just so far that the cursor is in view."""
    if cursor < first:
        first = cursor
    elif cursor >= first + visible:
        first = cursor - visible + 1
    return max(0, min(first, size - visible))


def _differs(old: Picture, new: Picture) -> bool:
    """Whether more than single cells look different."""
    a, b = old.window, new.window
    return (
        old.symbols is not new.symbols
        or old.ramp != new.ramp
        or (a.matrix, a.row, a.column) != (b.matrix, b.row, b.column)
        or old.cursor != new.cursor
    )


def _styles(ramp: Ramp) -> Iterator[Style]:
    for level in range(ramp.count):
        if ramp.colours:
            yield Style.parse(f"{ramp.text_colour(level)} on {ramp.colours[level]}")
        else:
            yield Style()


def _centred(text: str, width: int, fill: str = " ") -> str:
    room = width - glyphs.width(text) if text else width
    if room < 0:
        return fill * width
    left = room // 2
    return fill * left + text + fill * (room - left)
