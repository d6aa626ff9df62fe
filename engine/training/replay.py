"""Coming to any step of a run again: from the nearest keyframe, taking the steps anew."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator

import torch
from torch import Tensor

from engine.models.devices import at_work, choose_device
from engine.models.network import Path
from engine.models.objective import Objective
from engine.protocol import Change
from engine.training.timeline import Timeline

PIECE = 0.008
"""Seconds of work between two pauses."""


class Replay:
    """Gives the weights of a run after any of its steps.

    Args:
        objective: the data.
        timeline: its recipe, and its keyframes.
        open_path: gives the way to the gradient under some settings.
    """

    def __init__(
        self,
        objective: Objective,
        timeline: Timeline,
        open_path: Callable[[Change], Path],
    ) -> None:
        self._objective, self._timeline, self._open_path = objective, timeline, open_path
        self.step = -1
        """Step that has been come to; below 0 before the first."""
        self._weights = torch.empty(0)

    def begin(self, step: int) -> Tensor:
        """Go to the nearest step before this one whose weights are at hand, and give these.

        That is a keyframe, or where the replay before came to.
        """
        frame = self._timeline.before(step)
        start, weights = frame if frame is not None else (self._timeline.root.step, None)
        if not start <= self.step <= step:
            self.step = start
            self._weights = self._first() if weights is None else weights.clone()
        return self._weights.clone()

    def go(self, step: int) -> Generator[None, None, Tensor]:
        """Come to a step, in pieces of some milliseconds.

        Args:
            step: one of the run's.

        Returns:
            W after it, float32, on the CPU, for good.

        Raises:
            Refusal: a device that steps were taken on is not to be had, or fails.
        """
        self.begin(step)
        for end, change in self._timeline.stretches(self.step, step):
            path, device = self._open_path(change), choose_device(change.device)
            with at_work(device):
                weights = self._weights.to(device)
            stride = 1
            while self.step < end:
                taken, begun = min(stride, end - self.step), time.perf_counter()
                with at_work(device):
                    path.update(weights, change.learning_rate, change.regularization, taken)
                    come = weights.to("cpu")
                self.step, self._weights = self.step + taken, come
                seconds = max(time.perf_counter() - begun, 1e-9)
                stride = max(1, min(4 * stride, int(taken * PIECE / seconds)))
                yield
        return self._weights.clone()

    def _first(self) -> Tensor:
        """Draw the initial weights."""
        settings = self._timeline.settings
        generator = torch.Generator().manual_seed(settings.seed)
        return self._objective.first_weights(settings.init, generator)
