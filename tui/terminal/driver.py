"""The terminal's driver, counting what is written and passing on what the terminal answers."""

from __future__ import annotations

import codecs
import contextlib
import logging
import os
import queue
import select
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

from textual.events import CursorPosition
from textual.message import Message
from textual.messages import InBandWindowResize

from tui.terminal.asking import ASK_COLOUR, ASK_GROUND
from tui.terminal.jobs import can_be_woken
from tui.terminal.keys import AllColours, Ground, KeyParser
from tui.terminal.kinds import kind_of
from tui.terminal.link import ASK, Link
from tui.terminal.tape import Tape
from tui.text.ascii import is_ascii, plain, sparse

if TYPE_CHECKING or os.name == "posix":
    from textual.drivers.linux_driver import LinuxDriver as Base
else:
    from textual.drivers.windows_driver import WindowsDriver as Base


TICK = 0.1
"""Seconds after which a lone escape is taken for that key, and no longer for what begins so."""

LAST_ANSWER = 0.5
"""Seconds that the end waits for an answer on its way: the shell would take it for typing."""

LAST_WRITES = 1.0
"""Seconds that the end waits for the terminal to take more; what it has not taken by then is lost:
nobody sees it, and the run is yet to be saved."""

GIVEN_BACK = (
    "\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?1000;1003;1006;1015;2048l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Modes as they were: paste, line wrap, mouse, size reports, keyboard, screen, cursor, focus."""


class Listener(Protocol):
    """Is told, on the thread that draws, what happens on the line."""

    @property
    def link(self) -> Link:
        """What is known of the line."""

    @property
    def is_ending(self) -> bool:
        """Whether the end was asked for, though it may not have begun yet."""

    def wrote(self) -> None:
        """Something was written."""

    def answered(self) -> None:
        """The terminal has told its cursor position."""

    def resized(self) -> None:
        """The terminal has told its size, which may be the same."""

    def stopped(self) -> None:
        """The program goes on after it was stopped."""

    def has_all_colours(self) -> None:
        """The terminal has 16 million colours."""

    def has_ground(self, *, is_light: bool) -> None:
        """The terminal has told its background."""


MOST_UNREADABLE = 100
"""Times that reading keys may fail before it is given up."""

log = logging.getLogger(__name__)


class LinkDriver(Base):
    """Tells what goes over the line."""

    def __init__(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        super().__init__(*arguments, **more)
        self.listener: Listener | None = None
        self._tape: Tape | None = getattr(self._app, "tape", None)
        self.kind = kind_of(os.environ)
        self._is_ascii = is_ascii(os.environ)
        self._keys = KeyParser()
        self._has_answered = threading.Event()
        """Whether the last question is answered; set on the thread that reads."""
        self._patient_until: float | None = None
        """When, at the end, what the terminal does not take is lost; None while it takes it."""

    @property
    def can_suspend(self) -> bool:
        """Whether there is somebody who could wake the program again."""
        return can_be_woken()

    @property
    def takes_more(self) -> bool:
        """Whether the line takes more without waiting; true where that cannot be known."""
        assert self._file is not None
        try:
            return bool(select.select([], [self._file.fileno()], [], 0)[1])
        except (OSError, ValueError):
            return True

    def write(self, data: str) -> None:
        """Write, and say so."""
        if self.listener is not None:
            self.listener.wrote()
        if self._tape is not None:
            self._tape.wrote(data)
        self._put(data)

    def _put(self, data: str) -> None:
        """Leave something to the thread that writes.

        What the terminal does not know is left out, or another symbol stands for it.

        Where it takes nothing the queue to it is full, and all stands still until it does:
        the run does not need us. But who is to end has to go on.
        """
        data = self._understood(data)
        writer = self._writer_thread
        while data and writer is not None and writer.is_alive():
            try:
                writer._queue.put(data, timeout=TICK)
            except queue.Full:
                if self.listener is not None and self.listener.is_ending and self._has_waited():
                    return
            else:
                self._patient_until = None
                return

    def _understood(self, data: str) -> str:
        data = self.kind.understood(data)
        if self._is_ascii:
            return plain(data)
        return data if self.kind.has_fonts else sparse(data)

    def _has_waited(self) -> bool:
        """Whether the terminal had its time to take what is left."""
        now = time.monotonic()
        self._patient_until = self._patient_until or now + LAST_WRITES
        return now > self._patient_until

    def ask(self) -> None:
        """Ask where the cursor is: the answer comes when all before is across."""
        self._has_answered.clear()
        self._put(ASK)

    def ask_colours(self, *, how_many: bool, ground: bool) -> None:
        """Ask about colours; who has not answered before `ask` is answered does not know.

        Args:
            how_many: ask whether there are 16 million.
            ground: ask for the one of the background.
        """
        self._keys.is_asked, self._keys.awaits_ground = how_many, ground
        self._put(ASK_COLOUR * how_many + ASK_GROUND * ground)

    def process_message(self, message: Message) -> None:
        """Keep the answers to our questions from the app, which knows nothing of them.

        This is the thread that reads: what concerns the line is told on the one that draws.
        """
        if isinstance(message, CursorPosition):
            self._has_answered.set()
            self._tell("answered")
        elif isinstance(message, AllColours):
            self._tell("has_all_colours")
        elif isinstance(message, Ground):
            if self.listener is not None:
                self._call(partial(self.listener.has_ground, is_light=message.is_light))
        elif isinstance(message, InBandWindowResize):
            # It is answered, so it writes.
            self._call(partial(super().process_message, message))
        else:
            super().process_message(message)

    def _run_input_thread(self) -> None:
        """Hear keys; what cannot be read costs itself, not the keyboard."""
        for _ in range(MOST_UNREADABLE):
            try:
                self.run_input_thread()
            except Exception:
                log.exception("what was typed could not be read")
                self._keys = KeyParser()
            if self.exit_event.is_set():
                return
        super()._run_input_thread()

    def run_input_thread(self) -> None:
        """Read what comes in until it is time to end.

        Bytes that are no UTF-8, as in what is pasted from elsewhere, are to be seen as such.
        """
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            try:
                is_there = select.select([self.fileno], [], [], TICK)[0]
                text = decode(os.read(self.fileno, 4096)) if is_there else ""
            except OSError:
                # The terminal is gone; the app finds out and ends.
                self.exit_event.wait()
                break
            if is_there and not text:
                self.exit_event.wait(TICK)
            for message in self._keys.feed(text) if text else self._keys.tick():
                self.process_message(message)

    def start_application_mode(self) -> None:
        """Take the terminal; later, hear of every size it tells.

        Where a session is attached again the size is told, though it may be the same.
        """
        super().start_application_mode()  # type: ignore[no-untyped-call]
        before = signal.getsignal(signal.SIGWINCH)
        if callable(before):

            def resized(number: int, frame: FrameType | None) -> None:
                before(number, frame)
                self._tell("resized")

            signal.signal(signal.SIGWINCH, resized)

    def disable_input(self) -> None:
        """Stop listening, once the terminal has answered all that it was asked."""
        if self.listener is not None and self.listener.link.is_asking:
            self._has_answered.wait(LAST_ANSWER)
        super().disable_input()

    def close(self) -> None:
        """Write what is left; a terminal that takes nothing any more is not waited for."""
        writer = self._writer_thread
        if writer is not None:
            with contextlib.suppress(queue.Full):
                writer._queue.put_nowait(None)
            writer.join(LAST_WRITES)

    def give_back(self) -> None:
        """Give the terminal back at once, whatever hangs; nothing can be drawn any more."""
        import termios

        with contextlib.suppress(OSError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            if self.takes_more and self._file is not None:
                os.write(self._file.fileno(), self._understood(GIVEN_BACK).encode())

    # Between two steps of Python, where a signal is heard, a lock of the writer may be held: all
    # that writes waits for the event loop.

    def _sigtstp_application(self, *_: object) -> None:
        """Give the terminal back, then stop."""
        self._soon(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        """Take the terminal again, whoever has stopped the program."""
        self._tell("stopped")
        self._soon(self._return)

    def _tell(self, what: str) -> None:
        """Tell the listener something, from any thread."""
        if self.listener is not None:
            self._call(getattr(self.listener, what))

    def _call(self, action: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # The loop is closed.
            self._loop.call_soon_threadsafe(action)

    def _soon(self, action: Callable[[], None]) -> None:
        """Do something from the event loop; a program that is ending neither stops nor returns."""

        def act() -> None:
            if self._app._running and not self._app._exit:
                action()

        self._call(act)

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
