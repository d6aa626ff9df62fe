"""One training run: weights, a gradient path, and the losses so far; no thread, no printing."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from engine.models.devices import DeviceFault, at_work, device_for
from engine.models.network import Path
from engine.models.objective import Loss, Objective
from engine.models.optimizers import open_way
from engine.models.views import Moment
from engine.protocol import Change, Device, Settings
from engine.training.arithmetic import arithmetic
from engine.training.checkpoint import Checkpoint
from engine.training.history import History
from engine.training.recipe import Root, steered
from engine.training.timeline import Timeline

EVALUATE_EVERY = 16
"""Most steps between two evaluations of the loss, which costs several times as much as a step."""

ALARM = 100
"""Evaluated losses in a row above both the first one and ln V before a run is called diverging."""

MOST_LOOKED_THROUGH = 250_000
"""Logits up to which its gradient is found in some milliseconds."""

Outcome = Literal["fine", "diverging", "diverged", "failed"]


class Trainer:
    """Gradient descent on W, step by step.

    Args:
        objective: the data, as a loss of tables.
        settings: rate, regularization, path and device are in force; seed and init draw W.
        timeline: its recipe so far; one that begins here if not given.
    """

    def __init__(
        self, objective: Objective, settings: Settings, timeline: Timeline | None = None
    ) -> None:
        self.objective = objective
        self.settings = settings
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.device = device_for(objective, settings.device)
        self.path = self._open_path(settings, self.device)
        self._other: tuple[tuple[str, str, str], Path] | None = None
        """Another way that steps of the run were made by, kept since it was last asked for."""
        first = objective.first_weights(settings.init, self.generator)
        self.weights = _moved(first, self.device)
        self.step = 0
        self.saved_step = 0
        """The step whose weights are in a checkpoint; the first ones can be drawn again."""
        self.timeline = timeline or Timeline(self.in_force)
        """What was done to come here, and keyframes to go back to."""
        self.bound = ""
        """Why no further step may be taken, in a sentence; empty if any may."""
        self.fault = ""
        """How the device failed that it was trained on last, in a sentence; empty if none did."""
        self.is_replayable = True
        """Whether its steps can be taken again, so that each can be looked at."""
        self._has_begun = False
        """Whether it is noted what steps are computed with."""
        self.history, self.dev_history = History(), History()
        self._above = 0
        self._begin()
        self.first_loss = self.loss.data

    @classmethod
    def resumed(
        cls,
        objective: Objective,
        settings: Settings,
        saved: Checkpoint,
        timeline: Timeline | None = None,
    ) -> Trainer:
        """Go on from saved weights as if there had been no break.

        Args:
            objective: the data.
            settings: to go on with.
            saved: what was kept of the run.
            timeline: how it came there; if that is not known, it begins there.
        """
        if timeline is None:
            device = str(device_for(objective, settings.device))
            begun = replace(saved.settings, device=device)
            timeline = Timeline(begun, Root(saved.step, is_drawn=False))
            timeline.add(saved.step, saved.weights)
        run = cls(objective, settings, timeline)
        run.weights = _moved(saved.weights.clone(), run.device)
        run.step = run.saved_step = saved.step
        run.generator.set_state(saved.generator)
        run.history, run.dev_history = History(saved.history), History(saved.dev_history)
        run._begin()
        run.first_loss = saved.first_loss
        timeline.change(run.in_force, run.step)
        return run

    @property
    def is_diverging(self) -> bool:
        """Whether its loss has stayed above its start."""
        return self._above >= ALARM

    @property
    def in_force(self) -> Settings:
        """Its settings with the device that steps are taken on: what `auto` means here."""
        return replace(self.settings, device=str(self.device))

    def wished(self, settings: Settings, wish: Device) -> Settings:
        """Settings with a device as the user asked for it, where that means the one they name."""
        is_same = str(device_for(self.objective, wish)) == settings.device
        return replace(settings, device=wish) if is_same else settings

    def rest(self) -> None:
        """Take note that no step is taken for now: with the next one begins another stretch."""
        self._has_begun = False

    def configure(self, settings: Settings) -> None:
        """Change what can change in mid-run; Refusal if the path or device is not to be had."""
        old = self.settings
        device = device_for(self.objective, settings.device)
        if _way(replace(settings, device=str(device))) != _way(self.in_force):
            path = self._open_path(settings, device)
            self.weights = _moved(self.weights, device)
            self.path, self.device = path, device
            self._good = self.weights.to("cpu", copy=True)
            self._has_begun = False
        self.settings = replace(settings, seed=old.seed, init=old.init)
        if replace(self.settings, speed=old.speed, smoothing=old.smoothing) != old:
            self._above = 0
            self.timeline.change(self.in_force, self.step)
            self.timeline.fold(self.step, self.weights)
        self.loss = self.objective.loss(self.weights, settings.regularization)

    def advance(self, steps: int) -> Outcome:
        """Take at most so many steps, evaluating the loss after the last and every 16th.

        Returns:
            `diverged` if the loss stopped being finite: the last finite weights are kept and their
            step is the run's; `diverging` once, when the loss has stayed above its start; `failed`
            if the device did: the run has come back to the CPU, with the weights evaluated last.
        """
        if not self._has_begun and steps:
            way = arithmetic(self.settings, self.device)
            self.timeline.begin(self.step, self.weights, way)
            self._has_begun = True
        start = time.perf_counter()
        outcome = self._advanced(steps)
        self.timeline.note(self.step, self.weights, time.perf_counter() - start)
        return outcome

    def _advanced(self, steps: int) -> Outcome:
        is_alarming = False
        try:
            with at_work(self.device):
                for step, loss in self._descend(steps, EVALUATE_EVERY):
                    if not loss.is_finite:
                        self._go_back(step)
                        return "diverged"
                    is_alarming |= self._note(step, loss)
        except DeviceFault as fault:
            self._come_back(str(fault))
            return "failed"
        except Exception:
            # Memory may run out in mid-step: the weights must be those of the run's step.
            self.weights.copy_(self._good)
            raise
        return "diverging" if is_alarming else "fine"

    def path_under(self, change: Change) -> Path:
        """The way to the gradient under settings of the run: its own, if that is the same."""
        settings = steered(self.settings, change)
        if _way(settings) == _way(self.in_force):
            return self.path
        if self._other is None or self._other[0] != _way(settings):
            opened = self._open_path(settings, device_for(self.objective, settings.device))
            self._other = _way(settings), opened
        return self._other[1]

    @property
    def moment(self) -> Moment:
        """The network as it is now; its weights change with the next step."""
        return Moment(self.objective, self.weights, self.settings.regularization)

    def stability_edge(self) -> float:
        """2/λmax where the network gives what the counts give, near which a run settles.

        Not where W is now: far out the loss is flat, and a rate of millions would pass for stable.
        """
        return self.objective.settled_edge(self.settings.regularization)

    def _open_path(self, settings: Settings, device: torch.device) -> Path:
        with at_work(device):
            return open_way(self.objective, settings.gradient, settings.optimizer, device)

    def _come_back(self, fault: str) -> None:
        """Go on on the CPU, from the weights evaluated last: the device may have none left."""
        self.fault = fault
        self.settings = replace(self.settings, device="cpu")
        self.device, self.weights = torch.device("cpu"), self._good.clone()
        self.path, self._other = self._open_path(self.settings, self.device), None
        self._has_begun = False
        self.timeline.add(self.step, self.weights, is_pinned=True)
        self.timeline.change(self.settings, self.step)

    def _begin(self) -> None:
        """Evaluate the loss where the run starts."""
        self.loss = self.objective.loss(self.weights, self.settings.regularization)
        self.history.add(self.step, self.loss.data)
        if self.loss.dev is not None:
            self.dev_history.add(self.step, self.loss.dev)
        self._good = self.weights.to("cpu", copy=True)
        """The weights evaluated last, for steps are taken in place; on the CPU wherever W is."""

    def _descend(self, steps: int, every: int) -> Iterable[tuple[int, Loss]]:
        """Change the weights; what becomes of the run is said by `_note`."""
        rate, regularization = self.settings.learning_rate, self.settings.regularization
        span = range(self.step, self.step + steps, every)
        return self.path.descend(
            self.objective, self.weights, self._good, rate, regularization, span
        )

    def _note(self, step: int, loss: Loss) -> bool:
        """Take note of a finite loss; whether it is the one to raise the alarm at."""
        self.step, self.loss = step, loss
        self.history.add(step, loss.data)
        if loss.dev is not None:
            self.dev_history.add(step, loss.dev)
        size = len(self.objective.counts.vocabulary)
        is_above_start = loss.data > max(self.first_loss, math.log(size))
        self._above = self._above + 1 if is_above_start else 0
        return self._above == ALARM

    def _go_back(self, overflown: int) -> None:
        """Take the last finite weights: those evaluated last, and on from there one by one."""
        self.weights.copy_(self._good)
        for step, loss in self._descend(overflown - self.step, 1):
            if loss.is_finite:
                self._note(step, loss)
        self.weights.copy_(self._good)


def _moved(weights: Tensor, device: torch.device) -> Tensor:
    """W on a device; `DeviceFault` if that will not have it."""
    with at_work(device):
        return weights.to(device)


def _way(settings: Settings) -> tuple[str, str, str]:
    """What a step is made by."""
    return settings.gradient, settings.device, settings.optimizer


def gradient_norm(moment: Moment) -> float:
    """Euclidean norm of the gradient of the total loss.

    Not a number for a large table: it would be worked out for every look at the run.
    """
    if moment.objective.table.numel() > MOST_LOOKED_THROUGH:
        return math.nan
    return float(moment.objective.gradient(moment.weights, moment.regularization).norm())
