"""Searching any number of words a little at a time, so that every key is heard at once."""

from __future__ import annotations

import signal
import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress

from engine import Words
from engine.protocol import Refusal
from tui.dataset.filters import Filter

CHUNK = 8192
"""Words looked at between two looks at the clock."""

FIRST = 16
"""Words a pattern is first tried on."""

SLICE = 0.002
"""Seconds of the processor that words of a slow filter are to take between two such looks."""

PATIENCE = 0.05
"""Seconds of the processor that a pattern may take; a word that takes longer takes for ever."""


class TooSlowError(Exception):
    """A pattern did not come to its end."""


class Search:
    """The words that pass a filter, in a certain order, as far as they have been found.

    Args:
        words: all words.
        numbers: in which order to look at them; `None` for that of the file.
        filter: what they must be like.
        marks: of each word, by the parts it is in; none where there is no split.
        key: that chooses a split, as it is printed.
    """

    def __init__(
        self,
        words: Words,
        numbers: Sequence[int] | None,
        filter: Filter,
        marks: bytes = b"",
        key: str = "",
    ) -> None:
        self.found: array[int] = array("I")
        is_lost = filter.marks and not marks
        self.complaint = (
            f"The words are in no parts; press {key} to choose a split." if is_lost else ""
        )
        """Why the search ended before its time; empty if it did not."""
        self._words, self._filter, self._marks = words, filter, marks
        self._order = numbers if words.file and numbers is not None else None
        """Order that what was found is put in at last: a file is read from its beginning on."""
        self._placed, self._passed, self._sorted = 0, bytearray(), array("I")
        self._is_in_file_order = numbers is None or self._order is not None
        self._numbers: Sequence[int] = range(len(words))
        if numbers is not None and self._order is None:
            self._numbers = numbers
        self._done = 0
        self._suspect = -1
        """Where an alarm came when one word was tried."""
        self._chunk = FIRST if filter.is_slow else CHUNK

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to be found."""
        is_placed = self._order is None or self._placed >= len(self._words)
        return bool(self.complaint) or (self._done >= len(self._words) and is_placed)

    def go_on(self, seconds: float) -> None:
        """Search for so long, or to the end; a pattern may take `PATIENCE` on top."""
        end = time.perf_counter() + seconds
        try:
            with _alarm(seconds + PATIENCE) if self._filter.is_slow else _no_alarm():
                while not self.is_over and time.perf_counter() < end:
                    if self._done < len(self._words):
                        self._look()
                    else:
                        self._place()
        except TooSlowError:
            self._give_up()
        except Refusal as refusal:
            self.complaint = str(refusal)

    def _look(self) -> None:
        """Look at the next few words."""
        start = time.thread_time()
        ahead = numbers = self._numbers[self._done : self._done + self._chunk]
        if wanted := self._filter.marks:
            numbers = [i for i in ahead if self._marks[i] & wanted == wanted]
        words = (
            self._words[self._done : self._done + self._chunk]
            if self._is_in_file_order and numbers is ahead
            else self._words.pick(numbers)
        )
        self.found.extend([numbers[i] for i in self._filter.keep(words)])
        self._done += len(ahead)
        if self._filter.is_slow:
            taken = max(1e-6, time.thread_time() - start)
            self._chunk = max(1, min(CHUNK, 2 * self._chunk, int(self._chunk * SLICE / taken)))

    def _place(self) -> None:
        """Go some words further through the order, for those that were found."""
        assert self._order is not None
        if not self._placed:
            self._passed = bytearray(len(self._words))
            for number in self.found:
                self._passed[number] = 1
        ahead = self._order[self._placed : self._placed + CHUNK]
        self._sorted.extend(compress(ahead, map(self._passed.__getitem__, ahead)))
        self._placed += len(ahead)
        if self.is_over:
            self.found[:] = self._sorted

    def _give_up(self) -> None:
        """Try words one by one; if a single one takes too long, and again, end the search.

        Again, for the alarm may come when the words it is meant for have just been looked at.
        """
        if self._chunk > 1 or self._suspect != self._done:
            self._chunk, self._suspect = 1, self._done
            return
        word = self._words[self._numbers[self._done]]
        shown = word if len(word) <= 12 else word[:12] + "…"
        self.complaint = f"The pattern takes too long on {shown}; the search ended there."


@contextmanager
def _no_alarm() -> Iterator[None]:
    yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` in what takes longer than so many seconds, be it inside a pattern.

    They are seconds that this thread has had the processor: on a busy machine a good pattern takes
    long on the clock, too. Python's patterns can only be interrupted by a signal, and signals are
    heard on the main thread only; on any other there is no alarm.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    is_armed = True
    end = time.thread_time() + seconds

    def ring(*_: object) -> None:
        """Interrupt the search, once; too early, ring again after what is left."""
        nonlocal is_armed
        left = end - time.thread_time()
        if is_armed and left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(left, SLICE))
        elif is_armed:
            is_armed = False
            raise TooSlowError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        is_armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
