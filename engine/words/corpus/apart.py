"""One who counts units in a process of its own, for nobody else to hold the interpreter."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any

from engine.protocol import Refusal
from engine.words.corpus.hands import Asked, Found, Hand
from engine.words.corpus.reading import Unit
from engine.words.corpus.sources import Source

WAIT = 0.1
"""Seconds after which it is asked whether a unit is still wanted."""


class Apart:
    """Counts units as `Hand` does, in another process, which ends with this one.

    Raises:
        OSError: there can be no process.
    """

    def __init__(self, sources: Sequence[Source], asked: Asked, size: int) -> None:
        # A fork would have the locks of threads that are not there.
        context = multiprocessing.get_context("spawn")
        self._sources = sources
        self._line, theirs = context.Pipe()
        self._process = context.Process(
            target=_count, args=(theirs, sources, asked, size), daemon=True
        )
        # A terminal interrupts all at once: only this one is to hear it, and ends the other.
        resource_tracker.ensure_running()  # It would let interrupts in again.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        except OSError:
            self._line.close()
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()

    def count(self, unit: Unit, note: Callable[[int], None], is_wanted: Callable[[], bool]) -> None:
        """Count a unit, as `Hand.count` does.

        Raises:
            Refusal: its source cannot be used, or the process is gone.
        """
        shown = self._sources[unit.source].shown
        self._say(unit, shown)
        while is_wanted():
            if self._line.poll(WAIT):
                said = self._hear(shown)
                if said is None:
                    return
                note(said)

    def found(self) -> Found:
        """Give what was found in all units; Refusal if the process is gone."""
        self._say(None, "the text")
        found: Found = self._hear("the text")
        return found

    def close(self) -> None:
        """Count no more."""
        self._line.close()
        self._process.terminate()
        self._process.join()

    def _say(self, unit: Unit | None, shown: str) -> None:
        try:
            self._line.send(unit)
        except OSError:
            raise self._gone(shown) from None

    def _hear(self, shown: str) -> Any:  # noqa: ANN401
        try:
            said = self._line.recv()
        except (EOFError, OSError):
            raise self._gone(shown) from None
        if isinstance(said, Exception):
            raise said
        return said

    def _gone(self, shown: str) -> Refusal:
        self._process.join(WAIT)
        code = self._process.exitcode
        how = f" (signal {-code})" if code is not None and code < 0 else ""
        return Refusal(
            f"A process that counted {shown} is gone{how}. Nothing was kept: see whether there is "
            "memory left, and count again."
        )


def _count(line: Connection, sources: Sequence[Source], asked: Asked, size: int) -> None:
    """Count units as they come; tells bytes that were read, and nothing, or an error, at the end.

    When who asks is gone, so is the line, and this ends.
    """
    with suppress(EOFError, OSError):
        hand = Hand(sources, asked, size)
        while (unit := line.recv()) is not None:
            try:
                hand.count(unit, line.send, lambda: True)
                line.send(None)
            except Exception as error:
                # What libraries raise may not be what can be sent.
                line.send(Refusal(str(error)) if isinstance(error, Refusal) else error)
        line.send(hand.found())
