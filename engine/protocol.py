"""Every command, event and the snapshot: the whole vocabulary between a screen and the engine.

All of them are frozen dataclasses of plain values, never a tensor, so they can be put in a queue,
written to a log or sent to another process. Commands are imperative, events are in the past tense,
and the snapshot is what is true now. Loss, NLL and log likelihood are in nats throughout.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.lab.exhibit import Exhibit

Init = Literal["randn", "zeros"]
GradientPath = Literal["counts", "gather", "onehot"]
DeviceName = Literal["auto", "cpu", "cuda", "mps"]
ModelName = Literal["counts", "neural"]
SamplerName = Literal["lecture", "torch"]
MatrixName = Literal[
    "counts",
    "count_probabilities",
    "network_probabilities",
    "log_counts",
    "logits",
    "centred_logits",
    "difference",
    "gradient",
]
RunState = Literal["starting", "ready", "running", "paused"]

LECTURE_SEED = 2147483647
"""The seed of the lecture; every generator starts from it unless told otherwise."""

AS_FAST_AS_IT_GOES = math.inf
"""A speed without a limit, shown as `max`."""


class Refusal(Exception):
    """Something impossible was asked for; the message says what, with which value, what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a training run is made of; every field can be given on the command line."""

    learning_rate: float = 50.0
    """Step size of gradient descent; finite and > 0."""
    regularization: float = 0.01
    """Weight of mean(W²) in the total loss; finite and ≥ 0."""
    seed: int = LECTURE_SEED
    """Seed of the generator that draws the first weights; used by the next reset."""
    init: Init = "randn"
    """First weights: standard normal, or all zeros; used by the next reset."""
    gradient: GradientPath = "counts"
    """How the gradient is computed; all three paths follow one trajectory."""
    device: DeviceName = "auto"
    """Where the weights live; `auto` is the CPU, which is the fastest for a table this small."""
    speed: float = AS_FAST_AS_IT_GOES
    """Steps a second, or `AS_FAST_AS_IT_GOES`."""
    smoothing: float = 1.0
    """Added to every count where the snapshot shows probabilities of the count model; ≥ 0."""


# Commands


@dataclass(frozen=True, slots=True)
class LoadDataset:
    """Read a file of words, one a line; `None` is the list that comes with the program.

    The new words take the place of the old ones, and of their run, once they are read and counted;
    if they cannot be used, nothing changes.
    """

    path: str | None = None
    save_to: str | None = None
    """Checkpoint the run in hand is written to if it would be lost otherwise; it must succeed."""


@dataclass(frozen=True, slots=True)
class Configure:
    """Change settings; a field left at `None` stays as it is.

    Rate, regularisation, gradient path, device, speed and smoothing act at once, in mid-run. Seed
    and first weights act at once while no step has been taken, otherwise at the next reset.
    """

    learning_rate: float | None = None
    regularization: float | None = None
    seed: int | None = None
    init: Init | None = None
    gradient: GradientPath | None = None
    device: DeviceName | None = None
    speed: float | None = None
    smoothing: float | None = None


@dataclass(frozen=True, slots=True)
class Train:
    """Start training: for so many steps from here, or until paused."""

    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop training after the step in hand; nothing is lost."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Draw new first weights and start another run; `UndoReset` brings the old one back."""


@dataclass(frozen=True, slots=True)
class UndoReset:
    """Bring back the run that the last reset, or the last loaded checkpoint, put away."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Draw names from a model."""

    request: int = 0
    model: ModelName = "counts"
    sampler: SamplerName = "lecture"
    seed: int = LECTURE_SEED
    number: int = 10
    temperature: float = 1.0
    prefix: str = ""
    smoothing: float = 1.0
    listed: int | None = None
    """Most names sent one by one, the first of them; all count in the tally. `None` sends all."""
    wants_theory: bool = False
    """Whether to work out what such names are like, too."""


@dataclass(frozen=True, slots=True)
class StopSampling:
    """Draw no more names; those drawn so far stand."""


@dataclass(frozen=True, slots=True)
class Compare:
    """Draw names in the same way from both models, to be held side by side."""

    sample: Sample = Sample()
    """How to draw; its model is of no account."""


@dataclass(frozen=True, slots=True)
class TakeApart:
    """Take a word apart under both models, and say where it stands among the words of the data."""

    word: str
    request: int = 0
    smoothing: float = 0.0


@dataclass(frozen=True, slots=True)
class OpenDrawing:
    """Start to draw names letter by letter, in the way of a batch and with its very letters."""

    sample: Sample = Sample()


@dataclass(frozen=True, slots=True)
class DrawNext:
    """Draw one symbol; after the end of a name, begin the next one."""

    to_end: bool = False
    """Whether to go on until the name is at its end."""


@dataclass(frozen=True, slots=True)
class UndoDraw:
    """Take the latest draw back; the generator goes back, too."""


@dataclass(frozen=True, slots=True)
class ForceSymbol:
    """Write a symbol instead of drawing one; the generator stays where it is."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Retune:
    """Go on drawing in another way; the latest draw is done again, from the same random number."""

    model: ModelName | None = None
    sampler: SamplerName | None = None
    temperature: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Take words apart, bigram by bigram, under a model."""

    words: tuple[str, ...]
    request: int = 0
    model: ModelName = "counts"
    smoothing: float = 0.0


@dataclass(frozen=True, slots=True)
class Rank:
    """Find how likely a model finds each word of the dataset, and put the words in that order."""

    request: int = 0
    model: ModelName = "counts"
    smoothing: float = 1.0


@dataclass(frozen=True, slots=True)
class Sort:
    """Put the words in order by alphabet and by length, and the bigrams by their counts."""

    request: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """Choose what the snapshot shows: the visible window of a matrix, and the cursor's row."""

    matrix: MatrixName = "counts"
    row: int = 0
    column: int = 0
    rows: int = 27
    columns: int = 27
    cursor_row: int = 0


@dataclass(frozen=True, slots=True)
class Save:
    """Write the run to a checkpoint; the path is used as given."""

    path: str


@dataclass(frozen=True, slots=True)
class Load:
    """Go on from a checkpoint; settings that are given win over the saved ones."""

    path: str
    settings: Configure = Configure()


@dataclass(frozen=True, slots=True)
class OpenChapter:
    """Set a chapter of the lab to work, in place of the one that lies open."""

    name: str
    inputs: tuple[tuple[str, str], ...] = ()
    """Controls and their values as text; those left out have their defaults."""
    request: int = 0
    with_pauses: bool = True
    """Whether pictures stand long enough to be followed; if not, the end comes at once."""


@dataclass(frozen=True, slots=True)
class CloseChapter:
    """Stop the work of the chapter that lies open."""


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Stop everything, and end the worker."""


Command = (
    LoadDataset
    | Configure
    | Train
    | Pause
    | Reset
    | UndoReset
    | Sample
    | StopSampling
    | Compare
    | TakeApart
    | OpenDrawing
    | DrawNext
    | UndoDraw
    | ForceSymbol
    | Retune
    | Score
    | Rank
    | Sort
    | Watch
    | Save
    | Load
    | OpenChapter
    | CloseChapter
    | Shutdown
)


# Values that events and the snapshot are made of


@dataclass(frozen=True, slots=True)
class DataReport:
    """What was read, and what was done to it on the way."""

    source: str
    """The path, cleaned for display, or the name of the bundled list."""
    sha256: str
    """Hash of the file's bytes."""
    words: int
    distinct: int
    symbols: int
    """Size of the alphabet, the boundary symbol included."""
    bigrams: int
    """All bigrams, the two at the boundaries of each word included."""
    nonzero: int
    zero: int
    once: int
    shortest: int
    longest: int
    mean_length: float
    """In symbols, without the boundary."""
    floor: float
    """Entropy floor H(next | current): the least average NLL of any bigram model of these data."""
    blank_lines: int = 0
    removed_characters: int = 0
    """Control, bidirectional and other unprintable characters taken out of words."""
    dropped_words: int = 0
    """Words left out because they contain the boundary symbol."""
    lengths: tuple[tuple[int, int], ...] = ()
    """Each length there is, in symbols without the boundary, and how many words have it."""

    @property
    def repeats(self) -> int:
        """How many words are a repetition of an earlier one."""
        return self.words - self.distinct


@dataclass(frozen=True, slots=True)
class SampledName:
    """A drawn name."""

    name: str
    nll: float
    """Average NLL of its bigrams under the model it came from, at temperature 1."""
    is_known: bool
    """Whether it is one of the words of the dataset."""
    is_cut: bool = False
    """Whether it reached the limit of 1,000 symbols and was stopped."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Names of one request counted so far, those that were not sent one by one included."""

    names: int = 0
    symbols: int = 0
    """Of all names together, without the boundary."""
    one_letter: int = 0
    """Names of exactly one symbol."""
    known: int = 0
    """Names that are words of the dataset."""
    cut: int = 0
    log_likelihood: float = 0.0
    """Of all names together, at temperature 1."""

    @property
    def length(self) -> float:
        """Average length of a name; NaN if there is none."""
        return self.symbols / self.names if self.names else math.nan

    @property
    def nll(self) -> float:
        """Average NLL over the bigrams of all names; NaN if there are none."""
        return -self.log_likelihood / (self.symbols + self.names) if self.names else math.nan


@dataclass(frozen=True, slots=True)
class Theory:
    """What names drawn from a table are like, worked out from the table itself."""

    length: float
    """Expected length of a name; infinite if it may never end."""
    length_deviation: float
    """Standard deviation of the length of one name."""
    one_letter: float
    """Share of names of exactly one symbol."""
    known: float
    """Share of names that are words of the dataset."""
    nll: float
    """Expected NLL of a bigram at temperature 1: that of a name over its expected bigrams."""


@dataclass(frozen=True, slots=True)
class ScoredBigram:
    """One step of a word."""

    first: str
    second: str
    count: int
    probability: float
    log_probability: float
    """−inf where the model says impossible."""
    total: float = 0.0
    """Sum of the log probabilities from the start of the word up to here."""
    mean: float = 0.0
    """Average NLL from the start of the word up to here."""


@dataclass(frozen=True, slots=True)
class ScoredWord:
    """A word taken apart."""

    word: str
    bigrams: tuple[ScoredBigram, ...]
    """Empty if the word holds a symbol outside the alphabet."""
    log_likelihood: float
    nll: float
    """Average over the bigrams; infinite if one is impossible."""
    impossible: tuple[str, ...]
    """Bigrams of probability zero, in order, each once."""
    unknown: tuple[str, ...]
    """Symbols outside the alphabet, in order, each once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a word stands among all words of the dataset, by its NLL under a model."""

    likelier: int
    """Words with a lower NLL."""
    alike: int
    """Words with the same NLL, the word itself included if it is one of them."""
    words: int

    @property
    def beaten(self) -> float:
        """Share of the words that are less likely than this one."""
        return (self.words - self.likelier - self.alike) / self.words if self.words else 0.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """One symbol of a name that is being drawn."""

    symbol: str
    """The boundary at the end of the name."""
    probability: float
    """In the row it was drawn from, at the temperature."""
    total: float
    """Log likelihood of the name up to here, at temperature 1, the prefix included."""
    mean: float
    """Average NLL of the name up to here, at temperature 1, the prefix included."""
    kind: Literal["drawn", "forced", "prefix"] = "drawn"


@dataclass(frozen=True, slots=True)
class Window:
    """The visible part of a matrix."""

    matrix: MatrixName
    row: int
    column: int
    rows: int
    columns: int
    low: float
    """Least finite value of the whole matrix, so that colours do not change as the window moves."""
    high: float
    """Greatest finite value of the whole matrix."""
    values: bytes
    """float32, row by row; `memoryview(values).cast("f")` reads it. NaN where there is no value."""


@dataclass(frozen=True, slots=True)
class Row:
    """The row under the cursor, in exact figures."""

    index: int
    counts: bytes
    """int64: how often each symbol follows."""
    count_probabilities: bytes
    """float64, smoothed as the settings say."""
    network_probabilities: bytes = b""
    """float64; empty while there is no network."""
    excess: bytes = b""
    """float64, each cell's part of the excess loss in nats; over the whole table it sums to the
    gap. Empty while there is no network."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is true of the engine now; the worker overwrites one slot and the screen reads it."""

    run: int = 0
    """Number of the run; a reset or a loaded checkpoint starts another."""
    state: RunState = "starting"
    step: int = 0
    """Updates made to the weights."""
    target: int | None = None
    """Step at which the run pauses by itself."""
    loss: float = math.nan
    """Total loss of the weights: data loss + regularisation."""
    data_loss: float = math.nan
    gap: float = math.nan
    """Excess loss: data loss − entropy floor."""
    gradient_norm: float = math.nan
    steps_per_second: float = 0.0
    settings: Settings = field(default_factory=Settings)
    device: str = "cpu"
    is_saved: bool = True
    """Whether the weights are in a checkpoint, or are the first ones."""
    can_undo_reset: bool = False
    window: Window | None = None
    row: Row | None = None
    history: bytes = b""
    """Whole run, float64 triples (first step, least, greatest data loss) of ever wider buckets."""
    recent: bytes = b""
    """The latest evaluated losses as float64 pairs (step, data loss)."""


# Events


@dataclass(frozen=True, slots=True)
class Progressed:
    """Something slow has come further: `done` of `total` bytes, words or names."""

    task: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class DatasetLoaded:
    """Words are here and counted."""

    report: DataReport
    symbols: tuple[str, ...]
    """Index to symbol; the boundary symbol is the first."""
    text: str
    """All words, cleaned, joined by line feeds."""
    offsets: bytes
    """uint32: where each word starts in `text`, and one past the last line feed."""


@dataclass(frozen=True, slots=True)
class EngineReady:
    """torch is imported and there is a network."""

    torch_version: str
    threads: int


@dataclass(frozen=True, slots=True)
class TrainingPaused:
    """A run stopped: it was asked to, it reached its target, or its loss stopped being a number."""

    run: int
    step: int
    reason: Literal["asked", "finished", "diverged"]
    stability_edge: float = math.nan
    """2/λmax at these weights: above this learning rate gradient descent is unstable."""


@dataclass(frozen=True, slots=True)
class TrainingDiverging:
    """The loss has stayed above both its first value and ln V; the run goes on."""

    run: int
    step: int
    data_loss: float
    stability_edge: float


@dataclass(frozen=True, slots=True)
class RunStarted:
    """There are new first weights, or those of an earlier run are back."""

    run: int
    step: int
    reason: Literal["first", "reset", "undo", "checkpoint"]


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """The settings in force; `at_next_reset` names those that wait for one."""

    settings: Settings
    run: int
    step: int
    at_next_reset: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamesSampled:
    """Names were drawn; a large request is answered in parts."""

    request: int
    names: tuple[SampledName, ...]
    command: Sample
    is_last: bool = True
    tally: Tally = Tally()
    """All names of the request so far."""


@dataclass(frozen=True, slots=True)
class NamesExpected:
    """What names drawn in a certain way are like, worked out from the table."""

    request: int
    theory: Theory
    command: Sample


@dataclass(frozen=True, slots=True)
class NamesCompared:
    """The same numbers of the generator made these names of the two models."""

    command: Compare
    counts: tuple[SampledName, ...]
    neural: tuple[SampledName, ...]
    step: int
    """Step of the run that the network had then."""


@dataclass(frozen=True, slots=True)
class WordTakenApart:
    """A word taken apart; a model is `None` while there is none."""

    command: TakeApart
    counts: ScoredWord
    neural: ScoredWord | None
    counts_standing: Standing | None
    """`None` if the word holds a symbol outside the alphabet."""
    neural_standing: Standing | None
    known: int
    """How many times the word stands in the dataset."""
    step: int = 0
    """Step of the run that the network had then."""


@dataclass(frozen=True, slots=True)
class DrawingShown:
    """Where the drawing of names, letter by letter, stands now."""

    command: Sample
    """How it is done."""
    trail: tuple[Drawn, ...]
    """The name so far, symbol by symbol."""
    names: tuple[str, ...]
    """Names that came to their end before, the latest last."""
    draws: int
    """Numbers taken from the generator since it was seeded."""
    row: int
    """Index of the symbol whose row is shown: that of the latest draw, or of the coming one."""
    probabilities: bytes
    """float64: that row at the temperature."""
    cumulative: bytes
    """float64: its cumulative sums, the last one 1, as the lecture's sampler looks u up in them."""
    hit: int | None
    """Index of the symbol that the latest draw hit; `None` before the first one of a name."""
    uniform: float | None
    """u of the latest draw; `None` if there is none, or if none can be seen."""
    is_over: bool
    """Whether the name has come to its end."""
    can_undo: bool
    step: int = 0
    """Step of the run that the network had when its table was taken."""


@dataclass(frozen=True, slots=True)
class WordsScored:
    """Words were taken apart."""

    request: int
    words: tuple[ScoredWord, ...]
    command: Score


@dataclass(frozen=True, slots=True)
class WordsRanked:
    """It is known how likely a model finds each word."""

    request: int
    command: Rank
    run: int
    """The run whose network it was; 0 if there is none."""
    step: int
    nll: bytes
    """float32, one for each word in the order of the file: average NLL of its bigrams, in nats."""
    order: bytes
    """uint32: numbers of the words from the most to the least likely; impossible ones are last."""


@dataclass(frozen=True, slots=True)
class WordsSorted:
    """The words are in order, and the bigrams; all numbers count from 0 in the file's order."""

    request: int
    alphabet: bytes
    """uint32: numbers of the words by code point."""
    lengths: bytes
    """uint32: numbers of the words from the shortest to the longest."""
    repeats: bytes
    """One byte a word: 1 if it stands further up in the file already."""
    bigrams: bytes
    """uint32 triples (i, j, count) of all bigrams that were seen, the most frequent first."""


@dataclass(frozen=True, slots=True)
class CheckpointSaved:
    """The run is on disk."""

    path: str
    step: int


@dataclass(frozen=True, slots=True)
class CheckpointLoaded:
    """The run goes on from a file; `warning` is not empty if it was trained on other data."""

    path: str
    step: int
    warning: str = ""


@dataclass(frozen=True, slots=True)
class ChapterOpened:
    """A chapter of the lab is set to work; its exhibits follow."""

    request: int
    name: str
    inputs: tuple[tuple[str, str], ...]
    """Each control with the value in force, as text."""
    code: str
    """The chapter's code with the values in force."""
    setup: str
    """What stands before the code in a notebook: from the file of words to the names it uses."""
    has_paused_run: bool = False
    """Whether the main run rests until the chapter is done."""


@dataclass(frozen=True, slots=True)
class ExhibitShown:
    """A chapter has come so far; at most ten a second, and always the last."""

    request: int
    name: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True)
class ChapterClosed:
    """A chapter was left before it was done."""

    name: str


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The user asked for something impossible; `reason` says why, and what to do."""

    command: Command
    reason: str


@dataclass(frozen=True, slots=True)
class EngineFailed:
    """A fault of ours; the traceback is in the log and the engine lives on."""

    doing: str
    message: str


Event = (
    Progressed
    | DatasetLoaded
    | EngineReady
    | TrainingPaused
    | TrainingDiverging
    | RunStarted
    | SettingsChanged
    | NamesSampled
    | NamesExpected
    | NamesCompared
    | WordTakenApart
    | DrawingShown
    | WordsScored
    | WordsRanked
    | WordsSorted
    | CheckpointSaved
    | CheckpointLoaded
    | ChapterOpened
    | ExhibitShown
    | ChapterClosed
    | CommandRefused
    | EngineFailed
)
