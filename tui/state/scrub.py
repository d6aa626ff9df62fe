"""Which step of the run is looked at: what was asked of the engine, and what is to be asked next.

A drag is quicker than a replay. So the engine is asked for one step at a time, and for the one that
is wanted by then once it shows that one, or is seen to be long on its way there: no queue of them
can grow, and the last is always asked for. Pure, as `tui.state` is, of which it is a part.
"""

from __future__ import annotations

from dataclasses import field, replace
from typing import assert_never

from engine import record
from engine.protocol import (
    CommandRefused,
    DatasetLoaded,
    EngineFailed,
    EngineLost,
    Event,
    Look,
    RunStarted,
    Snapshot,
)
from tui.state.film import Film


@record
class Sought:
    """The user wants to see the run as it was after a step."""

    step: int


@record
class LookAsked:
    """The user asked the engine for the present, or for a keyframe."""

    command: Look


@record
class FilmPlayed:
    """The user wants the run played as a film; played that way already, it is to stop."""

    is_backwards: bool = False


@record
class FilmStopped:
    """The user wants the film to stop at the step that is on the screen."""


@record
class FilmPaced:
    """The user wants the film quicker, or slower if the direction is below 0."""

    direction: int


@record
class FilmLooped:
    """The user wants the film again and again, or only once."""


Scrubbing = Sought | LookAsked | FilmPlayed | FilmStopped | FilmPaced | FilmLooped
"""What the user does about the step that is looked at."""


@record
class Scrub:
    """The step that is sought, and the film."""

    sought: int | None = None
    """Step that is wanted, until it is shown."""
    asked: int | None = None
    """Step that the engine was asked for, until it is shown, or is long in coming."""
    is_on_its_way: bool = False
    """Whether the nearest keyframe is shown meanwhile."""
    request: int = 0
    """Number of that question."""
    film: Film = field(default_factory=Film)

    @property
    def due(self) -> int | None:
        """The step that the engine is to be asked for now."""
        return self.sought if self.asked is None else None

    def intend(self, intent: Scrubbing, snapshot: Snapshot) -> Scrub:
        """Take over what the user wants."""
        film, last = self.film, last_step(snapshot)
        match intent:
            case Sought(step):
                return replace(self, sought=max(0, min(step, last)), film=film.stop())
            case LookAsked():
                return self._at_rest()
            case FilmPlayed(is_backwards):
                if film.is_playing and film.is_backwards == is_backwards:
                    return replace(self, film=film.stop())
                here = last if not self.is_looking(snapshot) else self.here(snapshot)
                return replace(self, film=film.play(here, last, is_backwards=is_backwards))
            case FilmStopped():
                return replace(self, film=film.stop())
            case FilmPaced(direction):
                return replace(self, film=film.pace(direction))
            case FilmLooped():
                return replace(self, film=replace(film, is_looping=not film.is_looping))
            case _:
                assert_never(intent)

    def ask(self) -> Scrub:
        """Take note that the engine is asked for the step that is sought."""
        return replace(self, asked=self.sought, request=self.request + 1, is_on_its_way=False)

    def look(self, snapshot: Snapshot) -> Scrub:
        """Take over what the engine answers; what it shows may be another step, if it must.

        Most steps are there right after their keyframe. One that is not when more is told of the
        way to it is not waited for.
        """
        if self.asked is None or snapshot.look != self.request:
            return self
        if snapshot.looked_for is not None and not self.is_on_its_way:
            return replace(self, is_on_its_way=True)
        return replace(self, asked=None, sought=None if self.sought == self.asked else self.sought)

    def hear(self, event: Event) -> Scrub:
        """Seek nothing in another run, nor what cannot be had."""
        match event:
            case RunStarted() | DatasetLoaded() | CommandRefused(Look()):
                return self._at_rest()
            case EngineFailed() | EngineLost():
                return self._at_rest()
        return self

    def _at_rest(self) -> Scrub:
        return replace(self, sought=None, asked=None, film=self.film.stop())

    def roll(self, time: float, snapshot: Snapshot) -> Scrub:
        """Seek the next frame of the film, unless the one before is still to be shown."""
        if not self.film.is_playing or self.asked is not None:
            return self
        film = self.film.roll(time, last_step(snapshot))
        is_other = film.is_playing and film.step != self.here(snapshot)
        return replace(self, sought=film.step if is_other else None, film=film)

    def is_looking(self, snapshot: Snapshot) -> bool:
        """Whether a step is looked at, or sought, rather than the present."""
        return snapshot.is_looking or self.sought is not None

    def here(self, snapshot: Snapshot) -> int:
        """The step that is sought, or else worked out, or else shown."""
        wanted = snapshot.looked_for if self.sought is None else self.sought
        return snapshot.step if wanted is None else wanted


def last_step(snapshot: Snapshot) -> int:
    """How far the run has come."""
    return max(snapshot.step, snapshot.newest)
