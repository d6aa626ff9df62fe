"""The lab: the lecture's ideas, a chapter each, as text, live exhibit and code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from engine.lab import chapter, chapters
from engine.protocol import CloseChapter, Command, OpenChapter
from tui import pages
from tui.dials import Turned
from tui.exhibit import ExhibitSection
from tui.lab_keys import bindings, key_bar
from tui.lesson import ChapterChosen, Lesson
from tui.lines import Lines
from tui.listing import listing
from tui.progress import Progress
from tui.state import Intent, State
from tui.wording import status

Layout = Literal["wide", "medium", "narrow"]


def layout_for(width: int, height: int) -> Layout:
    """Choose the layout: with the list of chapters, without it, or one section at a time."""
    if width >= 140 and height >= 30:
        return "wide"
    return "medium" if width >= 100 and height >= 30 else "narrow"


@dataclass(frozen=True)
class Desk:
    """What the lab asks of the app."""

    send: Callable[[Command], None]
    take: Callable[[Intent], None]
    copy: Callable[[list[str], str, str], None]
    """Copies lines, to a file of that name, too, and tells what they are."""


class LabScreen(ModalScreen[None]):
    """One chapter at a time; leaving it stops its work.

    Args:
        state: what is known.
        desk: the app.
        name: chapter to open in; if not given, the one open last.
    """

    BINDINGS: ClassVar[list[BindingType]] = list(bindings())
    AUTO_FOCUS: ClassVar[str | None] = "#lab-text-page"

    def __init__(self, state: State, desk: Desk, name: str = "") -> None:
        super().__init__()
        self._state = state
        self._desk = desk
        self._progress = Progress()
        self._about = chapter(name or self._progress.last)
        asked = state.lesson.asked
        self._inputs = {asked.name: dict(asked.inputs)}
        self._section = "exhibit" if name else "text"
        self._is_answered = False
        self._drawn: tuple[object, ...] = ()
        self._words = state.words

    def compose(self) -> ComposeResult:
        """Chapters, then text, code and exhibit."""
        yield Lines(id="lab-strip")
        yield Lines(id="lab-tabs")
        with Horizontal(id="lab-body"):
            with VerticalScroll(id="lab-list", can_focus=False):
                yield Lines(id="lab-contents")
            with Vertical(id="lab-left"):
                with Vertical(id="lab-text", classes="section"):
                    yield VerticalScroll(Lines(id="lab-prose"), id="lab-text-page")
                with Vertical(id="lab-code", classes="section"):
                    yield VerticalScroll(Lines(id="lab-listing"), id="lab-code-page")
            yield ExhibitSection(id="lab-exhibit", classes="section")
        yield Lines(id="lab-status")
        yield Lines(id="lab-keys")

    async def on_mount(self) -> None:
        """Open the chapter."""
        self.query_one("#lab-code").border_title = "c Code"
        await self._open(self._about.name, with_pauses=True)
        self.action_see(self._section)

    # The chapter

    async def _open(self, name: str, *, with_pauses: bool) -> None:
        """Open a chapter: its text, code and dials are there at once."""
        self._about = about = chapter(name)
        self._is_answered = False
        self._progress.open(name)
        await self._exhibit.open(about, self._inputs.get(name, {}))
        self.query_one("#lab-text").border_title = f"{about.number}. {about.title}"
        for page in self.query(VerticalScroll):
            page.scroll_home(animate=False)
        self._ask(with_pauses=with_pauses)

    def _ask(self, *, with_pauses: bool) -> None:
        """Set the engine to work with the dials as they are shown."""
        inputs = self._exhibit.inputs
        self._inputs[self._about.name] = dict(inputs)
        request = self._state.lesson.asked.request + 1
        command = OpenChapter(self._about.name, inputs, request, with_pauses)
        self._desk.take(ChapterChosen(command))
        self._desk.send(command)

    @property
    def _exhibit(self) -> ExhibitSection:
        return self.query_one(ExhibitSection)

    @property
    def _lesson(self) -> Lesson:
        """What the engine told of the chapter; nothing while it has yet to be asked."""
        lesson = self._state.lesson
        return lesson if lesson.asked.name == self._about.name else Lesson()

    # Drawing

    def show(self, state: State) -> None:
        """Draw what has changed."""
        self._state = state
        if not self.is_mounted or not self.size:
            return
        if state.words is not self._words:
            is_other, self._words = self._words is not None, state.words
            if is_other:
                self._ask(with_pauses=False)
                return
        if self._lesson.is_done:
            self._progress.finish(self._about.name)
        self.query_one("#lab-status", Lines).show([status(state, self.size.width)])
        self._draw_text()
        self._exhibit.show(self._lesson, state)

    def _draw_text(self) -> None:
        """Draw chapters, text and code, if they look different."""
        left, code = self.query_one("#lab-prose"), self.query_one("#lab-listing")
        opened = self._lesson.opened
        shown = opened.code if opened else self._about.code
        sizes = (self.size, left.size.width, code.size.width)
        name, seen = self._about.name, self._progress.seen
        look = (name, shown, self._is_answered, seen, self._section, sizes)
        if look == self._drawn:
            return
        self._drawn = look
        self.query_one("#lab-strip", Lines).show([pages.strip(name, seen)])
        self.query_one("#lab-tabs", Lines).show([pages.tabs(self._section)])
        self.query_one("#lab-contents", Lines).show(pages.contents(name, seen, 26))
        self.query_one("#lab-keys", Lines).show([key_bar(self.size.width)])
        if left.size.width:
            rows = pages.text(self._about, left.size.width, is_answered=self._is_answered)
            self.query_one("#lab-prose", Lines).show(rows)
        if code.size.width:
            self.query_one("#lab-listing", Lines).show(listing(shown, code.size.width))

    def restyle(self) -> None:
        """Draw in the colours of another theme."""
        self.show(self._state)

    # Layout

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        chosen = layout_for(event.size.width, event.size.height)
        for name in ("wide", "medium", "narrow"):
            self.set_class(name == chosen, f"-{name}")
        self._exhibit.begin()
        self.call_after_refresh(self._show_again)

    def _show_again(self) -> None:
        self.show(self._state)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Note the section in use."""
        for section in pages.SECTIONS:
            if self.query_one(f"#lab-{section}") in event.widget.ancestors_with_self:
                self._choose(section)

    def _choose(self, section: str) -> None:
        self._section = section
        for name in pages.SECTIONS:
            self.query_one(f"#lab-{name}").set_class(name == section, "-active")
        self.query_one("#lab-left").set_class(section != "exhibit", "-active")
        self.call_after_refresh(self._show_again)

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
        self.query_one("#lab-exhibit-page").focus()

    # Actions

    async def action_open_number(self, number: int) -> None:
        """Open a chapter by its number."""
        if any(c.number == number for c in chapters()):
            await self._open(chapter(str(number)).name, with_pauses=True)

    async def action_next_chapter(self) -> None:
        """Open the next chapter."""
        await self._step(1)

    async def action_previous_chapter(self) -> None:
        """Open the chapter before."""
        await self._step(-1)

    async def _step(self, direction: int) -> None:
        index = chapters().index(self._about) + direction
        if 0 <= index < len(chapters()):
            await self._open(chapters()[index].name, with_pauses=True)

    def action_answer(self) -> None:
        """Reveal the answer, or hide it."""
        self._is_answered = not self._is_answered
        self.action_see("text")
        self.show(self._state)
        if self._is_answered:
            page = self.query_one("#lab-text-page", VerticalScroll)
            self.call_after_refresh(page.scroll_end, animate=False)

    def action_restart(self) -> None:
        """Begin the exhibit again."""
        self._ask(with_pauses=True)

    def action_finish(self) -> None:
        """Go to the end of the exhibit at once."""
        self._ask(with_pauses=False)

    def action_see(self, section: str) -> None:
        """Go to a section."""
        self._choose(section)
        self.query_one(f"#lab-{section}-page", Widget).focus()

    def action_copy(self) -> None:
        """Copy the code, with what stands before it in a notebook."""
        opened, about = self._lesson.opened, self._about
        setup = [*opened.setup.splitlines(), ""] if opened else []
        code = (opened.code if opened else about.code).splitlines()
        lines = [f"# {about.number}. {about.title}", *setup, *code]
        told = "the code, ready for a notebook" if opened else "the code"
        self._desk.copy(lines, f"lab-{about.name}.py", told)

    async def action_go(self) -> None:
        """Go to the pane where the idea lives."""
        number = ("dataset", "heatmap", "training", "sampler").index(self._about.pane) + 1
        self.action_leave()
        await self.run_action(f"app.command('pane_{number}')")

    def action_leave(self) -> None:
        """Go back to the laboratory; the chapter's work stops."""
        self._desk.send(CloseChapter())
        self.dismiss()
