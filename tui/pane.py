"""What all panes have in common: a border with a title, and a widget that takes the focus."""

from __future__ import annotations

from textual.containers import Vertical
from textual.widget import Widget

from tui.state import State


class Pane(Vertical):
    """A part of the main screen; it draws what is in the state and sends messages, nothing else."""

    TITLE = ""

    def on_mount(self) -> None:
        """Write the title on the border."""
        self.border_title = self.TITLE

    def show(self, state: State) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    @property
    def home(self) -> Widget:
        """The widget that gets the focus when the user goes to this pane."""
        raise NotImplementedError
