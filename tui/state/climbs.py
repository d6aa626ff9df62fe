"""The ladder as far as it is climbed: what `tui.state` knows of it.

Pure, as `tui.state` is, of which it is a part. A ladder that was climbed to its end is kept: the
words and the split are the same, so it would come out the same again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace

from engine import record
from engine.protocol import (
    FILES,
    ClimbLadder,
    CommandRefused,
    DataReport,
    DatasetLoaded,
    EngineFailed,
    EngineLost,
    Event,
    LadderClimbed,
    ModelTuned,
)

FAULT = "A fault ended the climb; the log says what happened. Another split may do."


@record
class LadderAsked:
    """The user wants a ladder climbed, or no longer."""

    command: ClimbLadder | None
    """`None` if the ladder was left."""


@record
class Climbs:
    """What was asked for, what has come of it, and how often dev was looked at."""

    asked: ClimbLadder | None = None
    """What is being climbed; `None` while nothing is."""
    split: str = "lecture"
    """The split that was looked at last."""
    request: int = 0
    """The latest one there was."""
    part: LadderClimbed | None = None
    """Of a climb under way: the rungs that are known."""
    whole: Mapping[str, LadderClimbed] = field(default_factory=dict)
    """Ladders that were climbed to their end, by split."""
    refusal: str = ""
    """Why there is no ladder of the split; empty if there is one, or will be."""
    looks: int = 0
    """Times that losses on dev were told, of these words."""

    @property
    def shown(self) -> LadderClimbed | None:
        """The rungs of the split, as many as there are."""
        return self.whole.get(self.split) or self.part

    def want(self, command: ClimbLadder | None) -> Climbs:
        """Note what the user wants; what came of an unfinished climb is let go of.

        Nothing is asked for where the ladder is there.
        """
        if command is None:
            return replace(self, asked=None, part=None)
        request, split = command.request, command.split
        fresh = replace(self, split=split, request=request, part=None, refusal="")
        is_known = split in self.whole and command.opens_test == "no"
        return replace(fresh, asked=None if is_known else command)

    def hear(self, event: Event) -> Climbs:
        """Take over what happened; what belongs to an earlier request is dropped."""
        match event:
            case DatasetLoaded(report):
                return Climbs(split=_split_of(report, self.split), request=self.request)
            case LadderClimbed(command=command) if command == self.asked:
                return self._climb(event)
            case CommandRefused(ClimbLadder() as command, reason) if command == self.asked:
                return replace(self, asked=None, part=None, refusal=reason)
            case EngineFailed() if self.asked is not None:
                return replace(self, asked=None, part=None, refusal=FAULT)
            case EngineLost(reason) if self.asked is not None:
                return replace(self, asked=None, part=None, refusal=reason)
            case ModelTuned(parts=parts) if any(part.part == "dev" for part in parts):
                return replace(self, looks=self.looks + 1)
        return self

    def _climb(self, event: LadderClimbed) -> Climbs:
        # To open test is to choose nothing anew, so it is no look at dev.
        is_look = self.part is None and event.command.opens_test == "no"
        climbed = replace(self, part=event, looks=self.looks + is_look)
        if not event.is_last:
            return climbed
        whole = {**self.whole, event.command.split: event}
        return replace(climbed, asked=None, part=None, whole=whole)


def _split_of(report: DataReport, split: str) -> str:
    """The split for new words: by their files, if there is a dev among them, or that before."""
    if any(file.name == "dev" for file in report.files):
        return FILES
    return split if split != FILES else Climbs().split
