"""When what an engine has to say goes over a line: events at once, snapshots as it takes them.

There is never more than one snapshot under way. The next one is whatever is true once the screen
has taken that and its time has come; so a slow line sees fewer, and none is old.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from engine.port import Engine
from engine.protocol import DatasetLoaded, Event, Snapshot
from engine.protocol.codec import encode
from engine.remote.messages import Goodbye, TellWords, WordsTold
from engine.remote.sparing import Sparing
from engine.remote.telling import Telling
from engine.remote.wire import STALLED, Gone
from engine.words.dataset import Words

NEAR, FAR = 1 / 15, 1 / 5
"""Seconds between two snapshots."""

SLOWEST = 1000.0
"""Bytes a second of the slowest line that is waited for."""

MOST_WORDS = 1 << 16
"""Words that are told at a time."""

log = logging.getLogger(__name__)


class Flow:
    """Sends what there is to say to one screen. One thread uses it, but for what is said below.

    Args:
        engine: the screen's.
        send: sends a message; gives the bytes that it took.
        is_far: whether the line is slow.
    """

    def __init__(self, engine: Engine, send: Callable[[bytes], int], *, is_far: bool) -> None:
        self._engine = engine
        self._transmit = send
        self._sparing = Sparing() if is_far else None
        self._period = FAR if is_far else NEAR
        self._telling = Telling()
        self._seen: Snapshot | None = None
        self._due = 0.0
        self._is_under_way = False
        self._sent, self._bytes = 0.0, 0
        """When the snapshot under way was sent, and how much since the one before was taken."""
        self._dataset: tuple[str, Words] | None = None
        """Hash and words, where they are told by ranges."""
        self._wanted: deque[TellWords] = deque()

    # On any thread

    def took(self) -> None:
        """Hear that the snapshot under way was taken."""
        self._bytes = 0
        self._is_under_way = False

    def want(self, words: TellWords) -> None:
        """Hear of words that are wanted."""
        self._wanted.append(words)

    # On the thread of the flow

    def turn(self, now: float) -> float | None:
        """Send what is due.

        Args:
            now: seconds of a clock that never goes back.

        Returns:
            Seconds after which more may be due; None if only news can bring more.

        Raises:
            Gone: the line has ended, or the screen has taken nothing for long.
        """
        # First, so that it is never ahead of the events that explain it.
        snapshot = self._engine.latest
        self._say(self._engine.events())
        while self._wanted:
            self._tell_words(self._wanted.popleft())
        if snapshot is None:
            return None
        if self._is_under_way:
            left = self._sent + STALLED + self._bytes / SLOWEST - now
            if left <= 0:
                raise Gone(f"The screen has taken nothing for {STALLED:g} s.")
            return left
        if now < self._due:
            return self._due - now
        is_whole = self._sparing is None or self._sparing.is_exact
        if snapshot is self._seen and is_whole:
            # A run that goes on is not news.
            return self._period if snapshot.state == "running" else None
        self._seen, self._due = snapshot, now + self._period
        shown = self._sparing.spare(snapshot, now) if self._sparing else snapshot
        if data := self._telling.tell(shown):
            self._is_under_way, self._sent = True, now
            self._send(data)
        return self._period

    def finish(self, reason: str) -> None:
        """Say all that there is left to say, and goodbye; Gone if that cannot be."""
        snapshot = self._engine.latest
        self._say(self._engine.events())
        if snapshot is not None and (data := self._telling.tell(snapshot)):
            self._send(data)
        self._send(encode(Goodbye(reason)))

    def _say(self, events: list[Event]) -> None:
        for event in events:
            said = event
            if isinstance(event, DatasetLoaded) and self._sparing:
                self._dataset = event.report.sha256, Words(event.text, event.offsets)
                said = replace(event, text="", offsets=b"")
            try:
                data = encode(said)
            except OverflowError as error:
                log.error("%s cannot be told: %s", type(event).__name__, error)
            else:
                self._send(data)

    def _tell_words(self, wanted: TellWords) -> None:
        sha256, words = self._dataset or ("", Words.of(()))
        if wanted.sha256 != sha256:
            return  # There are others by now.
        first = max(0, wanted.first)
        told = words[first : first + max(0, min(wanted.number, MOST_WORDS))]
        self._send(encode(WordsTold(sha256, first, len(told), "\n".join(told))))

    def _send(self, data: bytes) -> None:
        self._bytes += self._transmit(data)
