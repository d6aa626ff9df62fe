"""What a network of any order is trained on: the loss of a table with a row for each context."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator

import numpy as np
import torch
from torch import Tensor

from engine.limits import checked_dots
from engine.models.network import BYTES_AN_ENTRY, MOST_BYTES
from engine.models.ngrams.contexts import ContextCounts
from engine.models.ngrams.contexts import count as count_contexts
from engine.models.ngrams.rows import Rows, distinct_endings, lay_out
from engine.models.ngrams.trial import divide
from engine.models.objective import Objective
from engine.protocol import Init, PartName, Progressed, Refusal, WordsParted
from engine.text.numbers import number
from engine.words.dataset import Dataset
from engine.words.order import Encoded
from engine.words.pieces import Pieces

SQUARED = 1 << 14
"""Rows squared at a time."""


class ContextObjective(Objective):
    """The loss of tables of one order, dots and split.

    Args:
        rows: the contexts, and the counts of each part.
        parted: the words by the parts they are in.

    Raises:
        Refusal: the table is too large.
    """

    has_rows_of_contexts = True

    def __init__(self, rows: Rows, parted: WordsParted | None = None) -> None:
        _check_size(rows)
        self.rows, self.parted = rows, parted or WordsParted()
        entries = rows.possible * len(rows.vocabulary)
        super().__init__(rows.parts["train"], rows.parts.get("dev"), entries)

    @property
    def contexts(self) -> Tensor:
        """Symbols of the context of each row, shape (contexts, order − 1), int64."""
        return torch.from_numpy(self.rows.contexts.astype(np.int64))

    def first_weights(self, init: Init, generator: torch.Generator) -> Tensor:
        """Draw the first W, shape (R, V), float32, on the CPU.

        Up to order 4 a row is drawn for every context there could be, and those that were seen are
        kept; beyond, and where that would be too much, only these are drawn.
        """
        rows, shape = self.rows, self.table.shape
        if init == "zeros":
            return torch.zeros(shape)
        if not rows.is_drawn_whole:
            return torch.randn(shape, generator=generator)
        drawn = torch.randn((rows.possible, len(rows.vocabulary)), generator=generator)
        kept = torch.from_numpy(_numbers(rows))
        w = drawn[kept]
        if not rows.has_rest:
            return w
        drawn[kept] = 0.0
        pieces = torch.split(drawn, SQUARED)
        squares = math.fsum(float(some.double().square().sum()) for some in pieces)
        rest = torch.full((1, w.shape[1]), math.sqrt(squares / w.shape[1]))
        return torch.cat([w, rest])

    @property
    def has_test(self) -> bool:
        """Whether there is a test beside train and dev."""
        return "test" in self.rows.parts

    def test_loss(self, weights: Tensor) -> float | None:
        """Average NLL of W on test, in nats a prediction, float64."""
        if not self.has_test:
            return None
        test = self.rows.parts["test"]
        cells = torch.from_numpy(test.rows), torch.from_numpy(test.symbols.astype(np.int64))
        log_p = torch.log_softmax(self.logits(weights.to("cpu", torch.float64)), 1)[cells]
        return 0.0 - float(log_p.dot(torch.from_numpy(test.counts).double())) / test.predictions


Counting = Generator[Progressed | None, None, tuple[dict[PartName, ContextCounts], WordsParted]]
"""In pieces: the contexts of each part, and the words by the parts they are in."""


def count(
    dataset: Dataset, encode: Callable[[], Pieces[Encoded]], order: int, dots: int, split: str
) -> Generator[Progressed | None, None, ContextObjective]:
    """Count what a network with a row for each context is trained on; Refusal as `counted`."""
    tables, parted = yield from counted(dataset, encode, order, dots, split)
    return ContextObjective(lay_out(tables, split), parted)


def counted(
    dataset: Dataset, encode: Callable[[], Pieces[Encoded]], order: int, dots: int, split: str
) -> Counting:
    """Count the contexts of every part of a split.

    Raises:
        Refusal: there is no such split, order or dots are out of range, or it would be too large.
    """
    dots = checked_dots(order, dots)
    words = yield from encode()
    divided = yield from divide(dataset.words, words, dataset.vocabulary, split)
    tables: dict[PartName, ContextCounts] = {}
    for name, encoded in divided.encoded.items():
        tables[name] = yield from count_contexts(encoded, dataset.vocabulary, order, dots, name)
    return tables, divided.parted


def _numbers(rows: Rows) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Contexts as numbers of base V, rising, shape (R,)."""
    size = len(rows.vocabulary)
    powers = [size**i for i in reversed(range(rows.order - 1))]
    numbers: np.ndarray[tuple[int, ...], np.dtype[np.int64]] = rows.contexts.astype(np.int64) @ (
        np.array(powers, np.int64)
    )
    return numbers


def _check_size(rows: Rows) -> None:
    """Refuse a table that is too large, with the figure and what would fit."""
    size = len(rows.vocabulary)

    def bytes_of(contexts: int) -> int:
        return contexts * size * BYTES_AN_ENTRY

    if bytes_of(len(rows.contexts)) <= MOST_BYTES:
        return
    lower = range(rows.order - 1, 0, -1)
    fits = (m for m in lower if bytes_of(distinct_endings(rows.contexts, m - 1)) <= MOST_BYTES)
    raise Refusal(
        f"A network of order {rows.order} has {len(rows.contexts):,} contexts of {size:,} symbols "
        f"here and needs {number(bytes_of(len(rows.contexts)) / 1e6, ',.0f')} MB; at most "
        f"{number(MOST_BYTES / 1e6, '.0f')} MB are taken. Order {next(fits, 1)} would fit."
    )
