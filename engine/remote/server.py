"""An engine of its own: it is found, lets screens in, and ends when it is told to, or idle.

All that is here happens on one thread, that of the process; the engine has one of its own, and so
has every screen that comes.
"""

from __future__ import annotations

import errno
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from platform import node
from typing import Protocol

from engine.protocol import (
    Event,
    KeepingFailed,
    Refusal,
    Snapshot,
    TrainingDiverging,
    TrainingPaused,
)
from engine.remote import sockets
from engine.remote.hello import About, Hello, language
from engine.remote.visit import Door

LOOK, LOOK_AT_TRAINING = 5.0, 1.0
"""Seconds between two looks at whether the socket is still there, and how the engine stands: what
is told of one that trains is no older."""

UNUSED = 3600.0
"""Seconds after which an engine that nobody uses ends."""

FAREWELL = 1.0
"""Seconds that there are for all goodbyes."""

MOST_VISITS = 64
"""Screens at a time."""

log = logging.getLogger(__name__)


class Served(Protocol):
    """The worker of a session, as far as it is served."""

    has_ended: threading.Event

    @property
    def latest(self) -> Snapshot | None:
        """What was true a moment ago."""

    def events(self) -> list[Event]:
        """Take out what has happened since the last call."""

    def join(self, name: str, *, is_readonly: bool = False) -> Door:
        """Let a further screen in."""


class Visiting(Protocol):
    """A screen at the other end of a line."""

    @property
    def is_over(self) -> bool:
        """Whether it is gone."""

    def start(self) -> None:
        """Hear and answer it, on threads of its own."""

    def close(self, reason: str) -> None:
        """Begin to send it away, and tell it why in a sentence."""

    def join(self, timeout: float) -> bool:
        """Wait until it is gone; whether it is."""


Receive = Callable[[socket.socket, Callable[[Hello], Door], Callable[[], About]], Visiting]
"""Makes a visit of a line, of what lets a screen in, and of what introduces the engine."""


class Server:
    """Lets screens in to an engine until that has ended.

    Args:
        worker: runs the engine; it has been started, and there is a run.
        receive: makes a visit of each line.
        announce: told where the socket is, at first and when it is another one.
        stays: whether to live on though nobody uses it.
        now: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        worker: Served,
        receive: Receive,
        announce: Callable[[str], None] = lambda path: None,
        *,
        stays: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        assert worker.latest is not None
        self.name = worker.latest.id
        self.path = ""
        """Of the socket."""
        self._worker, self._receive, self._announce = worker, receive, announce
        self._stays, self._now = stays, now
        self._since = time.time()
        self._listening: socket.socket | None = None
        self._identity: tuple[int, int] | None = None
        self._visits: list[Visiting] = []
        self._used = now()
        self._is_stopped = False
        self._trouble = ""
        """Why the engine cannot be found, as it was logged last."""
        self._woken, self._waking = socket.socketpair()
        self._woken.setblocking(False)
        self._waking.setblocking(False)

    # Of its user

    def bind(self) -> None:
        """Begin to be found.

        Raises:
            Refusal: there is an engine of this name already, or no place for a socket.
            OSError: there can be no socket there.
        """
        path = sockets.path_of(sockets.folder_for_new(), self.name)
        listening = sockets.bind(path)
        listening.setblocking(False)
        self._let_go()
        self._listening, self._identity = listening, sockets.identity(path)
        if path != self.path:
            self.path = path
            self._announce(path)

    def run(self) -> None:
        """Serve until the engine has ended, nobody has used it for long, or `stop`."""
        threading.Thread(target=self._wait_for_end, name="end", daemon=True).start()
        due = self._now()
        try:
            while not (self._is_stopped or self._worker.has_ended.is_set()):
                if self._now() >= due:
                    self._look()
                    due = self._now() + (LOOK_AT_TRAINING if self._is_training else LOOK)
                    if not self._stays and self._now() - self._used > UNUSED:
                        log.info("nobody has used the engine for %d s; it ends", UNUSED)
                        return
                self._wait(max(0.0, due - self._now()))
        finally:
            self._note()
            self._let_go()
            with suppress(OSError):
                if sockets.identity(self.path) == self._identity:
                    os.unlink(self.path)

    def stop(self) -> None:
        """Have it end; may be called on any thread, and by what hears a signal."""
        self._is_stopped = True
        self.wake()

    def wake(self) -> None:
        """Have it look up; on any thread."""
        with suppress(OSError):  # It is awake already, or gone.
            self._waking.send(b"\0")

    def send_away(self, reason: str) -> None:
        """End every visit, once what there is to say is said, and at last why, in a sentence."""
        for visit in self._visits:
            visit.close(reason)
        end = time.monotonic() + FAREWELL
        for visit in self._visits:
            visit.join(max(0.0, end - time.monotonic()))

    def about(self) -> About:
        """Introduce the engine; may be called on any thread."""
        snapshot = self._worker.latest or Snapshot()
        return About(
            language=language(),
            name=self.name,
            machine=node(),
            pid=os.getpid(),
            since=self._since,
            run=snapshot.id,
            step=snapshot.newest,
            state=snapshot.state,
            steps_per_second=snapshot.steps_per_second,
            device=snapshot.device,
            screens=len(snapshot.screens),
        )

    # Of its thread

    @property
    def _is_training(self) -> bool:
        snapshot = self._worker.latest
        return snapshot is not None and snapshot.state == "running"

    def _wait_for_end(self) -> None:
        self._worker.has_ended.wait()
        self.wake()

    def _wait(self, seconds: float) -> None:
        """Wait for a screen, for whoever wakes this thread, or until the time is over."""
        heard = [each for each in (self._woken, self._listening) if each is not None]
        ready, _, _ = select.select(heard, [], [], seconds)
        if self._woken in ready:
            with suppress(OSError):
                self._woken.recv(4096)
        if self._listening in ready:
            self._accept()

    def _accept(self) -> None:
        assert self._listening is not None
        try:
            line, _ = self._listening.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                # Who waits goes on waiting: it must not keep this thread busy.
                log.warning("no screen can be let in: %s", error.strerror)
                self._let_go()
            return
        self._sort_out()
        try:
            if not sockets.is_own(line):
                log.warning("a process of user %d was sent away", sockets.peer_of(line))
            elif len(self._visits) >= MOST_VISITS:
                log.warning("%d screens are here; a further one was sent away", MOST_VISITS)
            else:
                line.setblocking(True)
                visit = self._receive(line, self._join, self.about)
                visit.start()
                self._visits.append(visit)
                return
        except (OSError, RuntimeError) as error:  # The system gives no further thread.
            log.warning("a screen could not be let in: %s", error)
        line.close()

    def _join(self, hello: Hello) -> Door:
        return self._worker.join(hello.name, is_readonly=hello.is_readonly)

    def _look(self) -> None:
        """See to the socket, to what has happened, and to whether anybody uses the engine."""
        if self._listening is None or sockets.identity(self.path) != self._identity:
            self._bind_anew()
        self._note()
        self._sort_out()
        snapshot = self._worker.latest
        is_unused = (
            snapshot is not None
            and not self._is_training
            and snapshot.are_all_saved
            and not snapshot.screens
        )
        if not is_unused:
            self._used = self._now()

    def _bind_anew(self) -> None:
        try:
            self.bind()
        except (OSError, Refusal) as error:
            if str(error) != self._trouble:
                log.warning("no screen can find the engine: %s", error)
            self._trouble = str(error)
        else:
            log.info("bound anew at %s", self.path)
            self._trouble = ""

    def _note(self) -> None:
        """Log what happens while nobody may be looking."""
        for event in self._worker.events():
            match event:
                case KeepingFailed():
                    log.warning("the run is not being kept: %s", event.reason)
                case TrainingDiverging():
                    log.warning("at step %d the loss stays above its start", event.step)
                case TrainingPaused():
                    log.info("training paused at step %d: %s", event.step, event.reason)
                case _:
                    pass

    def _sort_out(self) -> None:
        self._visits = [visit for visit in self._visits if not visit.is_over]

    def _let_go(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
