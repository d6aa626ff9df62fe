"""Drawing in lanes: symbol by symbol what the simple loop draws."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.counts import Counts
from engine.models.likelihood import BigramModel, Context, CountTable, logs
from engine.protocol import Sample
from engine.sampling import sampler
from engine.sampling.lanes import Lanes
from engine.sampling.paths import Paths
from engine.sampling.rows import Rows
from engine.sampling.sampler import parts, sample
from engine.words.dataset import Dataset, Words, finish
from tests.conftest import counts_of


@dataclass(frozen=True)
class Given(BigramModel):
    """A model of bigrams with these probabilities."""

    counts: Counts
    table: list[list[float]]

    def row(self, context: Context) -> list[float]:
        return self.table[context[0]]

    def log_row(self, context: Context) -> list[float]:
        return logs(self.row(context))

    def log_probability(self, context: Context, symbol: int) -> float:
        return self.log_row(context)[symbol]


def walked(
    table: list[list[float]], uniforms: list[float], prefix: list[int], start: int, lanes: int
) -> tuple[list[int], list[int]]:
    """Symbols drawn in lanes, and those of the simple loop."""
    letters = "".join(chr(0x3400 + i) for i in range(1, len(table)))
    rows = Rows(Given(counts_of(letters), table), 1.0)
    paths = Paths(rows, prefix)
    state = int(paths.trace([start])[0])
    states = finish(Lanes(paths).walk(np.array(uniforms), state, lanes))
    expected = []
    restart = prefix[-1] if prefix else 0
    at = start or restart
    for u in uniforms:
        expected.append(bisect_left(rows.cumulative((at,)), u))
        at = expected[-1] or restart
    return paths.symbols(states).tolist(), expected


@given(
    st.integers(2, 40), st.integers(1, 8), st.integers(1, 9), st.integers(0, 2**32), st.floats(0, 9)
)
def test_lanes_walk_as_one(size: int, lanes: int, steps: int, seed: int, sharpness: float) -> None:
    chance = np.random.default_rng(seed)
    table = np.exp(sharpness * chance.standard_normal((size, size)))
    table /= table.sum(1, keepdims=True)
    restart, start = (int(i) for i in chance.integers(0, size, 2))
    uniforms = chance.random(lanes * steps).tolist()
    prefix = [restart] if restart else []
    drawn, expected = walked(table.tolist(), uniforms, prefix, start, lanes)
    assert drawn == expected


def test_walks_that_never_meet_are_walked_one_by_one() -> None:
    # Each symbol has one follower, in a ring: where one starts, one stays apart.
    size = 7
    ring = np.zeros((size, size))
    ring[np.arange(size), (np.arange(size) + 1) % size] = 1
    uniforms = np.random.default_rng(1).random(64 * 10).tolist()
    drawn, _ = walked(ring.tolist(), uniforms, [], 3, 64)
    assert drawn == [(3 + k + 1) % size for k in range(640)]


@pytest.mark.parametrize(
    "command", [Sample(), Sample(prefix="ka"), Sample(temperature=2.0, seed=5)]
)
def test_many_names_are_those_drawn_one_by_one(
    names: Dataset, name_counts: Counts, monkeypatch: pytest.MonkeyPatch, command: Sample
) -> None:
    table = CountTable(name_counts, 1.0)
    many = Sample(
        number=5000, prefix=command.prefix, temperature=command.temperature, seed=command.seed
    )
    at_once = list(sample(table, names.words, many))
    monkeypatch.setattr(sampler, "FEW", 10**9)
    singly = list(sample(table, names.words, many))
    assert [(n.name, n.is_known, n.is_cut) for n in at_once] == [
        (n.name, n.is_known, n.is_cut) for n in singly
    ]
    assert [n.nll for n in at_once] == pytest.approx([n.nll for n in singly], rel=1e-12)


def test_a_name_without_an_end_is_cut_in_a_batch_too(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = counts_of("a" * 900, "ab", "b")
    table, words = CountTable(counts, 0.0), Words.of(["ab"])
    command = Sample(number=600, prefix="")
    at_once = list(sample(table, words, command))
    assert any(name.is_cut and len(name.name) == 1000 for name in at_once)
    monkeypatch.setattr(sampler, "FEW", 10**9)
    assert [n.name for n in sample(table, words, command)] == [n.name for n in at_once]


def test_only_the_first_names_are_listed_and_all_are_counted(
    names: Dataset, name_counts: Counts
) -> None:
    table, command = CountTable(name_counts, 1.0), Sample(number=40_000, listed=1234)
    found = list(filter(None, parts(table, names.words, command)))
    listed = [name.name for part in found for name in part.names]
    assert len(listed) == 1234
    assert found[-1].tally.names == 40_000
    everything = list(sample(table, names.words, Sample(number=40_000)))
    assert listed == [name.name for name in everything[:1234]]
    assert found[-1].tally.symbols == sum(len(name.name) for name in everything)
    assert found[-1].tally.known == sum(bool(name.is_known) for name in everything)
    assert found[-1].tally.one_letter == sum(len(name.name) == 1 for name in everything)
