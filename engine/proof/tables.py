"""Tables that figures are worked out from, and how they are named beside one another."""

from __future__ import annotations

from engine.models.contextual import ContextObjective, count
from engine.models.ngrams.smoothing import Rule
from engine.models.ngrams.trial import Divided, Trial, divide, prepare
from engine.words.dataset import Dataset, finish
from engine.words.order import encode

NLL = 1e-6
"""Tolerance of losses, in nats, that were worked out in float64."""

VALUE = 1e-3
"""Tolerance of a parameter that was tuned, as a share of it: where dev is least it is flat."""

PARTS = ("train", "dev", "test")

Losses = tuple[float, float, float]
"""Of train, dev and test."""


class Tables:
    """The tables of a list of words by split, order and dots; each is made once.

    Args:
        dataset: the list.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._words = finish(encode(dataset))
        self._divided: dict[str, Divided] = {}
        self._trials: dict[tuple[str, int, int], Trial] = {}

    def of(self, split: str, order: int, dots: int | None = None) -> Trial:
        """Give the tables of each part, and what train knows of them."""
        kind = split, order, order - 1 if dots is None else dots
        if split not in self._divided:
            words, vocabulary = self.dataset.words, self.dataset.vocabulary
            self._divided[split] = finish(divide(words, self._words, vocabulary, split))
        if kind not in self._trials:
            self._trials[kind] = finish(prepare(self._divided[split], *kind[1:]))
        return self._trials[kind]

    def objective(self, order: int, dots: int, split: str) -> ContextObjective:
        """Give what a network of contexts is trained on."""
        return finish(count(self.dataset, lambda: encode(self.dataset), order, dots, split))


def kind_of(order: int, dots: int) -> str:
    """Name an order, and its dots where they are not as many as there is room for."""
    return f"order {order}" if dots == order - 1 else f"order {order}, {dots_of(dots)}"


def dots_of(dots: int) -> str:
    """Write how many dots."""
    return f"{dots} dot{'s' * (dots != 1)}"


def by_part(losses: Losses, what: str = "") -> dict[str, float]:
    """Name losses by their part, and what is said after it."""
    return {part + what: loss for part, loss in zip(PARTS, losses, strict=True)}


def nlls_of(trial: Trial, rule: Rule) -> list[float]:
    """NLL of each part in nats a prediction; the figures of test are no secret here."""
    return [finish(trial.loss(rule, part)) for part in trial.tables]
