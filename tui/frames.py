"""The frame clock: what of the state is drawn when, on which of the screens that lie there."""

from __future__ import annotations

import time

from textual.screen import Screen

from tui.screens.main import MainScreen
from tui.state import State
from tui.terminal.app import TerminalApp
from tui.widgets.overlay import Cover, Overlay

BEHIND = 5
"""One frame in so many is drawn behind another screen, where it costs several times as much."""

FULL = 3
"""One frame in so many has the figures, too: people can follow no more than a few a second."""


class Frames:
    """Draws the state, as far as it is seen and the line carries it.

    Args:
        app: what is drawn on.
        main: the screen at the bottom.
    """

    def __init__(self, app: TerminalApp, main: MainScreen) -> None:
        self._app, self._main = app, main
        self.is_behind = False
        """Whether there is more to draw than was drawn."""
        self._count = 0

    @property
    def _stack(self) -> list[Screen[object]]:
        return self._app.screen_stack

    @property
    def overlay(self) -> Overlay | None:
        """The screen that lies over the laboratory, if there is one."""
        return next((s for s in reversed(self._stack) if isinstance(s, Overlay)), None)

    @property
    def cover(self) -> Cover | None:
        """The screen that hides the laboratory, if there is one."""
        return next((s for s in self._stack if isinstance(s, Cover)), None)

    def changed(self, state: State) -> None:
        """Draw what the user has changed at once."""
        # What the line cannot carry now is drawn by the clock.
        self.is_behind = True
        if (cover := self.cover) is not None:
            cover.show(state)
            return
        overlay = self.overlay
        if overlay is None or overlay.is_docked:
            self._main.show(state)
        if overlay is not None:
            overlay.show(state)

    def heard(self, state: State) -> None:
        """Draw the answer to a command at once, if the line is clear: the user is waiting."""
        self.is_behind = True
        if self._app.link.is_clear(time.monotonic(), is_writable=self._app.is_writable):
            self._draw(state, is_full=True)

    def tick(self, state: State, *, is_new: bool) -> None:
        """Draw the next frame, if there is anything new and the line can carry it."""
        self.is_behind |= is_new
        takes_more = self._app.is_writable
        if self._app.link.may_draw(time.monotonic(), is_writable=takes_more) and self.is_behind:
            self._count += 1
            self._draw(state, is_full=self._count % FULL == 0 or not state.is_running)
        elif takes_more:
            self._app.ask()

    def _draw(self, state: State, *, is_full: bool) -> None:
        self._app.link.drew(time.monotonic())
        if (cover := self.cover) is not None:
            self.is_behind = False
            cover.show(state)
            return
        overlay = self.overlay
        if overlay is not None:
            overlay.show(state)
        if len(self._stack) > 1:
            is_hidden = overlay is not None and not overlay.is_docked
            if is_hidden or (state.is_running and self._count % BEHIND):
                self.is_behind = False
                return
        heatmap, allowance = self._main.heatmap, self._app.link.allowance
        heatmap.allow(allowance.cells, allowance.levels)
        self._main.show(state, is_full=is_full)
        self.is_behind = heatmap.is_behind
