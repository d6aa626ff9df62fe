"""Runs: what can be asked of them, and what has become of them."""

from __future__ import annotations

import math
from typing import Literal

from engine.protocol.settings import Configure, Settings
from engine.records import record

STEP = "{step}"
"""Stands in the path of a checkpoint for the step that is saved: while training goes on, whoever
asks cannot know which one it will be."""


@record
class Train:
    """Start training: for so many steps from here, or until paused."""

    steps: int | None = None


@record
class Pause:
    """Stop training after the step in hand; nothing is lost."""


@record
class Toggle:
    """Train if paused, pause if training: decided where it is known, not on a screen behind."""


@record
class Reset:
    """Draw new first weights and start another run; `UndoReset` brings the old one back."""


@record
class UndoReset:
    """Bring back the run that the last reset, or the last loaded checkpoint, put away."""


@record
class OpenTest:
    """Work out the loss of the run in hand on test: once, after all choices."""


@record
class Save:
    """Write the run to a checkpoint; `STEP` in the path becomes its step."""

    path: str
    everything: bool = False
    """Whether to write each run that is in no checkpoint, the one put away included; only those.
    The path must hold `STEP` then."""


@record
class Load:
    """Go on from a checkpoint; settings that are given win over the saved ones."""

    path: str
    settings: Configure = Configure()


@record
class TrainingPaused:
    """A run stopped: it was asked to, it reached its target, or its loss stopped being a number."""

    run: int
    step: int
    reason: Literal["asked", "finished", "diverged"]
    stability_edge: float = math.nan
    """2/λmax where the run would settle: above this learning rate it does not."""


@record
class TrainingDiverging:
    """The loss has stayed above both its first value and ln V; the run goes on."""

    run: int
    step: int
    data_loss: float
    stability_edge: float
    """2/λmax where the run would settle, which a run so far out may be far from."""
    learning_rate: float


@record
class RunStarted:
    """There are new first weights, or those of an earlier run are back."""

    run: int
    step: int
    reason: Literal["first", "reset", "undo", "checkpoint", "back"]
    """`back`: what is trained on is again what it was before, and so are its runs."""


@record
class SettingsChanged:
    """The settings in force; `at_next_reset` names those that wait for one."""

    settings: Settings
    run: int
    step: int
    at_next_reset: tuple[str, ...] = ()


@record
class LossOnTest:
    """The loss of the run in hand on test is known, in nats a prediction."""

    run: int
    step: int
    loss: float


@record
class CheckpointSaved:
    """The run is on disk."""

    path: str
    step: int


@record
class CheckpointLoaded:
    """The run goes on from a file; `warning` is not empty if it was trained on other data."""

    path: str
    step: int
    warning: str = ""
