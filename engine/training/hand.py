"""The run in hand: trained, paused and configured."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from engine.limits import check
from engine.models.devices import held_on
from engine.models.objective import Objective
from engine.models.optimum import Costs
from engine.protocol import (
    SETTINGS,
    Event,
    Refusal,
    RunStarted,
    Settings,
    SettingsChanged,
    Train,
    TrainingDiverging,
    TrainingPaused,
)
from engine.training.keeper import Keeper
from engine.training.keeping import Keeping
from engine.training.saving import Bases
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.machine.cards import Held


class Hand:
    """A run, and what is being done with it.

    Args:
        dataset: the words, for their hash and alphabet.
        objective: their counts, which is all a run needs of them.
        settings: those of the first run.
        number: how many runs there have been before.
        keeper: keeps the runs on disk, if they are to be kept.

    Raises:
        Refusal: the settings ask for a gradient path or device that is not to be had.
    """

    def __init__(
        self,
        dataset: Dataset,
        objective: Objective,
        settings: Settings,
        number: int = 0,
        keeper: Keeper | None = None,
    ) -> None:
        self.dataset = dataset
        self.objective = objective
        self.number = number
        self.is_running = False
        self.target: int | None = None
        self.is_over = False
        """Whether nobody means to go on: the last steps have been taken, or no more can be."""
        self._is_last = False
        """Whether those are the last that are being taken."""
        self.costs = Costs(self.objective)
        """What each regularization costs on these data, as far as it was worked out."""
        self.bases = Bases(dataset, objective, settings)
        self.keeping = Keeping(keeper, dataset, self.bases)
        self._meter: deque[tuple[float, int]] = deque(maxlen=64)
        self.born: list[str] = []
        """Ids of the runs, in the order in which they began to be in hand."""
        self._take_up(Trainer(self.objective, settings))

    def _take_up(self, run: Trainer, seconds: float = 0.0) -> None:
        self.run = run
        self.number += 1
        self.seconds = seconds
        self.is_running = self.is_over = False
        self.target = None
        self._meter.clear()
        if run.timeline.id not in self.born:
            self.born.append(run.timeline.id)

    @property
    def held(self) -> Held | None:
        """The graphics card that W lives on, if it lives on one."""
        return held_on(self.run.device)

    @property
    def is_settled(self) -> bool:
        """Whether all that can be said of the regularization in force is known."""
        return self.costs.is_known(self.run.settings.regularization)

    def settle(self) -> None:
        """Take a small step towards that."""
        self.costs.work(self.run.settings.regularization)

    @property
    def is_saved(self) -> bool:
        """Whether the run in hand would not be lost by ending now."""
        run = self.run
        return not run.step or run.step == run.saved_step or self.keeping.keeps(run)

    # Training

    def start(self, command: Train) -> Iterator[Event]:
        """Train until paused, or for so many steps, behind those still to be taken."""
        if command.steps is not None:
            check("steps", command.steps)
        if self.run.bound and command.steps != 0:
            raise Refusal(self.run.bound)
        ahead = self.run.step if self.target is None else self.target
        self.target = None if command.steps is None else ahead + command.steps
        self.is_running, self._is_last = True, command.is_last
        # Who asks for no step only wants to know how the run stands.
        self.is_over = self.is_over and command.steps == 0
        self._meter.clear()
        if command.steps == 0:
            yield from self.pause("finished")

    def pause(self, reason: Literal["asked", "finished", "diverged", "failed"]) -> Iterator[Event]:
        """Stop training, if it is running."""
        if self.is_running:
            self.is_running = False
            self.target = None
            is_done = reason == "finished" and self._is_last
            self.is_over = self.is_over or is_done or reason == "diverged"
            self.keeping.keep(self.run)
            edge = self.run.stability_edge() if reason == "diverged" else math.nan
            fault = self.run.fault if reason == "failed" else ""
            yield TrainingPaused(self.number, self.run.step, reason, edge, fault)

    def advance(self, steps: int) -> Iterator[Event]:
        """Take at most so many steps, if training is running; fewer if its target is near."""
        if not self.is_running:
            return
        run = self.run
        start = time.perf_counter()
        outcome = run.advance(steps if self.target is None else min(steps, self.target - run.step))
        end = time.perf_counter()
        self.seconds += end - start
        self._meter.append((end, run.step))
        self.keeping.advanced(run, end)
        if outcome == "diverged":
            yield from self.pause("diverged")
        elif outcome == "failed":
            yield SettingsChanged(run.settings, self.number, run.step)
            yield from self.pause("failed")
        elif outcome == "diverging":
            yield self.alarm()
        if self.target is not None and run.step >= self.target:
            yield from self.pause("finished")

    def alarm(self) -> TrainingDiverging:
        """Say that it diverges."""
        run, edge = self.run, self.run.stability_edge()
        rate = run.settings.learning_rate
        return TrainingDiverging(self.number, run.step, run.loss.data, edge, rate)

    def halt(self) -> None:
        """Stop training where it is, after a fault."""
        self.is_running = False

    @property
    def steps_per_second(self) -> float:
        """Of the latest steps; 0 while it is not known."""
        if not self.is_running or len(self._meter) < 2:
            return 0.0
        (start, first), (end, last) = self._meter[0], self._meter[-1]
        return (last - first) / (end - start) if end > start else 0.0

    def late(self, settings: Settings) -> tuple[str, ...]:
        """Name those settings that the run was begun without, and that wait for the next one."""
        drawn = self.run.settings
        return tuple(
            name
            for name, setting in SETTINGS.items()
            if setting.is_late and getattr(settings, name) != getattr(drawn, name)
        )

    def configure(self, settings: Settings) -> Iterator[Event]:
        """Put settings in force; seed and initial weights only while no step has been taken."""
        late = self.late(settings)
        if settings.speed != self.run.settings.speed:
            self._meter.clear()
        if late and self.run.step == 0:
            fresh = Trainer(self.objective, settings)
            yield from self.pause("asked")
            self._take_up(fresh)
            yield RunStarted(self.number, 0, "first")
            late = ()
        else:
            self.run.configure(settings)
            self.keeping.keep(self.run)
        yield SettingsChanged(settings, self.number, self.run.step, late)
