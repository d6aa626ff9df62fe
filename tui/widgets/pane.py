"""What all panes have in common: a border with a title, and a widget that takes the focus."""

from __future__ import annotations

from typing import Self

from textual import events, on
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.state import State
from tui.text import glossary
from tui.text.rows import shortened
from tui.widgets.say import say
from tui.widgets.tips import tip

TITLE_AT = 3
"""Columns before the title in the upper border."""

CORNERS = 2
"""Columns that the text on a border must be narrower than what is within."""

Caption = str | Content
"""What is written on a border; text is never taken for markup."""


class Pane(Vertical):
    """A part of the main screen; it draws what is in the state and sends messages, nothing else."""

    class Shown(Message):
        """The pane has come into view, and knows its size."""

        def __init__(self, pane: Pane) -> None:
            self.pane = pane
            super().__init__()

    TITLE = ""

    _word: glossary.Word | None = None
    """The word of the title under the mouse."""

    _caption: tuple[Caption, Caption] | None = None
    """What is to be written on the border, as far as there is room."""

    _way_back: tuple[str, str] = ("", "")
    """What brings the other panes back, and its command; empty where they are there."""

    _written: tuple[Content, Content] | None = None

    def on_mount(self) -> None:
        """Write the title on the border, where a kind of pane has not written more there."""
        if self._caption is None:
            self.caption(self.TITLE)

    def on_show(self) -> None:
        """Ask for what was not drawn while the pane was out of sight."""
        say(self, self.Shown(self))

    @on(events.DescendantBlur)
    def take_focus(self, event: events.DescendantBlur) -> None:
        """Take the focus where what had it went out of sight: nothing would hear the keys."""
        if self.screen.focused is None and self.region and not event.widget.region:
            self.screen.set_focus(self.home)

    def caption(self, title: Caption, subtitle: Caption = "") -> None:
        """Write on the border, if it is something else: that repaints the whole pane."""
        if (title, subtitle) != self._caption:
            self._caption = (title, subtitle)
            self._write_caption()

    def tell_way_back(self, text: str, command: str) -> None:
        """Say behind the title how the panes come back that this one hides; empty if it does not.

        Args:
            text: key and label.
            command: what a click on it runs.
        """
        if text != self._way_back[0]:
            self._way_back = (text, command)
            self._write_caption()

    def on_resize(self) -> None:
        """Write as much on the border as there is room for now."""
        self._write_caption()

    def _write_caption(self) -> None:
        head, foot = (_shown(text) for text in self._caption or ("", ""))
        if self._way_back[0]:
            head += "  " + link(*self._way_back)
        title, subtitle = self._fitting(head), self._fitting(foot)
        if (title, subtitle) != self._written:
            self._written = (title, subtitle)
            self.border_title, self.border_subtitle = title, subtitle

    def _fitting(self, text: Content) -> Content:
        """Leave out what there is no room for; before the first layout that is not known."""
        room = self.size.width - CORNERS
        return text[: len(shortened(text.plain, room))] if room > 0 else text

    def word_at(self, x: int, y: int) -> glossary.Word | None:
        """Give the word of the glossary that stands somewhere in the title."""
        title = self._caption[0] if self._caption is not None and y == 0 else ""
        text = title if isinstance(title, str) else title.plain
        return glossary.at(((text, "dim"),), x - TITLE_AT)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Explain the word of the title under the mouse, once it rests there."""
        word = self.word_at(event.x, event.y) if event.widget is self else None
        if word is not self._word:
            self._word = word
            self.tooltip = tip(word) if word is not None else None

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Repaint the border only: all within are widgets that know when to repaint themselves.

        The focus moves often, and with it the colour of two borders.
        """
        if not (regions or layout or recompose) and repaint:
            regions = tuple(self._border())
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the border; what is between its upper and its lower side is drawn once.

        For hardly any of it is seen, and on a large screen it was half of all that is drawn.
        """
        alike = range(max(crop.y, 1), min(crop.bottom, self.outer_size.height - 1))
        if len(alike) < 2:
            return super().render_lines(crop)
        upper = super().render_lines(Region(*crop.offset, crop.width, alike.start + 1 - crop.y))
        lower = Region(crop.x, alike.stop, crop.width, crop.bottom - alike.stop)
        return [
            *upper,
            *upper[-1:] * (len(alike) - 1),
            *(super().render_lines(lower) if lower.height else ()),
        ]

    def _border(self) -> list[Region]:
        """The four sides, seen from the content, as regions to repaint are."""
        size = self.outer_size
        sides = size.region.shrink((1, 1, 1, 1))
        if not sides:
            return []
        around = [
            Region(0, 0, size.width, 1),
            Region(0, size.height - 1, size.width, 1),
            Region(0, 1, 1, sides.height),
            Region(size.width - 1, 1, 1, sides.height),
        ]
        return [side.translate(-self.content_offset) for side in around]

    def show(self, state: State) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    @property
    def home(self) -> Widget:
        """The widget that gets the focus when the user goes to this pane."""
        raise NotImplementedError


def _shown(caption: Caption) -> Content:
    return caption if isinstance(caption, Content) else Content(caption)


def link(text: str, command: str, does: str = "app.command") -> Content:
    """Text on a border that runs a command of the table when it is clicked.

    Args:
        text: what stands there.
        command: its id.
        does: the action that runs it.
    """
    return Content.from_markup(f"[@click={does}('{command}')]$text[/]", text=text)
