"""The sections of a chapter: side by side where there is room, or one at a time."""

from __future__ import annotations

from typing import Literal, get_args

from textual import events
from textual.containers import VerticalScroll
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.lab import pages
from tui.lab.exhibit import ExhibitSection
from tui.lab.reader import Reader
from tui.state import State
from tui.widgets.overlay import Cover

Layout = Literal["wide", "medium", "narrow", "stage"]


def layout_for(width: int, height: int) -> Layout:
    """Choose the layout: with the list of chapters, without it, or one section at a time."""
    if width >= 140 and height >= 30:
        return "wide"
    return "medium" if width >= 100 and height >= 30 else "narrow"


class Spread(Cover, ModalScreen[None]):
    """Lays out text, exhibit and code, and knows which of them is in use.

    Args:
        reader: what is read.
        section: the one that is in use first.
    """

    def __init__(self, reader: Reader, section: str) -> None:
        super().__init__()
        self._reader = reader
        self._section = section
        self._is_maximised = False

    def show(self, state: State) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    @property
    def _exhibit(self) -> ExhibitSection:
        return self.query_one(ExhibitSection)

    def restyle(self) -> None:
        """Draw in the colours of another theme."""
        self.show(self._reader.state)

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        self._lay_out(event.size)

    def _lay_out(self, size: Size) -> None:
        chosen = "narrow" if self._is_maximised else layout_for(size.width, size.height)
        if self._reader.state.is_on_stage:
            chosen = "stage"
        self.update_classes({f"-{name}": name == chosen for name in get_args(Layout)})
        self._reveal()
        self._exhibit.begin()
        self.call_after_refresh(self._show_again)
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Have the arrow keys scroll the section in use, where nothing hears them."""
        if self.is_laid and self.screen.focused is None:
            self.action_see(self._section)

    def _show_again(self) -> None:
        self.show(self._reader.state)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Note the section in use; the focus may have gone on before this is heard."""
        if event.widget is not self.focused:
            return
        for section in pages.SECTIONS:
            if self.query_one(f"#lab-{section}") in event.widget.ancestors_with_self:
                self._choose(section)

    def _choose(self, section: str) -> None:
        self._section = section
        self._reveal()
        self.call_after_refresh(self._show_again)

    def _reveal(self) -> None:
        """Show the sections there is room for: all of them, or the one in use."""
        is_one = self.has_class("-narrow") or self.has_class("-stage")
        seen = [self._section] if is_one else pages.SECTIONS
        for name in pages.SECTIONS:
            self.query_one(f"#lab-{name}").display = name in seen
        self.query_one("#lab-left").display = seen != ["exhibit"]

    def action_maximise(self) -> None:
        """Give the section in use the whole screen, or give it back."""
        self._is_maximised = not self._is_maximised
        self._lay_out(self.size)

    def action_turn_page(self, direction: int) -> None:
        """Go to the section after, or to the one before."""
        at = pages.SECTIONS.index(self._section) + direction
        self.action_see(pages.SECTIONS[at % len(pages.SECTIONS)])

    def action_see(self, section: str) -> None:
        """Go to a section."""
        self._choose(section)
        self.screen.set_focus(self.query_one(f"#lab-{section}-page", Widget))

    def _has_more(self, page: VerticalScroll) -> bool:
        """Whether there is something below; an exhibit that was higher once ends in blanks."""
        is_exhibit = page.id == "lab-exhibit-page"
        end = self._exhibit.picture.drawn if is_exhibit else page.virtual_size.height
        return bool(page.size) and page.scroll_offset.y + page.size.height < end

    # What keys do with the exhibit

    def action_turn(self, direction: int) -> None:
        """Turn the dial in hand, or else the first that has positions."""
        self._exhibit.turn(direction)

    def action_turn_dial(self, name: str, direction: int) -> None:
        """Turn the dial that was clicked."""
        self._exhibit.turn(direction, name)

    def action_handle(self, name: str, column: int | None = None) -> None:
        """Do with the row in hand what a command says, or go to a symbol of it."""
        if self._exhibit.handle(name, column):
            self.action_see("exhibit")
        elif name == "hand":
            is_early = self._reader.lesson.is_asking
            later = " yet; the exhibit goes on once you have guessed" if is_early else ""
            self._exhibit.tell(f"There is no row here to lay a hand on{later}.")
