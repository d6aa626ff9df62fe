"""When what an engine has to say goes over a line: events at once, snapshots as it takes them.

There is never more than one snapshot under way. The next one is whatever is true once the screen
has taken that and its time has come; so a slow line sees fewer, and none is old. What somebody has
chosen to see goes at once. All words in order would take a slow line half a minute: such answers go
piece by piece, in turn with snapshots.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from engine.port import Engine
from engine.protocol import DatasetLoaded, Event, Refusal, Snapshot, WordsRanked, WordsSorted
from engine.protocol.codec import encode
from engine.remote.messages import Goodbye, Piece, TellWords, WordsTold
from engine.remote.sparing import Sparing
from engine.remote.telling import Telling
from engine.remote.wire import STALLED, Gone
from engine.text.numbers import number
from engine.words.dataset import Words
from engine.words.filed import listed

NEAR, FAR = 1 / 20, 1 / 5
"""Seconds between two snapshots, unless what is shown is another thing. A worker makes fifteen a
second: a few more looks miss none."""

LINGERING = 1.0
"""Seconds after a change in which another one is looked for."""

SLOWEST = 1000.0
"""Bytes a second of the slowest line to another machine that is waited for."""

PIECE = 2048
"""Bytes of a long answer that are told at a time."""

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
        self._is_far = is_far
        self._sparing = Sparing() if is_far else None
        self._period = FAR if is_far else NEAR
        self._telling = Telling()
        self._seen: Snapshot | None = None
        self._due, self._changed = 0.0, -math.inf
        self._told = self._taken = 0
        """How many snapshots and pieces were sent, and how many of them the screen has."""
        self._sent, self._bytes = 0.0, 0
        """When the last one was, and all that was sent since one was taken."""
        self._answers: dict[type[Event], bytes] = {}
        """Long ones that are to go piece by piece, the latest of each kind."""
        self._left = b""
        """What is left of the one that goes at present."""
        self._is_turn_of_piece = False
        self._dataset: tuple[str, Words] | None = None
        """Hash and words, where they are told by ranges."""
        self._wanted: deque[TellWords] = deque()

    # On any thread

    def took(self) -> None:
        """Hear that a snapshot or a piece was taken."""
        self._bytes = 0
        self._taken += 1

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
        is_other = self._is_other(snapshot)
        # What somebody has chosen to see need not wait for what came before.
        if self._told - self._taken > is_other:
            under_way = self._bytes / SLOWEST if self._is_far else 0.0
            left = self._sent + STALLED + under_way - now
            if left <= 0:
                raise Gone(f"The screen has taken nothing for {number(STALLED, 'g')} s.")
            return left
        is_whole = self._sparing is None or self._sparing.is_exact
        is_news = snapshot is not None and (snapshot is not self._seen or not is_whole)
        has_pieces = bool(self._left or self._answers)
        if has_pieces and self._is_turn_of_piece and not is_other:
            self._send_piece(now)
        elif snapshot is not None and is_news and (is_other or now >= self._due):
            self._show(snapshot, now)
        elif has_pieces:
            self._send_piece(now)
        elif is_news:
            return self._due - now
        elif snapshot is None or (
            # What goes on, or was at work just now, is shown without a word that there are news.
            snapshot.state != "running" and now - self._changed >= LINGERING
        ):
            return None
        return self._period

    def _is_other(self, snapshot: Snapshot | None) -> bool:
        """Whether another thing is shown than before."""
        if snapshot is None or self._seen is None:
            return False
        return snapshot is not self._seen and _chosen(snapshot) != _chosen(self._seen)

    def _show(self, snapshot: Snapshot, now: float) -> None:
        if snapshot is not self._seen:
            self._changed = now
        self._seen, self._due = snapshot, now + self._period
        if self._sparing is None:
            data = encode(snapshot)
        else:
            data = self._telling.tell(self._sparing.spare(snapshot, now))
        self._is_turn_of_piece = True
        if data:
            self._send_to_be_taken(data, now)

    def _send_piece(self, now: float) -> None:
        if not self._left:
            self._left = self._answers.pop(next(iter(self._answers)))
        piece, self._left = self._left[:PIECE], self._left[PIECE:]
        self._is_turn_of_piece = False
        self._send_to_be_taken(encode(Piece(piece, not self._left)), now)

    def _send_to_be_taken(self, data: bytes, now: float) -> None:
        self._told, self._sent = self._told + 1, now
        self._send(data)

    def finish(self, reason: str) -> None:
        """Say all that there is left to say, and goodbye; Gone if that cannot be."""
        snapshot = self._engine.latest
        self._say(self._engine.events())
        if snapshot is not None:
            data = self._telling.tell(snapshot) if self._sparing else encode(snapshot)
            if data:
                self._send(data)
        self._send(encode(Goodbye(reason)))

    def _say(self, events: list[Event]) -> None:
        for event in events:
            said = event
            if isinstance(event, DatasetLoaded) and self._sparing:
                self._dataset = event.report.sha256, listed(event.text, event.offsets, event.file)
                self._answers, self._left = {}, b""  # They are about others.
                said = replace(event, text="", offsets=b"", file=None)
            try:
                data = encode(said)
            except OverflowError as error:
                log.error("%s cannot be told: %s", type(event).__name__, error)
                continue
            if self._sparing and isinstance(event, WordsSorted | WordsRanked):
                self._answers[type(event)] = data
            else:
                self._send(data)

    def _tell_words(self, wanted: TellWords) -> None:
        sha256, words = self._dataset or ("", Words.of(()))
        if wanted.sha256 != sha256:
            return  # There are others by now.
        first = max(0, wanted.first)
        try:
            told = words[first : first + max(0, min(wanted.number, MOST_WORDS))]
        except Refusal:  # Their file is not what it was; the screen does without them.
            told = []
        self._send(encode(WordsTold(sha256, first, len(told), "\n".join(told))))

    def _send(self, data: bytes) -> None:
        self._bytes += self._transmit(data)


def _chosen(snapshot: Snapshot) -> object:
    """What of a snapshot somebody has chosen: a change of it is waited for."""
    window, row = snapshot.window, snapshot.row
    return (
        (snapshot.run, snapshot.state, snapshot.look, snapshot.settings),
        window and (window.matrix, window.row, window.column, window.rows, window.columns),
        row and (row.index, row.before),
    )
