"""Runs that are not in hand: those whose place a reset, a branch or another run has taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.protocol import Refusal, RunLine, Settings
from engine.records import record
from engine.training.checkpoint import Checkpoint
from engine.training.timeline import Timeline

MOST = 31
"""Runs put away from which on the oldest are let go of, if they are kept on disk."""


@record
class PutAway:
    """A run as it was put away: all that it takes to go on."""

    saved: Checkpoint
    timeline: Timeline
    seconds: float
    """Spent on its steps."""
    saved_step: int
    """The step whose weights are in a checkpoint."""
    bound: str
    """Why it cannot be trained, in a sentence; empty if it can be."""
    is_replayable: bool

    @property
    def line(self) -> RunLine:
        """It, in a line."""
        saved = self.saved
        return line_of(self.timeline, saved.settings, saved.step, saved.data_loss)


def line_of(timeline: Timeline, settings: Settings, step: int, data_loss: float) -> RunLine:
    """A run that has come to a step, in a line."""
    root = timeline.root
    return RunLine(timeline.id, settings, step, data_loss, root.parent, root.at)


class Others:
    """Runs by id, and the trail that leads back through those that were in hand.

    Args:
        is_saved: says whether a run would not be lost if it were let go of.
    """

    def __init__(self, is_saved: Callable[[PutAway], bool]) -> None:
        self._is_saved = is_saved
        self._runs: dict[str, PutAway] = {}
        self._trail: list[str] = []

    def __contains__(self, id: object) -> bool:
        return id in self._runs

    def __iter__(self) -> Iterator[PutAway]:
        return iter(self._runs.values())

    def __getitem__(self, id: str) -> PutAway:
        return self._runs[id]

    def place_on_trail(self, id: str) -> int:
        """Place of a run among those that undoing leads back to, from 1 on; 0 if it is none."""
        return self._trail.index(id) + 1 if id in self._trail else 0

    @property
    def has_before(self) -> bool:
        """Whether there is a run to go back to."""
        return bool(self._trail)

    def put(self, run: PutAway, *, is_on_trail: bool) -> None:
        """Take a run in.

        Args:
            run: which was in hand.
            is_on_trail: whether to come back to it when what follows is undone.
        """
        self._runs[run.timeline.id] = run
        if is_on_trail:
            self._trail.append(run.timeline.id)
        spare = (id for id, each in self._runs.items() if self._is_saved(each))
        if len(self._runs) > MOST and (oldest := next(spare, None)) is not None:
            self.drop(oldest)

    def before(self) -> str:
        """Id of the run that was in hand before; Refusal if there is none."""
        if not self._trail:
            raise Refusal("There is no earlier run to go back to: only a reset puts one away.")
        return self._trail[-1]

    def sought(self, id: str) -> PutAway:
        """A run; Refusal if there is none of that id."""
        if id not in self._runs:
            raise Refusal(f"There is no run {id[:12]} among those at hand; o lists them.")
        return self._runs[id]

    def drop(self, id: str) -> None:
        """Let go of a run."""
        del self._runs[id]
        self._trail = [each for each in self._trail if each != id]
