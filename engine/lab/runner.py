"""A way to the loss and its gradient, with a stopwatch."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Runner:
    """One way to the loss, and what was measured of it."""

    name: str
    forward: Callable[[], Tensor]
    """From the weights to the loss."""
    back: Callable[[Tensor], Tensor | None]
    """From the loss to the gradient, shape (V, V)."""
    numbers: int
    """Size of its largest tensor."""
    repeats: int = 1
    """Times a quick part is run for one measurement."""
    loss: float = 0.0
    """In nats; the same at every step, as the weights stay where they are."""
    gradient: Tensor | None = None
    forward_ms: list[float] = field(default_factory=list)
    """Milliseconds of every step for the loss."""
    backward_ms: list[float] = field(default_factory=list)
    """Milliseconds of every step for the gradient."""

    def step(self) -> None:
        """Take one timed step: loss, then gradient."""
        start = time.perf_counter()
        for _ in range(self.repeats):
            loss = self.forward()
        middle = time.perf_counter()
        for _ in range(self.repeats):
            self.gradient = self.back(loss)
        end = time.perf_counter()
        self.forward_ms.append(1e3 * (middle - start) / self.repeats)
        self.backward_ms.append(1e3 * (end - middle) / self.repeats)
        self.loss = float(loss.detach())

    @property
    def ms(self) -> float:
        """Milliseconds a step, the median."""
        pairs = zip(self.forward_ms, self.backward_ms, strict=True)
        return median(f + b for f, b in pairs)
