"""One training run: weights, a gradient path, and the losses so far; no thread, no printing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import torch
from torch import Tensor

from engine.models.network import Path, choose_device, open_path
from engine.models.objective import Loss, Objective
from engine.models.optimizers import with_optimizer
from engine.models.views import Moment
from engine.protocol import Settings
from engine.training.history import History

EVALUATE_EVERY = 16
"""Most steps between two evaluations of the loss, which costs several times as much as a step."""

ALARM = 100
"""Evaluated losses in a row above both the first one and ln V before a run is called diverging."""

MOST_LOOKED_THROUGH = 250_000
"""Logits up to which its gradient is found in some milliseconds."""

Outcome = Literal["fine", "diverging", "diverged"]


class Trainer:
    """Gradient descent on W, step by step.

    Args:
        objective: the data, as a loss of tables.
        settings: rate, regularisation, path and device are in force; seed and init draw W.
    """

    def __init__(self, objective: Objective, settings: Settings) -> None:
        self.objective = objective
        self.settings = settings
        self.generator = torch.Generator().manual_seed(settings.seed)
        self.device = choose_device(settings.device)
        self.path = self._open_path(settings, self.device)
        self.weights = objective.first_weights(settings.init, self.generator).to(self.device)
        self.step = 0
        self.saved_step = 0
        """The step whose weights are in a checkpoint; the first ones can be drawn again."""
        self.history, self.dev_history = History(), History()
        self._above = 0
        self._begin()
        self.first_loss = self.loss.data

    @classmethod
    def resumed(
        cls,
        objective: Objective,
        settings: Settings,
        weights: Tensor,
        step: int,
        generator: Tensor,
        first_loss: float,
        history: bytes,
        dev_history: bytes = b"",
    ) -> Trainer:
        """Go on from saved weights as if there had been no break."""
        run = cls(objective, settings)
        run.weights = weights.to(run.device)
        run.step = run.saved_step = step
        run.generator.set_state(generator)
        run.history, run.dev_history = History(history), History(dev_history)
        run._begin()
        run.first_loss = first_loss
        return run

    def configure(self, settings: Settings) -> None:
        """Change what can change in mid-run; Refusal if the path or device is not to be had."""
        old = self.settings
        if _way(settings) != _way(old):
            device = choose_device(settings.device)
            self.path = self._open_path(settings, device)
            self.device, self.weights = device, self.weights.to(device)
            self._good = self.weights.clone()
        self.settings = replace(settings, seed=old.seed, init=old.init)
        if replace(self.settings, speed=old.speed, smoothing=old.smoothing) != old:
            self._above = 0
        self.loss = self.objective.loss(self.weights, settings.regularization)

    def advance(self, steps: int) -> Outcome:
        """Take at most so many steps, evaluating the loss after the last and every 16th.

        Returns:
            `diverged` if the loss stopped being finite: the last finite weights are kept and their
            step is the run's; `diverging` once, when the loss has stayed above its start.
        """
        is_alarming = False
        try:
            for step, loss in self._descend(steps, EVALUATE_EVERY):
                if not loss.is_finite:
                    self._go_back(step)
                    return "diverged"
                is_alarming |= self._note(step, loss)
        except Exception:
            # Memory may run out in mid-step: the weights must be those of the run's step.
            self.weights.copy_(self._good)
            raise
        return "diverging" if is_alarming else "fine"

    @property
    def moment(self) -> Moment:
        """The network as it is now; its weights change with the next step."""
        return Moment(self.objective, self.weights, self.settings.regularization)

    def gradient_norm(self) -> float:
        """Euclidean norm of the gradient of the total loss at the weights now.

        Not a number for a large table: it would be worked out for every look at the run.
        """
        if self.objective.table.numel() > MOST_LOOKED_THROUGH:
            return math.nan
        gradient = self.objective.gradient(self.weights, self.settings.regularization)
        return float(gradient.norm())

    def stability_edge(self) -> float:
        """2/λmax where the network gives what the counts give, near which a run settles.

        Not where W is now: far out the loss is flat, and a rate of millions would pass for stable.
        """
        return self.objective.settled_edge(self.settings.regularization)

    def _open_path(self, settings: Settings, device: torch.device) -> Path:
        path = open_path(self.objective, settings.gradient, device)
        return with_optimizer(path, settings.optimizer, self.objective, device)

    def _begin(self) -> None:
        """Evaluate the loss where the run starts."""
        self.loss = self.objective.loss(self.weights, self.settings.regularization)
        self.history.add(self.step, self.loss.data)
        if self.loss.dev is not None:
            self.dev_history.add(self.step, self.loss.dev)
        self._good = self.weights.clone()
        """The weights evaluated last, for steps are taken in place."""

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


def _way(settings: Settings) -> tuple[str, str, str]:
    """What a step is made by."""
    return settings.gradient, settings.device, settings.optimizer
