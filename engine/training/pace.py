"""How many steps to take at a time: few enough to look up often, many enough to be quick."""

from __future__ import annotations

import math

SLICE = 0.016
"""Seconds of training between two looks up: into the inbox, at the clock, for a signal."""

WORTHWHILE, LONGEST = 16, 0.1
"""Each stride ends with an evaluation of the loss, which for a large table takes longer than a
step: so many steps are taken together nevertheless, if they last no more than so many seconds."""


class Stride:
    """Steps taken together, as many as last about a slice; finds out what a step costs."""

    def __init__(self) -> None:
        self.steps = 1

    def reset(self) -> None:
        """Find out anew: steps have changed."""
        self.steps = 1

    def note(self, steps: int, seconds: float) -> None:
        """Hear how long so many steps together took."""
        rate = steps / max(seconds, 1e-9)
        fitting = max(int(rate * SLICE), min(WORTHWHILE, int(rate * LONGEST)))
        self.steps = max(1, min(2 * self.steps, fitting))


class Pace:
    """Says how many steps are due at a speed, without running after time that was lost."""

    def __init__(self) -> None:
        self.stride = Stride()
        self._speed = 0.0
        self._next = 0.0

    def rest(self) -> None:
        """Forget the rhythm: training is not running."""
        self._speed = 0.0

    def due(self, speed: float, now: float) -> int:
        """Steps to take now; the first one is due at once."""
        if math.isinf(speed):
            self._speed = speed
            return self.stride.steps
        if speed != self._speed:
            self._speed, self._next = speed, now
        # Half a second behind is lost for good: after a stall the run must not race.
        self._next = max(self._next, now - 0.5)
        behind = math.floor((now - self._next) * speed) + 1 if now >= self._next else 0
        steps = min(behind, self.stride.steps)
        self._next += steps / speed
        return steps

    def wait(self, speed: float, now: float) -> float:
        """Seconds until steps are due; quick ones are gathered for a slice."""
        if math.isinf(speed) or speed != self._speed:
            return 0.0
        return max(0.0, self._next + max(0.0, SLICE - 1 / speed) - now)
