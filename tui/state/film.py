"""A run played as a film: which of its steps is on the screen at what time.

Steps go by as their logarithms do: what a run learns in its first ten steps takes as long as what
it learns in the next ninety. Pure, as `tui.state` is, of which it is a part; it is told the time.
"""

from __future__ import annotations

import math
from dataclasses import replace

from engine import record

PACES = (40.0, 20.0, 10.0, 5.0, 2.5)
"""Seconds that a film may take from the first step to the last."""


@record
class Film:
    """How a film is played, and how far it is."""

    seconds: float = 10.0
    """From the first step to the last."""
    is_backwards: bool = False
    is_looping: bool = False
    """Whether it begins again at its end."""
    place: float | None = None
    """How far it is between the first step, 0, and the last one, 1; `None` while none is played."""
    last: int = 0
    """The last step."""
    time: float | None = None
    """Seconds of the clock at which it was there; `None` until it has been told the time."""

    @property
    def is_playing(self) -> bool:
        """Whether one is played."""
        return self.place is not None

    @property
    def step(self) -> int:
        """The step that is to be seen."""
        return round(math.expm1((self.place or 0.0) * math.log1p(self.last)))

    @property
    def is_at_its_end(self) -> bool:
        """Whether there is nothing more to play in its direction."""
        return self.place == self.end

    @property
    def end(self) -> float:
        """The place at which it ends."""
        return 0.0 if self.is_backwards else 1.0

    def play(self, step: int, last: int, *, is_backwards: bool) -> Film:
        """Play from a step of those up to the last, or from the other end if it is the end."""
        film = replace(self, is_backwards=is_backwards, last=last, time=None)
        place = math.log1p(step) / math.log1p(last) if last else film.end
        return replace(film, place=1 - film.end if place == film.end else place)

    def stop(self) -> Film:
        """Play no more; how it is played stays as it was chosen."""
        return replace(self, place=None, time=None)

    def roll(self, time: float, last: int) -> Film:
        """Go on to what is to be seen at a time; once its end was seen, begin again or stop."""
        if self.place is None or self.time is None:
            return replace(self, time=time)
        if self.is_at_its_end:
            over = replace(self, place=1 - self.end, last=last, time=time)
            return over if self.is_looping else self.stop()
        way = (time - self.time) / self.seconds * (-1 if self.is_backwards else 1)
        return replace(self, place=max(0.0, min(1.0, self.place + way)), time=time)

    def pace(self, direction: int) -> Film:
        """Play quicker, or slower if the direction is below 0, from where it is."""
        wanted = PACES.index(self.seconds) + direction
        return replace(self, seconds=PACES[max(0, min(wanted, len(PACES) - 1))])
