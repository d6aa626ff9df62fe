"""An engine in another process, as a screen has it: `Attached` is an `Engine` like any other."""

from __future__ import annotations

import logging
import os
import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engine.protocol import Command, DatasetLoaded, EngineLost, Event, Joined, Refusal, Snapshot
from engine.protocol.codec import Malformed, News, encode
from engine.remote.gathering import Gathering
from engine.remote.hearing import Hearing
from engine.remote.hello import About, Hello, TurnedAway, language, read_answer
from engine.remote.messages import Changed, Goodbye, Piece, Took, WordsTold, read_from_engine
from engine.remote.wire import MOST_FROM_ENGINE, Gone, Line

GREETING = 5.0
"""Seconds that an engine has to introduce itself."""

MOST_UNTOLD = 100_000
"""Events that may wait for a screen that does not come for them."""

DYING = 0.5
"""Seconds that a process takes, at most, from letting go of its lines to its end."""

TOOK = encode(Took())

log = logging.getLogger(__name__)


def ask(sock: socket.socket, patience: float = GREETING) -> About:
    """Have an engine introduce itself to somebody who is no screen.

    Args:
        sock: a line to it; it is closed in the end.
        patience: seconds that it has.

    Raises:
        Refusal: it does not.
    """
    with Line(sock, MOST_FROM_ENGINE) as line:
        return _greet(line, Hello(language(), ""), patience)


def _greet(line: Line, hello: Hello, patience: float) -> About:
    line.be_patient(patience)
    try:
        line.send(encode(hello))
        answer = read_answer(line.receive())
    except Gone as end:
        raise Refusal(f"No engine answers. {end}") from None
    except Malformed:
        raise Refusal("What answers is no engine, or one of another version.") from None
    if isinstance(answer, TurnedAway):
        raise Refusal(answer.reason)
    line.be_patient(0.0)
    about: About = answer
    return about


class Attached:
    """The screen's end of a line to an engine; nothing here waits for that one.

    What it says first is `Joined`, and last `EngineLost`, unless the screen has left before.

    Args:
        sock: the line; it is closed in the end.
        hello: introduces the screen.
        patience: seconds that the engine has to introduce itself.
        held: tells the step that the journal of a run has come to, by where it is kept; None if
            there is no such journal here.
        where: what the user calls the machine of a far engine; what it calls itself if not given.

    Raises:
        Refusal: there is no engine at the other end, or it does not let the screen in.
    """

    def __init__(
        self,
        sock: socket.socket,
        hello: Hello,
        patience: float = GREETING,
        held: Callable[[str], int | None] = lambda run: None,
        where: str = "",
    ) -> None:
        self.latest: Snapshot | None = None
        self._line = Line(sock, MOST_FROM_ENGINE)
        try:
            self.about = _greet(self._line, hello, patience)
        except Refusal:
            self._line.close()
            raise
        if hello.is_far:
            self._line.pack()
        self._is_far, self._held = hello.is_far, held
        self._notify: Callable[[], None] = lambda: None
        self._untold: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._unsent: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._heard = Hearing()
        self._pieces = b""
        """Those of a long answer that have come so far."""
        self._gathering = Gathering(self._happen, self._put)
        self._has_left = False
        self._hearing = threading.Thread(target=self._hear, name="engine", daemon=True)
        self._telling = threading.Thread(target=self._tell, name="to engine", daemon=True)
        about = self.about
        machine = (where or about.machine) if hello.is_far else ""
        self._untold.put(Joined(about.name, machine, about.pid, about.since))

    def start(self, notify: Callable[[], None] = lambda: None) -> None:
        """Begin to hear the engine, and to tell it what was sent before."""
        self._notify = notify
        self._telling.start()
        self._hearing.start()
        notify()

    def send(self, command: Command) -> None:
        """Put a command in; it goes nowhere once the line has ended."""
        self._put(command)

    def events(self) -> list[Event]:
        """Take out what has happened since the last call."""
        taken: list[Event] = []
        with suppress(queue.Empty):
            while True:
                taken.append(self._untold.get_nowait())
        return taken

    def close(self, timeout: float) -> bool:
        """Leave, once what was sent is under way; the engine goes on. False if that took longer."""
        end = time.monotonic() + timeout
        self._has_left = True
        self._unsent.put(b"")
        if self._telling.ident is not None:
            self._telling.join(timeout)
        self._line.hang_up()
        self._gathering.stop()
        if self._hearing.ident is None:
            self._line.close()
            return True
        self._hearing.join(max(0.0, end - time.monotonic()))
        return not self._hearing.is_alive()

    def _put(self, message: object) -> None:
        self._unsent.put(encode(message))

    def _happen(self, event: Event) -> None:
        self._untold.put(event)
        self._notify()

    # On the thread that hears

    def _hear(self) -> None:
        reason, is_cut = "The engine is gone.", True
        try:
            while True:
                message = read_from_engine(self._line.receive())
                if isinstance(message, Goodbye):
                    reason, is_cut = message.reason, False
                    break
                self._take(message)
        except (Gone, Malformed) as end:
            if self._is_dead():
                reason, is_cut = "The engine has ended without a word.", False
            else:
                reason = f"The line to the engine is cut. {end}"
        except Exception:
            log.exception("hearing the engine")
        finally:
            self._line.hang_up()
            self._unsent.put(b"")
            self._telling.join()
            self._gathering.stop()
            self._line.close()
            if not self._has_left:
                self._happen(self._lost(reason, is_cut=is_cut))

    def _take(self, message: News | Changed | Piece | WordsTold) -> None:
        if isinstance(message, Changed):
            message = self._heard.hear(message)
        if isinstance(message, Snapshot):
            self.latest = message
            self._unsent.put(TOOK)
            self._notify()
        elif isinstance(message, Piece):
            self._unsent.put(TOOK)
            self._pieces += message.data
            if message.is_last:
                whole, self._pieces = self._pieces, b""
                self._happen(read_from_engine(whole))
        elif isinstance(message, WordsTold):
            self._gathering.take(message)
        elif isinstance(message, DatasetLoaded) and self._is_far:
            self._pieces = b""  # They were about others.
            self._gathering.begin(message)
        else:
            self._happen(message)
        if self._untold.qsize() > MOST_UNTOLD:
            raise Gone("The screen has not come for what has happened.")

    def _lost(self, reason: str, *, is_cut: bool) -> EngineLost:
        now, about = self.latest, self.about
        run, step = (now.place, now.newest) if now else (about.run, about.step)
        held = self._held(run) if run else None
        return EngineLost(reason, about.name, run, step if held is None else held, is_cut)

    def _is_dead(self) -> bool:
        """Whether the engine's process is known to have ended."""
        end = time.monotonic() + DYING
        while not self._is_far and not self._has_left:
            if _has_ended(self.about.pid):
                return True
            if time.monotonic() > end:
                break
            time.sleep(DYING / 20)
        return False

    # On the thread that tells

    def _tell(self) -> None:
        with suppress(Gone):
            while data := self._unsent.get():
                self._line.send(data)
            return
        self._line.hang_up()


def _has_ended(pid: int) -> bool:
    """Whether a process of this machine is no more, or only its name is left."""
    try:
        os.kill(pid, 0)
        # Where there is such a file, it says of a process that nobody has waited for yet: Z.
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] in "ZX"
