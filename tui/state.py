"""What the screen shows, as one frozen value, and how each message changes it.

Pure: no Textual, no clock, no engine. Everything a pane draws is in `State`; everything that can
change it goes through `reduce`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import assert_never

from engine import Words
from engine.protocol import (
    CheckpointLoaded,
    CheckpointSaved,
    CommandRefused,
    DataReport,
    DatasetLoaded,
    EngineFailed,
    EngineReady,
    Event,
    MatrixName,
    NamesSampled,
    Progressed,
    RunStarted,
    Sample,
    SampledName,
    SettingsChanged,
    Snapshot,
    TrainingDiverging,
    TrainingPaused,
    WordsScored,
)

VIEWS: dict[MatrixName, str] = {
    "counts": "N · counts",
    "count_probabilities": "P · counts",
    "network_probabilities": "P · network",
    "log_counts": "log N",
    "centred_logits": "W · rows centred",
    "logits": "W · logits",
    "difference": "P network − P counts",
    "gradient": "gradient",
}
"""The views of the heatmap in the order in which they follow each other, and their titles."""

NETWORK_VIEWS = frozenset(
    {"network_probabilities", "centred_logits", "logits", "difference", "gradient"}
)
"""Views that need a network."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The cursor of the heatmap is on another bigram."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class ViewChosen:
    """The user chose what the heatmap shows."""

    view: MatrixName


@dataclass(frozen=True, slots=True)
class WordPicked:
    """A word of the dataset or of the samples was picked; empty for none."""

    word: str


@dataclass(frozen=True, slots=True)
class SampleChosen:
    """The user changed how names are drawn."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class StepsChosen:
    """The user changed how many steps the key for some steps takes."""

    steps: int


Intent = Moved | ViewChosen | WordPicked | SampleChosen | StepsChosen


@dataclass(frozen=True, slots=True)
class State:
    """Everything the panes draw."""

    report: DataReport | None = None
    symbols: tuple[str, ...] = ()
    words: Words | None = None
    progress: str = "opening"
    """What the user is waiting for; empty if for nothing."""
    is_ready: bool = False
    torch_version: str = ""
    snapshot: Snapshot = field(default_factory=Snapshot)
    view: MatrixName = "counts"
    has_chosen_view: bool = False
    """Whether the user chose the view, so that training no longer chooses it."""
    has_chosen_model: bool = False
    """Whether the user chose the model that names are drawn from."""
    row: int = 0
    """Cursor of the heatmap: the first symbol of the bigram."""
    column: int = 0
    """Cursor of the heatmap: the second symbol of the bigram."""
    word: str = ""
    """The word whose path is drawn through the heatmap."""
    sample: Sample = field(default_factory=Sample)
    """How names are drawn next."""
    names: tuple[SampledName, ...] = ()
    drawn: Sample | None = None
    """How `names` were drawn."""
    is_drawing: bool = False
    steps: int = 100
    """Steps that the key for some steps takes."""
    marks: tuple[int, ...] = ()
    """Steps at which a setting was changed in mid-run."""
    at_next_reset: tuple[str, ...] = ()
    """Settings that wait for the next reset."""
    is_diverging: bool = False
    is_saving_link: bool = False
    """Whether less is drawn than there is to show, because the line is slow."""

    @property
    def is_running(self) -> bool:
        """Whether the network is being trained."""
        return self.snapshot.state == "running"


def reduce(state: State, message: Event | Snapshot | Intent) -> State:
    """Give the state after a message."""
    match message:
        case Snapshot():
            return _look(state, message)
        case Moved() | ViewChosen() | WordPicked() | SampleChosen() | StepsChosen():
            return _intend(state, message)
        case _:
            return _happen(state, message)


def _look(state: State, snapshot: Snapshot) -> State:
    """Take over what is true now.

    When training starts, view and names follow the network, unless the user chose otherwise.
    """
    starts = snapshot.state == "running" and state.snapshot.state != "running"
    view, sample = state.view, state.sample
    if starts and not state.has_chosen_view and view not in NETWORK_VIEWS:
        view = "network_probabilities"
    if starts and not state.has_chosen_model:
        sample = replace(sample, model="neural")
    return replace(state, snapshot=snapshot, view=view, sample=sample)


def _intend(state: State, intent: Intent) -> State:
    match intent:
        case Moved(row, column):
            last = max(0, len(state.symbols) - 1)
            row, column = max(0, min(row, last)), max(0, min(column, last))
            return replace(state, row=row, column=column)
        case ViewChosen(view):
            return replace(state, view=view, has_chosen_view=True)
        case WordPicked(word):
            return replace(state, word=word)
        case SampleChosen(sample):
            chosen = state.has_chosen_model or sample.model != state.sample.model
            return replace(state, sample=sample, has_chosen_model=chosen)
        case StepsChosen(steps):
            return replace(state, steps=steps)
        case _:
            assert_never(intent)


def _happen(state: State, event: Event) -> State:
    match event:
        case Progressed(task, done, total):
            return replace(state, progress=f"{task} {100 * done // max(1, total)} %")
        case DatasetLoaded(report, symbols, text, offsets):
            return _begin(state, report, symbols, Words(text, offsets))
        case EngineReady(version, _):
            return replace(state, torch_version=version)
        case RunStarted():
            waiting = replace(state, progress="", is_ready=True, marks=(), at_next_reset=())
            return replace(waiting, is_diverging=False)
        case SettingsChanged(step=step):
            marks = (*state.marks[-63:], step) if step and state.is_running else state.marks
            changed = replace(state, marks=marks, at_next_reset=event.at_next_reset)
            return replace(changed, is_diverging=False)
        case TrainingDiverging():
            return replace(state, is_diverging=True)
        case NamesSampled():
            return _sampled(state, event)
        case EngineFailed(doing, _) if doing == "importing torch":
            return replace(state, progress="torch could not be imported")
        case CommandRefused(command, _) if isinstance(command, Sample):
            return replace(state, is_drawing=False)
        case (
            CommandRefused()
            | EngineFailed()
            | TrainingPaused()
            | WordsScored()
            | CheckpointSaved()
            | CheckpointLoaded()
        ):
            return state
        case _:
            assert_never(event)


def _begin(state: State, report: DataReport, symbols: tuple[str, ...], words: Words) -> State:
    """Start on new data: what was about the old ones is gone."""
    progress = "" if state.torch_version else "importing torch"
    fresh = replace(state, report=report, symbols=symbols, words=words, progress=progress)
    return replace(fresh, row=0, column=min(1, len(symbols) - 1), word="", names=(), drawn=None)


def _sampled(state: State, event: NamesSampled) -> State:
    """Add names to those of the same request; drop those of a request that is no longer wanted."""
    if event.request < (state.drawn.request if state.drawn else 0):
        return state
    is_more = state.drawn is not None and state.drawn.request == event.request
    names = (*state.names, *event.names) if is_more else event.names
    return replace(state, names=names, drawn=event.command, is_drawing=not event.is_last)
