"""Exercises: what the lecture leaves to its listeners, worked on the loaded words."""

from __future__ import annotations

from typing import Literal

from engine.protocol.trials import CurvePoint
from engine.records import record

EXERCISES = {
    "e01": "a trigram, counted and trained",
    "e02": "train, dev and test",
    "e03": "smoothing, or λ, tuned on dev",
    "e04": "rows instead of one-hots",
    "e05": "cross_entropy",
    "e06": "one of your own: twelve that are ready",
}
"""Their names, and what each is about."""

EXPERIMENTS = {
    "units": "One loss in four units",
    "guess": "Guess the next symbol",
    "positions": "Which place in a word is hard",
    "first": "How words begin, and how they end",
    "vowels": "First the kind, then which",
    "backwards": "Words read backwards",
    "shuffled": "Words with their letters mixed",
    "extremes": "The likeliest words, and the least",
    "walk": "Always the likeliest symbol",
    "sizes": "How many words it takes",
    "lists": "Girls against boys",
    "others": "Words of another kind",
}
"""The cards of e06: their names, and what each is called."""

Unit = Literal["nats", "", "%", "bits"]
"""Of a figure; none if it counts something."""


@record
class Exercise:
    """Work an exercise on the words, and tell which recipe gives a number, if one is given."""

    name: str
    answer: str = ""
    """The number as it was typed: its digits say how close a recipe must come."""
    dots: int | None = None
    """Boundary symbols before each word, 1 or 2, if only recipes with so many are of interest."""
    split: str | None = None
    """How the words are parted; `None` is none for e01 and the lecture's for e02 and e03."""
    request: int = 0
    card: str = ""
    """Name of the only experiment of e06 that is of interest; all of them if it is empty."""


@record
class Figure:
    """A number, and the recipe that gives it on these words."""

    group: str
    """What it belongs to; figures of one group follow one another."""
    recipe: str
    value: float
    unit: Unit = "nats"
    note: str = ""
    """What is to be said to whoever has found this number."""
    known_of: str = ""
    """The list that it is known of, where it is not worked out from the words at hand."""


@record
class Diagnosis:
    """Which recipe gives a number."""

    answer: float
    within: float
    """How far a recipe may be off: half of the last digit that was typed."""
    matches: tuple[Figure, ...]
    """Recipes that give it, the likeliest first."""
    nearest: tuple[Figure, ...]
    """If none does: the nearest below and above."""
    sentences: tuple[str, ...]


@record
class Curve:
    """How train and dev go with a number that is tuned."""

    model: str
    parameter: str
    """What is tuned: k or λ."""
    points: tuple[CurvePoint, ...]


@record
class Card:
    """A short experiment: its figures are the group that bears its name."""

    name: str
    title: str
    why: str
    """What the figures show, and why they are what they are."""


@record
class ExerciseWorked:
    """An exercise is worked."""

    request: int
    command: Exercise
    title: str
    task: str
    choices: tuple[str, ...]
    """What a recipe has to decide; each moves the number."""
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()
    """What the figures show."""
    diagnosis: Diagnosis | None = None
    cards: tuple[Card, ...] = ()
    curves: tuple[Curve, ...] = ()
