"""Drawing names: the lecture's, and what every draw must obey."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.limits import MOST
from engine.models.counts import Counts
from engine.models.likelihood import BigramModel, Context, CountTable, nll
from engine.models.objective import Objective
from engine.models.views import NetworkTable
from engine.proof.reference import LECTURE_NAMES, NAMES, Reference
from engine.protocol import LECTURE_SEED, Refusal, Sample, SampledName, Settings
from engine.sampling.sampler import BLOCK, sample
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset, Words
from tests.bench.sampling import measure
from tests.conftest import counts_of

Known = tuple[Reference, Dataset, Counts]


def drawn(names: Iterator[SampledName]) -> list[str]:
    return [name.name for name in names]


def test_the_names_of_the_lecture_come_back(known: Known) -> None:
    _, dataset, counts = known
    names = sample(CountTable(counts, 1.0), dataset.words, Sample(number=5))
    assert " ".join(drawn(names)) == LECTURE_NAMES


def test_the_trained_network_draws_the_known_names(names: Dataset, name_counts: Counts) -> None:
    run = Trainer(Objective(name_counts), Settings())
    run.advance(300)
    table = NetworkTable(run.moment)
    assert " ".join(drawn(sample(table, names.words, Sample(number=5)))) == NAMES.network_names


def test_a_block_of_uniforms_is_bit_for_bit_the_single_ones() -> None:
    one, many = (torch.Generator().manual_seed(LECTURE_SEED) for _ in range(2))
    singles = [torch.rand((), generator=one, dtype=torch.float64).item() for _ in range(3 * BLOCK)]
    blocks = [torch.rand(BLOCK, generator=many, dtype=torch.float64).tolist() for _ in range(3)]
    assert singles == [u for block in blocks for u in block]


@pytest.mark.parametrize("sampler", ["lecture", "torch"])
def test_the_same_seed_draws_the_same_and_another_draws_others(
    names: Dataset, name_counts: Counts, sampler: str
) -> None:
    table = CountTable(name_counts, 1.0)

    def draw(seed: int) -> list[str]:
        return drawn(sample(table, names.words, Sample(sampler=sampler, seed=seed)))  # type: ignore[arg-type]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


@pytest.mark.parametrize("sampler", ["lecture", "torch"])
def test_symbols_are_drawn_as_often_as_they_are_likely(sampler: str) -> None:
    counts = counts_of("a", "a", "a", "b")
    command = Sample(sampler=sampler, number=4000)  # type: ignore[arg-type]
    names = drawn(sample(CountTable(counts, 0.0), Words.of(["a"]), command))
    assert set(names) == {"a", "b"}
    assert names.count("a") / 4000 == pytest.approx(0.75, abs=0.03)


def test_a_prefix_is_part_of_the_name_and_consumes_no_random_number() -> None:
    counts = counts_of("ab", "ac", "ad", "abc", "db")
    table, words = CountTable(counts, 0.1), Words.of(["ab"])
    with_prefix = drawn(sample(table, words, Sample(number=1, prefix="a")))[0]
    u = torch.rand(
        (), generator=torch.Generator().manual_seed(LECTURE_SEED), dtype=torch.float64
    ).item()
    row = table.row((1,))
    index = next(i for i in range(len(row)) if math.fsum(row[: i + 1]) >= u)
    second = with_prefix[1:2] or "."
    assert with_prefix.startswith("a")
    assert second == counts.vocabulary.symbols[index]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (Sample(prefix="aé!"), "é !"),
        (Sample(prefix="."), "prefix holds ."),
        (Sample(temperature=0.0), "temperature must be a finite number above 0"),
        (Sample(temperature=math.nan), "temperature"),
        (Sample(temperature=math.inf), "temperature"),
        (Sample(number=0), "number of names"),
        (Sample(seed=1 << 64), "seed"),
        (Sample(sampler="dice"), "sampler must be one of"),  # type: ignore[arg-type]
        (Sample(prefix="a" * 1001), "at most 1,000"),
    ],
)
def test_impossible_requests_are_refused(command: Sample, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        list(sample(CountTable(counts_of("ab"), 1.0), Words.of(["ab"]), command))


def test_known_names_and_their_nll_are_told(names: Dataset, name_counts: Counts) -> None:
    table = CountTable(name_counts, 1.0)
    some = list(sample(table, names.words, Sample(number=300)))
    listed = set(names.words)
    assert [n.is_known for n in some] == [n.name in listed for n in some]
    assert {n.is_known for n in some} == {True, False}
    assert all(n.nll == nll(n.name, table) for n in some)


@dataclass(frozen=True)
class Endless(BigramModel):
    """A table from which the boundary is never drawn."""

    counts: Counts

    def row(self, context: Context) -> list[float]:
        return [0.0, 1.0]

    def log_row(self, context: Context) -> list[float]:
        return [-math.inf, 0.0]

    def log_probability(self, context: Context, symbol: int) -> float:
        return self.log_row(context)[symbol]


def test_a_name_without_an_end_is_stopped_at_a_thousand_symbols_and_marked() -> None:
    table = Endless(counts_of("a"))
    names = list(sample(table, Words.of(["a"]), Sample(number=2)))
    assert [(len(n.name), n.is_cut) for n in names] == [(1000, True)] * 2


def test_drawing_goes_name_by_name_so_that_it_can_be_stopped() -> None:
    table = Endless(counts_of("a"))
    names = sample(table, Words.of(["a"]), Sample(number=1_000_000))
    assert next(names).is_cut


@given(st.floats(1e-300, MOST), st.sampled_from(["lecture", "torch"]), st.integers(0, 2**64 - 1))
def test_any_temperature_and_seed_draw_names_of_known_symbols(
    temperature: float, sampler: str, seed: int
) -> None:
    counts = counts_of("ab", "ba", "abc")
    command = Sample(temperature=temperature, sampler=sampler, seed=seed, number=3)  # type: ignore[arg-type]
    for name in sample(CountTable(counts, 0.0), Words.of(["ab"]), command):
        assert set(name.name) <= set("abc")


@pytest.mark.parametrize("temperature", [1e-3, 5e-324])
def test_a_low_temperature_draws_the_likeliest_name(temperature: float) -> None:
    counts = counts_of("ab", "ab", "ac")
    command = Sample(temperature=temperature, number=20)
    assert set(drawn(sample(CountTable(counts, 0.0), Words.of(["ab"]), command))) == {"ab"}


@pytest.mark.slow
def test_a_batch_draws_the_names_of_the_lectures_loop() -> None:
    assert measure().is_same
