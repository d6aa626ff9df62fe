"""The lab: the lecture's ideas, a chapter each, as text, live exhibit and code."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from engine.lab import chapter, chapters
from tui.lab import pages
from tui.lab.dials import Turned
from tui.lab.exhibit import ExhibitSection
from tui.lab.guess import GuessBar, GuessMade
from tui.lab.keys import bindings, key_bar
from tui.lab.reader import Engagement, Reader
from tui.lab.sections import TextSections
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
    AUTO_FOCUS: ClassVar[str | None] = "#lab-text-page"

    def __init__(self, state: State, desk: Engagement, name: str = "") -> None:
        super().__init__()
        self._reader = Reader(state, desk, name)
        self._section = "exhibit" if name else "text"
        self._is_answered = False
        self._grade = ""
        self._is_maximised = False
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
        self._is_answered, self._grade = False, ""
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
        if reader.lesson.guessed is not None and not self._grade:
            # What stands behind the truth is in the text.
            self._grade, self._is_answered = reader.lesson.guessed.grade, True
        self.query_one("#lab-status", Lines).show([status(state, self.size.width)])
        self._draw_frame()
        self._text.show(reader.about, reader.lesson, is_answered=self._is_answered)
        self._exhibit.show(reader.lesson, state)

    def _draw_frame(self) -> None:
        """Draw chapters, tabs and keys, if they look different."""
        name, seen, score = self._reader.about.name, self._reader.seen, self._reader.score
        look = (name, seen, tuple(score.values()), self._section, self.size)
        if look == self._drawn:
            return
        self._drawn = look
        self.query_one("#lab-strip", Lines).show([pages.strip(name, seen)])
        self.query_one("#lab-tabs", Lines).show([pages.tabs(self._section)])
        self.query_one("#lab-contents", Lines).show(pages.contents(name, seen, score, 26))
        self.query_one("#lab-keys", Lines).show([key_bar(self.size.width)])

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

    # The guess

    def action_guess(self) -> None:
        """Go to the field of the guess, or give what stands in it."""
        bar = self.query_one(GuessBar)
        if bar.is_asking and bar.field.value.strip():
            self._guess(bar.field.value)
        elif bar.is_asking:
            self._choose("exhibit")
            self.screen.set_focus(bar.field)

    def action_choose(self, number: int) -> None:
        """Guess the option that was clicked."""
        self._guess(str(number))

    def on_guess_made(self, message: GuessMade) -> None:
        """Give a guess that was typed."""
        message.stop()
        self._guess(message.text)

    def _guess(self, text: str) -> None:
        bar = self.query_one(GuessBar)
        if bar.is_asking and bar.read(text):
            self._reader.guess(text)
            if bar.field.has_focus:
                self.action_leave_field()

    # Actions

    def action_maximise(self) -> None:
        """Give the section in use the whole screen, or give it back."""
        self._is_maximised = not self._is_maximised
        self._lay_out(self.size)

    async def action_open_number(self, number: int) -> None:
        """Open a chapter by its number."""
        if any(c.number == number for c in chapters()):
            await self._open(chapter(str(number)).name)

    async def action_next_chapter(self) -> None:
        """Open the next chapter."""
        await self._step(1)

    async def action_previous_chapter(self) -> None:
        """Open the chapter before."""
        await self._step(-1)

    async def _step(self, direction: int) -> None:
        if name := self._reader.beside(direction):
            await self._open(name)

    def action_answer(self) -> None:
        """Reveal the answer, or hide it; an exhibit that waits for a guess goes on without."""
        if self._reader.lesson.is_asking:
            self._reader.guess()
            self._grade = "shown"
        self._is_answered = not self._is_answered
        self.action_see("text")
        self._show_again()
        if self._is_answered:
            self._text.show_end()

    def action_restart(self) -> None:
        """Begin the exhibit again."""
        self._ask(with_pauses=True)

    def action_finish(self) -> None:
        """Go to the end of the exhibit at once."""
        self._ask(with_pauses=False)

    def action_see(self, section: str) -> None:
        """Go to a section."""
        self._choose(section)
        self.screen.set_focus(self.query_one(f"#lab-{section}-page", Widget))

    def action_copy(self) -> None:
        """Copy the code, with what stands before it in a notebook."""
        self._reader.copy()

    async def action_go(self) -> None:
        """Go to the pane where the idea lives, and have it show that."""
        self._reader.set_up()
        number = list(PANES).index(self._reader.about.pane) + 1
        self.action_leave()
        await self.run_action(f"app.command('pane_{number}')")

    def action_leave(self) -> None:
        """Go back to the laboratory; the chapter's work stops."""
        self._reader.leave()
        self.dismiss()
