"""What all panes have in common: a border with a title, and a widget that takes the focus."""

from __future__ import annotations

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from tui.state import State


class Pane(Vertical):
    """A part of the main screen; it draws what is in the state and sends messages, nothing else."""

    TITLE = ""

    _caption: tuple[str, str] | None = None

    def on_mount(self) -> None:
        """Write the title on the border."""
        self.caption(self.TITLE)

    def caption(self, title: str, subtitle: str = "") -> None:
        """Write on the border, if it is something else: that repaints the whole pane."""
        if (title, subtitle) != self._caption:
            self._caption = (title, subtitle)
            # As text, so that words of the data in it are never taken for markup.
            self.border_title, self.border_subtitle = Text(title), Text(subtitle)

    def show(self, state: State) -> None:
        """Draw what has changed."""
        raise NotImplementedError

    @property
    def home(self) -> Widget:
        """The widget that gets the focus when the user goes to this pane."""
        raise NotImplementedError
