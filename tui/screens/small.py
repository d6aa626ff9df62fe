"""Shown instead of the laboratory where there is no room for it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Label

from engine.text.width import wrap
from tui.terminal.screens import Once

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


def is_too_small(width: int, height: int) -> bool:
    """Whether the laboratory does not fit."""
    return width < LEAST_WIDTH or height < LEAST_HEIGHT


def sentence(width: int, height: int) -> str:
    """Say that there is no room, in as many words as there is room for."""
    least, here = f"{LEAST_WIDTH}×{LEAST_HEIGHT}", f"{width}×{height}"
    sentences = (
        f"The laboratory needs {least} characters; this terminal has {here}. "
        "Make it larger, or its letters smaller. q quits.",
        f"The laboratory needs {least} characters, not {here}. q quits.",
        f"{least} needed, {here} here; q quits.",
    )
    fits = (s for s in sentences if len(wrap(s, max(1, width))) <= height)
    return next(fits, "q quits"[: max(0, width)])


class SmallScreen(Once[None]):
    """Says how much room is needed; goes away by itself once there is enough."""

    _is_leaving = False

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Label(id="small", markup=False)

    def on_screen_resume(self) -> None:
        """Go away, if the terminal has grown while another screen lay over this one."""
        self._leave_if_there_is_room()

    def on_resize(self, event: events.Resize) -> None:
        """Say the size there is, or go away."""
        self._leave_if_there_is_room()
        width, height = event.size
        self.query_one("#small", Label).update(sentence(width, height))

    def _leave_if_there_is_room(self) -> None:
        is_on_top = self.app.screen is self
        if is_on_top and not self._is_leaving and not is_too_small(*self.app.size):
            self._is_leaving = True
            self.dismiss()
