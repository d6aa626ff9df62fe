"""A chapter's text and code as sections of the screen; its exhibit has a module of its own."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from engine.lab import Chapter
from tui.lab import pages
from tui.lab.going import Thing
from tui.lab.listing import listing
from tui.state.lesson import Lesson
from tui.widgets.lines import Lines

MARGIN = 1
"""Columns between the lines and the scroll bar."""


class TextSections(Vertical):
    """Text above, with question and answer; code below."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Give each section a page that scrolls."""
        with Vertical(id="lab-text", classes="section"):
            yield VerticalScroll(Lines(id="lab-prose"), id="lab-text-page")
        with Vertical(id="lab-code", classes="section"):
            yield VerticalScroll(Lines(id="lab-listing"), id="lab-code-page")

    def on_mount(self) -> None:
        """Name the section that bears no chapter's title."""
        self.query_one("#lab-code").border_title = "Code"

    def open(self, about: Chapter) -> None:
        """Begin a chapter at its first line."""
        self.query_one("#lab-text").border_title = f"{about.number}. {about.title}"
        for page in self.query(VerticalScroll):
            page.scroll_home(animate=False)

    def show(
        self,
        about: Chapter,
        lesson: Lesson,
        chosen: Mapping[str, str],
        *,
        is_answered: bool,
        alone: Thing | None = None,
    ) -> None:
        """Draw what looks different.

        Args:
            about: the chapter.
            lesson: what the engine told of it.
            chosen: keys that the user chose, by command id.
            is_answered: whether the answer is revealed.
            alone: on stage, what is to be seen and nothing beside it.
        """
        prose = self.query_one("#lab-prose", Lines)
        code = self.query_one("#lab-listing", Lines)
        shown = lesson.opened.code if lesson.opened else about.code
        look = (about.name, shown, is_answered, alone, prose.size.width, code.size.width)
        if look == self._drawn:
            return
        self._drawn = look
        # A section that is out of sight has no width.
        if prose.size.width:
            width = prose.size.width - MARGIN
            prose.show(
                pages.text(about, width, is_answered=is_answered, chosen=chosen)
                if alone is None
                else pages.on_stage(about, alone, width)
            )
        if code.size.width:
            code.show(listing(shown, code.size.width - MARGIN))

    def show_begin(self) -> None:
        """Scroll to the first line."""
        self.query_one("#lab-text-page", VerticalScroll).scroll_home(animate=False)

    def show_end(self) -> None:
        """Scroll to the answer."""
        page = self.query_one("#lab-text-page", VerticalScroll)
        self.call_after_refresh(page.scroll_end, animate=False)
