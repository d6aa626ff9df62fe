"""The wall: an app as Textual has it, and all that is done to it behind Textual's back.

`TerminalApp` is what the rest of the program knows. `PlainApp` is made of Textual's public parts;
`LeanApp` overrides private ones to send less and to answer sooner. Each override stands in
`tui.terminal.overrides`, with its reason.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import select
import shutil
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import constants, events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.filter import LineFilter, Monochrome
from textual.geometry import Size
from textual.notifications import Notify, SeverityLevel
from textual.screen import Screen
from textual.widgets import Input

from tui.terminal import garbage
from tui.terminal.colourless import colourless
from tui.terminal.compositor import LeanUpdate
from tui.terminal.driver import LinkDriver
from tui.terminal.frontbuffer import FrontBuffer
from tui.terminal.kinds import kind_of
from tui.terminal.later import later
from tui.terminal.leftovers import leave_nothing_behind
from tui.terminal.line import Line
from tui.terminal.measure import use_own_measure
from tui.terminal.notices import MOST, STANDS, Notice
from tui.terminal.plain import IS_PLAIN
from tui.terminal.restyling import Restyled
from tui.terminal.signals import Signals
from tui.terminal.tape import Tape
from tui.terminal.turns import InTurns

PATIENCE = 0.5
"""Seconds that a field may take for one letter."""

SETTLED = 0.2
"""Seconds after which a browser has shown what was drawn for another size."""


class PlainApp(App[int]):
    """Listens for signals, hears from other threads, and watches the terminal.

    Args:
        fps: most frames a second.
        signals: what the system asks for, if it is heard.
        asks_colours: whether the terminal is to be asked how many colours it has.
    """

    def __init__(self, fps: float, signals: Signals | None, *, asks_colours: bool) -> None:
        self.signals = signals or Signals()
        self.line = Line(
            fps,
            self.rewrite,
            self._recolour,
            self._grounded,
            lambda: self.signals.came() or self.is_leaving,
        )
        self.asks_ground = False
        """Whether the terminal is to be asked for its background; before `listen`."""
        self._asks_colours = asks_colours
        use_own_measure()
        # In a browser there is no terminal to look after: Textual names its own driver.
        super().__init__(driver_class=None if IS_PLAIN or constants.DRIVER else LinkDriver)
        self.save_asked: Callable[[], None] = lambda: None
        """Called where a signal asks to save, and to go on."""
        self.recoloured: Callable[[], None] = lambda: None
        """Called when the terminal turns out to have more colours: all is to be drawn in them."""
        self.grounded: Callable[[bool], None] = lambda is_light: None
        """Called with whether the terminal's background is light, if it was asked and says so."""
        self.is_up = asyncio.Event()
        """Whether the parts of the first screen are there, and one of them has the focus."""
        self.tape: Tape | None = None
        """Takes down what the terminal is sent, where that is wanted; before the app runs."""
        self.farewell = ""
        """What to print once the screen is gone."""
        self._listening: asyncio.AbstractEventLoop | None = None
        self.kind = kind_of(os.environ)
        """What the terminal understands."""
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

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Give what all that is drawn goes through."""
        filters = super().get_line_filters()
        if not self.no_color:
            return filters
        bare = colourless(self.theme_variables, has_faint=self.kind.has_faint)
        return [*(kept for kept in filters if not isinstance(kept, Monochrome)), bare]

    def listen(self) -> None:
        """Hear signals and `wake` from now on; on mount."""
        self._listening = asyncio.get_running_loop()
        # Another thread has no active app, and timers set from there would not find it.
        self._own_context = contextvars.copy_context()
        self.signals.on_end = lambda number: self._soon(partial(self.ended_by, number))
        self.signals.on_save = lambda: self._soon(lambda: self.save_asked())
        self.signals.take_back(self._listening)
        if self.signals.came():
            self.ended_by(self.signals.number)

    def wake(self) -> None:
        """Have `heard` called soon; from any thread, at most once until then."""
        if not self._is_woken and self._listening is not None:
            self._is_woken = True
            self._soon(self._wake)

    def _soon(self, action: Callable[[], None]) -> None:
        """Do something on the event loop: from another thread, or where a signal was heard."""
        if self._listening is not None:
            with contextlib.suppress(RuntimeError):  # The loop may be closed already.
                self._listening.call_soon_threadsafe(action, context=self._own_context)

    def _wake(self) -> None:
        self._is_woken = False
        if self.is_running:
            self.heard()

    def _recolour(self) -> None:
        """Draw in all colours: the terminal has them, though its environment did not say so."""
        self.recoloured()

    def _grounded(self, *, is_light: bool) -> None:
        self.grounded(is_light)

    def lean(self, screen: Screen[Any]) -> Screen[Any]:
        """Prepare a screen that is about to be shown."""
        return screen

    def rewrite(self) -> None:
        """Write the whole screen anew, whatever stands on the terminal."""
        self.screen.refresh()

    def give_back(self) -> None:
        """Give the terminal back at once, whatever hangs."""

    @property
    def is_leaving(self) -> bool:
        """Whether the end has begun."""
        return False

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell that could bring the program back."""
        return True

    def tell(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice, unless it stands there; data in it is never taken for markup."""
        now = time.monotonic()
        self._told = {told: until for told, until in self._told.items() if until > now}
        if text not in self._told:
            self._told[text] = now + STANDS[severity]
            notice = Notice(text, severity=severity, timeout=STANDS[severity])
            self.post_message(Notify(notice))

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
        if not (self.is_headless or self.is_web):
            size = Size(*shutil.get_terminal_size())
            if size != self.size:
                self.post_message(events.Resize(size, size))
        with contextlib.suppress(OSError, ValueError):
            poll = select.poll()
            poll.register(0, 0)
            if any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0)):
                self.ended_by(signal.SIGHUP)


class LeanApp(Restyled[int], InTurns[int], PlainApp):
    """Sends what differs, asks behind what it sent, and is done with one key before the next."""

    def __init__(self, fps: float, signals: Signals | None, *, asks_colours: bool) -> None:
        super().__init__(fps, signals, asks_colours=asks_colours)
        leave_nothing_behind()
        self._front = FrontBuffer(has_columns=self.kind.has_columns)

    def listen(self) -> None:
        """Hear signals, `wake`, and what the terminal answers; on mount."""
        super().listen()
        asks_ground = self.asks_ground and self.kind.talks
        self.line.open(self._driver, asks_colours=self._asks_colours, asks_ground=asks_ground)
        self.app_resume_signal.subscribe(self, lambda _: self.rewrite())

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Write what differs from what stands on the terminal; nothing to one that is gone."""
        if self.line.link.is_silent:
            return
        if isinstance(renderable, LeanUpdate):
            renderable.front = self._front
        elif renderable is not None:
            self._front.forget()
        super()._display(screen, renderable)

    def post_display_hook(self) -> None:
        """Ask behind all that is drawn, in the same breath: to come back for it costs a frame."""
        if self._running and not self._closed:
            self.line.ask()

    def rewrite(self) -> None:
        """Write the whole screen anew, whatever stands on the terminal."""
        self._front.forget()
        super().rewrite()

    def _recolour(self) -> None:
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
        self.console._color_system = ColorSystem.TRUECOLOR
        super()._recolour()
        self.rewrite()

    def give_back(self) -> None:
        """Give the terminal back at once, whatever hangs."""
        if isinstance(self._driver, LinkDriver):
            self._driver.give_back()

    def watch_terminal(self) -> None:
        """End if the terminal has gone away; look for garbage, if it is time to."""
        super().watch_terminal()
        # By a message: until its next one the app holds what the last one was about, and if that
        # was to move what a closed screen showed, then all of that screen.
        self.call_later(lambda: garbage.look(time.monotonic() - self._touched))

    def pop_screen(self) -> AwaitComplete:
        """Close the screen on top, and take the moment after for a pause: it leaves much."""
        later(self, garbage.CLOSED, partial(garbage.look, garbage.PAUSE))
        return super().pop_screen()

    @property
    def is_leaving(self) -> bool:
        """Whether the end has begun."""
        return self._exit

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell that could bring the program back."""
        return self._driver is not None and self._driver.can_suspend

    def tell(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice, unless it stands there; if there are many, others make room."""
        super().tell(text, severity)
        self.call_later(self._make_room)

    def _make_room(self) -> None:
        standing = sorted(self._notifications, key=lambda notice: notice.raised_at)
        while len(standing) > MOST:
            # Of those before the newest the least grave, which stands the shortest time.
            least = min(standing[:-1], key=lambda notice: notice.timeout)
            standing.remove(least)
            self._told.pop(least.message, None)
            self._unnotify(least)

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
        self.line.woken()
        if isinstance(event, events.Resize):
            self._front.forget()
            if self.tape is not None:
                self.tape.resized(*event.size)
            if self.is_web:
                # What was on its way for the size before fell where it could, and nobody tells.
                asyncio.get_running_loop().call_later(SETTLED, self.call_later, self.rewrite)
        if isinstance(event, events.Key) and not event.is_forwarded:
            # What is typed while the program starts is meant for what one will see then.
            await self.is_up.wait()
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
