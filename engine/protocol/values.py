"""Plain values that events and the snapshot are made of."""

from __future__ import annotations

import math
from dataclasses import field
from typing import Literal

from engine.protocol.parts import PartFile
from engine.protocol.runs import Change, RunLine
from engine.protocol.screens import ScreenLine
from engine.protocol.settings import MatrixName, RunState, Settings
from engine.records import record


@record
class Counted:
    """Texts that a table file was counted from, and of which it holds the counts alone."""

    texts: int
    bytes: int
    is_text: bool
    """Whether they were running text, of which each line is a sequence; else words."""
    is_whole: bool = False
    """Whether of that each text is one sequence."""
    order: int = 2
    """Symbols of an n-gram that is counted there; of longer ones their bigrams are taken."""


@record
class DataReport:
    """What was read, and what was done to it on the way."""

    source: str
    """The path, cleaned for display, or the name of the bundled list; several paths with a plus."""
    sha256: str
    """Hash of the file's bytes, or of the hashes of several."""
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
    normalized_words: int = 0
    """Words whose symbols were written in another way and brought to NFC."""
    cut_lines: int = 0
    """Lines of several columns, of which the first one was taken."""
    hint: str = ""
    """How many lines are left out if many are, what the file looks like if not one word a line, and
    what to do; empty if nothing is odd."""
    files: tuple[PartFile, ...] = ()
    """Those of train, dev and test, where each has a file of its own; what was cleaned is summed
    up above."""
    counted: Counted | None = None
    """What a table file was counted from; `None` where the words are at hand."""

    @property
    def has_words(self) -> bool:
        """Whether the words are at hand; of a table file only their counts are."""
        return self.counted is None

    @property
    def unit(self) -> str:
        """What is counted as one: words, the lines of running text, or texts as a whole."""
        if self.counted is None or not self.counted.is_text:
            return "words"
        return "texts" if self.counted.is_whole else "lines"

    @property
    def path(self) -> str:
        """Of the words, or of those of train where these have a file of their own."""
        return self.files[0].source if self.files else self.source

    @property
    def repeats(self) -> int:
        """How many words are a repetition of an earlier one; 0 where they are not at hand."""
        return self.words - self.distinct


@record
class SampledName:
    """A drawn name."""

    name: str
    nll: float
    """Average NLL of its bigrams under the model it came from, at temperature 1."""
    is_known: bool | None
    """Whether it is one of the words of the dataset; `None` where these are not at hand."""
    is_cut: bool = False
    """Whether it reached the limit of 1,000 symbols and was stopped."""


@record
class Tally:
    """Names of one request counted so far, those that were not sent one by one included."""

    names: int = 0
    symbols: int = 0
    """Of all names together, without the boundary."""
    one_letter: int = 0
    """Names of exactly one symbol."""
    known: int = 0
    """Names that are words of the dataset; 0 where these are not at hand."""
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
        return (0.0 - self.log_likelihood) / (self.symbols + self.names) if self.names else math.nan


@record
class Theory:
    """What names drawn from a table are like, worked out from the table itself."""

    length: float
    """Expected length of a name; infinite if it may never end."""
    length_deviation: float
    """Standard deviation of the length of one name."""
    one_letter: float
    """Share of names of exactly one symbol."""
    known: float
    """Share of names that are words of the dataset; not a number where these are not at hand."""
    nll: float
    """Expected NLL of a bigram at temperature 1: that of a name over its expected bigrams."""


@record
class ScoredBigram:
    """One step of a word: a bigram, or of a model of another order an n-gram."""

    first: str
    """The symbol before; empty for order 1."""
    second: str
    count: int
    probability: float
    log_probability: float
    """−inf where the model says impossible."""
    total: float = 0.0
    """Sum of the log probabilities from the start of the word up to here."""
    mean: float = 0.0
    """Average NLL from the start of the word up to here."""
    context: str = ""
    """All that the second symbol is predicted from, boundaries included."""
    backoff: tuple[tuple[str, int], ...] = ()
    """Above order 2: the n-gram and all its ends, the longest first, with their counts."""


@record
class ScoredWord:
    """A word taken apart."""

    word: str
    bigrams: tuple[ScoredBigram, ...]
    """Empty if the word holds a symbol outside the alphabet."""
    log_likelihood: float
    nll: float
    """Average over the bigrams; infinite if one is impossible, not a number if there are none: with
    fewer boundaries than the order less 1, a word's first symbols are not predicted."""
    impossible: tuple[str, ...]
    """Bigrams of probability zero, in order, each once."""
    unknown: tuple[str, ...]
    """Symbols outside the alphabet, in order, each once."""
    meant: str = ""
    """The word in the letters of the data, if it holds unknown ones for its case or marks alone."""


@record
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


@record
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


@record
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
    before: tuple[int, ...] = ()
    """Indices of the symbols that stand before that of a row: as asked, or as the matrix needs."""


@record
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
    before: tuple[int, ...] = ()
    """Indices of the symbols that stand before that of the row."""
    backoff: bytes = b""
    """int64, shape (symbols of the context + 1, V): how often each symbol follows the context, its
    end without the first symbol, and so on to none. Empty for the bigram."""


RESOLUTION = 1e-7
"""Nats; what float32 weights can be told apart by."""


@record
class Snapshot:
    """What is true of the engine now; the worker overwrites one slot and the screen reads it."""

    run: int = 0
    """Number of the run; whatever takes another one in hand gives it a new number."""
    id: str = ""
    """Of the run, for good; see `RunLine`."""
    place: str = ""
    """Its id if it is kept in the runs folder, or else the folder; empty if it is not kept."""
    state: RunState = "starting"
    step: int = 0
    """Updates made to the weights that are shown; all figures are of then."""
    newest: int = 0
    """Updates made in all; more than `step` where an earlier one is looked at."""
    is_looking: bool = False
    """Whether a step is looked at, rather than the present."""
    look: int = 0
    """Request of the look that was answered last, if only by the nearest keyframe for now."""
    looked_for: int | None = None
    """Step that was asked for, while it is worked out and the nearest keyframe is shown."""
    replayed: int = 0
    """Step that has been come to on the way there."""
    then: Change | None = None
    """Settings in force at the step that is looked at."""
    target: int | None = None
    """Step at which the run pauses by itself."""
    loss: float = math.nan
    """Total loss of the weights: data loss + regularization."""
    data_loss: float = math.nan
    dev_loss: float = math.nan
    """Loss on dev; not a number without a split."""
    floor: float = math.nan
    """Entropy floor of what is trained on."""
    gap: float = math.nan
    """Excess loss: data loss − entropy floor."""
    regularization_cost: float = math.nan
    """The part of it that stays however long one trains: the excess loss where the total loss is
    least. Not a number until it has been worked out."""
    gradient_norm: float = math.nan
    stability_edge: float = math.nan
    """2/λmax where the run would settle: above this rate plain descent rings for ever."""
    steps_per_second: float = 0.0
    seconds: float = 0.0
    """Spent on steps since the run was taken up: no waiting between them, and no drawing."""
    settings: Settings = field(default_factory=Settings)
    device: str = "cpu"
    """Where W lives: cpu, mps, or a card with its number, such as cuda:0."""
    is_saved: bool = True
    """Whether the weights are in a checkpoint, or are the first ones."""
    are_all_saved: bool = True
    """The same of the run put away, too: whether nothing would be lost by ending now."""
    can_undo_reset: bool = False
    window: Window | None = None
    row: Row | None = None
    history: bytes = b""
    """Whole run, float64 triples (first step, least, greatest data loss) of ever wider buckets."""
    recent: bytes = b""
    """The latest evaluated losses as float64 pairs (step, data loss)."""
    dev_history: bytes = b""
    """The same of the loss on dev as `history` is of the data loss; empty without a split."""
    dev_recent: bytes = b""
    """The same as `recent`."""
    has_test: bool = False
    """Whether there is a test, which `OpenTest` opens."""
    runs: tuple[RunLine, ...] = ()
    """Those that can be taken in hand, that in hand included, the earliest first."""
    screens: tuple[ScreenLine, ...] = ()
    """Those that look at the engine, the earliest first; none where it lives on a thread of its
    only screen."""

    @property
    def is_steered_elsewhere(self) -> bool:
        """Whether another screen steers, so that this one looks on."""
        return any(each.is_own and not each.is_steering for each in self.screens)

    @property
    def to_learn(self) -> float:
        """The part of the excess loss that is yet to be learnt.

        It is below 0 where the table fits the data better than the regularization will let it, and
        0 where no more of it is left than float32 weights can be told apart by.
        """
        left = self.gap - self.regularization_cost
        return 0.0 if abs(left) < RESOLUTION else left
