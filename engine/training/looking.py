"""The step of a run that one screen looks at, while the run itself may go on."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from engine.limits import check
from engine.models.objective import Loss
from engine.models.views import Moment
from engine.protocol import Change, Look, Refusal
from engine.training.replay import Replay
from engine.training.trainer import Trainer


class Looking:
    """What is seen of one run: the present, or a step that it has left behind.

    Args:
        run: the run.
    """

    def __init__(self, run: Trainer) -> None:
        self.run = run
        self._replay = Replay(run.objective, run.timeline, run.path_under)
        self._seen: tuple[int, Moment, Loss] | None = None
        self.wanted: int | None = None
        """The step that is being gone to; nothing once it is there."""
        self.request = 0
        """Of the look that was answered last."""

    @property
    def is_back(self) -> bool:
        """Whether another step than the present is looked at."""
        return self._seen is not None

    @property
    def step(self) -> int:
        """The step that is seen."""
        return self._seen[0] if self._seen else self.run.step

    @property
    def moment(self) -> Moment:
        """The network after it."""
        return self._seen[1] if self._seen else self.run.moment

    @property
    def loss(self) -> Loss:
        """Its loss, under the regularization that was in force then."""
        return self._seen[2] if self._seen else self.run.loss

    @property
    def replayed(self) -> int:
        """How far the way to the step that is wanted has been gone."""
        return self._replay.step if self.wanted is not None else self.step

    @property
    def then(self) -> Change | None:
        """Settings that the step after it was taken with; nothing at present."""
        return self.run.timeline.at(self._seen[0]) if self._seen else None

    def end(self) -> None:
        """Come back to the present."""
        self._seen = self.wanted = None

    def answer(self, command: Look) -> Iterator[None]:
        """Look at what is asked for, in pieces; Refusal if there is no such step."""
        self.request = command.request
        if command.keyframes:
            yield from self.go(self.beside(command.keyframes))
        elif command.step is not None:
            yield from self.go(int(check("steps", command.step)))
        else:
            self.end()

    def beside(self, keyframes: int) -> int:
        """Step of the keyframe so many further than what is looked at."""
        at = self.wanted if self.wanted is not None else self.step
        return self.run.timeline.beside(at, keyframes)

    def go(self, step: int) -> Iterator[None]:
        """Look at a step: at the keyframe before it first, then, in pieces, at the step itself.

        Where steps cannot be taken again, the keyframe is all there is.
        """
        run = self.run
        step = max(run.timeline.root.step, min(step, run.step))
        if step == run.step:
            self._see(step, run.weights.to("cpu", copy=True))
            return
        frame = run.timeline.before(step)
        if run.is_replayable:
            weights = self._replay.begin(step)
            self._see(self._replay.step, weights)
            if self._replay.step < step:
                self.wanted = step
                try:
                    weights = yield from self._replay.go(step)
                except Refusal:
                    self.wanted = None
                    raise
                self._see(step, weights)
        elif frame is not None:
            self._see(*frame)

    def _see(self, step: int, weights: Tensor) -> None:
        self.wanted = None
        regularization = self.run.timeline.at(step).regularization
        objective = self.run.objective
        loss = objective.loss(weights, regularization)
        self._seen = step, Moment(objective, weights, regularization), loss
