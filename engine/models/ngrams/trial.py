"""The parts of a split at one order: counted, and what train knows of each."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.limits import checked_dots
from engine.models.ngrams.contexts import ContextCounts, check_size, count
from engine.models.ngrams.levels import Levels, Seen
from engine.models.ngrams.losses import culprits, loss, unseen
from engine.models.ngrams.smoothing import Rule
from engine.protocol import PART_MARKS, PartLoss, PartName, PartSize, Progressed, WordsParted
from engine.words.dataset import Words
from engine.words.order import Encoded, by_alphabet
from engine.words.parts import NAMES, Numbers, Parts, leaked, part
from engine.words.pieces import Pieces
from engine.words.vocabulary import Vocabulary

MARKED = 1 << 18
"""Words marked between two pauses."""

MOST_CULPRITS = 20
"""N-grams named that train does not hold."""


@dataclass(frozen=True, eq=False)
class Divided:
    """Words in parts."""

    words: Words
    """All of them."""
    vocabulary: Vocabulary
    parts: Parts
    encoded: dict[PartName, Encoded]
    new: dict[PartName, Encoded]
    """The words of dev and test that train does not hold, for each part that has such words."""
    marks: NDArray[np.uint8]
    """For each word in the order of the file a sum of `PART_MARKS`, shape (words,)."""

    @property
    def has_test(self) -> bool:
        """Whether there is a test."""
        return "test" in self.encoded

    @property
    def parted(self) -> WordsParted:
        """The words by the parts they are in; nothing where there is no split."""
        if self.parts.split == "none":
            return WordsParted()
        sizes = (PartSize(name, len(self.encoded[name]), self.leaks(name)) for name in self.encoded)
        return WordsParted(self.parts.split, self.marks.tobytes(), tuple(sizes))

    def leaks(self, name: PartName) -> int:
        """How many words of dev or test stand in train, too; none of train itself."""
        new = len(self.new[name]) if name in self.new else 0
        return len(self.encoded[name]) - new if name != "train" else 0


def divide(
    words: Words, encoded: Encoded, vocabulary: Vocabulary, split: str
) -> Generator[Progressed | None, None, Divided]:
    """Part words by a recipe; Refusal as in `engine.words.parts.part`."""
    parts = yield from part(words, split)
    taken: dict[PartName, Encoded] = {}
    new: dict[PartName, Encoded] = {}
    marks = np.zeros(len(words), np.uint8)
    if split != "none":
        groups = yield from (yield from by_alphabet(encoded)).groups()
    for name, numbers in parts.numbers.items():
        taken[name] = (yield from encoded.taking(numbers)) if split != "none" else encoded
        yield from _mark(marks, numbers, PART_MARKS[name])
        if name != "train":
            leaks = yield from leaked(groups, parts, name)
            yield from _mark(marks, numbers[leaks], PART_MARKS["leak"])
            if not leaks.all():
                new[name] = yield from encoded.taking(numbers[~leaks])
        yield Progressed("splitting", len(taken), len(parts.numbers))
    return Divided(words, vocabulary, parts, taken, new, marks)


def _mark(marks: NDArray[np.uint8], numbers: Numbers, mark: int) -> Pieces[None]:
    """Add a mark to words that do not bear it."""
    for start in range(0, len(numbers), MARKED):
        marks[numbers[start : start + MARKED]] |= mark
        yield


@dataclass(frozen=True, eq=False)
class Trial:
    """Tables of one order, and what train's counts know of their n-grams."""

    divided: Divided
    tables: dict[PartName, ContextCounts]
    new: dict[PartName, ContextCounts]
    levels: Levels
    """Of train."""
    seen: dict[PartName, Seen]
    seen_new: dict[PartName, Seen]

    @property
    def train(self) -> ContextCounts:
        """Counts of train."""
        return self.tables["train"]

    @property
    def predictions(self) -> int:
        """Symbols predicted, in all parts together; a part that is two of them counts once."""
        tables = {id(self.divided.parts.numbers[name]): self.tables[name] for name in self.tables}
        return sum(table.predictions for table in tables.values())

    def loss(self, rule: Rule, name: PartName) -> Pieces[float]:
        """NLL of a part in nats a prediction."""
        return loss(self.tables[name], self.seen[name], rule)

    def new_loss(self, rule: Rule, name: PartName) -> Pieces[float]:
        """NLL of the words of a part that train does not hold; not a number if there are none."""
        if name not in self.new:
            return float("nan")
        return (yield from loss(self.new[name], self.seen_new[name], rule))

    def losses(
        self, rule: Rule, opens_test: bool
    ) -> Generator[Progressed | None, None, tuple[PartLoss, ...]]:
        """Work out how well a model predicts each part; test only if it is to be opened."""
        told = [name for name in self.tables if name != "test" or opens_test]
        made = []
        for name in told:
            made.append((yield from self._part_loss(rule, name)))
            yield Progressed("scoring", len(made), len(told))
        return tuple(made)

    def _part_loss(self, rule: Rule, name: PartName) -> Pieces[PartLoss]:
        table, words = self.tables[name], len(self.divided.encoded[name])
        of_part = yield from self.loss(rule, name)
        if name == "train":
            return PartLoss(name, words, table.predictions, of_part)
        of_new = yield from self.new_loss(rule, name)
        places = unseen(table, self.seen[name])
        spelled = self.divided.words.pick(self.divided.parts.numbers[name].tolist())
        return PartLoss(
            name,
            words,
            table.predictions,
            of_part,
            repeats=self.divided.leaks(name),
            new_nll=of_new,
            unseen=int(table.counts[places].sum()),
            culprits=tuple(culprits(table, places[:MOST_CULPRITS], spelled)),
        )


def prepare(
    divided: Divided, order: int, dots: int | None = None
) -> Generator[Progressed | None, None, Trial]:
    """Count every part at one order; Refusal as in `engine.models.ngrams.contexts.count`."""
    dots = checked_dots(order, dots)
    for words in divided.encoded.values():
        check_size(words, len(divided.vocabulary), order)
    tables: dict[PartName, ContextCounts] = {}
    new: dict[PartName, ContextCounts] = {}
    for name in NAMES:
        if name in divided.encoded:
            words = divided.encoded[name]
            tables[name] = yield from count(words, divided.vocabulary, order, dots, name)
        # Of a few new words all may be too short for anything in them to be predicted.
        if name in divided.new and (divided.new[name].lengths + dots + 2 > order).any():
            new[name] = yield from count(divided.new[name], divided.vocabulary, order, dots, name)
    levels = Levels(tables["train"])
    seen, seen_new = dict[PartName, Seen](), dict[PartName, Seen]()
    for name in tables:
        seen[name] = levels.look_up(tables[name].grams)
        if name in new:
            seen_new[name] = levels.look_up(new[name].grams)
        yield None
    return Trial(divided, tables, new, levels, seen, seen_new)
