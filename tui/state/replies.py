"""What the models answered last: tallies, names side by side, a word taken apart, a name drawn.

Pure, as `tui.state` is, of which it is a part.
"""

from __future__ import annotations

from dataclasses import field, replace

from engine import record
from engine.protocol import (
    ClimbLadder,
    CommandRefused,
    DatasetLoaded,
    DrawingShown,
    EngineFailed,
    EngineLost,
    Event,
    LadderClimbed,
    ModelTuned,
    NamesCompared,
    NamesExpected,
    NamesSampled,
    RunStarted,
    TakeApart,
    Tally,
    Theory,
    WordTakenApart,
)
from tui.state.climbs import Climbs


@record
class Replies:
    """The latest answer to each kind of question."""

    request: int = -1
    """Request of the names that `tally` and `theory` are about."""
    tally: Tally = field(default_factory=Tally)
    """Names drawn so far."""
    theory: Theory | None = None
    """What they are to be like; `None` until it is worked out."""
    comparison: NamesCompared | None = None
    """Names of both models."""
    is_comparing: bool = False
    """Whether the sampler shows names of both models side by side."""
    apart: WordTakenApart | None = None
    """The word that was taken apart last."""
    apart_refusal: str = ""
    """Why the latest word was not taken apart; empty if it was."""
    drawing: DrawingShown | None = None
    """Where the drawing letter by letter stands."""
    climbs: Climbs = field(default_factory=Climbs)
    """The ladder of models."""

    def climb(self, command: ClimbLadder | None) -> Replies:
        """Note that the ladder is wanted, or no longer."""
        return replace(self, climbs=self.climbs.want(command))

    def hear(self, event: Event) -> Replies:
        """Take over what happened; an answer to an earlier question than the latest is dropped."""
        match event:
            case DatasetLoaded():
                return Replies(is_comparing=self.is_comparing, climbs=self.climbs.hear(event))
            case (
                LadderClimbed() | ModelTuned() | CommandRefused(ClimbLadder())
                | EngineFailed() | EngineLost()
            ):  # fmt: skip
                return replace(self, climbs=self.climbs.hear(event))
            case NamesSampled(request=request, tally=tally) if request >= self.request:
                theory = self.theory if request == self.request else None
                return replace(self, request=request, tally=tally, theory=theory)
            case NamesExpected(request, theory) if request == self.request:
                return replace(self, theory=theory)
            case NamesCompared():
                return replace(self, comparison=event)
            case WordTakenApart(command=command) if not self._is_late(command):
                return replace(self, apart=event, apart_refusal="")
            case CommandRefused(TakeApart() as command, reason) if not self._is_late(command):
                return replace(self, apart_refusal=reason)
            case RunStarted() if self.comparison is not None:
                # Of a run that is gone, whatever its step.
                return replace(self, comparison=replace(self.comparison, step=-1))
            case DrawingShown():
                return replace(self, drawing=event)
        return self

    def _is_late(self, command: TakeApart) -> bool:
        return self.apart is not None and command.request < self.apart.command.request
