"""When something costly may be drawn again: seldom by itself, at once if the user asked for it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST_A_SECOND = 5
"""Redraws within any second, whoever asked for them."""

PAUSE = 0.5
"""Seconds between redraws that nobody asked for, so that some are left for whoever does."""

SHARE = 0.01
"""Share of a core that these may take, for training has to wait meanwhile."""

LONGEST = 1.0
"""Seconds between them at most, however long one takes."""


class Redraws:
    """Limits redraws by time.

    Args:
        clock: gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque(maxlen=MOST_A_SECOND)
        self._pause = PAUSE

    def wait(self, *, is_asked: bool) -> float:
        """Return the seconds until the next redraw may be; 0 if it may be now."""
        if not self._times:
            return 0.0
        due = self._times[-1] + self._pause * (not is_asked)
        if len(self._times) == MOST_A_SECOND:
            due = max(due, self._times[0] + 1)
        return max(0.0, due - self._clock())

    @property
    def now(self) -> float:
        """The time of the clock."""
        return self._clock()

    def note(self, begun: float) -> None:
        """Take note of a redraw that is done now, and of when it was begun."""
        now = self.now
        self._times.append(now)
        self._pause = min(LONGEST, max(PAUSE, (now - begun) / SHARE))
