"""Widgets that are not painted or laid out where nothing about them has changed."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Input

from tui.terminal.plain import IS_PLAIN


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


class CalmScreen(Screen[ScreenResultType]):
    """Changes nothing but borders and fields when the focus moves; is drawn once a new size."""

    if not IS_PLAIN:

        def _screen_resized(self, size: Size) -> None:
            # Textual draws its parts before they hear of their sizes, and once more after.
            if self.outer_size:
                self.refresh()
            super()._screen_resized(size)

        # Textual would repaint all of it, some 60 kB; borders and fields repaint by themselves.
        focused: Reactive[Widget | None] = Reactive(None, repaint=False)

        def _update_focus_styles(
            self, focused: Widget | None = None, blurred: Widget | None = None
        ) -> None:
            # Textual would style anew all that lies within such a border, for 25 ms a key.
            ends = [widget for widget in (focused, blurred) if widget is not None]
            shown = (node for end in ends for node in end.ancestors_with_self)
            self.app.stylesheet.update_nodes({node for node in shown if node._has_focus_within})


class Still(Widget):
    """Scrolls without laying the whole screen out again whenever what it holds grows or shrinks.

    Textual would do that for each letter that is typed: 10 ms between the key and its echo.
    """

    if not IS_PLAIN:
        virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

        def watch_virtual_size(self, size: Size) -> None:
            """Fit the scrollbar; if it comes or goes, that is laid out."""
            if self.container_size:
                self._scroll_update(size)


class StillInput(Input, Still):
    """A field, as Textual has it, but quicker to type into; of a pasted text no line is lost.

    Where its whole value is chosen as it gets the focus, so it is by the click that gives it: else
    the caret stands where the mouse was, and what is typed becomes part of the value.
    """

    # A caret that blinks wakes the program, and a slow line, twice a second for nothing.
    cursor_blink: Reactive[bool] = Reactive(False, init=False)

    _is_fresh = False
    """Whether it has just got the focus."""

    def on_mount(self) -> None:
        """Leave it to whoever owns the field to say what may be in it.

        Textual would style it anew to say that nothing was found wrong: 5 ms a field at the start.
        """
        self.validate_on.clear()

    def pasted(self, text: str) -> str:
        """Make one line of what is pasted."""
        return " ".join(text.split())

    def on_paste(self, event: events.Paste) -> None:
        """Insert all lines where Textual would insert the first one."""
        event.stop()
        event.prevent_default()
        if line := self.pasted(event.text):
            self.replace(line, *self.selection)

    def on_focus(self) -> None:
        """Note that a click may have given the focus."""
        self._is_fresh = self.select_on_focus

    def on_key(self, event: events.Key) -> None:
        """Leave the caret where it is from now on."""
        self._is_fresh = False

    def on_click(self) -> None:
        """Choose the whole value, if the click gave the focus; another one moves the caret."""
        if self._is_fresh:
            self._is_fresh = False
            self.select_all()
