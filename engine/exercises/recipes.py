"""What an exercise is worked from, and what comes of it: recipes with the numbers they give."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

from engine.protocol import Exercise, Figure, Progressed, Unit
from engine.words.dataset import Dataset
from engine.words.order import Encoded

Steps = Generator[Progressed | None, None, "Worked"]
"""Work in pieces that ends in figures."""

EXACT = 1e-12
"""How far float64 may be off."""

OF_A_NET = 2e-6
"""How far a net in float32 may be off from the same in float64, in nats."""

MAKEMORES = "makemore's list"


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

    dataset: Dataset
    encoded: Encoded
    command: Exercise

    @property
    def dots(self) -> tuple[int, ...]:
        """How many boundary symbols may stand before a word in a trigram."""
        return (1, 2) if self.command.dots is None else (self.command.dots,)
