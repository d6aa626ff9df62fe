"""The desk: the state of the screen and the engine it is about; knows no widget.

Commands go out through it, news come in, and wishes change the state. Data go round one way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from engine import Engine
from engine.protocol import (
    Command,
    CommandRefused,
    Compare,
    Configure,
    EngineLost,
    Event,
    Look,
    Sample,
    StopClimbing,
    TellCourses,
    Watch,
)
from tui import storage
from tui.sharing import OfItself, why_not_sent
from tui.state import State
from tui.state.intents import CoursesAsked, Intent, LadderAsked, SampleChosen, SettingsAsked
from tui.state.reducing import reduce
from tui.state.scrub import LookAsked


class Desk:
    """Holds the state, and the only way to the engine.

    Args:
        engine: what is shown and driven.
        state: what is shown at first.
        changed: called after the user has changed the state.
    """

    def __init__(self, engine: Engine, state: State, changed: Callable[[], None]) -> None:
        self.engine = engine
        self.state = state
        self._changed = changed
        self._notify: Callable[[], None] = lambda: None
        self._seen: object = None
        self._view = Watch()
        """What of the matrices is in view."""
        self._own: list[Event] = []
        """What no engine tells, until it is heard: commands that this screen may not give, and an
        engine that is lost."""
        self._are_looked_at = False
        """Whether the names are of a step that is looked at, or have been asked to be."""

    def start(self, notify: Callable[[], None], first: Sequence[Command] = ()) -> None:
        """Have the engine begin to live.

        Args:
            notify: called, on any thread, when there is something to be heard.
            first: what it is to begin with, whatever this screen may ask of it later.
        """
        self._notify = notify
        for command in first:
            self.engine.send(command)
        self.engine.start(notify)

    def remember(self, changes: dict[str, object]) -> None:
        """Remember something for the next time; a screen that is read-only writes nothing."""
        if not self.state.engine.is_readonly:
            storage.write_memory(changes)

    def change_engine(self, engine: Engine, first: Sequence[Command] = ()) -> None:
        """Go on with another engine, one that has begun without this screen and will greet it.

        Args:
            engine: that one.
            first: what it is to do before anything else.
        """
        before, self.engine, self._seen = self.engine, engine, None
        for command in (self._view, *first):
            engine.send(command)
        engine.start(self._notify)
        before.close(0.0)

    def send(self, command: Command) -> None:
        """Give the engine a command."""
        if isinstance(command, Configure):
            self.state = reduce(self.state, SettingsAsked(command))
        elif isinstance(command, Look):
            self.state = reduce(self.state, LookAsked(command))
        self._send(command)

    def _send(self, command: Command) -> None:
        """Give the engine a command, unless it is not for this screen to give."""
        if isinstance(command, Watch):
            self._view = command
        reason = why_not_sent(self.state, command)
        if not reason:
            self.engine.send(command)
        elif not isinstance(command, OfItself):
            self._tell(CommandRefused(command, reason))

    def lose(self, lost: EngineLost) -> None:
        """Take note that the engine has gone where it is not heard any more."""
        self._tell(lost)

    def _tell(self, event: Event) -> None:
        self._own.append(event)
        self._notify()

    def take(self, intent: Intent) -> None:
        """Change the state as the user wants."""
        self.state = reduce(self.state, intent)
        self._look()
        self._ask_for_courses()
        self._changed()

    def roll(self, time: float) -> None:
        """Have the next frame of a film shown; one that has come to its end ends in the present.

        Args:
            time: seconds of any clock.
        """
        if (film := self.state.scrub.film).is_playing:
            scrub = self.state.scrub.roll(time, self.state.snapshot)
            self.state = replace(self.state, scrub=scrub)
            if not scrub.film.is_playing and not film.is_backwards:
                self.send(Look())
            self._look()

    def _look(self) -> None:
        """Ask the engine for the step that is sought, once it shows the one before."""
        if (step := self.state.scrub.due) is not None:
            scrub = self.state.scrub.ask()
            self.state = replace(self.state, scrub=scrub)
            self._send(Look(step, request=scrub.request))

    def draw_names(self, sample: Sample) -> None:
        """Draw names in a certain way, from both models if they are to be compared."""
        self.state = reduce(self.state, SampleChosen(sample))
        self.send(sample)
        if self.state.replies.is_comparing:
            self.send(Compare(sample))

    def draw_again(self) -> None:
        """Draw names in the way that is chosen."""
        sample, smoothing = self.state.sample, self.state.settings.smoothing
        self.draw_names(replace(sample, request=sample.request + 1, smoothing=smoothing))

    def leave(self) -> State:
        """Want nothing more of what lay over the laboratory; gives the state."""
        if self.state.replies.climbs.asked is not None:
            self.send(StopClimbing())
            self.take(LadderAsked(None))
        return self.state

    def hear(self) -> list[Event] | None:
        """Take over events and the latest snapshot, and what no engine tells.

        Returns:
            The events, which the state knows of already; None if there was nothing new.
        """
        # First, so that the snapshot is never ahead of the events that explain it.
        snapshot = self.engine.latest
        events = [*self.engine.events(), *self._own]
        self._own.clear()
        for event in events:
            self.state = reduce(self.state, event)
        if snapshot is not None and snapshot is not self._seen:
            self._seen = snapshot
            self.state = reduce(self.state, snapshot)
        elif not events:
            return None
        self._look()
        self._follow()
        self._ask_for_courses()
        return events

    def _ask_for_courses(self) -> None:
        """Ask for what is to be compared and is not known, or has gone on since."""
        if due := self.state.courses.due(self.state.snapshot):
            self.state = reduce(self.state, CoursesAsked(due))
            self._send(TellCourses(tuple(due)))

    def _follow(self) -> None:
        """Draw names anew where they are of another step than the one that is looked at.

        And once more of the present, when that is gone back to: as time goes on, names stay.
        """
        state = self.state
        is_looking = state.snapshot.is_looking
        if not state.is_there or state.drawn is None or state.engine.lost is not None:
            return
        if state.is_drawing or state.drawn.request != state.sample.request:
            return  # They are on their way.
        if state.sample.model != "neural" or not (is_looking or self._are_looked_at):
            return
        drawn = state.drawn.model, state.drawn_at
        self._are_looked_at = is_looking
        if drawn != ("neural", state.snapshot.step):
            self.draw_again()

    def note_link(self, *, is_saving: bool) -> None:
        """Take note whether less is drawn than there is to show, because the line is slow."""
        if is_saving != self.state.is_saving_link:
            self.state = replace(self.state, is_saving_link=is_saving)


class HasDesk(Protocol):
    """An app with a desk, as the command palette finds it."""

    desk: Desk
