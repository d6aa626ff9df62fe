"""Runs that are not in hand: those whose place a reset, a branch or another run has taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.protocol import Configure, Refusal, RunLine, Settings
from engine.records import record
from engine.training.checkpoint import Checkpoint
from engine.training.timeline import Timeline

MOST = 31
"""Runs put away from which on the oldest are let go of, if they are kept on disk."""

MOST_CHANGES = 256
"""Changes of settings that can be taken back, the latest."""


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

    On it stands, too, what takes a change of settings back, between the runs where it was made.

    Args:
        is_saved: says whether a run would not be lost if it were let go of.
    """

    def __init__(self, is_saved: Callable[[PutAway], bool]) -> None:
        self._is_saved = is_saved
        self._runs: dict[str, PutAway] = {}
        self._trail: list[str | Configure] = []

    def __contains__(self, id: object) -> bool:
        return id in self._runs

    def __iter__(self) -> Iterator[PutAway]:
        return iter(self._runs.values())

    def __getitem__(self, id: str) -> PutAway:
        return self._runs[id]

    def place_on_trail(self, id: str) -> int:
        """Place of a run among those that undoing leads back to, from 1 on; 0 if it is none."""
        runs = self._runs_before
        return runs.index(id) + 1 if id in runs else 0

    @property
    def has_before(self) -> bool:
        """Whether there is a run to go back to."""
        return bool(self._runs_before)

    @property
    def _runs_before(self) -> list[str]:
        return [each for each in self._trail if isinstance(each, str)]

    @property
    def changes(self) -> tuple[tuple[int, Configure], ...]:
        """What takes changes of settings back, each with the number of runs before it."""
        trail = list(enumerate(self._trail))
        runs = [place for place, each in trail if isinstance(each, str)]
        return tuple(
            (sum(run < place for run in runs), each)
            for place, each in trail
            if isinstance(each, Configure)
        )

    @property
    def change(self) -> Configure | None:
        """What takes the last change of settings back, if nothing was done since; else nothing."""
        last = self._trail[-1] if self._trail else None
        return last if isinstance(last, Configure) else None

    def note(self, back: Configure) -> None:
        """Take note of a change of settings, by what takes it back; of none, take no note."""
        if back == Configure():
            return
        self._trail.append(back)
        changes = [place for place, each in enumerate(self._trail) if isinstance(each, Configure)]
        if len(changes) > MOST_CHANGES:
            del self._trail[changes[0]]

    def inherit(self, others: Others) -> None:
        """Have what was changed before these began, if all that went before are changes."""
        if not self._trail and not others.has_before:
            self._trail, others._trail = others._trail, []

    def forget_change(self) -> None:
        """Take note that the last change of settings is taken back."""
        if self.change is not None:
            self._trail.pop()

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
        if not self.has_before:
            raise Refusal(
                "There is nothing to undo: no setting was changed, and no reset has put a run away."
            )
        return self._runs_before[-1]

    def sought(self, id: str) -> PutAway:
        """A run; Refusal if there is none of that id."""
        if id not in self._runs:
            raise Refusal(f"There is no run {id[:12]} among those at hand; o lists them.")
        return self._runs[id]

    def drop(self, id: str) -> None:
        """Let go of a run."""
        del self._runs[id]
        self._trail = [each for each in self._trail if each != id]
