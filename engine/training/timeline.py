"""A run as a recipe: initial weights, changes of settings, and keyframes to go back to.

Weights after a step follow from the data, the initial weights and the settings that were in force
until then. So every step of a run can be come to again from the nearest keyframe before it.
"""

from __future__ import annotations

import secrets
import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.protocol import Change, Settings
from engine.training.journal import Journal
from engine.training.recipe import Arithmetic, End, Entry, Root, Start, placed, steered, steering

SPACING = 0.025
"""Seconds of training from one keyframe to the next, so that a step between is come to at once."""

BYTES_A_SECOND = 20_000_000
"""Most bytes of keyframes taken for each second of training."""

ENOUGH_BYTES, ENOUGH, MOST_BYTES = 20_000_000, 32, 200_000_000
"""Keyframes take so many bytes, or are so many, whichever is more, but never take more than so."""

BLOCK = 64_000
"""Bytes of keyframes side by side."""

MOST_ENTRIES = 10_000
"""Entries from which on the oldest are folded into a keyframe."""

MOST_PINNED = 16
"""Keyframes at most that are kept where others are thinned out."""


class Room:
    """Room for keyframes of one shape, side by side.

    One by one they would lie among what comes and goes, and where every second one is thinned out
    each would leave a hole in a page that is never given back.
    """

    def __init__(self) -> None:
        self._free: list[Tensor] = []

    def keep(self, weights: Tensor) -> Tensor:
        """Copy weights: as float32, to the CPU."""
        if not self._free:
            number = max(1, BLOCK // (4 * weights.numel() + 1))
            self._free = [*torch.empty((number, *weights.shape), dtype=torch.float32)]
        return self._free.pop().copy_(weights)


class Timeline:
    """The recipe of a run, and keyframes of it within a budget of memory.

    Args:
        settings: those that it begins with, which name a device; seed and init draw its first
            weights.
        root: where it begins.
        id: of the run; a new one if not given.
        entries: what was noted of it, if it has begun already.
    """

    def __init__(
        self,
        settings: Settings,
        root: Root | None = None,
        id: str | None = None,
        entries: Iterable[Entry] = (),
    ) -> None:
        self.id = id or secrets.token_hex(6)
        self.settings, self.root = settings, root or Root()
        self.entries: list[Entry] = list(entries)
        """All that was noted, in order; the settings it begins with are none of it."""
        self.changes: list[Change] = [steering(settings, self.root.step)]
        """The settings at first, and each change of them; at most one a step."""
        for entry in self.entries:
            if isinstance(entry, Change):
                self._force(entry)
        self.begun = time.time()
        """Seconds since 1970."""
        self.folds = 0
        """Times that the oldest entries were let go of."""
        self.spacing = SPACING
        self._frames: list[tuple[int, Tensor]] = []
        self._room = Room()
        self._pinned: list[int] = []
        self._seconds = 0.0
        """Of training since the last keyframe."""

    @classmethod
    def of(cls, journal: Journal) -> Timeline:
        """What a journal tells, without keyframes."""
        head = journal.head
        timeline = cls(journal.settings, head.root, head.id, journal.entries)
        timeline.folds, timeline.begun = head.folds, head.begun
        return timeline

    # What is noted

    def change(self, settings: Settings, step: int) -> None:
        """Take note that settings are in force from a step on, if that changes anything."""
        new, old = steering(settings, step), self.changes[-1]
        if replace(new, step=old.step) != old:
            self.entries.append(new)
            self._force(new)

    def _force(self, change: Change) -> None:
        """Put settings in force, in place of those that no step was taken with."""
        if self.changes[-1].step == change.step:
            self.changes.pop()
        self.changes.append(placed(change))

    def begin(self, step: int, weights: Tensor, arithmetic: Arithmetic) -> None:
        """Take note that steps are taken in a certain way from here on."""
        starts = [entry.arithmetic for entry in self.entries if isinstance(entry, Start)]
        # What was computed in another way need not be met to go on from here.
        self.add(step, weights, is_pinned=bool(starts) and starts[-1] != arithmetic)
        self.entries.append(Start(step, arithmetic))

    def end(self, step: int, *, is_over: bool = False) -> None:
        """Take note that the run was left, if it was begun."""
        if self.entries and not self.is_ended:
            self.entries.append(End(step, is_over))

    @property
    def is_ended(self) -> bool:
        """Whether it was left politely, and not taken up again."""
        return bool(self.entries) and isinstance(self.entries[-1], End)

    @property
    def is_over(self) -> bool:
        """Whether all was done then that was to be done."""
        return any(isinstance(entry, End) and entry.is_over for entry in self.entries[-1:])

    def fold(self, step: int, weights: Tensor) -> None:
        """Let go of the oldest entries, if there are too many: a keyframe stands for them.

        Args:
            step: that has been come to.
            weights: after it.
        """
        if len(self.entries) <= MOST_ENTRIES:
            return
        self.add(step, weights)
        wanted = self.entries[MOST_ENTRIES // 10].step
        start = next(at for at, _ in self._frames if at >= wanted)
        self.settings = steered(self.settings, self.at(start))
        self.root = replace(self.root, step=start, is_drawn=False)
        # Changes at that very step are in the settings it begins with.
        kept = [e for e in self.entries if e.step >= start + isinstance(e, Change)]
        last = [e for e in self.entries if isinstance(e, Start) and e.step < start][-1:]
        self.entries = [*(replace(each, step=start) for each in last), *kept]
        self.changes = [replace(self.at(start), step=start)] + [
            change for change in self.changes if change.step > start
        ]
        self._frames = [frame for frame in self._frames if frame[0] >= start]
        self.folds += 1

    def at(self, step: int) -> Change:
        """The settings that the step after this one is taken with."""
        place = bisect_right(self.changes, step, key=lambda change: change.step)
        return self.changes[max(0, place - 1)]

    def stretches(self, start: int, end: int) -> list[tuple[int, Change]]:
        """Give the ends of stretches of equal settings between two steps, and the settings."""
        ends = [change.step for change in self.changes if start < change.step < end]
        return [
            (stop, self.at(first)) for first, stop in zip([start, *ends], [*ends, end], strict=True)
        ]

    def until(self, step: int) -> Timeline:
        """The recipe of a run that branches off after a step, with the keyframes up to there."""
        root = replace(self.root, parent=self.id, at=step)
        noted = (e for e in self.entries if e.step < step and not isinstance(e, End))
        part = Timeline(self.settings, root, entries=noted)
        part.put_back([frame for frame in self._frames if frame[0] <= step], self.spacing)
        part._pinned = [at for at in self._pinned if at <= step]
        return part

    # Keyframes

    @property
    def frames(self) -> Sequence[tuple[int, Tensor]]:
        """Steps, rising, and W after each, float32, on the CPU."""
        return self._frames

    def note(self, step: int, weights: Tensor, seconds: float) -> None:
        """Take note of training that has come to a step, a keyframe if it is time for one.

        Args:
            step: that has been come to.
            weights: after it.
            seconds: that it took.
        """
        self._seconds += seconds
        if self._seconds >= max(self.spacing, 4 * weights.numel() / BYTES_A_SECOND):
            self.add(step, weights)

    def add(self, step: int, weights: Tensor, *, is_pinned: bool = False) -> None:
        """Keep the weights after a step, thinning keyframes out if they become too many.

        Args:
            step: later than any before.
            weights: after it.
            is_pinned: whether to keep it where others are thinned out.
        """
        if is_pinned and step not in self._pinned:
            self._pinned = [*self._pinned, step][-MOST_PINNED:]
        if self._frames and self._frames[-1][0] >= step:
            return
        self._seconds = 0.0
        self._frames.append((step, self._room.keep(weights)))
        self._thin()

    def put_back(self, frames: Sequence[tuple[int, Tensor]], spacing: float) -> None:
        """Take keyframes over that were kept."""
        self._frames, self.spacing = list(frames), spacing
        self._thin()

    def before(self, step: int) -> tuple[int, Tensor] | None:
        """The last keyframe that is not after a step, if there is one."""
        place = bisect_right(self._frames, step, key=lambda frame: frame[0])
        return self._frames[place - 1] if place else None

    def beside(self, step: int, keyframes: int) -> int:
        """Step of the keyframe so many further than a step, or back; the outermost if none is."""
        steps = [self.root.step, *(at for at, _ in self._frames if at > self.root.step)]
        place = bisect_right(steps, step) - 1
        # Between two, the one before is the next on the way back.
        is_between = keyframes < 0 and steps[place] < step
        return steps[max(0, min(place + keyframes + is_between, len(steps) - 1))]

    def _thin(self) -> None:
        """Let go of every second keyframe but the last, until what is left is within the budget."""
        size = self._frames[-1][1].numel() * 4 if self._frames else 1
        most = max(1, min(max(ENOUGH_BYTES, ENOUGH * size), MOST_BYTES) // size)
        while len(self._frames) > most and len(self._frames) > 2:
            first, *others = self._frames
            left = len(others) % 2
            kept = [f for i, f in enumerate(others) if i % 2 != left or f[0] in self._pinned]
            if len(kept) == len(others):
                self._pinned = self._pinned[1:]  # There is no room for all of these.
                continue
            steps, weights = zip(first, *kept, strict=True)
            self._frames = list(zip(steps, torch.stack(weights).unbind(), strict=True))
            self.spacing *= 2
