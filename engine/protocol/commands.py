"""Commands: what the engine can be asked to do, in the imperative."""

from __future__ import annotations

from engine.protocol.exercises import Exercise
from engine.protocol.figures import TellMatrix
from engine.protocol.files import ListFolder
from engine.protocol.lessons import CloseChapter, Guess, OpenChapter
from engine.protocol.machine import TellMachine
from engine.protocol.runs import (
    Branch,
    ListRuns,
    Load,
    Look,
    OpenTest,
    Pause,
    Reset,
    Save,
    TakeUp,
    TellCourses,
    Toggle,
    Train,
    Undo,
)
from engine.protocol.screens import Steer
from engine.protocol.settings import (
    LECTURE_SEED,
    Configure,
    CountingModel,
    MatrixName,
    ModelName,
    SamplerName,
    WordOrder,
)
from engine.protocol.trials import ClimbLadder, CountContexts, Ngrams, StopClimbing, Tune
from engine.records import record


@record
class LoadDataset:
    """Read a file of words, one a line; `None` is the list that comes with the program.

    Where train, dev and test are files of their own, their words are one list with one alphabet,
    in this order, and the split `files` tells them apart.

    The new words take the place of the old ones, and of their run, once they are read and counted;
    if they cannot be used, nothing changes.
    """

    path: str | None = None
    """All words, or those of train; or a folder with train.txt and a dev.txt or test.txt."""
    dev: str | None = None
    test: str | None = None
    split: str | None = None
    """How they are parted from then on; by their files, if they have such, if not given."""


@record
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
    """k, of the model `counts`."""
    listed: int | None = None
    """Most names sent one by one, the first of them; all count in the tally. `None` sends all."""
    wants_theory: bool = False
    """Whether to work out what such names are like, too: it is told up to order 2, where names
    are walks from symbol to symbol."""
    ngrams: Ngrams = Ngrams()


@record
class StopSampling:
    """Draw no more names; those drawn so far stand."""


@record
class StreamNames:
    """Draw names for a file, however many: they are told as text, and neither listed nor weighed.

    They are those that the same sample is made of.
    """

    sample: Sample = Sample()


@record
class Compare:
    """Draw names in the same way from both models, to be held side by side."""

    sample: Sample = Sample()
    """How to draw; its model is of no account."""


@record
class TakeApart:
    """Take a word apart under a counting model and the network, and say where it stands.

    That is among the words of the data.
    """

    word: str
    request: int = 0
    smoothing: float = 0.0
    model: CountingModel = "counts"
    """The model that is held against the network."""
    ngrams: Ngrams = Ngrams()


@record
class OpenDrawing:
    """Start to draw names letter by letter, in the way of a batch and with its very letters."""

    sample: Sample = Sample()


@record
class DrawNext:
    """Draw one symbol; after the end of a name, begin the next one."""

    to_end: bool = False
    """Whether to go on until the name is at its end."""


@record
class UndoDraw:
    """Take the latest draw back; the generator goes back, too."""


@record
class ForceSymbol:
    """Write a symbol instead of drawing one; the generator stays where it is."""

    symbol: str


@record
class Retune:
    """Go on drawing in another way; the latest draw is done again, from the same random number."""

    model: ModelName | None = None
    sampler: SamplerName | None = None
    temperature: float | None = None


@record
class Score:
    """Take words apart, bigram by bigram or n-gram by n-gram, under a model."""

    words: tuple[str, ...]
    request: int = 0
    model: ModelName = "counts"
    smoothing: float = 0.0
    ngrams: Ngrams = Ngrams()


@record
class Rank:
    """Find how likely a model finds each word of the dataset, and put the words in that order."""

    request: int = 0
    model: ModelName = "counts"
    smoothing: float = 1.0
    ngrams: Ngrams = Ngrams()
    is_ordered: bool = True
    """Whether the order is wanted, too: as large as the figures themselves."""


@record
class Sort:
    """Put the words in order by alphabet and by length, and the bigrams by their counts."""

    request: int = 0
    orders: tuple[WordOrder, ...] = ("alphabet", "length")
    """Which orders of the words are wanted; repeats are told in any case."""


@record
class ListBigrams:
    """Name the most frequent bigrams."""

    number: int = 10
    """How many at most."""
    request: int = 0


@record
class Watch:
    """Choose what the snapshot shows: the visible window of a matrix, and the cursor's row."""

    matrix: MatrixName = "counts"
    row: int = 0
    column: int = 0
    rows: int = 27
    columns: int = 27
    cursor_row: int = 0
    before: tuple[int, ...] = ()
    """Indices of the symbols that stand before that of a row, where contexts have more than one."""
    against: str = ""
    """Id of the run that the one in hand is held against, in the matrix `run_difference`."""


@record
class Shutdown:
    """Stop everything, and end the worker."""


Steering = (
    LoadDataset
    | Configure
    | Train
    | Pause
    | Toggle
    | Reset
    | Undo
    | Branch
    | TakeUp
    | Save
    | Load
    | Shutdown
)
"""Commands that change what all screens of an engine share, or the disk: who steers gives them."""

Command = (
    Steering
    | Steer
    | OpenTest
    | Sample
    | StreamNames
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
    | ListBigrams
    | CountContexts
    | Tune
    | ClimbLadder
    | StopClimbing
    | Exercise
    | Watch
    | TellMatrix
    | TellMachine
    | Look
    | ListRuns
    | ListFolder
    | TellCourses
    | OpenChapter
    | CloseChapter
    | Guess
)
