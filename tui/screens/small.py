"""Shown instead of the laboratory where there is no room for it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.widgets import Label

from tui.terminal.screens import Once

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


def is_too_small(width: int, height: int) -> bool:
    """Whether the laboratory does not fit."""
    return width < LEAST_WIDTH or height < LEAST_HEIGHT


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
        self.query_one("#small", Label).update(
            f"The laboratory needs {LEAST_WIDTH}×{LEAST_HEIGHT} characters; this terminal has "
            f"{width}×{height}. Make it larger, or its letters smaller. q quits."
        )

    def _leave_if_there_is_room(self) -> None:
        is_on_top = self.app.screen is self
        if is_on_top and not self._is_leaving and not is_too_small(*self.app.size):
            self._is_leaving = True
            self.dismiss()
