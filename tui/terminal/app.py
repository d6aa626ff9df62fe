"""The wall: an app as Textual has it, and all that is done to it behind Textual's back.

`TerminalApp` is what the rest of the program knows. `PlainApp` is made of Textual's public parts;
`LeanApp` overrides private ones to send less and to answer sooner. Each override stands in
`tui.terminal.overrides`, with its reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import select
import shutil
import signal
import time
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import AwaitMount
from textual.widgets import Input

from tui.terminal.compositor import LeanCompositor, LeanUpdate
from tui.terminal.driver import LinkDriver, is_writable
from tui.terminal.frontbuffer import FrontBuffer
from tui.terminal.link import ASK, Link
from tui.terminal.measure import use_own_measure
from tui.terminal.plain import IS_PLAIN
from tui.terminal.steady import Steady

PATIENCE = 0.5
"""Seconds that a field may take for one letter."""

NOTICE: dict[SeverityLevel, float] = {"information": 3.0, "warning": 5.0, "error": 7.0}
"""Seconds that a notice stands."""


class PlainApp(App[int]):
    """Listens for signals, hears from other threads, and watches the terminal.

    Args:
        link: care for the line to the terminal.
    """

    def __init__(self, link: Link) -> None:
        self.link = link
        use_own_measure()
        super().__init__(driver_class=None if IS_PLAIN else LinkDriver)
        self.farewell = ""
        """What to print once the screen is gone."""
        self._listening: asyncio.AbstractEventLoop | None = None
        self._own_context = contextvars.copy_context()
        self._is_woken = False
        self._told: dict[str, float] = {}

    # What an app may do about it

    def heard(self) -> None:
        """There is news from another thread."""

    def ended_by(self, number: int) -> None:
        """A signal asks to end."""
        self.exit(128 + number)

    def crashed(self, error: BaseException) -> str:
        """Say what is to be printed after a failure that ends the app."""
        return repr(error)

    def tell_failure(self, error: BaseException) -> None:
        """Tell the user of a failure that cost only its message; it is in the log already."""

    # What it gives

    def listen(self) -> None:
        """Hear signals and `wake` from now on; on mount."""
        self._listening = asyncio.get_running_loop()
        # Another thread has no active app, and timers set from there would not find it.
        self._own_context = contextvars.copy_context()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                self._listening.add_signal_handler(number, self.ended_by, number)

    def wake(self) -> None:
        """Have `heard` called soon; from any thread, at most once until then."""
        if not self._is_woken and self._listening is not None:
            self._is_woken = True
            with contextlib.suppress(RuntimeError):  # The loop may be closed already.
                self._listening.call_soon_threadsafe(self._wake, context=self._own_context)

    def _wake(self) -> None:
        self._is_woken = False
        if self.is_running:
            self.heard()

    def lean(self, screen: Screen[Any]) -> Screen[Any]:
        """Prepare a screen that is about to be shown."""
        return screen

    def rewrite(self) -> None:
        """Write the whole screen anew, whatever stands on the terminal."""
        self.screen.refresh()

    def ask(self) -> None:
        """Ask the terminal to say when it has got this far."""

    @property
    def is_writable(self) -> bool:
        """Whether the line takes more without waiting; true where that cannot be known."""
        return True

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell that could bring the program back."""
        return True

    def tell(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice, unless it stands there; data in it is never taken for markup."""
        now = time.monotonic()
        self._told = {told: until for told, until in self._told.items() if until > now}
        if text not in self._told:
            self._told[text] = now + NOTICE[severity]
            self.notify(text, severity=severity, markup=False, timeout=NOTICE[severity])

    def hush(self) -> bool:
        """Take all notices away; whether there were any."""
        is_told = any(until > time.monotonic() for until in self._told.values())
        self._told.clear()
        self.clear_notifications()
        return is_told

    def watch_terminal(self) -> None:
        """End if the terminal has gone away: without this a core would burn for ever.

        Its size is looked at, too: of two changes in quick succession the second was once missed.
        """
        if not self.is_headless:
            size = Size(*shutil.get_terminal_size())
            if size != self.size:
                self.post_message(events.Resize(size, size))
        with contextlib.suppress(OSError, ValueError):
            poll = select.poll()
            poll.register(0, 0)
            if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0)):
                self.ended_by(signal.SIGHUP)


class LeanApp(Steady[int], PlainApp):
    """Sends what differs, asks behind what it sent, and is done with one key before the next."""

    def __init__(self, link: Link) -> None:
        super().__init__(link)
        self._front = FrontBuffer()

    def listen(self) -> None:
        """Hear signals, `wake`, and what the terminal answers; on mount."""
        super().listen()
        if isinstance(self._driver, LinkDriver):
            self._driver.on_write = self.link.wrote
            self._driver.on_answer = lambda: self.link.answered(time.monotonic())
            self._driver.is_asking = lambda: self.link.is_asking
            self._driver.on_return = lambda: self.link.interrupted(time.monotonic())
            # Ahead of the first frame, so that the answer to it is not kept waiting.
            self.ask()
        self.app_resume_signal.subscribe(self, lambda _: self.rewrite())

    def lean(self, screen: Screen[Any]) -> Screen[Any]:
        """Prepare a screen that is about to be shown."""
        screen._compositor = LeanCompositor()
        return screen

    def _get_screen(self, screen: Screen[object] | str) -> tuple[Screen[object], AwaitMount]:
        return super()._get_screen(self.lean(screen) if isinstance(screen, Screen) else screen)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what differs from what stands on the terminal."""
        if isinstance(renderable, LeanUpdate):
            renderable.front = self._front
        elif renderable is not None:
            self._front.forget()
        super()._display(screen, renderable)

    def post_display_hook(self) -> None:
        """Ask behind all that is drawn, in the same breath: to come back for it costs a frame."""
        if self._running and not self._closed:
            self.ask()

    def rewrite(self) -> None:
        """Write the whole screen anew, whatever stands on the terminal."""
        self._front.forget()
        super().rewrite()

    def ask(self) -> None:
        """Ask the terminal to say when it has got this far."""
        if isinstance(self._driver, LinkDriver) and self.link.ask(time.monotonic()):
            self._driver.write(ASK)

    @property
    def is_writable(self) -> bool:
        """Whether the line takes more without waiting; true where that cannot be known."""
        return is_writable(self._driver)

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell that could bring the program back."""
        return self._driver is not None and self._driver.can_suspend

    def _wake(self) -> None:
        try:
            super()._wake()
        except Exception as error:
            # The event loop would log it and go on with half a screen.
            self._handle_exception(error)

    async def on_event(self, event: events.Event) -> None:
        """Be done with one key before the next one is looked at.

        Textual sends a key to the widget with the focus, and what that does not want comes back
        here; of a bunch of keys, as they come over a slow line, those behind / would overtake it,
        and in a field the letters would overtake backspace.
        """
        if isinstance(event, events.Resize):
            self._front.forget()
        if isinstance(event, events.Key) and not event.is_forwarded:
            field = self.focused
            if isinstance(field, Input) and event.is_printable:
                stands = asyncio.Event()
                await super().on_event(event)
                field.call_later(stands.set)
                # A field that is being taken away takes no letters.
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stands.wait(), PATIENCE)
                return
            if isinstance(field, Input) or len(self.screen_stack) == 1:
                self.app_focus = True
                self.screen._clear_tooltip()
                for priority in (True, False):
                    if await self._check_bindings(event.key, priority=priority):
                        return
        await super().on_event(event)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of all variables.
        self.farewell = self.crashed(self._exception or RuntimeError("unknown"))
        self._close_messages_no_wait()


if TYPE_CHECKING:
    TerminalApp = LeanApp
else:
    TerminalApp = PlainApp if IS_PLAIN else LeanApp
