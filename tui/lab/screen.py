"""The lab: the lecture's ideas, a chapter each, as text, live exhibit and code."""

from __future__ import annotations

import time
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from engine.lab import chapters
from tui.lab import pages
from tui.lab.dials import Turned
from tui.lab.exhibit import ExhibitSection
from tui.lab.keys import Number, bindings, key_bar
from tui.lab.reader import Engagement, Reader
from tui.lab.sections import TextSections
from tui.overlying import LAB
from tui.state import State
from tui.state.panes import PANES
from tui.widgets.lines import Lines
from tui.widgets.overlay import Cover
from tui.wording import status

Layout = Literal["wide", "medium", "narrow"]


def layout_for(width: int, height: int) -> Layout:
    """Choose the layout: with the list of chapters, without it, or one section at a time."""
    if width >= 140 and height >= 30:
        return "wide"
    return "medium" if width >= 100 and height >= 30 else "narrow"


class LabScreen(Cover, ModalScreen[None]):
    """One chapter at a time; leaving it stops its work.

    Args:
        state: what is known.
        desk: the app.
        name: chapter to open in; if not given, the one open last.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(bindings())
    OWN: ClassVar = LAB
    """Commands that the palette offers, too."""
    AUTO_FOCUS: ClassVar[str | None] = "#lab-text-page"

    def __init__(self, state: State, desk: Engagement, name: str = "") -> None:
        super().__init__()
        self._reader = Reader(state, desk, name)
        self._section = "exhibit" if name else "text"
        self._is_answered = False
        self._is_maximised = False
        self._number = Number(max(each.number for each in chapters()))
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Chapters, then text, code and exhibit."""
        yield Lines(id="lab-strip")
        yield Lines(id="lab-tabs")
        with Horizontal(id="lab-body"):
            with VerticalScroll(id="lab-list", can_focus=False):
                yield Lines(id="lab-contents")
            yield TextSections(id="lab-left")
            yield ExhibitSection(id="lab-exhibit", classes="section")
        yield Lines(id="lab-status")
        yield Lines(id="lab-keys")

    async def on_mount(self) -> None:
        """Open the chapter."""
        await self._open(self._reader.about.name)
        if self.is_laid:
            self.action_see(self._section)

    async def _open(self, name: str) -> None:
        """Open a chapter: its text, code and dials are there at once."""
        reader = self._reader
        reader.open(name)
        self._is_answered = False
        self._text.open(reader.about)
        await self._exhibit.open(reader.about, reader.inputs)
        if self.is_laid:
            self._ask(with_pauses=True)

    def _ask(self, *, with_pauses: bool) -> None:
        self._reader.ask(self._exhibit.inputs, with_pauses=with_pauses)

    @property
    def _text(self) -> TextSections:
        return self.query_one(TextSections)

    @property
    def _exhibit(self) -> ExhibitSection:
        return self.query_one(ExhibitSection)

    # Drawing

    def show(self, state: State) -> None:
        """Draw what has changed."""
        reader = self._reader
        if not self.is_mounted or not self.is_laid or not self.size:
            reader.state = state
            return
        if reader.hear(state):
            self._ask(with_pauses=False)
            return
        self.query_one("#lab-status", Lines).show([status(state, self.size.width)])
        self._draw_frame()
        self._text.show(reader.about, reader.lesson, is_answered=self._is_answered)
        self._exhibit.show(reader.lesson, state)

    def _draw_frame(self) -> None:
        """Draw chapters, tabs and keys, if they look different."""
        name, seen = self._reader.about.name, self._reader.seen
        look = (name, seen, self._section, self.size)
        if look == self._drawn:
            return
        self._drawn = look
        self.query_one("#lab-strip", Lines).show([pages.strip(name, seen)])
        self.query_one("#lab-tabs", Lines).show([pages.tabs(self._section)])
        self.query_one("#lab-contents", Lines).show(pages.contents(name, seen, 26))
        self.query_one("#lab-keys", Lines).show([key_bar(self.size.width, self._reader.state.keys)])

    def restyle(self) -> None:
        """Draw in the colours of another theme."""
        self.show(self._reader.state)

    # Layout

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        self._lay_out(event.size)

    def _lay_out(self, size: Size) -> None:
        chosen = "narrow" if self._is_maximised else layout_for(size.width, size.height)
        self.update_classes({f"-{name}": name == chosen for name in ("wide", "medium", "narrow")})
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
        """Note the section in use."""
        for section in pages.SECTIONS:
            if self.query_one(f"#lab-{section}") in event.widget.ancestors_with_self:
                self._choose(section)

    def _choose(self, section: str) -> None:
        self._section = section
        self._reveal()
        self.call_after_refresh(self._show_again)

    def _reveal(self) -> None:
        """Show the sections there is room for: all of them, or the one in use."""
        seen = [self._section] if self.has_class("-narrow") else pages.SECTIONS
        for name in pages.SECTIONS:
            self.query_one(f"#lab-{name}").display = name in seen
        self.query_one("#lab-left").display = seen != ["exhibit"]

    # Dials

    def on_turned(self, message: Turned) -> None:
        """Open the chapter again with the value that is shown."""
        message.stop()
        self._ask(with_pauses=False)

    def action_turn(self, direction: int) -> None:
        """Turn the dial in hand, or else the first that has positions."""
        self._exhibit.turn(direction)

    def action_turn_dial(self, name: str, direction: int) -> None:
        """Turn the dial that was clicked."""
        self._exhibit.turn(direction, name)

    def action_leave_field(self) -> None:
        """Leave a field for the exhibit."""
        self.screen.set_focus(self.query_one("#lab-exhibit-page"))

    # Actions

    def action_maximise(self) -> None:
        """Give the section in use the whole screen, or give it back."""
        self._is_maximised = not self._is_maximised
        self._lay_out(self.size)

    async def action_open_digit(self, digit: int) -> None:
        """Open a chapter by its number, of which this is a digit."""
        await self.action_open_number(self._number.after(digit, time.monotonic()))

    async def action_open_number(self, number: int) -> None:
        """Open a chapter by its number."""
        for each in chapters():
            if each.number == number:
                await self._open(each.name)

    async def action_next_thing(self) -> None:
        """Reveal the answer; after that, open the next chapter."""
        if self._is_answered:
            await self.action_step(1)
        else:
            self.action_answer()

    async def action_step(self, direction: int) -> None:
        """Open the next chapter, or the one before."""
        if name := self._reader.beside(direction):
            await self._open(name)

    def action_answer(self) -> None:
        """Reveal the answer, or hide it."""
        self._is_answered = not self._is_answered
        self.action_see("text")
        self._show_again()
        if self._is_answered:
            self._text.show_end()

    def action_restart(self) -> None:
        """Begin the exhibit again."""
        self._ask(with_pauses=True)

    def action_finish(self) -> None:
        """Go to the end of the exhibit at once; begin it again where it is there."""
        self._ask(with_pauses=self._reader.lesson.is_done)

    def action_turn_page(self, direction: int) -> None:
        """Go to the section after, or to the one before."""
        at = pages.SECTIONS.index(self._section) + direction
        self.action_see(pages.SECTIONS[at % len(pages.SECTIONS)])

    def action_see(self, section: str) -> None:
        """Go to a section."""
        self._choose(section)
        self.screen.set_focus(self.query_one(f"#lab-{section}-page", Widget))

    def action_copy(self) -> None:
        """Copy the code, with what stands before it in a notebook."""
        self._reader.copy()

    async def action_go(self) -> None:
        """Go to the pane where the idea lives."""
        number = list(PANES).index(self._reader.about.pane) + 1
        self.action_leave()
        await self.run_action(f"app.command('pane_{number}')")

    def action_leave(self) -> None:
        """Go back to the laboratory; the chapter's work stops."""
        self._reader.leave()
        self.dismiss()
