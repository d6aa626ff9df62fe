"""Runs: what can be asked of them, and what has become of them."""

from __future__ import annotations

import math
from typing import Literal

from engine.protocol.settings import Configure, Device, GradientPath, Optimizer, Settings
from engine.records import record

STEP = "{step}"
"""Stands in the path of a checkpoint for the step that is saved: while training goes on, whoever
asks cannot know which one it will be."""


LATEST = "latest"
"""In place of a path: the latest run of these words that has not come to its end."""


@record
class Shelf:
    """Where runs are kept on disk, and how many."""

    folder: str
    """Of the runs that have no other place; each has a folder of its own in it."""
    place: str = ""
    """Folder of the first run, which is not there yet; empty if it has no other place."""
    runs: int = 50
    """Most runs in the folder; the oldest are deleted, but none that is being trained."""
    bytes: int = 1_000_000_000
    """Most bytes that they take together."""
    is_readonly: bool = False
    """Whether runs are only read from there, and none is kept."""


@record
class Train:
    """Start training: for so many steps from here, or until paused."""

    steps: int | None = None
    is_last: bool = False
    """Whether nobody means to go on with the run once they are taken."""


@record
class Pause:
    """Stop training after the step in hand; nothing is lost."""


@record
class Toggle:
    """Train if paused, pause if training: decided where it is known, not on a screen behind."""


@record
class Reset:
    """Draw new initial weights and start another run; `Undo` brings the old one back."""


@record
class Undo:
    """Take back what was done last: a change of settings, or what has put the run before away.

    That is a reset, a branch, a checkpoint loaded, or another run taken up.
    """


@record
class OpenTest:
    """Work out the loss of the run in hand on test: once, after all choices."""


@record
class Save:
    """Write the run to a file to hand on; `STEP` in the path becomes its step."""

    path: str = ""
    """If empty, it is a new file beside the runs that are kept."""


@record
class Load:
    """Go on with a run on disk; settings that are given win over its own."""

    path: str
    """Its folder or file, as it was typed, its id, or `LATEST`."""
    settings: Configure = Configure()


@record
class Look:
    """Look at the run as it was after a step: what is shown is of then, and training goes on.

    A step beyond the last one is the last one.
    """

    step: int | None = None
    """`None` is the present, as it is trained on."""
    keyframes: int = 0
    """How many keyframes further than what is looked at, back if below 0; the step is of no
    account then."""
    request: int = 0
    """What the snapshot names once it is answered: another step may be all that can be shown."""


@record
class Branch:
    """Go on from the step that is looked at in another run, with other settings."""

    settings: Configure = Configure()


@record
class TakeUp:
    """Take another run in hand, one of those that the snapshot names."""

    id: str


@record
class TellCourses:
    """Tell the losses of runs, to be held side by side."""

    ids: tuple[str, ...]
    request: int = 0


@record
class Change:
    """Settings that move the weights, in force from a step on."""

    step: int
    learning_rate: float
    regularization: float
    gradient: GradientPath
    optimizer: Optimizer
    device: Device
    """The one that steps are taken on, never auto; but so in journals older than that."""


@record
class RunLine:
    """A run of these words, in a line."""

    id: str
    """Twelve hexadecimal digits; the same wherever the run is kept."""
    settings: Settings
    """In force at its end."""
    step: int
    data_loss: float
    parent: str = ""
    """The run it branched from; empty if it began with initial weights of its own."""
    at: int = 0
    """Step at which it did."""


@record
class Course:
    """The losses of a run, and what changed on the way."""

    id: str
    history: bytes
    """As in the snapshot."""
    dev_history: bytes
    changes: tuple[Change, ...]
    """Its settings at first, and each change of them."""
    is_drawn: bool = True
    """Whether it began with weights drawn from its seed, so that the changes say all of it."""


@record
class CoursesTold:
    """The losses of runs are known."""

    command: TellCourses
    courses: tuple[Course, ...]
    """In the order they were asked for; runs that are gone are left out."""


@record
class ListRuns:
    """Tell which runs are kept on disk."""

    request: int = 0


@record
class KeptRun:
    """A run on disk."""

    line: RunLine
    path: str
    """Of its folder, or of the file it was saved to."""
    source: str
    """What its words are called."""
    loss: float
    """Total loss at its end, in nats; not a number if it was not noted."""
    is_of_these_words: bool
    """Whether it is trained on what there is, so that it can be gone on with."""
    written: float
    """When it was written last, in seconds since 1970."""
    is_ended: bool
    """Whether it was left politely, rather than cut off."""
    is_over: bool
    """Whether it came to the end that was asked for, so that nobody means to go on with it."""
    is_in_use: bool
    """Whether another process trains it."""
    size: int
    """Bytes on disk."""
    instead: str = ""
    """What can be done about the process that trains it, in half a sentence; empty if none does."""


@record
class RunsListed:
    """The runs on disk are known."""

    command: ListRuns
    folder: str
    """Where those are that have no other place."""
    runs: tuple[KeptRun, ...]
    """The latest first."""
    home: str = ""
    """Path of the home folder there, for which a tilde stands."""


@record
class KeepingFailed:
    """The run in hand cannot be kept on disk; it goes on, and is kept again once it can be."""

    reason: str


@record
class TrainingPaused:
    """A run stopped: it was asked to, it reached its target, it could not go on as it was."""

    run: int
    step: int
    reason: Literal["asked", "finished", "diverged", "failed"]
    """It diverged if its loss stopped being a number, it failed if its device did."""
    stability_edge: float = math.nan
    """2/λmax where the run would settle: above this learning rate it does not."""
    fault: str = ""
    """How the device failed, in a sentence; it goes on on the CPU."""


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
    """There are new initial weights, or those of an earlier run are back."""

    run: int
    step: int
    reason: Literal["first", "reset", "undo", "checkpoint", "back", "branch", "taken up"]
    """`back`: what is trained on is again what it was before, and so are its runs."""
    kept: RunLine | None = None
    """Where something else is trained on for the first time: the run that was left for it, or the
    latest before it, if that one had not taken a step either; `None` if none had."""


@record
class SettingsChanged:
    """The settings in force; `at_next_reset` names those that wait for one."""

    settings: Settings
    run: int
    step: int
    at_next_reset: tuple[str, ...] = ()


@record
class Undone:
    """What was done last is taken back: told behind what has become of settings and runs."""

    settings: Configure = Configure()
    """Those that are what they were; none where another run is in hand again."""


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
    is_bound: bool = False
    """Whether it can only be looked at, for what `warning` says."""
