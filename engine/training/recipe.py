"""What the recipe of a run is made of: where it begins, and what is noted of it on the way.

Needs no torch.
"""

from __future__ import annotations

from dataclasses import replace

from engine.protocol import Change, Settings
from engine.records import record


@record
class Arithmetic:
    """All that the last bits of W hang on, beside the recipe."""

    kernel: str
    """The gradient path, and what becomes of the gradient."""
    version: int
    """Of the kernel, see `engine.training.arithmetic`."""
    torch: str
    device: str
    """Its kind, and the model of the processor."""
    capability: str
    """Instructions that the processor is used with."""
    threads: int


@record
class Root:
    """Where a run begins."""

    step: int = 0
    is_drawn: bool = True
    """Whether its weights there are drawn from its seed; if not, they are its first keyframe."""
    parent: str = ""
    """Id of the run that it branched from; empty if from none."""
    at: int = 0
    """Step at which it did."""


@record
class Start:
    """Steps begin to be taken, or to be taken with another arithmetic."""

    step: int
    arithmetic: Arithmetic


@record
class End:
    """The run was left politely."""

    step: int
    is_over: bool = False
    """Whether all was done that was to be done, so that nobody means to go on with it."""


Entry = Change | Start | End
"""What is noted of a run, in the order in which it happened."""


def steering(settings: Settings, step: int) -> Change:
    """Give the settings that move the weights, in force from a step on."""
    return Change(
        step=step,
        learning_rate=settings.learning_rate,
        regularization=settings.regularization,
        gradient=settings.gradient,
        optimizer=settings.optimizer,
        device=settings.device,
    )


def placed(change: Change) -> Change:
    """A change that names a device: journals that say auto are older than what it means now.

    It was the CPU, whatever the table.
    """
    return replace(change, device="cpu") if change.device == "auto" else change


def steered(settings: Settings, change: Change) -> Settings:
    """Settings with those that a change puts in force."""
    return replace(
        settings,
        learning_rate=change.learning_rate,
        regularization=change.regularization,
        gradient=change.gradient,
        optimizer=change.optimizer,
        device=placed(change).device,
    )
