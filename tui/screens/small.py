"""Shown instead of the laboratory where there is no room for it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Label

LEAST_WIDTH, LEAST_HEIGHT = 60, 16


def is_too_small(width: int, height: int) -> bool:
    """Whether the laboratory does not fit."""
    return width < LEAST_WIDTH or height < LEAST_HEIGHT


class SmallScreen(Screen[None]):
    """Says how much room is needed; goes away by itself once there is enough."""

    def compose(self) -> ComposeResult:
        """One sentence."""
        yield Label(id="small", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Say the size there is."""
        width, height = event.size
        self.query_one("#small", Label).update(
            f"The laboratory needs {LEAST_WIDTH}×{LEAST_HEIGHT} characters; this terminal has "
            f"{width}×{height}. Make it larger, or its letters smaller. q quits."
        )
