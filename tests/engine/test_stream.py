"""Names for a file: those that are drawn one by one, however many hands draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.counts import Counts
from engine.models.likelihood import CountTable, Model
from engine.models.ngrams import contexts
from engine.models.ngrams.levels import Levels
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import AddK
from engine.protocol import NamesStreamed, Refusal, Sample, StreamNames
from engine.sampling import sampler, stream
from engine.sampling.guide import Guide
from engine.sampling.paths import Paths
from engine.sampling.rows import Rows
from engine.words.dataset import Dataset, Words, finish
from engine.words.order import encode
from tests.conftest import act, counts_of, ready
from tests.engine.test_lanes import Given


def text(model: Model, command: Sample, hands: int = 2) -> str:
    """All that is streamed."""
    pieces = filter(None, stream.stream(model, command, hands))
    return b"".join(piece.text for piece in pieces).decode()


def sampled(model: Model, words: Words, command: Sample) -> str:
    """The same, as a sample of names."""
    return "".join(f"{name.name}\n" for name in sampler.sample(model, words, command))


@pytest.fixture
def table(name_counts: Counts) -> CountTable:
    return CountTable(name_counts, 1.0)


@pytest.mark.parametrize(
    "command",
    [
        Sample(number=1),
        Sample(number=20_000),
        Sample(number=3_000, prefix="ka"),
        Sample(number=3_000, temperature=2.5, seed=7),
        Sample(number=40, sampler="torch"),
    ],
)
def test_a_stream_is_the_sample(names: Dataset, table: CountTable, command: Sample) -> None:
    assert text(table, command) == sampled(table, names.words, command)


def test_any_number_of_hands_draws_the_same_and_fewer_names_are_the_first_of_more(
    table: CountTable,
) -> None:
    whole = text(table, Sample(number=30_000), 1)
    assert whole == text(table, Sample(number=30_000), 4)
    assert whole.startswith(text(table, Sample(number=15_000), 2))
    assert whole.count("\n") == 30_000
    assert not whole.startswith(text(table, Sample(number=15_000, seed=1)))


@given(
    st.integers(2, 40), st.integers(1, 8), st.integers(1, 9), st.integers(0, 2**32), st.floats(0, 9)
)
def test_a_guide_table_leads_where_the_cumulative_row_does(
    size: int, lanes: int, steps: int, seed: int, sharpness: float
) -> None:
    chance = np.random.default_rng(seed)
    table = np.exp(sharpness * chance.standard_normal((size, size)))
    table /= table.sum(1, keepdims=True)
    model = Given(counts_of("".join(chr(0x3400 + i) for i in range(1, size))), table.tolist())
    paths = Paths(Rows(model, 1.0), [])
    u = chance.random(lanes * steps)
    # Numbers at the very edges of rows and buckets are looked up as all others.
    edges = np.append(paths.sums[np.isfinite(paths.sums)], np.arange(64) / 64)
    some = chance.random(len(u)) < 0.3
    u[some] = np.minimum(chance.choice(edges, some.sum()), 1 - 2**-53)
    walk = Guide(paths).walk(u, lanes)
    state, expected = 0, []
    for number in u.tolist():
        row = state * paths.width
        state = int(np.searchsorted(paths.sums[row : row + paths.size], number))
        expected.append(state)
    assert walk.path.T.ravel().tolist() == expected


def test_walks_that_never_meet_are_walked_one_by_one() -> None:
    # Each symbol has one follower, in a ring: where one starts, one stays apart.
    size = 7
    ring = np.zeros((size, size))
    ring[np.arange(size), (np.arange(size) + 1) % size] = 1
    paths = Paths(Rows(Given(counts_of("abcdef"), ring.tolist()), 1.0), [])
    walk = Guide(paths).walk(np.random.default_rng(1).random(640), 64)
    assert walk.path.T.ravel().tolist() == [(1 + k) % size for k in range(640)]


def test_names_without_an_end_are_cut_as_in_a_sample() -> None:
    table, words = CountTable(counts_of("é" * 900, "éb", "b"), 0.0), Words.of(["éb"])
    for command in (Sample(number=300), Sample(number=100, prefix="b" + "é" * 500)):
        found = [*filter(None, stream.stream(table, command, 2))]
        assert b"".join(piece.text for piece in found).decode() == sampled(table, words, command)
        assert found[-1].cut > 10
        assert found[-1].names == command.number


@pytest.mark.parametrize("order", [1, 3, 4])
def test_longer_contexts_are_streamed_as_they_are_sampled(
    names: Dataset, monkeypatch: pytest.MonkeyPatch, order: int
) -> None:
    monkeypatch.setattr(stream, "WORTH", 1)
    few = Words.of(list(names.words)[:300])
    counted = contexts.count_all(finish(encode(replace(names, words=few))), names.vocabulary, order)
    model, command = CountModel(Levels(counted), AddK(0.01)), Sample(number=2_000)
    assert text(model, command) == sampled(model, few, command)


def test_what_is_drawn_is_the_table_of_the_model(table: CountTable) -> None:
    drawn = "\n" + text(table, Sample(number=200_000))
    pairs = Counter(pairwise(drawn))
    symbols = ["\n", *table.vocabulary.symbols[1:]]
    statistic = 0.0
    for i, first in enumerate(symbols):
        seen = np.array([pairs[first, second] for second in symbols])
        expected = np.array(table.row((i,))) * seen.sum()
        statistic += float(((seen - expected) ** 2 / expected).sum())
    # Chi square of 27 × 26 degrees of freedom: its mean and standard deviation are 702 and 37.
    assert 702 - 4 * 37 < statistic < 702 + 4 * 37


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Sample(number=0), "from 1 to 10¹², not 0"),
        (Sample(number=5, prefix="3"), "no word of these data holds"),
        (Sample(number=5, temperature=0.0), "temperature must be"),
    ],
)
def test_what_cannot_be_drawn_is_refused(table: CountTable, command: Sample, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        text(table, command)


def test_a_stream_that_is_given_up_leaves_no_thread(table: CountTable) -> None:
    import threading

    pieces: Iterator[stream.Piece | None] = stream.stream(table, Sample(number=10**9), 4)
    next(filter(None, pieces))
    assert any(thread.name.startswith("sampling") for thread in threading.enumerate())
    pieces.close()  # type: ignore[attr-defined]
    assert not any(thread.name.startswith("sampling") for thread in threading.enumerate())


def test_an_engine_streams_names_of_its_models() -> None:
    events = [
        e for e in act(ready(), StreamNames(Sample(number=900))) if isinstance(e, NamesStreamed)
    ]
    assert events[-1].names == 900
    assert b"".join(event.text for event in events).count(b"\n") == 900
