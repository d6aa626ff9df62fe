"""The models there are of a list of words: of counts, of any order, and the network in hand."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.answers.tasks import Task
from engine.limits import check, checked_dots
from engine.models.counts import COUNT_MATRICES, Counts
from engine.models.likelihood import CountTable, Model
from engine.protocol import (
    Event,
    MatrixName,
    MatrixTold,
    ModelName,
    Ngrams,
    Refusal,
    Row,
    Snapshot,
    TellMatrix,
    Watch,
    Window,
)
from engine.words.cleaning import printable
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.answers.trials import Trials
    from engine.models.endings import Endings
    from engine.models.views import Moment
    from engine.training.objectives import Objectives
    from engine.training.runs import Runs
    from engine.words.order import Encoded, Pieces

_BIGRAMS = Ngrams()

MOST_TOLD = 8192
"""Symbols of a matrix that is told as a whole: 512 MB."""

ROWS = 64
"""Of such a matrix, made between two steps of training."""


class Models:
    """Makes models as they are now, and shows their tables.

    Args:
        dataset: the words.
        counts: their bigrams.
        encode: gives the words as numbers.
    """

    def __init__(
        self, dataset: Dataset, counts: Counts, encode: Callable[[], Pieces[Encoded]]
    ) -> None:
        self._dataset, self._counts, self._encode = dataset, counts, encode
        self.objectives: Objectives | None = None
        """The runs on these words, by what they are trained on, once torch is there."""
        self._trials: Trials | None = None
        self._endings: Endings | None = None

    @property
    def runs(self) -> Runs | None:
        """The runs in hand, once there are any."""
        return self.objectives.runs if self.objectives else None

    @property
    def key(self) -> tuple[int, int]:
        """Number of the run in hand, and the step of it that is looked at."""
        return (self.runs.number, self.runs.look.step) if self.runs else (0, 0)

    def trials(self) -> Trials:
        """What counts longer contexts, and keeps what it has counted last."""
        from engine.answers.trials import Trials

        if self._trials is None:
            self._trials = Trials(self._dataset, self._encode)
        return self._trials

    # Models

    def make(
        self, name: ModelName, smoothing: float, ngrams: Ngrams
    ) -> Generator[Event | None, None, Model]:
        """Give a model as it is now; but for those of the bigrams, counts are made in pieces.

        Raises:
            Refusal: something is out of range, or does not go together.
        """
        check("model", name)
        check("smoothing", smoothing)
        if name == "neural" or name == "onehots":
            return self._network(name, ngrams)
        if name == "counts" and ngrams == _BIGRAMS:
            return CountTable(self._counts, smoothing)
        return (yield from self.trials().model(name, smoothing, ngrams))

    def has_network(self, ngrams: Ngrams) -> bool:
        """Whether the network in hand is one of these n-grams."""
        wanted = ngrams.order, checked_dots(ngrams.order, ngrams.dots), ngrams.split
        return self.runs is not None and self.runs.run.settings.objective[:3] == wanted

    def _network(self, name: ModelName, ngrams: Ngrams) -> Model:
        """The network in hand; Refusal if there is none, or it is another one."""
        if self.runs is None:
            assert self.objectives is not None
            raise Refusal(self.objectives.refusal)
        settings = self.runs.run.settings
        if ngrams.discount is not None or ngrams.strength is not None:
            raise Refusal(f"The {name} model takes no discount and no strength; leave them out.")
        if name not in ("neural", settings.network):
            raise Refusal(
                f"The network in hand is {settings.network}, not {name}; train one of these, or "
                "ask for neural, which is the network in hand."
            )
        if not self.has_network(ngrams):
            raise Refusal(
                f"The network in hand is of order {settings.order}, dots {settings.dots} and split "
                f"{settings.split}; ask for these, or train one of those you ask for."
            )
        moment = self.runs.moment
        if settings.is_bigram:
            from engine.models.views import NetworkTable

            return NetworkTable(moment)
        from engine.models.contextnet import network_of

        return network_of(self._seen(moment), moment)

    @property
    def _bigrams(self) -> Moment | None:
        """The network as it is now, if there is one and its table is that of the bigrams."""
        runs = self.runs
        return runs.moment if runs and runs.run.settings.is_bigram else None

    def _seen(self, moment: Moment) -> Endings:
        """The table of the network in hand, by contexts."""
        from engine.models.endings import Endings

        if self._endings is None or self._endings.objective is not moment.objective:
            self._endings = Endings(moment.objective)
        return self._endings

    # What is being watched

    def describe(self, snapshot: Snapshot, watch: Watch) -> Snapshot:
        """Add the part of the matrices that is being watched."""
        watch, smoothing = _inside(watch, len(self._counts.vocabulary)), snapshot.settings.smoothing
        moment = self._moment(watch)
        if moment is not None and self._bigrams is None:
            window, row = self._seen(moment).seen(watch, moment, smoothing)
            return replace(snapshot, window=window, row=row)
        window, row = self._window(watch, moment, smoothing), self._row(watch, moment, smoothing)
        return replace(snapshot, window=window, row=row)

    def tell(self, command: TellMatrix) -> Task:
        """Tell all of a matrix as it is now; that of the bigrams' counts is made in pieces.

        Raises:
            Refusal: there is no such matrix or no network, the smoothing is out of range, or there
                are too many symbols.
        """
        check("smoothing", command.smoothing)
        self._check_matrix(command.matrix)
        symbols = self._counts.vocabulary.symbols
        if (size := len(symbols)) > MOST_TOLD:
            raise Refusal(
                f"A matrix of {size:,} symbols is too large to be told as a whole; "
                f"at most {MOST_TOLD:,} are."
            )
        matrix, smoothing, (run, step) = command.matrix, command.smoothing, self.key
        before: tuple[int, ...] = ()
        if self.runs is not None and self._bigrams is None:
            moment = self.runs.moment
            watch = _inside(Watch(matrix, cursor_row=command.row, before=command.before), size)
            before, square, low, high = self._seen(moment).whole(watch, moment, smoothing)
            values = square.double().numpy().tobytes()
        elif matrix in COUNT_MATRICES:
            values = yield from self._told(matrix, smoothing)
            low, high = self._counts.extent(matrix, smoothing)
        else:
            from engine.models.views import whole

            assert self._bigrams is not None
            square, low, high = whole(matrix, self._bigrams, smoothing)
            values = square.double().numpy().tobytes()
        yield MatrixTold(command, run, step, symbols, before, low, high, values)

    def _check_matrix(self, name: MatrixName) -> None:
        """Refuse a matrix of another name, and one of a network where there is none."""
        if name in COUNT_MATRICES:
            return
        if self.runs is None:
            assert self.objectives is not None
            raise Refusal(self.objectives.refusal)
        from engine.models.views import NETWORK_MATRICES

        if name not in NETWORK_MATRICES:
            names = ", ".join(sorted([*COUNT_MATRICES, *NETWORK_MATRICES]))
            raise Refusal(f"There is no matrix “{printable(name)[:40]}”; choose from {names}.")

    def _told(self, matrix: MatrixName, smoothing: float) -> Generator[None, None, bytes]:
        """All of a matrix of the bigrams' counts, float64, row by row."""
        values = array("d")
        for i in range(len(self._counts.vocabulary)):
            values.extend(self._counts.told(matrix, i, smoothing))
            if i % ROWS == ROWS - 1:
                yield
        return values.tobytes()

    def _moment(self, watch: Watch) -> Moment | None:
        """The network that is looked at, beside the one it is held against, if there are such."""
        if self.runs is None:
            return None
        other = self.runs.moment_of(watch.against)
        return self.runs.moment if other is None else replace(self.runs.moment, other=other)

    def _window(self, watch: Watch, moment: Moment | None, smoothing: float) -> Window | None:
        if watch.matrix in COUNT_MATRICES:
            return _count_window(self._counts, watch, smoothing)
        if moment is None:
            return None
        from engine.models.views import NETWORK_MATRICES, window

        return window(watch, moment, smoothing) if watch.matrix in NETWORK_MATRICES else None

    def _row(self, watch: Watch, moment: Moment | None, smoothing: float) -> Row:
        if moment is None:
            return self._counts.cursor_row(watch.cursor_row, smoothing)
        from engine.models.views import cursor_row

        return cursor_row(moment, watch.cursor_row, smoothing)


def _inside(watch: Watch, size: int) -> Watch:
    """Move a window to where it lies inside a table of this size."""
    row = max(0, min(watch.row, size - 1))
    column = max(0, min(watch.column, size - 1))
    return replace(
        watch,
        row=row,
        column=column,
        rows=max(1, min(watch.rows, size - row)),
        columns=max(1, min(watch.columns, size - column)),
        cursor_row=max(0, min(watch.cursor_row, size - 1)),
    )


@lru_cache(maxsize=4)
def _count_window(counts: Counts, watch: Watch, smoothing: float) -> Window:
    # The counts do not change while training does; their window need not be made anew each time.
    return counts.window(watch, smoothing)
