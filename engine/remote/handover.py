"""An engine on a thread is handed over to one in a process of its own, which goes on in its place.

The other process reads the words and imports torch while training goes on here. Then training rests
for a moment: all runs are on disk, and held by nobody; the other one takes them in hand and says
so; and only when it is told to go on is it the one that goes on. Until then whatever fails ends
that process, and training goes on here.
"""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from engine.answers.succession import bequeath, foresee, foretell, go_on, inherit, prepare
from engine.protocol import CloseChapter, Event, Refusal, Unusable
from engine.protocol.codec import Malformed, encode, reader
from engine.records import record
from engine.remote.starting import WAY_IN, said_last
from engine.remote.wire import MOST_FROM_ENGINE, Gone, Line
from engine.session import Session
from engine.training.estate import Estate
from engine.training.safekeeping import Safekeeping
from engine.worker import Worker

T = TypeVar("T")

STARTING = 120.0
"""Seconds that the other process has to read the words and import torch, on a busy machine."""

TAKING = 5.0
"""Seconds that it has to take the runs in hand, and the disk before to take what is left."""


@record
class Ready:
    """The other engine has the words, or what it could read of the runs, and could go on."""


@record
class Taken:
    """It has the runs in hand; it takes no step yet."""

    name: str
    """By which it is attached to."""


@record
class Failed:
    """It cannot go on."""

    reason: str
    """A sentence."""


@record
class GoOn:
    """It is the one that goes on."""


_read = reader(Ready | Taken | Failed)
_read_order = reader(Estate | GoOn)


# The engine that leaves


def hand_over(worker: Worker, log: str) -> str:
    """Have another process go on with what a worker does; takes seconds, and its thread some ms.

    Args:
        worker: it has ended once this returns, and goes on where this raises.
        log: file that the other process writes to what happens.

    Returns:
        The name that screens attach to it by.

    Raises:
        Refusal: it did not come about.
        OSError: the file cannot be written, or there can be no process.
    """
    with open(log, "ab") as kept:
        begin = os.fstat(kept.fileno()).st_size
        here, there = socket.socketpair()
        with there:
            process = subprocess.Popen(
                [sys.executable, str(WAY_IN), "serve", "--take-over", str(there.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=kept,
                pass_fds=(there.fileno(),),
                start_new_session=True,
            )
    with Line(here, MOST_FROM_ENGINE) as line:
        try:
            _tell(line, on_its_thread(worker, lambda it: foretell(it.shared, it.keeping)))
            _hear(line, Ready, STARTING)
            # Keyframes are large: they are written, and read over there, while training goes on.
            keeping, estate = on_its_thread(worker, _prepared)
            keeping.settle(STARTING)
            _tell(line, estate)
            _hear(line, Ready, STARTING)
            worker.send(CloseChapter())  # A run that rests for it goes on.
            return on_its_thread(worker, lambda session: _give(session, line, process))
        except Gone:
            _end(process)
            raise Refusal(f"The engine stays here: {said_last(log, begin)}") from None
        except BaseException:
            _end(process)
            raise


def _prepared(session: Session) -> tuple[Safekeeping, Estate]:
    return session.keeping, prepare(session.shared, session.keeping)


def _give(session: Session, line: Line, process: subprocess.Popen[bytes]) -> str:
    """Give everything away, on the engine's thread; the name of the one that has it."""
    try:
        _tell(line, bequeath(session.shared, session.keeping, TAKING))
        taken = _hear(line, Taken, TAKING)
        _tell(line, GoOn())
    except BaseException:
        _end(process)  # Before a step is taken here: it may hold the runs.
        raise
    session.is_over = session.is_handed_over = True
    return taken.name


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def on_its_thread(worker: Worker, ask: Callable[[Session], T]) -> T:
    """Ask the session of a worker something, between two of its turns."""
    answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def turn(session: Session) -> Iterator[Event]:
        try:
            answers.put((ask(session), None))
        except BaseException as error:
            answers.put((None, error))
        yield from ()

    worker.call(turn)
    while True:
        with suppress(queue.Empty):
            answer, error = answers.get(timeout=0.1)
            break
        if worker.has_ended.is_set() and answers.empty():
            raise Refusal("The engine has ended.")
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]


def _tell(line: Line, message: object) -> None:
    line.send(encode(message))


def _hear(line: Line, kind: type[T], patience: float) -> T:
    line.be_patient(patience)
    answer = _understood(_read, line.receive())
    if isinstance(answer, Failed):
        raise Refusal(answer.reason)
    if not isinstance(answer, kind):
        raise Gone("It says something else.")
    return answer


def _understood(read: Callable[[bytes], Any], data: bytes) -> Any:  # noqa: ANN401
    try:
        return read(data)
    except Malformed as error:
        raise Gone(str(error)) from None


# The engine that comes


class Heir:
    """The other end: hears what is left, and says how far it has come.

    Args:
        handle: descriptor of the socket.
    """

    def __init__(self, handle: int) -> None:
        self._line = Line(socket.socket(fileno=handle), MOST_FROM_ENGINE)
        self._line.be_patient(STARTING)
        self._rest: Iterator[Event | None] = iter(())
        """What is taken over once training goes on."""

    def hear(self) -> Estate:
        """Wait for what is left; the process ends if nobody leaves anything any more."""
        estate = self._order()
        if not isinstance(estate, Estate):
            raise Refusal("There is nothing to be taken over.")
        return estate

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell the other end why it cannot be gone on, if it cannot."""
        try:
            yield
        except (Refusal, Unusable, OSError) as error:
            self._say(Failed(str(error)))
            raise

    def take_over(self, worker: Worker) -> None:
        """Take the runs in hand, once the other engine gives them.

        Args:
            worker: it has the words, and a run that has taken no step.

        Raises:
            Refusal: they cannot be gone on with.
        """
        self._say(Ready())
        known = foresee(self.hear())
        self._say(Ready())
        self._estate = estate = self.hear()

        def take(session: Session) -> str:
            self._rest = inherit(session.shared, session.keeping, estate, known)
            while next(self._rest) is None:
                pass  # Until it is told that the run is in hand.
            return session.snapshot().id

        id = on_its_thread(worker, take)
        while worker.latest is None or worker.latest.id != id:
            time.sleep(0.001)

    def go_on(self, worker: Worker, name: str) -> None:
        """Go on, once the other end says so.

        Args:
            worker: it has taken the runs over.
            name: by which screens attach to it.
        """
        self._say(Taken(name))
        self._order()
        self._line.close()
        worker.call(lambda session: go_on(session.shared, self._estate, self._rest))

    def _say(self, message: Ready | Taken | Failed) -> None:
        with suppress(Gone):
            _tell(self._line, message)

    def _order(self) -> Estate | GoOn:
        try:
            order: Estate | GoOn = _understood(_read_order, self._line.receive())
        except Gone:
            # Whoever is left goes on himself: nothing may be written any more.
            os.kill(os.getpid(), signal.SIGKILL)
            raise
        return order
