"""A list of any length that draws only the rows one can see."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.terminal.calm import Calm, Still
from tui.text.rows import Row, differences
from tui.widgets.lines import own_style, role_style
from tui.widgets.say import say

MOST_KEPT = 500
"""Rows remembered as they were drawn; more than any screen shows."""


class RowList(ScrollView, Calm, Still, can_focus=True):
    """Rows drawn on demand, with a cursor; a million are as quick as thirty.

    A subclass says what a row looks like, in `row`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
        Binding("enter", "pick", "Pick", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, rows: RowList, index: int) -> None:
            self.rows, self.index = rows, index
            super().__init__()

        @property
        def is_there(self) -> bool:
            """Whether the list still has that row: it may have become shorter meanwhile."""
            return self.index < self.rows.count

        @property
        def control(self) -> RowList:
            """The list it happened in."""
            return self.rows

    class Picked(Moved):
        """A row was chosen with enter or a click."""

    class Sized(Message):
        """The rows have another width, because of the layout or of the scrollbar."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.count = 0
        self._drawn: dict[int, Row] = {}
        """Rows as they were last drawn."""

    @property
    def is_on_stage(self) -> bool:
        """Whether rows are to be read from afar: set wide, and with no figures beside them."""
        return any(node.has_class("-stage") for node in self.ancestors)

    def row(self, index: int, width: int) -> Row:
        """Say what row `index` looks like in so many columns."""
        raise NotImplementedError

    def word(self, index: int) -> str:
        """The word that row `index` is about; empty where it is about none."""
        return ""

    def show(self, count: int, *, from_top: bool = True) -> None:
        """Show so many rows anew; from the top, or from where the list stands."""
        self.count = count
        self._drawn.clear()
        self.virtual_size = Size(0, count)
        if from_top:
            self.set_reactive(RowList.cursor, 0)
            self.scroll_to(0, 0, animate=False)
        self.set_reactive(RowList.cursor, max(0, min(self.cursor, count - 1)))
        self.refresh()

    @property
    def is_short(self) -> bool:
        """Whether there is room for further rows below the last one."""
        return self.count < self.scroll_offset.y + self.size.height

    def update(self) -> None:
        """Paint the stretches of the visible rows that differ from what is on the screen."""
        width = self.scrollable_content_region.width
        top = self.scroll_offset.y
        drawn, self._drawn = self._drawn, {}
        for index in range(top, min(self.count, top + self.size.height)):
            if index not in drawn:
                continue
            row = self._drawn[index] = self.row(index, width)
            for start, end in differences(drawn[index], row):
                self.refresh(Region(start, index - top, end - start, 1))

    def grow(self, count: int) -> None:
        """Show further rows below those there are, without drawing these again."""
        old, self.count = self.count, count
        if count != old:
            self.virtual_size = Size(0, count)
            if old < self.scroll_offset.y + self.size.height:
                self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one visible line."""
        width = self.scrollable_content_region.width
        index = self.scroll_offset.y + y
        if index >= self.count:
            return Strip.blank(width, own_style(self))
        back = own_style(self)
        if index == self.cursor:
            back += Style(bgcolor=role_style(self, "chosen").bgcolor)
        over = Style(bgcolor=back.bgcolor)
        if len(self._drawn) > MOST_KEPT:
            top, end = self.scroll_offset.y, self.scroll_offset.y + self.size.height
            self._drawn = {i: row for i, row in self._drawn.items() if top <= i < end}
        row = self._drawn[index] = self.row(index, width)
        segments = [Segment(run[0], role_style(self, run[1]) + over) for run in row]
        return Strip(segments).adjust_cell_length(width, back)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows, and bring the new one into view."""
        width = self.size.width
        for index in (old, new):
            self.refresh(Region(0, index - self.scroll_offset.y, width, 1))
        self.scroll_to_region(Region(0, new, 1, 1), animate=False, force=True)
        if self.count and old != new:
            say(self, self.Moved(self, new))

    def on_resize(self) -> None:
        """Say that the rows have another width."""
        say(self, self.Sized())

    def watch_show_vertical_scrollbar(self) -> None:
        """Say that the rows have another width, once they do."""
        self.call_after_refresh(self.on_resize)

    def on_click(self, event: events.Click) -> None:
        """Pick the row that was clicked."""
        index = self.scroll_offset.y + event.get_content_offset_capture(self).y
        if index < self.count:
            self.cursor = index
            self.action_pick()

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by some screenfuls."""
        self.cursor += pages * max(1, self.scrollable_content_region.height - 1)

    def action_go(self, index: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = index if index >= 0 else self.count + index

    def action_pick(self) -> None:
        """Choose the row under the cursor."""
        if self.count:
            say(self, self.Picked(self, self.cursor))
