"""The training run in hand, and the one put away: start, pause, reset, undo, save, go on.

One object for each objective, made once torch is here. Its methods yield events, as the session's
do.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from engine.limits import changed, check
from engine.models.objective import Objective
from engine.models.optimum import Costs
from engine.protocol import (
    SETTINGS,
    STEP,
    CheckpointLoaded,
    CheckpointSaved,
    Event,
    Load,
    Refusal,
    RunStarted,
    RunState,
    Save,
    Settings,
    SettingsChanged,
    Snapshot,
    Train,
    TrainingDiverging,
    TrainingPaused,
)
from engine.training import checkpoint
from engine.training.trainer import Trainer
from engine.words.cleaning import printable
from engine.words.dataset import Dataset


class Runs:
    """Runs on one objective, of which one is in hand.

    Args:
        dataset: the words, for their hash and alphabet.
        objective: their counts, which is all a run needs of them.
        settings: those of the first run.
        number: how many runs there have been before.

    Raises:
        Refusal: the settings ask for a gradient path or device that is not to be had.
    """

    def __init__(
        self, dataset: Dataset, objective: Objective, settings: Settings, number: int = 0
    ) -> None:
        self.dataset = dataset
        self.objective = objective
        self.number = number
        self.is_running = False
        self.target: int | None = None
        self.costs = Costs(self.objective)
        """What each regularisation costs on these data, as far as it was worked out."""
        self._put_away: Trainer | None = None
        self._meter: deque[tuple[float, int]] = deque(maxlen=64)
        self._take_up(Trainer(self.objective, settings))

    def _take_up(self, run: Trainer) -> None:
        self.run = run
        self.number += 1
        self.seconds = 0.0
        self.is_running = False
        self.target = None
        self._meter.clear()

    @property
    def is_settled(self) -> bool:
        """Whether all that can be said of the regularisation in force is known."""
        return self.costs.is_known(self.run.settings.regularization)

    def settle(self) -> None:
        """Take a small step towards that."""
        self.costs.work(self.run.settings.regularization)

    @property
    def is_saved(self) -> bool:
        """Whether the run in hand would not be lost by ending now."""
        return self.run.step == self.run.saved_step

    @property
    def are_all_saved(self) -> bool:
        """Whether no run would be lost by ending now, the one put away included."""
        return not self._unsaved()

    def _unsaved(self) -> list[Trainer]:
        """Runs that are in no checkpoint as they are, the one in hand last."""
        runs = (self._put_away, self.run)
        return [run for run in runs if run is not None and run.step != run.saved_step]

    def _put_run_away(self) -> None:
        """Keep the run in hand for `undo_reset`, unless it has no step and another one is kept."""
        if self.run.step or self._put_away is None:
            self._put_away = self.run

    # Training

    def start(self, command: Train) -> Iterator[Event]:
        """Train until paused, or for so many steps, behind those still to be taken."""
        if command.steps is not None:
            check("steps", command.steps)
        ahead = self.run.step if self.target is None else self.target
        self.target = None if command.steps is None else ahead + command.steps
        self.is_running = True
        self._meter.clear()
        if command.steps == 0:
            yield from self.pause("finished")

    def pause(self, reason: Literal["asked", "finished", "diverged"]) -> Iterator[Event]:
        """Stop training, if it is running."""
        if self.is_running:
            self.is_running = False
            self.target = None
            edge = self.run.stability_edge() if reason == "diverged" else math.nan
            yield TrainingPaused(self.number, self.run.step, reason, edge)

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
        if outcome == "diverged":
            yield from self.pause("diverged")
        elif outcome == "diverging":
            edge = run.stability_edge()
            rate = run.settings.learning_rate
            yield TrainingDiverging(self.number, run.step, run.loss.data, edge, rate)
        if self.target is not None and run.step >= self.target:
            yield from self.pause("finished")

    def _steps_per_second(self) -> float:
        if not self.is_running or len(self._meter) < 2:
            return 0.0
        (start, first), (end, last) = self._meter[0], self._meter[-1]
        return (last - first) / (end - start) if end > start else 0.0

    # One run after another

    def reset(self, settings: Settings) -> Iterator[Event]:
        """Draw new first weights; the run in hand is put away."""
        fresh = Trainer(self.objective, settings)
        self._put_run_away()
        self._take_up(fresh)
        yield RunStarted(self.number, 0, "reset")

    def undo_reset(self, settings: Settings) -> Iterator[Event]:
        """Exchange the run in hand for the one put away, under the settings in force."""
        old = self._put_away
        if old is None:
            raise Refusal("There is no earlier run to go back to; a reset puts one away.")
        old.configure(settings)
        self._put_away = self.run
        yield from self._return_to(old, "undo")

    def come_back(self, settings: Settings, number: int) -> Iterator[Event]:
        """Take the run in hand up again, which was left for others, under the settings in force.

        Args:
            settings: those.
            number: how many runs there have been.
        """
        self.run.configure(settings)
        self.number = number
        yield from self._return_to(self.run, "back")

    def _return_to(self, run: Trainer, reason: Literal["undo", "back"]) -> Iterator[Event]:
        """Take up a run that has come under the settings in force but for its first weights."""
        self._take_up(run)
        yield SettingsChanged(run.settings, self.number, run.step)
        yield RunStarted(self.number, run.step, reason)

    def configure(self, settings: Settings) -> Iterator[Event]:
        """Put settings in force; seed and first weights only while no step has been taken."""
        drawn = self.run.settings
        late = tuple(
            name
            for name, setting in SETTINGS.items()
            if setting.is_late and getattr(settings, name) != getattr(drawn, name)
        )
        if settings.speed != drawn.speed:
            self._meter.clear()
        if late and self.run.step == 0:
            fresh = Trainer(self.objective, settings)
            yield from self.pause("asked")
            self._take_up(fresh)
            yield RunStarted(self.number, 0, "first")
            late = ()
        else:
            self.run.configure(settings)
        yield SettingsChanged(settings, self.number, self.run.step, late)

    # Checkpoints

    def save(self, command: Save) -> Iterator[Event]:
        """Write the run in hand to disk, or all that are not; Refusal if that cannot be done."""
        for run in self._unsaved() if command.everything else [self.run]:
            # Two runs may have come equally far.
            is_other = run is not self.run and run.step == self.run.step
            name = f"{run.step}-before" if is_other else f"{run.step}"
            yield self._write(run, command.path.replace(STEP, name))

    def _write(self, run: Trainer, path: str) -> CheckpointSaved:
        checkpoint.write(path, _packed(run, self.dataset))
        run.saved_step = run.step
        return CheckpointSaved(printable(path), run.step)

    def load(
        self, command: Load, saved: checkpoint.Checkpoint, settings: Settings
    ) -> Iterator[Event]:
        """Go on from a checkpoint on this objective; Refusal if it does not fit these data.

        Args:
            command: where it was read from, and what is to be changed.
            saved: what was read.
            settings: those in force.
        """
        # Speed and smoothing are the screen's, not the run's.
        mine = replace(saved.settings, speed=settings.speed, smoothing=settings.smoothing)
        mine = changed(mine, command.settings)
        shown = printable(command.path)
        _check_fit(saved, shown, mine, self.dataset, self.objective)
        run = Trainer.resumed(
            self.objective,
            mine,
            weights=saved.weights,
            step=saved.step,
            generator=saved.generator,
            first_loss=saved.first_loss,
            history=saved.history,
            dev_history=saved.dev_history,
        )
        self._put_run_away()
        self._take_up(run)
        warning = ""
        if saved.data_sha256 != self.dataset.sha256:
            warning = f"{shown} was trained on other data of the same alphabet ({saved.source})."
        yield CheckpointLoaded(shown, run.step, warning)
        yield SettingsChanged(mine, self.number, run.step)
        yield RunStarted(self.number, run.step, "checkpoint")

    def describe(self, snapshot: Snapshot) -> Snapshot:
        """Fill in what a snapshot says of the run in hand."""
        run = self.run
        state: RunState = "running" if self.is_running else "paused" if run.step else "ready"
        return replace(
            snapshot,
            run=self.number,
            state=state,
            step=run.step,
            target=self.target,
            loss=run.loss.total,
            data_loss=run.loss.data,
            dev_loss=math.nan if run.loss.dev is None else run.loss.dev,
            floor=self.objective.floor,
            gap=run.loss.data - self.objective.floor,
            regularization_cost=self.costs.of(run.settings.regularization),
            gradient_norm=run.gradient_norm(),
            stability_edge=run.stability_edge(),
            steps_per_second=self._steps_per_second(),
            seconds=self.seconds,
            device=run.device.type,
            is_saved=self.is_saved,
            are_all_saved=self.are_all_saved,
            can_undo_reset=self._put_away is not None,
            history=run.history.buckets(),
            recent=run.history.recent(),
            dev_history=run.dev_history.buckets(),
            dev_recent=run.dev_history.recent(),
            has_test=self.objective.has_test,
        )


def _packed(run: Trainer, dataset: Dataset) -> checkpoint.Checkpoint:
    """A run as it goes on disk."""
    return checkpoint.Checkpoint(
        weights=run.weights,
        generator=run.generator.get_state(),
        history=run.history.buckets(),
        step=run.step,
        first_loss=run.first_loss,
        settings=run.settings,
        symbols=dataset.vocabulary.symbols,
        data_sha256=dataset.sha256,
        source=dataset.source,
        dev_history=run.dev_history.buckets(),
    )


def _check_fit(
    saved: checkpoint.Checkpoint, shown: str, mine: Settings, dataset: Dataset, objective: Objective
) -> None:
    """Refuse to go on from what was trained on something else.

    Args:
        saved: the run.
        shown: what its file is called.
        mine: the settings that it would go on with.
        dataset: the words there are.
        objective: what it would go on with.
    """
    if saved.symbols != dataset.vocabulary.symbols:
        raise Refusal(
            f"{shown} was trained on another alphabet ({len(saved.symbols)} symbols, from "
            f"{saved.source}); load its data first, or give another checkpoint."
        )
    if mine.objective != saved.settings.objective:
        was = saved.settings
        raise Refusal(
            f"{shown} holds the model {was.network} and was trained at order {was.order} with dots "
            f"{was.dots} and split {was.split}; leave these out."
        )
    is_other = objective.has_rows_of_contexts and saved.data_sha256 != dataset.sha256
    if is_other or saved.weights.shape != objective.shape:
        raise Refusal(
            f"{shown} has a row for each context of other data ({saved.source}); load these first, "
            "or give another checkpoint."
        )
