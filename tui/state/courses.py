"""The run in hand beside those before it: what the loss chart compares.

Pure, as `tui.state` is. The engine numbers runs, and gives a run that it brings back a new number;
so what is kept here goes by what was put away last, not by the number alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from engine import record
from engine.protocol import SETTINGS, Configure, RunStarted, Settings, SettingsChanged, Snapshot
from engine.text.numbers import number

EARLIER = 8
"""Most runs kept for comparison."""

MARKS = 64
"""Most changes of settings kept for a run."""

LEARNED = {name: setting.mark for name, setting in SETTINGS.items() if setting.mark}
"""Settings whose change is marked in the chart, and their short names."""


@record
class Mark:
    """A setting was changed in mid-run."""

    step: int
    text: str
    """What it was changed to, as `rate 10`."""


@record
class Course:
    """The losses of a run, as far as they were seen."""

    run: int
    history: bytes
    """As in the snapshot."""
    marks: tuple[Mark, ...] = ()

    @property
    def is_worth_keeping(self) -> bool:
        """Whether there are at least two losses, three float64 each, to compare with."""
        return len(self.history) >= 2 * 3 * 8


@record
class Courses:
    """Runs to compare."""

    marks: tuple[Mark, ...] = ()
    """Changes of settings in the run in hand."""
    earlier: tuple[Course, ...] = ()
    """Runs kept for comparison, the latest last."""
    put_away: Course | None = None
    """The run that the engine would bring back."""
    settings: Settings | None = None
    """Settings in force, as of the latest event about them."""
    seen: Course = Course(0, b"")
    """The run of the latest snapshot."""
    before: Course = Course(0, b"")
    """The run of the snapshots before, when another one has begun."""

    def look(self, snapshot: Snapshot) -> Courses:
        """Take over the losses of a snapshot, unless it is older than the run in hand."""
        if snapshot.run < self.seen.run:
            return self
        before = self.before if snapshot.run == self.seen.run else self.seen
        return replace(self, seen=Course(snapshot.run, snapshot.history), before=before)

    def start(self, event: RunStarted) -> Courses:
        """Take up a run; the one in hand until now is kept for comparison.

        Snapshots come through a slot and may be ahead of the events: if the latest is of the new
        run already, the one in hand was that of the snapshots before.
        """
        is_ahead = self.seen.run == event.run
        seen = self.seen if is_ahead else Course(event.run, b"")
        if event.reason in ("first", "back"):
            return replace(self, marks=(), seen=seen)
        old = self.before if is_ahead else self.seen
        old = replace(old, marks=self.marks)
        back = self.put_away if event.reason == "undo" else None
        gone = {old.run, back.run if back else old.run}
        earlier = tuple(course for course in self.earlier if course.run not in gone)
        if old.is_worth_keeping:
            earlier = (*earlier, old)[-EARLIER:]
        marks = back.marks if back else ()
        # A run without a step does not take the place of one that is kept for undoing.
        keeps = event.reason != "undo" and self.put_away and not old.is_worth_keeping
        put_away = self.put_away if keeps else old
        return replace(self, marks=marks, earlier=earlier, put_away=put_away, seen=seen, before=old)

    def change(self, event: SettingsChanged, old: Settings) -> Courses:
        """Mark the step at which settings changed, if they change the course of the run."""
        old, new = self.settings or old, event.settings
        changed = [
            f"{name} {number(getattr(new, key))}"
            for key, name in LEARNED.items()
            if getattr(new, key) != getattr(old, key)
        ]
        marks = self.marks
        if changed and event.step and event.run == self.seen.run:
            marks = (*marks, Mark(event.step, ", ".join(changed)))[-MARKS:]
        return replace(self, marks=marks, settings=new)


def with_asked(settings: Settings, asked: Iterable[Configure]) -> Settings:
    """Give settings as they will be once all that was asked for is in force."""
    for command in asked:
        wanted = {f.name: getattr(command, f.name) for f in fields(command)}
        given = {name: value for name, value in wanted.items() if value is not None}
        settings = replace(settings, **given)
    return settings
