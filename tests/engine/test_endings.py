"""A table of contexts is seen as a square, of the contexts that end alike, at any depth."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.models.contextual import ContextObjective
from engine.models.endings import Endings
from engine.models.ngrams.rows import lay_out
from engine.models.views import Moment
from engine.protocol import MatrixName, Row, Watch
from tests.engine.test_contexts import table_of

WORDS = ("emma", "ema", "mam", "aemea", "e", "mm")
SYMBOLS = ".aem"
SMOOTHING = 0.5


class Case(NamedTuple):
    """A small network, and its table by hand."""

    endings: Endings
    moment: Moment
    counts: Counter[str]
    """Of each n-gram."""
    q: dict[str, NDArray[np.float64]]
    """softmax of the row of each context."""

    def square(self, matrix: MatrixName, before: str = "", row: int = 0) -> NDArray[np.float64]:
        """A matrix, shape (V, V)."""
        watch = Watch(matrix, 0, 0, 4, 4, row, numbers(before))
        window = self.endings.window(watch, self.moment, SMOOTHING)
        return np.frombuffer(window.values, np.float32).reshape(4, 4).astype(float)

    def row(self, symbol: str, before: str = "", matrix: MatrixName = "counts") -> Row:
        """The row of a symbol."""
        watch = Watch(matrix, 0, 0, 4, 4, SYMBOLS.index(symbol), numbers(before))
        return self.endings.row(watch, self.moment, SMOOTHING)

    def ending(self, text: str) -> Iterator[str]:
        """Contexts that end so."""
        return (context for context in self.q if context.endswith(text))

    def total(self, context: str) -> int:
        """How often a context was seen."""
        return sum(n for gram, n in self.counts.items() if gram[:-1] == context)


def numbers(text: str) -> tuple[int, ...]:
    return tuple(map(SYMBOLS.index, text))


def case(order: int) -> Case:
    table = table_of(WORDS, order)
    rows = lay_out({"train": table}, "none")
    objective = ContextObjective(rows)
    generator = torch.Generator().manual_seed(1)
    weights = torch.randn(objective.table.shape, generator=generator)
    counts = Counter({table.spell(g): n for g, n in zip(table.grams, table.counts, strict=True)})
    spelled = ["".join(SYMBOLS[i] for i in context) for context in rows.contexts.tolist()]
    q = dict(zip(spelled, torch.softmax(weights.double(), 1).numpy(), strict=False))
    return Case(Endings(objective), Moment(objective, weights, 0.0), counts, q)


@pytest.mark.parametrize(("order", "before"), [(2, ""), (3, ""), (3, "e"), (4, "m"), (4, "em")])
def test_contexts_that_end_alike_are_put_together(order: int, before: str) -> None:
    here = case(order)
    counts, p, q, difference, gradient = (
        here.square(matrix, before)
        for matrix in (
            *("counts", "count_probabilities", "network_probabilities"),
            *("difference", "gradient"),
        )
    )
    n = sum(here.counts.values())
    for i, symbol in enumerate(SYMBOLS):
        contexts = list(here.ending(before + symbol))
        if not contexts:
            assert all(np.isnan(m[i]).all() for m in (counts, p, q, difference, gradient))
            continue
        all_of_them = sum(map(here.total, contexts))
        shares = {c: here.total(c) / all_of_them for c in contexts}
        for j, following in enumerate(SYMBOLS):
            seen = {c: here.counts[c + following] for c in contexts}
            smoothed = {
                c: (seen[c] + SMOOTHING) / (here.total(c) + 4 * SMOOTHING) for c in contexts
            }
            averaged = sum(shares[c] * here.q[c][j] for c in contexts)
            slope = sum(here.total(c) * here.q[c][j] - seen[c] for c in contexts) / n
            assert counts[i, j] == sum(seen.values())
            of_counts = sum(shares[c] * smoothed[c] for c in contexts)
            assert p[i, j] == pytest.approx(of_counts)
            assert q[i, j] == pytest.approx(averaged)
            assert difference[i, j] == pytest.approx(averaged - of_counts, abs=1e-7)
            assert gradient[i, j] == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("order", [3, 4])
def test_logits_are_seen_of_whole_contexts_and_it_is_said_of_which(order: int) -> None:
    here = case(order)
    watch = Watch("logits", 0, 0, 4, 4, SYMBOLS.index("m"))
    before = here.endings.window(watch, here.moment, SMOOTHING).before
    commonest = max(here.ending("m"), key=here.total)
    assert "".join(SYMBOLS[i] for i in before) == commonest[:-1]
    square = here.square("logits", commonest[:-1])
    for i, symbol in enumerate(SYMBOLS):
        if commonest[:-1] + symbol in here.q:
            place = list(here.q).index(commonest[:-1] + symbol)
            assert square[i] == pytest.approx(here.moment.weights[place].numpy())
        else:
            assert np.isnan(square[i]).all()
    logs = here.square("log_counts", commonest[:-1])
    seen = here.counts[commonest + "a"]
    expected = math.log(seen) if seen else math.nan
    assert logs[SYMBOLS.index("m"), 1] == pytest.approx(expected, nan_ok=True)


def test_the_row_of_the_cursor_has_exact_figures_and_the_way_back_to_shorter_contexts() -> None:
    here = case(4)
    row = here.row("m", "e")
    p, q = (
        memoryview(m).cast("d").tolist()
        for m in (row.count_probabilities, row.network_probabilities)
    )
    assert p == pytest.approx(here.square("count_probabilities", "e")[SYMBOLS.index("m")])
    assert q == pytest.approx(here.square("network_probabilities", "e")[SYMBOLS.index("m")])
    assert sum(q) == pytest.approx(1)
    path = np.frombuffer(row.backoff, np.int64).reshape(3, 4)
    for level, ending in zip(path, ("em", "m", ""), strict=True):
        for j, symbol in enumerate(SYMBOLS):
            seen = sum(n for g, n in here.counts.items() if g.endswith(ending + symbol))
            assert level[j] == seen


def test_what_all_rows_exceed_adds_up_to_the_gap() -> None:
    here = case(3)
    rows = [here.row(symbol) for symbol in SYMBOLS]
    excess = math.fsum(math.fsum(memoryview(row.excess).cast("d")) for row in rows)
    loss = here.moment.objective.loss(here.moment.weights, 0.0)
    assert excess == pytest.approx(loss.data - here.moment.objective.counts.floor)


def test_of_order_1_every_row_is_the_same() -> None:
    here = case(1)
    for matrix in ("counts", "network_probabilities", "logits"):
        square = here.square(matrix)
        assert (square == square[0]).all()
    assert here.square("counts")[0].tolist() == [here.counts[symbol] for symbol in SYMBOLS]
    assert len(here.row("m").backoff) == 8 * 4
