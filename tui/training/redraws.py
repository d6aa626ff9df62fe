"""When something costly may be drawn again: seldom by itself, at once if the user asked for it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST_A_SECOND = 5
"""Redraws within any second, whoever asked for them."""

PAUSE = 0.5
"""Seconds between redraws that nobody asked for, so that some are left for whoever does."""


class Redraws:
    """Limits redraws by time.

    Args:
        clock: gives the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque(maxlen=MOST_A_SECOND)

    def wait(self, *, is_asked: bool) -> float:
        """Return the seconds until the next redraw may be; 0 if it may be now."""
        if not self._times:
            return 0.0
        due = self._times[-1] + PAUSE * (not is_asked)
        if len(self._times) == MOST_A_SECOND:
            due = max(due, self._times[0] + 1)
        return max(0.0, due - self._clock())

    def note(self) -> None:
        """Take note of a redraw."""
        self._times.append(self._clock())
