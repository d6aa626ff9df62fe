"""What the screen shows, as one frozen value.

Pure: no Textual, no clock, no engine. Everything a pane draws is in `State`; everything that can
change it goes through `tui.state.reducing`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field

from engine import Words, record
from engine.protocol import (
    Configure,
    DataReport,
    LossOnTest,
    MatrixName,
    ModelName,
    Sample,
    SampledName,
    Settings,
    Snapshot,
)
from tui.colours.palettes import RampName
from tui.state.courses import Courses, Mark, with_asked
from tui.state.engine import Attachment
from tui.state.hand import KINDS, Hand, Kind
from tui.state.intents import ChartLook
from tui.state.lesson import Lesson
from tui.state.rankings import Rankings
from tui.state.replies import Replies
from tui.state.scrub import Scrub
from tui.state.views import VIEWS

COUNT = 8
"""Bytes of a count in a snapshot."""

LISTED = 10_000
"""Most names of one request that are listed; the tally counts them all."""

NO_TORCH = "torch could not be imported"


@record
class State:
    """Everything the panes draw."""

    report: DataReport | None = None
    symbols: tuple[str, ...] = ()
    words: Words | None = None
    progress: str = "opening"
    """What the user is waiting for; empty if for nothing."""
    is_ready: bool = False
    """Whether the engine has torch, and has tried to make a network."""
    torch_version: str = ""
    torch_failed: bool = False
    """Whether torch could not be imported, so that there will be no network."""
    no_network: str = ""
    """Why there can be no network of these words, in a sentence; empty if there can be one."""
    snapshot: Snapshot = field(default_factory=Snapshot)
    view: MatrixName = "counts"
    has_chosen_view: bool = False
    """Whether the user chose the view, so that training no longer chooses it."""
    is_centred: bool = True
    """Whether each row of the logits is shown less its mean: softmax does not see the mean."""
    ramp: RampName = "own"
    """The colours of the heatmap."""
    has_chosen_model: bool = False
    """Whether the user chose the model that names are drawn from."""
    row: int = 0
    """Cursor of the heatmap: the first symbol of the bigram."""
    column: int = 0
    """Cursor of the heatmap: the second symbol of the bigram."""
    before: tuple[int, ...] = ()
    """Indices of the symbols before the first one, where contexts are longer than a symbol."""
    hand: Hand = field(default_factory=Hand)
    """Whether a hand lies on the row under the cursor, and what it has moved."""
    word: str = ""
    """The word whose path is drawn through the heatmap."""
    sample: Sample = field(default_factory=lambda: Sample(listed=LISTED, wants_theory=True))
    """How names are drawn next."""
    names: tuple[SampledName, ...] = ()
    drawn: Sample | None = None
    """How `names` were drawn."""
    drawn_at: int = 0
    """Step of the run whose network they were drawn from, if they were."""
    are_again: bool = False
    """Whether they are those that stood there before: of the same model, by the same seed."""
    is_drawing: bool = False
    rankings: Rankings = field(default_factory=Rankings)
    """The words in order."""
    replies: Replies = field(default_factory=Replies)
    """What the models answered last."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that the user chose, by command id."""
    scrub: Scrub = field(default_factory=Scrub)
    """Which step of the run is looked at."""
    steps: int = 100
    """Steps that the key for some steps takes."""
    chart: ChartLook = field(default_factory=ChartLook)
    """How the loss chart is laid out."""
    courses: Courses = field(default_factory=Courses)
    """The run in hand beside those before it."""
    at_next_reset: tuple[str, ...] = ()
    """Settings that wait for the next reset."""
    answers: int = 0
    """How many times settings were put in force or refused."""
    asked: tuple[Configure, ...] = ()
    """Settings that were asked for and not answered yet, the earliest first."""
    refusal: str = ""
    """Why the latest settings were refused; empty if they were not."""
    opened: LossOnTest | None = None
    """The loss on test that was opened last."""
    is_diverging: bool = False
    has_diverged: bool = False
    """Whether the run was paused because its loss was no longer a number."""
    stability_edge: float = math.nan
    """2/λmax where the run would settle, once it was found diverging."""
    lesson: Lesson = field(default_factory=Lesson)
    """The chapter of the lab that lies open."""
    is_on_stage: bool = False
    """Whether all is drawn for a room: large, and without what is only read from near."""
    is_saving_link: bool = False
    """Whether less is drawn than there is to show, because the line is slow."""
    engine: Attachment = field(default_factory=Attachment)
    """Where the engine lives."""

    @property
    def views(self) -> tuple[MatrixName, ...]:
        """Views that there may be: those of the counts alone, if there can be no network."""
        return tuple(
            name
            for name, view in VIEWS.items()
            if not (view.needs_network and self.no_network)
            and (self.other_run or not view.needs_other_run)
        )

    @property
    def other_run(self) -> str:
        """The run that can be subtracted from the one in hand; empty if there is none."""
        return self.courses.against(self.snapshot)

    @property
    def against(self) -> str:
        """The run that the view subtracts; empty if it is of one run alone."""
        return self.other_run if VIEWS[self.view].needs_other_run else ""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Changes of settings in the run in hand."""
        return self.courses.marks(self.snapshot.id)

    @property
    def matrix(self) -> MatrixName:
        """The matrix that the view shows."""
        view = VIEWS[self.view]
        return view.centred if view.centred and self.is_centred else view.matrix

    @property
    def hand_kind(self) -> Kind | None:
        """What a hand would move in this view, if it can be one: of the table of all bigrams."""
        return KINDS.get(self.view) if self.snapshot.settings.is_bigram else None

    @property
    def is_in_hand(self) -> bool:
        """Whether a hand lies on cells that it can move; elsewhere its keys are not its own."""
        return self.hand.is_on and self.hand_kind is not None

    @property
    def hand_place(self) -> tuple[object, ...]:
        """What a hand lies on: one row of one kind of table, of one run."""
        run = self.snapshot.run if self.hand_kind == "W" else 0
        return self.hand_kind, self.row, run

    @property
    def most_before(self) -> int:
        """Symbols that can stand before that of a row of the heatmap: none for the bigram."""
        return max(0, self.snapshot.settings.order - 2)

    @property
    def lasting_word(self) -> str:
        """The word whose path is shown, but for a name: that goes with the model that made it."""
        return "" if any(name.name == self.word for name in self.names) else self.word

    @property
    def floor(self) -> float:
        """The entropy floor of what is trained on, in nats; not a number while it is not known."""
        if self.snapshot.settings.is_bigram:
            return self.report.floor if self.report else math.nan
        return self.snapshot.floor

    @property
    def shared_gap(self) -> float:
        """The gap that cells have their shares of; one-hots have another floor than their table."""
        snapshot = self.snapshot
        return snapshot.gap if snapshot.settings.objective[-1] == "neural" else math.nan

    @property
    def is_of_these_words(self) -> bool:
        """Whether the snapshot is of the words there are: the event about them may be ahead."""
        row = self.snapshot.row
        return row is not None and len(row.counts) == COUNT * len(self.symbols)

    @property
    def settings(self) -> Settings:
        """Settings as they will be once all that was asked for is in force.

        The next press of a key goes on from these: over a slow line several come at once.
        """
        return with_asked(self.courses.settings or self.snapshot.settings, self.asked)

    @property
    def model_in_view(self) -> ModelName:
        """The model that words are held against: the network once it is looked at or drawn from."""
        is_network = VIEWS[self.view].needs_network or self.sample.model == "neural"
        return "neural" if self.is_ready and not self.no_network and is_network else "counts"

    @property
    def is_looking(self) -> bool:
        """Whether a step of the run is looked at, or sought, rather than the present."""
        return self.scrub.is_looking(self.snapshot)

    @property
    def here(self) -> int:
        """The step that is sought, or else the one that is shown."""
        return self.scrub.here(self.snapshot)

    @property
    def is_there(self) -> bool:
        """Whether the step that is shown is the one that is wanted."""
        return self.scrub.sought is None and self.snapshot.looked_for is None

    @property
    def is_running(self) -> bool:
        """Whether the network is being trained."""
        return self.snapshot.state == "running"
