"""Names expected from a table: against closed forms, and against many names drawn."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from engine.models.counts import Counts
from engine.models.likelihood import CountTable, Model
from engine.protocol import Sample, Tally, Theory
from engine.sampling.sampler import parts
from engine.sampling.theory import expect
from engine.words.dataset import Dataset, finish, load_all
from engine.words.membership import Known
from engine.words.order import by_alphabet, encode
from tests.conftest import WriteWords, counts_of


def expected(dataset: Dataset, table: Model, command: Sample) -> Theory:
    words = finish(encode(dataset))
    return finish(expect(table, command, words, finish(by_alphabet(words)).is_repeat))


def drawn(dataset: Dataset, table: Model, command: Sample) -> Tally:
    tally = Tally()
    for part in filter(None, parts(table, Known.of(dataset.words), command)):
        tally = part.tally
    return tally


def of(write: WriteWords, *words: str) -> tuple[Dataset, Counts]:
    return load_all(write("\n".join(words))), counts_of(*words)


def test_a_single_letter_makes_a_geometric_length(words_file: WriteWords) -> None:
    dataset, counts = of(words_file, "a", "aa")
    theory = expected(dataset, CountTable(counts, 0.0), Sample())
    # After a: the end with probability 2/3, another a with 1/3.
    assert theory.length == pytest.approx(3 / 2)
    assert theory.length_deviation == pytest.approx(math.sqrt(1 / 3) / (2 / 3))
    assert theory.one_letter == pytest.approx(2 / 3)
    assert theory.known == pytest.approx(2 / 3 + 2 / 9)
    entropy = -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))
    assert theory.nll == pytest.approx(1.5 * entropy / 2.5)


def test_a_word_of_the_data_counts_once_however_often_it_stands_there(
    words_file: WriteWords,
) -> None:
    dataset, counts = of(words_file, "a", "a", "b")
    theory = expected(dataset, CountTable(counts, 0.0), Sample())
    assert theory.known == pytest.approx(1.0)
    assert theory.length == pytest.approx(1.0)
    assert theory.length_deviation == pytest.approx(0.0, abs=1e-6)


def test_temperature_is_a_power_of_the_probabilities(words_file: WriteWords) -> None:
    dataset, counts = of(words_file, "a", "a", "a", "b")
    theory = expected(dataset, CountTable(counts, 0.0), Sample(temperature=0.5))
    a, b = 3**2, 1**2
    cost = -(a * math.log(3 / 4) + b * math.log(1 / 4)) / (a + b)
    assert theory.nll == pytest.approx(cost / 2)


def test_a_prefix_leaves_what_may_follow_it(words_file: WriteWords) -> None:
    dataset, counts = of(words_file, "ab", "ac", "a", "b")
    theory = expected(dataset, CountTable(counts, 0.0), Sample(prefix="a"))
    assert theory.one_letter == pytest.approx(1 / 3)
    assert theory.known == pytest.approx(1.0)
    assert theory.length == pytest.approx(1 + 2 / 3)
    longer = expected(dataset, CountTable(counts, 0.0), Sample(prefix="ab"))
    assert longer.one_letter == 0
    assert longer.length == pytest.approx(2.0)


def test_names_that_cannot_end_are_endless(words_file: WriteWords) -> None:
    # At a temperature this low a is followed by b and b by a, for ever.
    dataset, counts = of(words_file, "abababab", "babababa")
    theory = expected(dataset, CountTable(counts, 0.0), Sample(temperature=1e-4))
    assert theory.length == math.inf
    assert math.isnan(theory.nll)


@pytest.mark.parametrize(
    "command",
    [
        Sample(number=200_000, listed=0),
        Sample(number=100_000, listed=0, temperature=1.7),
        Sample(number=100_000, listed=0, prefix="mar", temperature=0.8),
    ],
    ids=lambda command: f"{command.temperature}-{command.prefix}",
)
def test_a_simulation_comes_out_as_expected(
    names: Dataset, name_counts: Counts, command: Sample
) -> None:
    table = CountTable(name_counts, 1.0)
    theory, tally = expected(names, table, command), drawn(names, table, command)
    n = tally.names
    assert n == command.number
    assert tally.length == pytest.approx(
        theory.length, abs=5 * theory.length_deviation / math.sqrt(n)
    )
    for seen, share in ((tally.one_letter, theory.one_letter), (tally.known, theory.known)):
        assert seen / n == pytest.approx(share, abs=5 * math.sqrt(share * (1 - share) / n) + 1e-12)
    assert tally.nll == pytest.approx(theory.nll, rel=5e-3)


def test_the_known_share_is_the_sum_over_the_different_words(
    names: Dataset, name_counts: Counts
) -> None:
    table = CountTable(name_counts, 0.0)
    total = 0.0
    for word in set(names.words):
        indices = [0, *names.vocabulary.encode(word), 0]
        total += math.exp(sum(table.log_probability((i,), j) for i, j in pairwise(indices)))
    assert expected(names, table, Sample()).known == pytest.approx(total, rel=1e-10)
