"""The models there are of a list of words: of counts, of any order, and the network in hand."""

from __future__ import annotations

from array import array
from collections.abc import Generator
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.answers.ground import Ground
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

if TYPE_CHECKING:
    from engine.models.views import Moment
    from engine.training.looking import Looking
    from engine.training.runs import Runs

_BIGRAMS = Ngrams()

MOST_TOLD = 8192
"""Symbols of a matrix that is told as a whole: 512 MB."""

ROWS = 64
"""Of such a matrix, made between two steps of training."""


class Models:
    """Makes models as they are now, and shows their tables.

    Args:
        ground: the words, and the runs on them.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground, self._counts = ground, ground.counts
        self._look: Looking | None = None

    @property
    def runs(self) -> Runs | None:
        """The runs in hand, once there are any."""
        return self._ground.runs

    @property
    def look(self) -> Looking | None:
        """What is looked at of the run in hand, if there is one: at first the present."""
        if self.runs is None:
            return None
        if self._look is None or self._look.run is not self.runs.run:
            from engine.training.looking import Looking

            self._look = Looking(self.runs.run)
        return self._look

    @property
    def key(self) -> tuple[int, int]:
        """Number of the run in hand, and the step of it that is looked at."""
        return (self.runs.number, self.look.step) if self.runs and self.look else (0, 0)

    def halt(self) -> None:
        """Be no longer on the way to a step that was to be looked at."""
        if self._look is not None:
            self._look.wanted = None

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
        return (yield from self._ground.trials().model(name, smoothing, ngrams))

    def has_network(self, ngrams: Ngrams) -> bool:
        """Whether the network in hand is one of these n-grams."""
        wanted = ngrams.order, checked_dots(ngrams.order, ngrams.dots), ngrams.split
        return self.runs is not None and self.runs.run.settings.objective[:3] == wanted

    def _network(self, name: ModelName, ngrams: Ngrams) -> Model:
        """The network in hand; Refusal if there is none, or it is another one."""
        if self.runs is None or self.look is None:
            raise Refusal(self._no_network)
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
        moment = self.look.moment
        if settings.is_bigram:
            from engine.models.views import NetworkTable

            return NetworkTable(moment)
        from engine.models.contextnet import network_of

        return network_of(self._ground.endings(moment.objective), moment)

    @property
    def _no_network(self) -> str:
        """Why there can be no network, in a sentence."""
        assert self._ground.objectives is not None
        return self._ground.objectives.refusal

    @property
    def _is_of_bigrams(self) -> bool:
        """Whether there is a network, and its table is that of the bigrams."""
        return self.runs is not None and self.runs.run.settings.is_bigram

    # What is being watched

    def describe(self, snapshot: Snapshot, watch: Watch) -> Snapshot:
        """Add the part of the matrices that is being watched."""
        watch, smoothing = _inside(watch, len(self._counts.vocabulary)), snapshot.settings.smoothing
        moment = self._moment(watch.against)
        if moment is not None and not self._is_of_bigrams:
            window, row = self._ground.endings(moment.objective).seen(watch, moment, smoothing)
            return replace(snapshot, window=window, row=row)
        window, row = self._window(watch, moment, smoothing), self._row(watch, moment, smoothing)
        return replace(snapshot, window=window, row=row)

    def _moment(self, against: str) -> Moment | None:
        """The network that is looked at, beside the one it is held against, if there are such."""
        if self.runs is None or self.look is None:
            return None
        moment, other = self.look.moment, self.runs.moment_of(against)
        return moment if other is None else replace(moment, other=other)

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
        moment = self._moment(command.against)
        if moment is not None and not self._is_of_bigrams:
            watch = _inside(Watch(matrix, cursor_row=command.row, before=command.before), size)
            endings = self._ground.endings(moment.objective)
            before, square, low, high = endings.whole(watch, moment, smoothing)
            values = square.double().numpy().tobytes()
        elif matrix in COUNT_MATRICES:
            values = yield from self._told(matrix, smoothing)
            low, high = self._counts.extent(matrix, smoothing)
        else:
            from engine.models.views import whole

            assert moment is not None
            square, low, high = whole(matrix, moment, smoothing)
            values = square.double().numpy().tobytes()
        yield MatrixTold(command, run, step, symbols, before, low, high, values)

    def _check_matrix(self, name: MatrixName) -> None:
        """Refuse a matrix of another name, and one of a network where there is none."""
        if name in COUNT_MATRICES:
            return
        if self.runs is None:
            raise Refusal(self._no_network)
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


@lru_cache(maxsize=4)
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
