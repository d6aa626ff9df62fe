"""What the user wants to see, as plain values: messages to the state that no engine need know."""

from __future__ import annotations

from engine import record
from engine.protocol import Configure, MatrixName, Sample
from tui.colours.palettes import RampName
from tui.state.climbs import LadderAsked as LadderAsked
from tui.state.courses import ComparisonToggled as ComparisonToggled
from tui.state.courses import CoursesAsked as CoursesAsked
from tui.state.courses import OtherChosen as OtherChosen
from tui.state.courses import RunsCompared as RunsCompared
from tui.state.engine import EngineAwaited
from tui.state.hand import Handling
from tui.state.lesson import ChapterChosen
from tui.state.rankings import Order
from tui.state.scrub import Scrubbing


@record
class Moved:
    """The cursor of the heatmap is on another bigram."""

    row: int
    column: int


@record
class ContextChosen:
    """The user wants to see other contexts of the heatmap, and the cursor on a row of them."""

    before: tuple[int, ...]
    """Indices of the symbols before that of a row."""
    row: int


@record
class ViewChosen:
    """The heatmap is to show something else."""

    view: MatrixName
    is_of_user: bool = True
    """Whether the user chose it, so that training no longer does."""


@record
class CentringToggled:
    """The user wants the rows of the logits centred, or as they are."""


@record
class RampChosen:
    """The user chose in which colours the heatmap is drawn."""

    ramp: RampName


@record
class WordPicked:
    """A word of the dataset or of the samples was picked; empty for none."""

    word: str


@record
class OrderChosen:
    """The user chose in which order the words are listed."""

    order: Order


@record
class SampleChosen:
    """The user changed how names are drawn."""

    sample: Sample


@record
class ComparisonChosen:
    """The user wants names of both models side by side, or those of one."""

    is_comparing: bool


@record
class StepsChosen:
    """The user changed how many steps the key for some steps takes."""

    steps: int


@record
class ChartLook:
    """How the loss chart is laid out, and the intent to have it so."""

    is_recent: bool = False
    """Whether it shows the latest losses one by one, or the whole run."""
    is_log_steps: bool = False
    """Whether each tenfold of steps is as wide as the one before; of the whole run only."""
    is_log_gap: bool = False
    """Whether it shows the logarithm of the excess loss, or the loss."""


@record
class SettingsAsked:
    """The user asked the engine for other settings."""

    command: Configure


@record
class StageToggled:
    """The user goes on stage, where a room looks on, or off it."""


@record
class ComparisonCleared:
    """The user no longer wants other runs in the loss chart."""


Intent = (
    Moved
    | ContextChosen
    | ViewChosen
    | CentringToggled
    | RampChosen
    | WordPicked
    | OrderChosen
    | SampleChosen
    | ComparisonChosen
    | StepsChosen
    | ChartLook
    | SettingsAsked
    | StageToggled
    | ComparisonCleared
    | ChapterChosen
    | LadderAsked
    | CoursesAsked
    | ComparisonToggled
    | RunsCompared
    | OtherChosen
    | EngineAwaited
    | Scrubbing
    | Handling
)
