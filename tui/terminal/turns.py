"""A large screen is drawn in several turns of the event loop, and written in one.

To lay out what a terminal of 400 × 120 cells shows, to draw it and to write it take 200 ms in all.
Here keys are heard between one of these and the next, and while it is drawn.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from textual.screen import Screen
from textual.widget import AwaitMount

from tui.terminal.compositor import LeanCompositor
from tui.terminal.steady import Steady

ReturnType = TypeVar("ReturnType")


class Turns:
    """Draws a screen.

    Args:
        screen: which one.
    """

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen, self._compositor = screen, LeanCompositor()
        screen._compositor = self._compositor
        screen._compositor_refresh = self._refresh  # type: ignore[method-assign]
        self._drawing: asyncio.Task[None] | None = None

    def _refresh(self) -> None:
        """Draw what has changed: at once, or soon."""
        screen, is_drawn = self._screen, self._compositor.is_drawn
        # Where all is to be drawn with this frame or the next one, not all of it before.
        if screen._repaint_required:
            return
        if not screen.is_active or (is_drawn.is_set() and not self._compositor.is_large):
            type(screen)._compositor_refresh(screen)
            return
        screen._dirty_widgets.clear()
        if is_drawn.is_set():
            is_drawn.clear()
            self._drawing = asyncio.create_task(self._draw())

    async def _draw(self) -> None:
        screen, app = self._screen, self._screen.app
        try:
            await asyncio.sleep(0)
            update = await self._compositor.render_in_turns()
            if screen.is_active:
                app._display(screen, update)
                app._update_mouse_over(screen)
        except Exception as error:
            app._handle_exception(error)
        finally:
            self._drawing = None
            self._compositor.is_drawn.set()
        await asyncio.sleep(0)
        # What has changed meanwhile was left to this.
        if self._compositor._dirty_regions and self._compositor.is_drawn.is_set():
            self._refresh()


class InTurns(Steady[ReturnType]):
    """Draws its screens in turns."""

    def lean(self, screen: Screen[Any]) -> Screen[Any]:
        """Prepare a screen that is about to be shown."""
        Turns(screen)
        return screen

    def _get_screen(self, screen: Screen[object] | str) -> tuple[Screen[object], AwaitMount]:
        return super()._get_screen(self.lean(screen) if isinstance(screen, Screen) else screen)

    async def _run_after_refresh(self, screen: Screen[object]) -> None:
        if isinstance(screen._compositor, LeanCompositor):
            await screen._compositor.is_drawn.wait()
        await super()._run_after_refresh(screen)
