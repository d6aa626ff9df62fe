"""The lab: the lecture's ideas, a chapter each, as text, live exhibit and code."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget

from engine.lab import chapter, chapters
from engine.protocol import CloseChapter, Command, OpenChapter
from tui import exhibits, pages, storage
from tui.depth import colour_depth
from tui.dials import Considered, Dial, DialInput, Turned, align, written
from tui.lab_keys import bindings, key_bar
from tui.lesson import ChapterChosen, Lesson
from tui.lines import Lines, Row, Run
from tui.listing import listing
from tui.parts.canvas import RAMP, Canvas
from tui.parts.texts import prose
from tui.state import Intent, State
from tui.wording import status

MEMORY = "lab"
"""Name under which progress is remembered."""

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


class ExhibitView(Lines):
    """An exhibit; its roles may be levels of a ramp. Its height only grows while a chapter lasts.

    A change of height would paint everything anew.
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._canvas = Canvas(40)
        self._tall = 0

    def begin(self) -> None:
        """Forget the height of the chapter before."""
        self._tall = 0

    def draw(self, rows: list[Row], canvas: Canvas) -> None:
        """Show rows that were drawn on a canvas."""
        if canvas != self._canvas:
            self._canvas = canvas
            self.refresh()
        self._tall = max(self._tall, len(rows))
        blank = max(self._tall, canvas.height) - len(rows)
        self.show([*rows, *([()] * blank)])

    def _style(self, run: Run) -> Style:
        word, _, rest = run[1].partition(" ")
        if word != RAMP:
            return super()._style(run)
        kind, _, level = rest.partition(" ")
        ramp = self._canvas.ramp(kind)  # type: ignore[arg-type]
        if not ramp.colours:
            return self.rich_style
        at = int(level)
        return Style.parse(f"{ramp.text_colour(at)} on {ramp.colours[at]}")


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
        known = {c.name for c in chapters()}
        memory = storage.read_memory().get(MEMORY)
        remembered = memory if isinstance(memory, dict) else {}
        seen, last = remembered.get("seen"), remembered.get("last")
        self._seen = [n for n in seen if n in known] if isinstance(seen, list) else []
        first = chapters()[0].name
        self._about = chapter(name or (last if last in known else first))
        asked = state.lesson.asked
        self._inputs = {asked.name: dict(asked.inputs)}
        self._section = "exhibit" if name else "text"
        self._is_answered = False
        self._drawn: tuple[object, ...] = ()
        self._words = state.words
        self._depth = colour_depth(os.environ)

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
            with Vertical(id="lab-exhibit", classes="section"):
                yield Horizontal(id="lab-dials")
                yield Lines(id="lab-about")
                yield Lines(id="lab-progress")
                yield VerticalScroll(ExhibitView("lab-picture"), id="lab-exhibit-page")
        yield Lines(id="lab-status")
        yield Lines(id="lab-keys")

    async def on_mount(self) -> None:
        """Open the chapter."""
        self.query_one("#lab-code").border_title = "c Code"
        self.query_one("#lab-exhibit").border_title = "e Exhibit"
        await self._open(self._about.name, with_pauses=True)
        self.action_see(self._section)

    # The chapter

    async def _open(self, name: str, *, with_pauses: bool) -> None:
        """Open a chapter: its text, code and dials are there at once."""
        self._about = about = chapter(name)
        self._is_answered = False
        storage.write_memory({MEMORY: {"last": name, "seen": self._seen}})
        dials = self.query_one("#lab-dials")
        await dials.remove_children()
        texts = self._inputs.setdefault(name, {})
        made = [Dial(c, texts.get(c.name, written(c.default))) for c in about.controls]
        await dials.mount_all(made)
        align(made)
        self.query_one("#lab-text").border_title = f"{about.number}. {about.title}"
        self.query_one("#lab-about", Lines).show([])
        self.query_one(ExhibitView).begin()
        for page in self.query(VerticalScroll):
            page.scroll_home(animate=False)
        self._ask(with_pauses=with_pauses)

    def _ask(self, *, with_pauses: bool) -> None:
        """Set the engine to work with the dials as they are shown."""
        inputs = tuple((dial.dial.name, dial.field.sent) for dial in self.query(Dial))
        self._inputs[self._about.name] = dict(inputs)
        request = self._state.lesson.asked.request + 1
        command = OpenChapter(self._about.name, inputs, request, with_pauses)
        self._desk.take(ChapterChosen(command))
        self._desk.send(command)

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
        lesson = self._lesson
        if lesson.is_done and self._about.name not in self._seen:
            self._seen.append(self._about.name)
            storage.write_memory({MEMORY: {"last": self._about.name, "seen": self._seen}})
        self.query_one("#lab-status", Lines).show([status(state, self.size.width)])
        width = self.query_one("#lab-progress").content_size.width
        if width:
            rows = pages.progress(lesson, self._about, state, width)
            self.query_one("#lab-progress", Lines).show(rows)
        if lesson.opened is not None:
            in_force = dict(lesson.opened.inputs)
            for dial in self.query(Dial):
                dial.field.placeholder = in_force.get(dial.dial.name, "")
        self._draw_text()
        self._draw_exhibit()

    def _draw_text(self) -> None:
        """Draw chapters, text and code, if they look different."""
        left, code = self.query_one("#lab-prose"), self.query_one("#lab-listing")
        opened = self._lesson.opened
        shown = opened.code if opened else self._about.code
        sizes = (self.size, left.size.width, code.size.width)
        look = (self._about, shown, self._is_answered, tuple(self._seen), self._section, sizes)
        if look == self._drawn:
            return
        self._drawn = look
        name, seen = self._about.name, self._seen
        self.query_one("#lab-strip", Lines).show([pages.strip(name, seen)])
        self.query_one("#lab-tabs", Lines).show([pages.tabs(self._section)])
        self.query_one("#lab-contents", Lines).show(pages.contents(name, seen, 26))
        self.query_one("#lab-keys", Lines).show([key_bar(self.size.width)])
        if left.size.width:
            rows = pages.text(self._about, left.size.width, is_answered=self._is_answered)
            self.query_one("#lab-prose", Lines).show(rows)
        if code.size.width:
            self.query_one("#lab-listing", Lines).show(listing(shown, code.size.width))

    def _draw_exhibit(self) -> None:
        view, page = self.query_one(ExhibitView), self.query_one("#lab-exhibit-page")
        exhibit = self._lesson.exhibit
        size = page.scrollable_content_region.size
        if not size.width:
            return
        is_dark = self.app.current_theme.dark
        canvas = Canvas(size.width - 1, size.height, is_dark, self._depth)
        rows = exhibits.draw(self._about.name, exhibit, canvas) if exhibit else []
        view.draw(rows, canvas)

    def restyle(self) -> None:
        """Draw in the colours of another theme."""
        self.show(self._state)

    # Layout

    def on_resize(self, event: events.Resize) -> None:
        """Choose the layout for the size."""
        chosen = layout_for(event.size.width, event.size.height)
        for name in ("wide", "medium", "narrow"):
            self.set_class(name == chosen, f"-{name}")
        self.query_one(ExhibitView).begin()
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

    def on_considered(self, message: Considered) -> None:
        """Say what a dial may be, or why it cannot be what is typed."""
        message.stop()
        about = self.query_one("#lab-about", Lines)
        role: Literal["bad", "dim"] = "bad" if message.is_wrong else "dim"
        width = max(20, about.content_size.width)
        about.show(prose(message.text, width, role) if message.text else [])

    def action_turn(self, direction: int) -> None:
        """Turn the dial in hand, or else the first that has positions."""
        dials = [dial for dial in self.query(Dial) if dial.dial.stops]
        if dials:
            dials[0].field.action_turn(direction)

    def action_turn_dial(self, name: str, direction: int) -> None:
        """Turn the dial that was clicked."""
        self.query_one(f"#dial-{name}", DialInput).action_turn(direction)

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
