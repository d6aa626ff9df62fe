"""The terminal's driver, counting what is written and passing on what the terminal answers."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import select
import signal
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.driver import Driver
from textual.events import CursorPosition
from textual.message import Message

from tui.terminal.jobs import can_be_woken

if TYPE_CHECKING or os.name == "posix":
    from textual.drivers import linux_driver
    from textual.drivers.linux_driver import LinuxDriver as Base

    # Bytes that are no UTF-8, as in what is pasted from elsewhere, are to be seen as such; Textual
    # would hear no key any more.
    tolerant = partial(getincrementaldecoder("utf-8"), "replace")
    vars(linux_driver)["getincrementaldecoder"] = lambda name: tolerant
else:
    from textual.drivers.windows_driver import WindowsDriver as Base


LAST_ANSWER = 0.5
"""Seconds that the end waits for an answer on its way: the shell would take it for typing."""

LAST_WRITES = 1.0
"""Seconds that the end waits for the terminal to take what is left."""


MOST_UNREADABLE = 100
"""Times that reading keys may fail before it is given up."""

log = logging.getLogger(__name__)


class LinkDriver(Base):
    """Tells the app what goes over the line."""

    on_write: Callable[[int], None] = staticmethod(lambda size: None)
    """Called with the number of bytes of each write."""
    on_answer: Callable[[], None] = staticmethod(lambda: None)
    """Called, on the thread that reads keys, when the terminal has told its cursor position."""

    is_asking: Callable[[], bool] = staticmethod(lambda: False)
    """Tells whether the terminal has yet to answer."""

    on_return: Callable[[], None] = staticmethod(lambda: None)
    """Called, before all else, when the program goes on after it was stopped."""

    @property
    def can_suspend(self) -> bool:
        """Whether there is somebody who could wake the program again."""
        return can_be_woken()

    def write(self, data: str) -> None:
        """Write, and say how much."""
        self.on_write(len(data.encode()))
        super().write(data)

    def process_message(self, message: Message) -> None:
        """Keep the answers to our questions from the app, which knows nothing of them."""
        if isinstance(message, CursorPosition):
            self.on_answer()
        else:
            super().process_message(message)

    def _run_input_thread(self) -> None:
        """Hear keys; what cannot be read costs itself, not the keyboard."""
        for _ in range(MOST_UNREADABLE):
            try:
                self.run_input_thread()
            except Exception:
                log.exception("what was typed could not be read")
            if self.exit_event.is_set():
                return
        super()._run_input_thread()

    def disable_input(self) -> None:
        """Stop listening, once the terminal has answered all that it was asked.

        From here on ctrl+c is a signal again, and would end the program before all is saved.
        """
        if self._app._exit or not self._app._running:
            with contextlib.suppress(ValueError):  # Another thread than the main one.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        end = time.monotonic() + LAST_ANSWER
        while self.is_asking() and time.monotonic() < end:
            time.sleep(0.005)
        super().disable_input()

    def close(self) -> None:
        """Write what is left; a terminal that takes nothing any more is not waited for."""
        writer = self._writer_thread
        if writer is not None:
            with contextlib.suppress(queue.Full):
                writer._queue.put_nowait(None)
            writer.join(LAST_WRITES)

    # Between two steps of Python, where a signal is heard, a lock of the writer may be held: all
    # that writes waits for the event loop.

    def _sigtstp_application(self, *_: object) -> None:
        """Give the terminal back, then stop."""
        self._soon(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again, whoever has stopped the program."""
        self.on_return()
        self._soon(self._return)

    def _soon(self, action: Callable[[], None]) -> None:
        """Do something from the event loop; a program that is ending neither stops nor returns."""

        def act() -> None:
            if self._app._running and not self._app._exit:
                action()

        with contextlib.suppress(RuntimeError):  # The loop is closed.
            self._loop.call_soon_threadsafe(act)

    def _stop(self) -> None:
        """Stop with all of the job, as the terminal's own ctrl+z does: the shell waits for all."""
        if self._auto_restart:
            self.suspend_application_mode()
            self._must_signal_resume = True
        os.killpg(0, signal.SIGSTOP)

    def _return(self) -> None:
        """Set the terminal up, if need be once more.

        Who is stopped without being asked, as by a batch system, has given back nothing. What is
        set up twice reads keys twice, never ends, and leaves the terminal as it found it the second
        time.
        """
        thread, before = self._key_thread, self.attrs_before
        is_set_up = thread is not None and thread.is_alive()
        if thread is not None and is_set_up:
            self.exit_event.set()
            thread.join()
            self.exit_event.clear()
            self.write("\x1b[<u")  # The keyboard's way of reporting is put on a stack.
            self.close()
            self._must_signal_resume = True
        super()._sigcont_application()
        if is_set_up and before is not None:
            self.attrs_before = before


def is_writable(driver: Driver | None) -> bool:
    """Whether the line takes more without waiting; true where that cannot be known."""
    stream = sys.__stderr__
    if driver is None or driver.is_headless or stream is None:
        return True
    try:
        return bool(select.select([], [stream.fileno()], [], 0)[1])
    except (OSError, ValueError):
        return True
