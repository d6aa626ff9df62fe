"""The lab: the lecture's ideas, a chapter each, as text, live exhibit and code."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Input

from engine.lab import chapter, chapters
from tui.lab import going, pages
from tui.lab.asking import Asking
from tui.lab.dials import Turned
from tui.lab.exhibit import ExhibitSection, hand_row_of
from tui.lab.guess import typed_into
from tui.lab.keys import bindings, key_bar
from tui.lab.reader import Engagement, Reader
from tui.lab.sections import TextSections
from tui.overlying import LAB
from tui.state import State
from tui.state.panes import PANES
from tui.widgets.lines import Lines
from tui.wording import status


class LabScreen(Asking):
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
        super().__init__(
            Reader(state, desk, name), "exhibit" if name and not state.is_on_stage else "text"
        )
        self._is_asked = False
        self._is_answered = False
        self._grade = ""
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
        self._is_asked = self._is_answered = False
        self._grade = ""
        self._text.open(reader.about)
        await self._exhibit.open(reader.about, reader.inputs)
        if self.is_laid:
            self._ask(with_pauses=True)

    async def turn_to(self, name: str) -> None:
        """Open a chapter that was chosen elsewhere; the one that lies open stays where none was."""
        if name:
            await self._open(chapter(name).name)

    def _ask(self, *, with_pauses: bool) -> None:
        self._reader.ask(self._exhibit.inputs, with_pauses=with_pauses)

    @property
    def _text(self) -> TextSections:
        return self.query_one(TextSections)

    # Drawing

    def show(self, state: State) -> None:
        """Draw what has changed."""
        reader = self._reader
        if not self.is_mounted or not self.is_laid or not self.size:
            reader.state = state
            return
        if state.is_on_stage != self.has_class("-stage"):
            reader.state = state
            self._lay_out(self.size)
        if reader.hear(state):
            self._ask(with_pauses=False)
            return
        if reader.lesson.guessed is not None and not self._grade:
            # What stands behind the truth is in the text.
            self._grade, self._is_answered = reader.lesson.guessed.grade, True
        self.query_one("#lab-status", Lines).show([status(state, self.size.width)])
        self._draw_frame()
        thing = self._thing if state.is_on_stage else None
        self._text.show(
            reader.about, reader.lesson, state.keys, is_answered=self._is_answered, alone=thing
        )
        self._exhibit.show(reader.lesson, state)

    def _draw_frame(self) -> None:
        """Draw chapters, tabs and keys, if they look different."""
        name, seen, score = self._reader.about.name, self._reader.seen, self._reader.score
        lesson, field = self._reader.lesson, typed_into(self.focused)
        also = ["guess"] * lesson.is_asking + ["hand"] * (hand_row_of(lesson) is not None)
        also += ["next_thing"] * (isinstance(self.focused, Input) and not self.focused.value)
        look = (name, seen, tuple(score.values()), self._section, self.size, field, *also)
        if look == self._drawn:
            return
        self._drawn = look
        self.query_one("#lab-strip", Lines).show([pages.strip(name, seen, self.size.width)])
        self.query_one("#lab-tabs", Lines).show([pages.tabs(self._section)])
        self.query_one("#lab-contents", Lines).show(pages.contents(name, seen, score, 26))
        keys = key_bar(self.size.width, self._reader.state.keys, also, field=field)
        self.query_one("#lab-keys", Lines).show([keys])

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    @on(Input.Changed)
    def _tell_keys(self, event: Message) -> None:
        """Tell the keys of where one is, and what they do there now."""
        if isinstance(event, Input.Changed):
            event.stop()
        if self.is_laid:
            self._draw_frame()

    # Dials

    def on_turned(self, message: Turned) -> None:
        """Open the chapter again with the value that is shown."""
        message.stop()
        self._ask(with_pauses=False)

    # Actions

    async def action_open_number(self, number: int) -> None:
        """Open a chapter by its number."""
        for each in chapters():
            if each.number == number:
                await self._open(each.name)

    async def action_next_thing(self) -> None:
        """Go on: to the rest of what is too long for its page, or to the thing that is next."""
        await self._go_on(1)

    async def action_previous_thing(self) -> None:
        """Go back to the thing before."""
        await self._go_on(-1)

    async def _go_on(self, direction: int) -> None:
        page = self.query_one(f"#lab-{self._section}-page", VerticalScroll)
        is_on_stage = self.has_class("-stage")
        # Question and answer are seen to their end, but on stage, where they stand alone.
        is_read = self._thing in ("question", "answer") and not is_on_stage
        if direction > 0 and self._has_more(page) and not is_read:
            page.scroll_page_down(animate=False)
            return
        thing = going.beside(self._thing, direction)
        is_due = thing == "question" and direction > 0 and not self._is_asked
        if is_due and not is_on_stage and self._reader.is_to_guess:
            # To be guessed first; who goes on without finds question and answer.
            if self._reader.lesson.is_asking:
                self._is_asked = True
                self.action_guess()
            else:
                self._ask(with_pauses=False)
            return
        if thing is None:
            await self.action_step(direction)
        self._is_asked = thing in ("question", "answer")
        self._is_answered = thing == "answer"
        if self._is_answered:
            self._reader.reveal()
        self.action_see(going.section_of(thing or "text"))
        self._show_again()
        if is_on_stage:
            self._text.show_begin()
        elif self._is_asked:
            self._text.show_end()

    @property
    def _thing(self) -> going.Thing:
        """What one looks at."""
        return going.thing_in(self._section, is_asked=self._is_asked, is_answered=self._is_answered)

    async def action_step(self, direction: int) -> None:
        """Open the next chapter, or the one before."""
        if name := self._reader.beside(direction):
            await self._open(name)

    def action_answer(self) -> None:
        """Reveal the answer, or hide it; an exhibit that waits for a guess goes on without."""
        if not self._is_answered:
            self._reader.reveal()
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

    def action_copy(self) -> None:
        """Copy the code, with what stands before it in a notebook."""
        self._reader.copy()

    async def action_go(self) -> None:
        """Go to the pane where the idea lives, and have it show that."""
        self._reader.set_up()
        number = list(PANES).index(self._reader.about.pane) + 1
        self.action_leave()
        await self.run_action(f"app.command('pane_{number}')")

    def action_let_go(self) -> None:
        """Take the hand off the row; without one, leave."""
        if not self._exhibit.let_go():
            self.action_leave()

    def action_leave(self) -> None:
        """Go back to the laboratory; the chapter's work stops."""
        self._reader.leave()
        self.dismiss()
