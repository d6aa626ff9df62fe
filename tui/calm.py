"""Widgets that do not show whether they have the focus: they are not painted when it moves."""

from __future__ import annotations

from textual import events
from textual.widget import Widget


class Calm(Widget):
    """Stays as it is when the focus comes or goes.

    Textual paints a widget anew then; for a heatmap that is 30 kB, six seconds of a slow line.
    """

    def on_focus(self, event: events.Focus) -> None:
        """Do what Textual does, but for painting."""
        event.prevent_default()
        self.has_focus = True
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """Do what Textual does, but for painting."""
        event.prevent_default()
        self.has_focus = False
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))
