"""Events: what has happened, in the past tense."""

from __future__ import annotations

from dataclasses import field

from engine.protocol.commands import (
    Command,
    Compare,
    ListBigrams,
    Rank,
    Sample,
    Score,
    StreamNames,
    TakeApart,
)
from engine.protocol.exercises import ExerciseWorked
from engine.protocol.figures import MatrixTold
from engine.protocol.files import FolderListed, WordsFile
from engine.protocol.lessons import ChapterClosed, ChapterOpened, ExhibitShown, Guessed
from engine.protocol.machine import MachineTold
from engine.protocol.parts import WordsParted
from engine.protocol.runs import (
    CheckpointLoaded,
    CheckpointSaved,
    CoursesTold,
    KeepingFailed,
    LossOnTest,
    RunsListed,
    RunStarted,
    SettingsChanged,
    TrainingDiverging,
    TrainingPaused,
    Undone,
)
from engine.protocol.screens import EngineLost, EngineReady, Joined, SteeringPassed
from engine.protocol.trials import ContextsCounted, LadderClimbed, ModelTuned
from engine.protocol.values import (
    DataReport,
    Drawn,
    SampledName,
    ScoredWord,
    Standing,
    Tally,
    Theory,
)
from engine.records import record


@record
class Progressed:
    """Something slow has come further: `done` of `total` bytes, words or names.

    Where all is done it has ended, or nobody waits for it any more.
    """

    task: str
    done: int
    total: int


@record
class DatasetLoaded:
    """Words are here and counted."""

    report: DataReport
    symbols: tuple[str, ...]
    """Index to symbol; the boundary symbol is the first."""
    text: str
    """All words, cleaned, joined by line feeds."""
    offsets: bytes
    """uint32: where each word starts in `text`, and one past the last line feed."""
    file: WordsFile | None = None
    """Where the words are to be read from, if not from `text`: both of these are empty then."""


@record
class WordsArrived:
    """More of the words are here: over a slow line they come one after the other."""

    sha256: str
    """Of the data, as in their report."""
    text: str
    """As in `DatasetLoaded`; an ellipsis stands for a word that has yet to come, there, too."""
    offsets: bytes
    file: WordsFile | None = None


@record
class NamesSampled:
    """Names were drawn; a large request is answered in parts."""

    request: int
    names: tuple[SampledName, ...]
    command: Sample
    is_last: bool = True
    tally: Tally = field(default_factory=Tally)
    """All names of the request so far."""
    step: int = 0
    """Step of the run that the network had then."""


@record
class NamesStreamed:
    """More names were drawn for a file."""

    command: StreamNames
    text: bytes
    """UTF-8, a line feed at the end of each name; the last one may go on in the next piece."""
    names: int
    cut: int
    """Names at its end, of the whole stream, and those of them that were stopped at the limit."""


@record
class NamesExpected:
    """What names drawn in a certain way are like, worked out from the table."""

    request: int
    theory: Theory
    command: Sample


@record
class NamesCompared:
    """The same numbers of the generator made these names of the two models."""

    command: Compare
    counts: tuple[SampledName, ...]
    neural: tuple[SampledName, ...]
    step: int
    """Step of the run that the network had then."""


@record
class WordTakenApart:
    """A word taken apart; a model is `None` while there is none."""

    command: TakeApart
    counts: ScoredWord
    neural: ScoredWord | None
    counts_standing: Standing | None
    """`None` if the word holds a symbol outside the alphabet, or the words are not at hand."""
    neural_standing: Standing | None
    known: int | None
    """How many times the word stands in the dataset; `None` where the words are not at hand."""
    step: int = 0
    """Step of the run that the network had then."""


@record
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
    """Index of the last symbol of the context whose row is shown: that of the latest draw, or of
    the coming one."""
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
    context: str = "."
    """That context, boundaries included; empty for order 1."""


@record
class WordsScored:
    """Words were taken apart."""

    request: int
    words: tuple[ScoredWord, ...]
    command: Score


@record
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
    """uint32: numbers of the words from the most to the least likely; impossible ones are last.

    Empty if that was not asked for.
    """


@record
class WordsSorted:
    """The words are in order, and the bigrams; all numbers count from 0 in the file's order.

    Where the words are not at hand, only the bigrams are.
    """

    request: int
    alphabet: bytes
    """uint32: numbers of the words by code point; empty if that was not asked for."""
    lengths: bytes
    """uint32: numbers of the words from the shortest to the longest; empty as above."""
    repeats: bytes
    """One byte a word: 1 if it stands further up in the file already."""
    bigrams: bytes
    """uint32 triples (i, j, count) of all bigrams that were seen, the most frequent first."""


@record
class BigramsListed:
    """The most frequent bigrams are known."""

    request: int
    command: ListBigrams
    bigrams: tuple[tuple[str, str, int], ...]
    """First symbol, second symbol, count; equally frequent ones in the order of the alphabet."""


@record
class CommandRefused:
    """The user asked for something impossible; `reason` says why, and what to do."""

    command: Command
    reason: str


@record
class NetworkRefused:
    """There can be no network of the words there are: counts are all that can be asked."""

    reason: str
    """A sentence: how large it would be, and what would fit."""


@record
class EngineFailed:
    """A fault of ours; the traceback is in the log and the engine lives on."""

    doing: str
    message: str


Event = (
    Progressed
    | DatasetLoaded
    | WordsArrived
    | EngineReady
    | NetworkRefused
    | TrainingPaused
    | TrainingDiverging
    | RunStarted
    | SettingsChanged
    | Undone
    | LossOnTest
    | NamesSampled
    | NamesStreamed
    | NamesExpected
    | NamesCompared
    | WordTakenApart
    | DrawingShown
    | WordsScored
    | WordsRanked
    | WordsSorted
    | WordsParted
    | BigramsListed
    | MatrixTold
    | MachineTold
    | ContextsCounted
    | ModelTuned
    | LadderClimbed
    | ExerciseWorked
    | CheckpointSaved
    | CheckpointLoaded
    | CoursesTold
    | RunsListed
    | FolderListed
    | KeepingFailed
    | ChapterOpened
    | ExhibitShown
    | Guessed
    | ChapterClosed
    | SteeringPassed
    | Joined
    | EngineLost
    | CommandRefused
    | EngineFailed
)

ForAll = (
    DatasetLoaded
    | EngineReady
    | NetworkRefused
    | TrainingPaused
    | TrainingDiverging
    | RunStarted
    | SettingsChanged
    | Undone
    | WordsParted
    | CheckpointLoaded
    | KeepingFailed
    | SteeringPassed
    | EngineFailed
)
"""Events that every screen of an engine is told; the others are told the one that asked."""
