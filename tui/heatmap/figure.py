"""The heatmap itself: one widget that recolours cells, and repaints only those that changed.

plotext lays the figure out once for each geometry (see `tui.plot.door`); from then on a frame is a
lookup of each value's level and, for cells whose look differs from the one on the screen, one
rectangle to repaint.
"""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.heatmap.painter import Painter
from tui.heatmap.picture import Cell, Look, Picture, looks_of
from tui.heatmap.pixels import Grid, PixelPainter, grid
from tui.heatmap.zooms import ZOOMS, Zoom, label_width
from tui.plot.door import template
from tui.plot.template import Template
from tui.terminal.calm import Calm
from tui.widgets.lines import own_style
from tui.widgets.say import say


class HeatmapFigure(Calm, can_focus=True):
    """A matrix as coloured cells between letters, with a cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "figure--frame",
        "figure--label",
        "figure--label-here",
        "figure--nothing",
    }

    ALLOW_SELECT = False

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
        Binding("escape", "clear", show=False, id="clear.escape"),
    ]

    class Moved(Message):
        """The cursor was moved to another cell."""

        def __init__(self, row: int, column: int) -> None:
            self.row, self.column = row, column
            super().__init__()

    class Shifted(Message):
        """The cursor was moved by some cells from where it is, which may be further than drawn."""

        def __init__(self, rows: int, columns: int) -> None:
            self.rows, self.columns = rows, columns
            super().__init__()

    class Chosen(Moved):
        """A cell was chosen with a double click."""

    class Entered(Message):
        """The cell under the cursor was chosen, wherever that is by then."""

    class Cleared(Message):
        """What was chosen last is to be undone, which may be under way itself."""

    class Hovered(Message):
        """The mouse is over another cell, or over none."""

        def __init__(self, cell: Cell | None) -> None:
            self.cell = cell
            super().__init__()

    class ZoomAsked(Message):
        """The wheel asked for larger or smaller cells."""

        def __init__(self, direction: int) -> None:
            self.direction = direction
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.zoom: Zoom = ZOOMS[1]
        """Size of a cell."""
        self.room = (0, 0)
        """Characters, across and down, that there are for the figure."""
        self._picture: Picture | None = None
        self._painter: Painter | PixelPainter | None = None
        self._looks: list[Look] = []

    @property
    def looks(self) -> list[Look]:
        """What the visible cells look like, row by row."""
        return self._looks

    # What is in view

    def view_of(self, symbols: tuple[str, ...], cursor: Cell) -> tuple[int, int, int, int]:
        """Say which part of the matrix fits: first row and column, rows and columns.

        It moves only as far as it must to hold the cursor.
        """
        rows, columns = self.zoom.visible(*self.room, symbols)
        window = self._picture.window if self._picture else None
        origin = (window.row, window.column) if window else (0, 0)
        row = _follow(origin[0], cursor[0], rows, len(symbols))
        column = _follow(origin[1], cursor[1], columns, len(symbols))
        return row, column, rows, columns

    def show(self, picture: Picture) -> None:
        """Draw a picture, repainting the cells that look different."""
        old, self._picture = self._picture, picture
        layout = self._layout_of(picture)
        painter = self._painter
        if old is None or painter is None or layout is not painter.layout or _is_new(old, picture):
            self._paint_all(picture)
            return
        after = looks_of(picture, self.zoom, self._looks)
        # Most are the very same look, which is known without comparing what it holds.
        pairs = enumerate(zip(after, self._looks, strict=True))
        changed = [i for i, (new, before) in pairs if new is not before and new != before]
        regions = self._take(changed, after, painter)
        if old.cursor != picture.cursor:
            places = painter.label_regions(old.cursor) + painter.label_regions(picture.cursor)
            regions += [Region(place.x, place.y, place.width, 1) for place in places]
        if regions:
            self.refresh(*regions)

    def restyle(self) -> None:
        """Draw everything again, as after a change of theme."""
        if self._picture is not None:
            self._paint_all(self._picture)

    def _paint_all(self, picture: Picture) -> None:
        layout = self._layout_of(picture)
        if isinstance(layout, Grid):
            self._painter = PixelPainter(layout, picture, self._style_of)
        else:
            self._painter = Painter(layout, picture, self._style_of)
        self._looks = looks_of(picture, self.zoom)
        self.refresh()

    def _layout_of(self, picture: Picture) -> Template | Grid:
        """Lay the figure out: the same object as long as nothing about that is another."""
        zoom, w, letters = self.zoom, picture.window, label_width(picture.symbols)
        if zoom.halves:
            return grid(w.rows, w.columns, zoom.width, zoom.halves, letters)
        return template(w.rows, w.columns, zoom.width, zoom.height, letters)

    def _style_of(self, part: str) -> Style:
        return self.get_component_rich_style(f"figure--{part}")

    def _take(
        self, changed: list[int], after: list[Look], painter: Painter | PixelPainter
    ) -> list[Region]:
        """Take over the looks of some cells; give the regions to repaint."""
        columns, region = painter.layout.columns, painter.layout.region
        for index in changed:
            self._looks[index] = after[index]
        return [Region(*region(*divmod(index, columns))) for index in changed]

    # Drawing

    def render(self) -> RenderResult:
        """Give nothing: the lines are drawn by `render_line`."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        if self._painter is None or self._picture is None:
            return Strip.blank(self.size.width, own_style(self))
        segments = self._painter.line(y, self._looks, self._picture.cursor)
        return Strip(segments).adjust_cell_length(self.size.width, own_style(self))

    # Moving

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor, as far as there are cells; the picture of them may be still to come."""
        say(self, self.Shifted(rows, columns))

    def action_choose(self) -> None:
        """Choose the cell under the cursor; its picture may be still to come."""
        say(self, self.Entered())

    def action_clear(self) -> None:
        """Clear what was chosen; it takes the way of that, so as not to overtake it."""
        say(self, self.Cleared())

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the cell that was clicked; twice chooses it."""
        cell = self._cell_under(event)
        if cell is not None:
            say(self, (self.Chosen if event.chain > 1 else self.Moved)(*cell))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say which cell the mouse is over, once for each."""
        self._hover(self._cell_under(event))

    def on_leave(self) -> None:
        """Say that the mouse is over no cell."""
        self._hover(None)

    def _hover(self, cell: Cell | None) -> None:
        if self._picture is not None and cell != self._picture.hover:
            say(self, self.Hovered(cell))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in with ctrl, move up without."""
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out with ctrl, move down without."""
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        if event.ctrl:
            say(self, self.ZoomAsked(-direction))
        elif event.shift:
            self.action_move(0, direction)
        else:
            self.action_move(direction, 0)

    def _cell_under(self, event: events.MouseEvent) -> Cell | None:
        offset = event.get_content_offset(self)
        if offset is None or self._painter is None or self._picture is None:
            return None
        hit = self._painter.layout.cell_at(offset.x, offset.y)
        window = self._picture.window
        return (window.row + hit[0], window.column + hit[1]) if hit else None


def _follow(first: int, cursor: int, visible: int, size: int) -> int:
    """Move the first visible row or column just so far that the cursor is in view.

    Where there is room, two more cells beyond the cursor stay in view.
    """
    margin = min(2, (visible - 1) // 2)
    first = min(first, cursor - margin)
    first = max(first, cursor + margin - visible + 1)
    return max(0, min(first, size - visible))


def _is_new(old: Picture, new: Picture) -> bool:
    """Whether more than single cells look different."""
    a, b = old.window, new.window
    return (
        old.symbols is not new.symbols
        or old.ramp != new.ramp
        or old.run != new.run
        or (a.matrix, a.row, a.column) != (b.matrix, b.row, b.column)
    )
