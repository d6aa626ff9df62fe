"""What an exercise is worked from, and what comes of it: recipes with the numbers they give."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

from engine.protocol import Card, Curve, Exercise, Figure, Progressed, Unit
from engine.words.dataset import Words
from engine.words.order import Encoded
from engine.words.vocabulary import Vocabulary

Steps = Generator[Progressed | None, None, None]
"""Work in pieces."""

STAGE = "working"
"""What an exercise is at, as it says of its stages; all else that it says is of one of them."""

EXACT = 1e-12
"""How far float64 may be off."""

OF_A_NET = 2e-6
"""How far a net in float32 may be off from the same in float64, in nats."""

MAKEMORES = "makemore's list"


def stage(done: int, total: int) -> Progressed:
    """Say that an exercise has come to the end of one of its stages."""
    return Progressed(STAGE, done, total)


@dataclass(frozen=True)
class Candidate:
    """A figure that a typed number may be."""

    figure: Figure
    rank: int = 1
    """0 for what the lecture does itself, higher for what fewer do."""
    slack: float = EXACT
    """How far it may be off, whatever was typed."""


@dataclass(frozen=True)
class Range:
    """Numbers between which a loss jumps about."""

    least: float
    most: float
    sentence: str


@dataclass
class Worked:
    """Recipes and their numbers, as they come to be known."""

    candidates: list[Candidate] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    explain: Callable[[float], Iterator[str]] = lambda _: iter(())
    """Says what may have led to a number that no recipe gives."""
    cards: list[Card] = field(default_factory=list)
    """Experiments, in the order of their figures; each is the group of its figures."""
    curves: list[Curve] = field(default_factory=list)
    """How train and dev go with what is tuned."""

    def add(
        self,
        group: str,
        recipe: str,
        value: float,
        note: str = "",
        *,
        unit: Unit = "nats",
        known_of: str = "",
        rank: int = 1,
        slack: float = EXACT,
    ) -> None:
        """Add a figure; in the order of their groups."""
        figure = Figure(group, recipe, value, unit, note, known_of)
        self.candidates.append(Candidate(figure, rank, slack))

    def value(self, recipe: str) -> float:
        """The number of a recipe; not a number if it is not there."""
        of_recipe = (c.figure.value for c in self.candidates if c.figure.recipe == recipe)
        return next(of_recipe, math.nan)


@dataclass(frozen=True, eq=False)
class Material:
    """The words, and what was asked of them."""

    words: Words
    vocabulary: Vocabulary
    encoded: Encoded
    command: Exercise
    sha256: str = ""
    """Of the file that the words were read from."""

    @property
    def dots(self) -> tuple[int, ...]:
        """How many boundary symbols may stand before a word in a trigram."""
        return (1, 2) if self.command.dots is None else (self.command.dots,)
