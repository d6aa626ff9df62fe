"""The runs that the loss chart holds side by side, as far as the engine has told of them.

Pure, as `tui.state` is. Which runs there are is in the snapshot; what each of them was like at
every step is asked for, once for each end that it came to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, fields, replace
from functools import reduce
from itertools import pairwise
from typing import assert_never

from engine import printable, record
from engine.protocol import (
    SETTINGS,
    Change,
    Configure,
    Course,
    CoursesTold,
    RunLine,
    RunsListed,
    Settings,
    Snapshot,
)
from engine.text.numbers import number
from tui.state.ladders import written

MOST_COMPARED = 8
"""Runs beside the one in hand, at most."""

MARKS = 64
"""Changes of settings that are marked in a run, the latest."""

LETTERS = 4
"""Of a run's id, by which people tell it from others."""

LEARNED = {name: setting.mark for name, setting in SETTINGS.items() if setting.mark}
"""Settings whose change is marked in the chart, and their short names."""

SHAPING = tuple(f.name for f in fields(Settings) if SETTINGS[f.name].moves_weights)
"""Settings that a run depends on, from its initial weights on."""

MOVING = tuple(f.name for f in fields(Change) if f.name != "step")
"""Settings that move the weights, and so the course of a run."""


@record
class Mark:
    """A setting was changed in mid-run."""

    step: int
    text: str
    """What it was changed to, as `rate 10`."""


@record
class Compared:
    """A run beside the one in hand."""

    course: Course
    colour: int
    """Which of `MOST_COMPARED` colours it is drawn in."""

    @property
    def name(self) -> str:
        """What people call it."""
        return name_of(self.course.id)


@record
class CoursesAsked:
    """The engine was asked what runs were like at every step."""

    ends: Mapping[str, object]
    """What each was like at its end by then, by id."""


@record
class ComparisonToggled:
    """The user wants a run in the chart, or no longer."""

    id: str


@record
class RunsCompared:
    """Runs are to be compared that were compared before."""

    ids: tuple[str, ...]


@record
class OtherChosen:
    """The user wants to see the run in hand less another one."""

    id: str


Comparing = ComparisonToggled | RunsCompared | OtherChosen | CoursesAsked
"""What changes which runs are compared, but for what the engine tells."""


@record
class Courses:
    """Runs to compare."""

    colours: Mapping[str, int] = field(default_factory=dict)
    """Runs that are compared, by id, the latest last: the colour of each."""
    chosen: frozenset[str] = frozenset()
    """Of these, the ones that the user chose: the others were left there by a reset."""
    told: Mapping[str, Course] = field(default_factory=dict)
    """What the engine told of runs, by id."""
    asked: Mapping[str, object] = field(default_factory=dict)
    """What a run was like at its end when it was last asked for, by id."""
    other: str = ""
    """The run that the user chose to subtract from the one in hand."""
    kept: RunsListed | None = None
    """Runs on disk."""
    settings: Settings | None = None
    """Settings in force, as of the latest event about them."""

    def look(self, old: Snapshot, new: Snapshot) -> Courses:
        """Keep the run that was in hand for comparison, if another one is by now.

        A run without a step is nothing to compare with, nor is one on other words or contexts.
        """
        if new.id == old.id:
            return self
        kept = self._only({*self.colours, new.id})
        left = line_of(new, old.id)
        if left is None or not left.step or left.settings.objective != new.settings.objective:
            return kept
        # Until the engine tells: it will know of a few steps more.
        changes = self.told[old.id].changes if old.id in self.told else ()
        seen = Course(old.id, old.history, old.dev_history, changes)
        return replace(kept, told={**kept.told, old.id: seen}).compare(old.id)

    def _only(self, ids: Collection[str]) -> Courses:
        """Forget what other runs were like; they are asked for anew if they are wanted again."""
        told = {id: course for id, course in self.told.items() if id in ids}
        asked = {id: end for id, end in self.asked.items() if id in ids}
        return replace(self, told=told, asked=asked)

    def want(self, intent: Comparing) -> Courses:
        """Take note of what the user wants."""
        match intent:
            case ComparisonToggled(id):
                return self.leave(id) if id in self.colours else self.choose(id)
            case RunsCompared(ids):
                return reduce(Courses.choose, ids, self)
            case OtherChosen(id):
                return replace(self, other=id)
            case CoursesAsked(ends):
                return replace(self, asked={**self.asked, **ends})
            case _:
                assert_never(intent)

    def compare(self, id: str) -> Courses:
        """Take a run in; of too many the one that was taken in first goes."""
        if id in self.colours:
            return self
        kept = dict([*self.colours.items()][-(MOST_COMPARED - 1) :])
        free = next(colour for colour in range(MOST_COMPARED) if colour not in kept.values())
        return replace(self, colours={**kept, id: free})

    def choose(self, id: str) -> Courses:
        """Take a run in that the user wants to see, the next time, too."""
        return replace(self.compare(id), chosen=self.chosen | {id})

    def leave(self, id: str) -> Courses:
        """Compare a run no longer."""
        colours = {k: c for k, c in self.colours.items() if k != id}
        return replace(self, colours=colours, chosen=self.chosen - {id})

    def shown(self, in_hand: str) -> tuple[Compared, ...]:
        """Runs that are drawn beside the one in hand, as far as they are known."""
        return tuple(
            Compared(self.told[id], colour)
            for id, colour in self.colours.items()
            if id in self.told and id != in_hand
        )

    def against(self, snapshot: Snapshot) -> str:
        """Give the run that is subtracted from the one in hand; empty if there is none.

        That is the one that was chosen, or else the latest of this session.
        """
        others = [line.id for line in snapshot.runs if line.id != snapshot.id and line.step]
        return self.other if self.other in others else others[-1] if others else ""

    def line(self, snapshot: Snapshot, id: str) -> RunLine | None:
        """Give the line of a run, of this session or on disk; None if there is no such run."""
        kept = (run.line for run in self.kept.runs) if self.kept else ()
        return line_of(snapshot, id) or next((line for line in kept if line.id == id), None)

    def marks(self, id: str) -> tuple[Mark, ...]:
        """Changes of settings in a run, the latest of them."""
        changes = self.told[id].changes[-MARKS - 1 :] if id in self.told else ()
        marked = ((new.step, _changed(old, new)) for old, new in pairwise(changes))
        return tuple(Mark(step, text) for step, text in marked if text)

    def due(self, snapshot: Snapshot) -> dict[str, object]:
        """Give the runs that the engine is to be asked about, each with what it is like now.

        Of the run in hand that is what it is trained with: its losses are in the snapshot.
        """
        ends: dict[str, object] = {}
        for id in self.colours:
            line = line_of(snapshot, id)
            ends[id] = (line.settings, line.step) if line else ()
        if snapshot.id and max(snapshot.step, snapshot.newest):
            ends[snapshot.id] = tuple(getattr(snapshot.settings, name) for name in MOVING)
        return {id: end for id, end in ends.items() if self.asked.get(id) != end}

    def hear(self, event: CoursesTold | RunsListed) -> Courses:
        """Take over what the engine tells; runs that are gone cannot be compared."""
        if isinstance(event, RunsListed):
            return replace(self, kept=event)
        told = {course.id: course for course in event.courses}
        gone = {id for id in event.command.ids if id not in told}
        colours = {id: colour for id, colour in self.colours.items() if id not in gone}
        return replace(self, told={**self.told, **told}, colours=colours)


def differing(settings: Settings, other: Settings) -> str:
    """Say which settings that move the weights differ from those of another run, and how."""
    # Dots go with the order, where nothing else is said.
    names = [name for name in SHAPING if getattr(settings, name) != getattr(other, name)]
    # A journal names the device that was chosen by itself.
    if {settings.device, other.device} == {"auto", "cpu"}:
        names.remove("device")
    if "order" in names and settings.dots == settings.order - 1 and "dots" in names:
        names.remove("dots")
    values = (
        f"{SETTINGS[name].short or name} {written(name, getattr(settings, name))}" for name in names
    )
    # In a file that was handed on, a name may be anything.
    return printable(", ".join(values))


def _changed(old: Change, new: Change) -> str:
    """Say what was changed to what, as far as it is marked."""
    return ", ".join(
        f"{name} {number(getattr(new, key))}"
        for key, name in LEARNED.items()
        if getattr(new, key) != getattr(old, key)
    )


def name_of(id: str) -> str:
    """Give what people call a run."""
    return printable(id)[:LETTERS]


def line_of(snapshot: Snapshot, id: str) -> RunLine | None:
    """Give the line of a run of this session; None if there is no such run."""
    return next((line for line in snapshot.runs if line.id == id), None)


def with_asked(settings: Settings, asked: Iterable[Configure]) -> Settings:
    """Give settings as they will be once all that was asked for is in force."""
    for command in asked:
        wanted = {f.name: getattr(command, f.name) for f in fields(command)}
        given = {name: value for name, value in wanted.items() if value is not None}
        settings = replace(settings, **given)
    return settings
