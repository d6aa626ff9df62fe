"""The frame clock: what of the state is drawn when, on which of the screens that lie there."""

from __future__ import annotations

import logging

from textual.screen import Screen

from tui.plot import door as plots
from tui.screens.main import MainScreen
from tui.state import State
from tui.terminal.app import TerminalApp
from tui.widgets.overlay import Cover, Overlay

BEHIND = 5
"""One frame in so many is drawn behind another screen, where it costs several times as much."""

FAR = 3
"""Levels that a colour may be off on stage besides: nobody sees them from afar, and pixels, which
have two colours a character, send twice as much as cells."""

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

    def warm_up(self) -> None:
        """Import what draws charts, then have them drawn; on a thread of its own."""
        try:
            plots.warm_up()
        except Exception as error:  # A library that is half there may raise anything.
            logging.getLogger(__name__).exception("importing plotext")
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            sentence = f"plotext, which draws, cannot be imported ({reason}); install it again."
            self._app.call_from_thread(self._app.tell, sentence, "error")
            return
        self.is_behind = True
        self._app.wake()

    def restyle(self) -> None:
        """Draw in other colours."""
        self._main.restyle()
        if (cover := self.cover) is not None:
            cover.restyle()

    def changed(self, state: State) -> None:
        """Draw what the user has changed at once."""
        # What the line cannot carry now is drawn by the clock.
        self.is_behind = True
        if state.scrub.asked is not None:
            return  # In a moment the answer is drawn at once, and all of it with that.
        overlay = self.overlay
        if overlay is not None:
            overlay.show(state)
        if (cover := self.cover) is not None:
            cover.show(state)
        elif overlay is None or overlay.is_docked:
            self._main.show(state)

    def heard(self, state: State) -> None:
        """Draw the answer to a command at once, if the line is clear: the user is waiting."""
        self.is_behind = True
        if self._app.line.is_clear():
            self._draw(state, is_full=True)

    def tick(self, state: State, *, is_new: bool) -> None:
        """Draw the next frame, if there is anything new and the line can carry it."""
        self.is_behind |= is_new
        if self.is_behind and self._app.line.may_draw():
            self._count += 1
            self._draw(state, is_full=self._count % FULL == 0 or not state.is_running)
        elif self._app.line.takes_more:
            self._app.line.ask()

    def _draw(self, state: State, *, is_full: bool) -> None:
        self._app.line.drew()
        overlay = self.overlay
        if overlay is not None:
            overlay.show(state)
        if (cover := self.cover) is not None:
            self.is_behind = False
            cover.show(state)
            return
        if len(self._stack) > 1:
            is_hidden = overlay is not None and not overlay.is_docked
            if is_hidden or (state.is_running and self._count % BEHIND):
                self.is_behind = False
                return
        self._main.heatmap.slack = self._app.line.link.slack + FAR * state.is_on_stage
        self._main.show(state, is_full=is_full)
        self.is_behind = False
