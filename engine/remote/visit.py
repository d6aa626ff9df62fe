"""A screen that has come to an engine over a line: it is heard and answered until it goes."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Protocol

from engine.port import Engine
from engine.protocol import Refusal
from engine.protocol.codec import Malformed, encode
from engine.remote.flow import Flow
from engine.remote.hello import About, Hello, TurnedAway, language, read_hello
from engine.remote.messages import TellWords, Took, read_from_screen
from engine.remote.wire import MOST_FROM_SCREEN, Gone, HungUp, Line
from engine.text.numbers import number
from engine.words.cleaning import printable

GREETING = 5.0
"""Seconds that a screen has to introduce itself."""

LEAVING = 5.0
"""Seconds that the engine has to take note that a screen is gone."""

SHOWN = 60
"""Characters of a screen's name that are logged."""

HOLDING_BACK = 0.005
"""Seconds until it is looked again whether a screen that says too much may go on."""

ENDED = "The engine has ended."

log = logging.getLogger(__name__)


class Door(Engine, Protocol):
    """An engine as one of its screens has it."""

    @property
    def is_overrun(self) -> bool:
        """Whether too much has happened that the screen has not come for."""

    @property
    def is_full(self) -> bool:
        """Whether more waits that the screen has said than the engine can do in a moment."""


class Visit:
    """Serves one screen, on two threads of its own: one hears it, the other one tells it.

    Whatever comes over the line, the engine goes on.

    Args:
        sock: the line; it is closed in the end.
        join: lets the screen in; Refusal if it may not come.
        about: introduces the engine.
    """

    def __init__(
        self,
        sock: socket.socket,
        join: Callable[[Hello], Door],
        about: Callable[[], About],
    ) -> None:
        self._line = Line(sock, MOST_FROM_SCREEN)
        self._join, self._about = join, about
        self._name = "a screen"
        self._flow: Flow | None = None
        self._door: Door | None = None
        self._news = threading.Event()
        self._farewell = ""
        """Why the engine ends, once it does."""
        self._is_greeted = threading.Event()
        """Set, too, where there is nothing more to wait for."""
        self._has_gone = False
        self._hearing = threading.Thread(target=self._hear, name="screen", daemon=True)
        self._telling = threading.Thread(target=self._tell, name="to screen", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether the screen is gone, and has left nothing behind."""
        return self._hearing.ident is not None and not self._hearing.is_alive()

    def start(self) -> None:
        """Begin to hear and to answer."""
        self._hearing.start()

    def close(self, reason: str = ENDED) -> None:
        """Say goodbye, and end; does not wait for it."""
        self._farewell = reason
        self._news.set()
        # Whoever was let in is told in a moment, though it may not have been greeted yet.
        if self._door is None:
            self._line.hang_up()

    def join(self, timeout: float) -> bool:
        """Wait until it is over; whether it is."""
        self._hearing.join(timeout)
        return self.is_over

    # On the thread that hears

    def _hear(self) -> None:
        try:
            self._telling.start()
            self._greet()
            while self._flow is not None:
                self._take(self._line.receive())
        except HungUp:
            log.info("%s has gone", self._name)
        except (Gone, Malformed, Refusal) as end:
            self._warn(end)
        except Exception:
            log.exception("serving %s", self._name)
        finally:
            self._line.hang_up()
            self._has_gone = True
            self._is_greeted.set()
            self._news.set()
            if self._telling.ident is not None:
                self._telling.join()
            if self._door is not None:
                self._door.close(LEAVING)
            self._line.close()

    def _greet(self) -> None:
        """Let the screen in, if it may come."""
        hello, about = read_hello(self._line.receive()), self._about()
        if not hello.name:
            self._line.send(encode(about))  # It asks who is there, no more.
            return
        self._name = printable(hello.name)[:SHOWN]
        try:
            if hello.language != language():
                raise Refusal(
                    f"The engine is of another version of the program ({language()}, the screen "
                    f"{printable(hello.language)[:SHOWN]}); attach with the one that started it."
                )
            door = self._door = self._join(hello)
        except Refusal as refusal:
            self._line.send(encode(TurnedAway(str(refusal))))
            raise
        self._line.send(encode(about))
        if hello.is_far:
            self._line.pack()
        self._flow = Flow(door, self._line.send, is_far=hello.is_far)
        door.start(self._news.set)
        self._is_greeted.set()
        log.info("%s has come", self._name)

    def _take(self, data: bytes) -> None:
        assert self._flow is not None
        assert self._door is not None
        message = read_from_screen(data)
        if isinstance(message, Took):
            self._flow.took()
            self._news.set()
        elif isinstance(message, TellWords):
            self._flow.want(message)
            self._news.set()
        else:
            # A screen that says more than the engine can do has to wait with the rest.
            while self._door.is_full and not self._farewell and self._telling.is_alive():
                time.sleep(HOLDING_BACK)
            self._door.send(message)

    def _warn(self, end: Exception) -> None:
        # It may quote what the screen said.
        log.warning("%s is let go: %s", self._name, printable(str(end)))

    # On the thread that tells

    def _tell(self) -> None:
        try:
            if not self._is_greeted.wait(GREETING):
                raise Gone(f"It has not introduced itself within {number(GREETING, 'g')} s.")
            while self._flow is not None and self._door is not None and not self._has_gone:
                if self._farewell:
                    self._flow.finish(self._farewell)
                    break
                if self._door.is_overrun:
                    raise Gone("Too much has happened that it has not come for.")
                self._news.wait(self._flow.turn(time.monotonic()))
                self._news.clear()
        except HungUp:
            pass  # Who hears it takes note of that.
        except Gone as end:
            self._warn(end)
        except Exception:
            log.exception("telling %s", self._name)
        finally:
            self._line.hang_up()
