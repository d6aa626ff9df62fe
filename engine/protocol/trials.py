"""Trials: counting models of any order, their losses on parts of the words, tuned and compared."""

from __future__ import annotations

import math
from typing import Literal

from engine.protocol.settings import CountingModel, PartName
from engine.records import record

Parameter = float | tuple[float, ...] | None
"""Of a model: one number; the weights of Jelinek-Mercer for uniform, 1 … n; the discounts of
modified Kneser-Ney, for a count of 1, of 2, and of 3 or more, at each order 1 … n; or none."""

Edge = Literal["", "least", "most"]
"""The end of its range that a parameter lies at: beyond, it might do better still."""


MOST_OF_THEORY = 1_001
"""Symbols up to which it is worked out what names are like, the boundary included."""


@record
class Ngrams:
    """Which n-grams a counting model is made of, and the numbers that it takes beside k."""

    order: int = 2
    """Symbols of an n-gram: the one that is predicted and those before it, 1 to 7."""
    dots: int | None = None
    """Boundary symbols before each word; `None` is order − 1."""
    split: str = "none"
    """How the words are parted, as in `CountContexts`; the model is made of train."""
    discount: float | None = None
    """D, of `absolute` and `kneser-ney`; `None` is 0.75."""
    strength: float | None = None
    """a, of `dirichlet`; `None` is 5."""

    def have_theory(self, symbols: int) -> bool:
        """Whether it is worked out what names drawn from a model of them are like.

        Above order 2 that would take a state for each context; of many symbols, seconds in which
        nothing else is done (0.6 s for 1,000, 3 s for 2,268: it grows with their cube).
        """
        return self.order <= 2 and symbols <= MOST_OF_THEORY


@record
class CountContexts:
    """Count n-grams of an order in train, and find the loss of a model of them on every part."""

    order: int = 2
    """Symbols of an n-gram: the one that is predicted and those before it, 1 to 7."""
    dots: int | None = None
    """Boundary symbols before each word; `None` is order − 1, with which every order predicts the
    same symbols."""
    split: str = "none"
    """How the words are parted: one of `SPLITS`, or fractions such as 0.8,0.1,0.1."""
    model: CountingModel = "counts"
    smoothing: float | None = None
    """k, of the model `counts`; `None` is 0."""
    discount: float | None = None
    """D, of `absolute` and `kneser-ney`; `None` is 0.75."""
    strength: float | None = None
    """a, of `dirichlet`; `None` is 5."""
    opens_test: bool = False
    """Whether the loss on test is to be told: once, at the end of all choices."""
    top: int = 0
    """How many of the most frequent n-grams are to be told."""
    request: int = 0


@record
class Tune:
    """Find the parameter of a model that does best on dev; without a dev, by leave-one-out."""

    order: int = 2
    dots: int | None = None
    split: str = "none"
    model: CountingModel = "counts"
    opens_test: bool = False
    request: int = 0


@record
class ClimbLadder:
    """Hold every model at every order against the others, on one split, each tuned on dev."""

    split: str = "lecture"
    opens_test: Literal["no", "best", "all"] = "no"
    """Whose loss on test is to be told: of none, of the model best on dev, of all."""
    request: int = 0


@record
class StopClimbing:
    """Work out no more rungs of the ladder; those that are known stand."""


@record
class PartLoss:
    """How well a model predicts a part."""

    part: PartName
    words: int
    predictions: int
    nll: float
    """Nats a prediction; infinite if the model rules out what happened."""
    repeats: int = 0
    """Words of it that stand in train, too."""
    new_nll: float = math.nan
    """On its other words alone; not a number if there are none, or for train."""
    unseen: int = 0
    """Predictions whose n-gram train does not hold."""
    culprits: tuple[tuple[str, str], ...] = ()
    """Some of these n-grams, each with a word that it stands in."""


@record
class ContextsCounted:
    """N-grams were counted. `contexts`, `cells`, `once` and `top` are of train."""

    request: int
    command: CountContexts
    dots: int
    predictions: int
    """Symbols predicted, in all parts together."""
    contexts: int
    """Different contexts."""
    cells: int
    """Different n-grams."""
    once: int
    """N-grams that were seen exactly once."""
    parts: tuple[PartLoss, ...]
    """In the order train, dev, test; test only if it was opened."""
    has_test: bool
    """Whether there is a test."""
    is_dev_test: bool = False
    """Whether dev is test itself: what does best on dev is chosen by test, then."""
    parameter: str | None = None
    """What the model's parameter is called."""
    value: Parameter = None
    top: tuple[tuple[str, str, int], ...] = ()
    """The most frequent n-grams, as many as were asked for: context, next symbol, count."""


@record
class CurvePoint:
    """A value of a parameter, and what the model loses with it."""

    value: float
    train: float
    dev: float
    """Without a dev: of leave-one-out."""


@record
class ModelTuned:
    """It is known which parameter does best."""

    request: int
    command: Tune
    dots: int
    parameter: str | None
    """`None` if the model has none."""
    value: Parameter
    edge: Edge
    curve: tuple[CurvePoint, ...]
    """From one end of the range to the other; empty if the parameter is not searched for."""
    parts: tuple[PartLoss, ...]
    has_test: bool
    is_dev_test: bool = False
    left_out: float = math.nan
    """Without a dev: the least loss of leave-one-out."""


@record
class Rung:
    """A model at an order, at its best on dev."""

    model: CountingModel
    order: int
    parameter: str | None
    value: Parameter
    edge: Edge
    train: float
    dev: float
    new_dev: float
    """On the words of dev that train does not hold; not a number if there are none."""
    contexts: int
    cells: int
    """Counts that the model is made of."""
    milliseconds: float
    """To count, to tune and to score."""
    test: float | None = None
    """`None` while it is sealed."""


@record
class LadderClimbed:
    """So many rungs are known, sorted by their loss on dev; all of them in the last event."""

    request: int
    command: ClimbLadder
    rungs: tuple[Rung, ...]
    is_last: bool
    has_test: bool
    is_dev_test: bool = False


PUBLISHED = (("MLP", 2.1701), ("MLP with batch norm", 2.1057), ("WaveNet", 1.9937))
"""Nets of the same course, in nats on dev of the lecture's split: parts 2, 3 and 5."""

PUBLISHED_OF = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
"""SHA-256 of the list that they are of, makemore's own: of other words they say nothing."""

PUBLISHED_SPLITS = ("lecture", "part2")
"""Splits among whose losses they have their place."""
