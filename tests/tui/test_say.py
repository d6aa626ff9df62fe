"""What a widget says reaches the app, whoever had it say so."""

from __future__ import annotations

from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

import tui
from tests.tui.fake import until
from tui.widgets.say import say

ELSEWHERE = {"say.py", "calm.py", "app.py", "word.py"}
"""Where messages are posted otherwise: what says them, and Textual's own events."""


class Spoken(Message):
    """Something to hear."""


class Hearing(Screen[None]):
    """A screen that has its widget speak within its own task."""

    def compose(self) -> ComposeResult:
        """A widget in a box."""
        yield Vertical(Widget(id="speaker"))

    def on_mount(self) -> None:
        """Have it speak."""
        say(self.query_one("#speaker"), Spoken())


class Listener(App[None]):
    """Counts what it hears."""

    heard = 0

    def get_default_screen(self) -> Screen[None]:
        """The screen that speaks."""
        return Hearing()

    def on_spoken(self) -> None:
        """Hear."""
        self.heard += 1


async def test_what_a_screen_has_a_widget_say_reaches_the_app() -> None:
    app = Listener()
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.heard == 1)


def test_no_widget_posts_a_message_that_may_be_lost() -> None:
    modules = Path(tui.__file__).parent.rglob("*.py")
    posting = {file.name for file in modules if ".post_message(" in file.read_text("utf-8")}
    assert posting == ELSEWHERE
