"""An app that a failure does not end, and that hears no key before its screen is there.

Textual ends an app by whatever a handler raises, and stops the widget that it was raised in. Here
a failure costs the message it was met with: it is logged, told once, and all else goes on. And keys
may be quicker than the parts of a screen: one typed while a screen is being put together waits for
it, one that was meant for a screen that is gone goes nowhere, and what Textual's own widgets make
of a key that still comes too early, a list asked for a line that it has yet to lay out, is no
failure of the app's.

Where nobody would see what was told, as in a test, a failure is raised as Textual does.
"""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import TypeVar
from weakref import ReferenceType, ref

from rich.console import RenderableType
from textual import events
from textual._callback import invoke
from textual._context import active_message_pump
from textual.app import App
from textual.dom import DOMNode
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.theme import ThemeProvider
from textual.widget import Widget
from textual.worker import WorkerFailed, active_worker

from tui.terminal.failures import Failures, is_foreign
from tui.terminal.leftovers import remember_few_answers
from tui.terminal.screens import Palette, uncovered

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that a key may wait for the screen it is meant for."""

HURRY = 5.0
"""Seconds without such a wait after one that was in vain."""

MANY, FRAME = 4, 0.25
"""Messages that wait when the app begins to hurry, and seconds until the next frame even so."""

ReturnType = TypeVar("ReturnType")


class Steady(App[ReturnType]):
    """Goes on after a failure, unless nothing was ever on the screen or it fails without end."""

    is_strict: bool | None = None
    """Whether a failure ends the app; if not said, it does where there is no terminal."""

    _failures: Failures | None = None
    _has_drawn = False
    _opened: ReferenceType[Screen[object]] | None = None
    _touched = 0.0
    """When the user did something last."""
    _since: float | None = None
    """Since when nothing is drawn, because keys are waiting."""
    _is_frame_due = False
    """Whether what was done in a hurry has yet to be drawn."""
    _hurried = 0.0
    """When keys may wait again."""

    def tell_failure(self, error: BaseException) -> None:
        """Tell the user of a failure; it is in the log already."""

    # What fails

    @property
    def _spares(self) -> bool:
        is_strict = self.is_headless if self.is_strict is None else self.is_strict
        return self._has_drawn and not is_strict

    def spare(self, error: Exception, node: MessagePump) -> None:
        """Let a failure cost no more than what failed, or raise it again.

        Args:
            error: as it was caught.
            node: what was at work.
        """
        if self._is_leaving or _is_gone(node):
            log.info("while leaving", exc_info=error)
        elif self._spares:
            self._report(error)
        else:
            raise error

    @property
    def _is_leaving(self) -> bool:
        return self._exit or (self._driver is not None and not self._running)

    def _report(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        failures = self._failures = self._failures or Failures()
        now = time.monotonic()
        standing = failures.note(cause, now)
        if standing == "endless":
            log.critical("the same failure without end")
            super()._handle_exception(error)
        elif standing == "new":
            log.error("a failure that was left out", exc_info=cause)
            if failures.may_tell(now):
                try:
                    self.tell_failure(cause)
                except Exception:
                    log.exception("the failure could not be told")
        elif standing == "counted":
            log.error("%r again, %d times by now", cause, failures.count(cause))

    def _handle_exception(self, error: Exception) -> None:
        node = active_message_pump.get(self)
        if isinstance(error, WorkerFailed) and (worker := active_worker.get(None)) is not None:
            node = worker.node  # Whoever pressed a key for it is none of its business.
        if self._exception is not None:
            log.error("while ending by a failure", exc_info=error)
        elif self._is_leaving or _is_gone(node):
            # A field that is still being made when one leaves finds its parts gone.
            log.info("while leaving", exc_info=error)
        elif self._spares:
            self._report(error)
            if isinstance(node, Screen) and not node.is_mounted:
                self._take_away(node)
        else:
            super()._handle_exception(error)

    def _take_away(self, screen: Screen[object]) -> None:
        """Take a screen away that could not be put together: nobody could leave it."""
        if screen in self.screen_stack[1:]:
            self.call_later(screen.dismiss)

    # Every message goes through here

    async def _dispatch_message(self, message: Message) -> None:
        if isinstance(message, events.InputEvent | events.Paste) and not message.is_forwarded:
            if not self._screen_stack:
                return
            self._touched = time.monotonic()
            self._hurry()
            await self._until_screen_stands(message)
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not self._is_quick_key(error, message):
                self.spare(error, self)
        if self._is_hurrying:
            self._hurry()

    def _register_child(
        self, parent: DOMNode, child: Widget, before: int | None, after: int | None
    ) -> None:
        super()._register_child(parent, child, before, after)
        self._look_after(child)

    def _start_widget(self, parent: Widget, widget: Widget) -> None:
        self._look_after(widget)  # A scrollbar, which is nobody's child.
        super()._start_widget(parent, widget)

    def _look_after(self, node: Widget) -> None:
        remember_few_answers(node)
        node._dispatch_message = partial(self._dispatch_to, node)  # type: ignore[method-assign]
        node._flush_next_callbacks = partial(self._run_next, node)  # type: ignore[method-assign]
        if isinstance(node, Screen):
            run = partial(self._run_after_refresh, node)
            node._invoke_and_clear_callbacks = run  # type: ignore[method-assign]

    async def _dispatch_to(self, node: Widget, message: Message) -> None:
        """Dispatch a message; a failure costs that message, not the widget and the app."""
        if _is_from_user(message) and _is_gone(node):
            return
        if isinstance(message, events.Resize) and _is_of_the_past(message.size, node, self.size):
            return
        try:
            await type(node)._dispatch_message(node, message)
        except Exception as error:
            if self._is_quick_key(error, message):
                return
            self.spare(error, node)
            if isinstance(node, Screen) and isinstance(message, events.Compose | events.Mount):
                self._take_away(node)
        finally:
            if message.no_dispatch or not message.bubble:
                # A widget holds the last message it had until the next one, and with it who said
                # so: a dialog that is long closed, with all that it showed.
                message._sender = None

    async def _run_next(self, node: MessagePump) -> None:
        """Run what is to be run next; one that fails does not keep the others from it."""
        callbacks, node._next_callbacks = node._next_callbacks, []
        for callback in callbacks:
            try:
                with node.prevent(*callback._prevent):
                    await invoke(callback.callback)
            except Exception as error:
                self.app._handle_exception(error)

    async def _run_after_refresh(self, screen: Screen[object]) -> None:
        """Run what is to be run once the screen is drawn, each whatever becomes of the others."""
        callbacks, screen._callbacks = screen._callbacks, []
        for callback, sender in callbacks:
            with sender._context():
                try:
                    await invoke(callback)
                except Exception as error:
                    self._handle_exception(error)

    async def _flush_next_callbacks(self) -> None:
        await self._run_next(self)

    def _is_quick_key(self, error: Exception, message: Message) -> bool:
        """Whether Textual's own widgets could make nothing of what the user did."""
        if not _is_from_user(message):
            return False
        classes = type(self).__mro__
        passing = {c.__dict__["on_event"].__code__ for c in classes if "on_event" in c.__dict__}
        if not is_foreign(error, passing):
            return False
        log.info("too early for %r", message, exc_info=error)
        return True

    # Keys and screens

    @property
    def _is_hurrying(self) -> bool:
        return self._since is not None

    def _hurry(self) -> None:
        """Draw a few times a second only, while there are more keys than can be kept up with.

        Each may cost a frame otherwise; a screen of 400 columns would show in minutes what was
        done in seconds.
        """
        waiting, now = self.message_queue_size, time.monotonic()
        if self._since is None and waiting >= MANY and not self._is_frame_due:
            self._since = now
            self._begin_batch()
        elif self._since is not None and (not waiting or now - self._since > FRAME):
            self._since, self._is_frame_due = None, True
            self._end_batch()
            if self._screen_stack:
                # What was to be drawn meanwhile is forgotten by Textual.
                self.screen.refresh(layout=True)

    async def _until_screen_stands(self, message: Message) -> None:
        """Wait until the screen is there that is seen next.

        But not key after key: what cannot keep up shall not fall behind further.
        """
        screen = self.screen
        if time.monotonic() < self._hurried:
            return
        try:
            if self._opened is None or self._opened() is not screen:
                self._opened = ref(screen)
                stands = asyncio.Event()
                if screen.call_later(stands.set):
                    await asyncio.wait_for(stands.wait(), PATIENCE)
            if isinstance(screen, Palette) and isinstance(message, events.Key):
                await asyncio.wait_for(screen.be_filled(message), PATIENCE)
        except TimeoutError:
            self._hurried = time.monotonic() + HURRY

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if renderable is not None and not self._batch_count:
            self._has_drawn, self._is_frame_due = True, False

    def action_command_palette(self) -> None:
        """Open the command palette, or go back to it; one just closing is not in its way."""
        if self.use_command_palette and not uncovered(self, Palette):
            self.push_screen(Palette())

    def search_themes(self) -> None:
        """Pick a theme from a list."""
        self.push_screen(Palette([ThemeProvider], placeholder="Search for themes…"))


def _is_from_user(message: Message) -> bool:
    """Whether the user did something, or a widget says that the user did."""
    if isinstance(message, events.Event):
        return isinstance(message, events.InputEvent | events.Paste)
    return type(message).__module__ != "textual.messages"


def _is_of_the_past(size: Size, node: Widget, now: Size) -> bool:
    """Whether a screen is told of a size that the terminal no longer has.

    A screen that is laid out in another size tells itself so. Of two sizes under way each would
    bring on the other, for ever.
    """
    return isinstance(node, Screen) and size != now


def _is_gone(node: MessagePump) -> bool:
    """Whether a widget is being taken away, or its screen is no longer among those seen."""
    if not isinstance(node, Widget):
        return False
    if node._pruning or node._closing or node._closed:
        return True
    screen = next((a for a in node.ancestors_with_self if isinstance(a, Screen)), None)
    return screen is None or all(screen not in stack for stack in node.app._screen_stacks.values())
