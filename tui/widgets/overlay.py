"""What the screens over the laboratory have in common: like panes, they draw what is in the state.

Those that question the models take the lower part only where there is room, so that the heatmap
stays in sight; a cover hides all else.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.state import State
from tui.terminal.calm import CalmScreen
from tui.terminal.screens import Once

TALL = 44
"""Rows from which the laboratory stays in sight above."""


class Overlay(ModalScreen[None], Once[None]):
    """A screen over the laboratory; escape closes it, and so does the key of quitting."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("question_mark", "app.command('help')", show=False, id="help.question_mark"),
        Binding("q", "close", "Leave", show=False, id="quit.q"),
    ]

    MAY_DOCK: ClassVar[bool] = True
    """Whether the lower part is enough for it, where the screen is high."""

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state

    @property
    def is_docked(self) -> bool:
        """Whether it leaves the upper part of the laboratory in sight."""
        return self.has_class("-docked")

    def show(self, state: State) -> None:
        """Take over the state, and draw what has changed."""
        self.state = state
        if self.is_mounted and self.is_laid:
            self.draw()

    def draw(self) -> None:
        """Draw the state."""
        raise NotImplementedError

    def leave_field(self) -> None:
        """Leave a field: close."""
        self.action_close()

    def on_resize(self, event: events.Resize) -> None:
        """Take the whole screen where it is low."""
        self.set_class(self.MAY_DOCK and event.size.height >= TALL, "-docked")
        self.call_after_refresh(self._draw_again)

    def _draw_again(self) -> None:
        self.show(self.state)

    def leave(self) -> None:
        """Close, once what was said before has been passed on."""
        self.call_later(self.action_close)

    def action_close(self) -> None:
        """Go back to the laboratory."""
        self.dismiss()


class Cover(CalmScreen[None], Once[None]):
    """A screen that hides the laboratory, which need not be drawn meanwhile."""

    def show(self, state: State) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    def restyle(self) -> None:
        """Draw in the colours of another theme."""
        raise NotImplementedError
