"""Words ranked and sorted all at once give what scoring and sorting them one by one gives."""

from __future__ import annotations

import math
from array import array
from collections.abc import Generator
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine import Session
from engine.answers import ranking
from engine.models.counts import Counts, count_all
from engine.models.likelihood import CountTable, Model, nll
from engine.models.views import NetworkTable
from engine.protocol import (
    CommandRefused,
    Configure,
    DatasetLoaded,
    Event,
    LoadDataset,
    Rank,
    Sort,
    Train,
    WordsRanked,
    WordsSorted,
)
from engine.words import order as ordering
from engine.words.dataset import Dataset, Words, load_all
from engine.words.order import by_alphabet, by_key, encode
from engine.words.vocabulary import Vocabulary
from tests.conftest import WriteWords, act

T = TypeVar("T")

ODD = "a\nαβγ\n日本 語\na\nB\n" + "b" * 10_000 + "\n" + "b" * 9_999 + "\n𝒳𝒴\n[/x]\nab\na\n"


def finish(pieces: Generator[object, None, T]) -> T:
    while True:
        try:
            next(pieces)
        except StopIteration as stop:
            made: T = stop.value
            return made


def numbers(data: bytes) -> list[int]:
    return list(memoryview(data).cast("I"))


def ranked(dataset: Dataset, table: Model) -> tuple[list[float], list[int]]:
    words = finish(encode(dataset))
    found = finish(ranking.likelihoods(words, table))
    return found.tolist(), finish(ranking.by_likelihood(found)).tolist()


def check(dataset: Dataset, table: Model) -> None:
    found, order = ranked(dataset, table)
    expected = [nll(word, table) for word in dataset.words]
    assert found == pytest.approx(expected, rel=1e-6)
    single = [array("f", [value])[0] for value in found]
    assert order == sorted(range(len(single)), key=single.__getitem__)


@pytest.mark.parametrize("smoothing", [0.0, 1.0])
@pytest.mark.slow
def test_every_name_has_the_nll_it_has_when_scored_alone(
    names: Dataset, name_counts: Counts, smoothing: float
) -> None:
    check(names, CountTable(name_counts, smoothing))


def test_odd_words_are_ranked_like_any_others(words_file: WriteWords) -> None:
    dataset = load_all(words_file(ODD))
    check(dataset, CountTable(count_all(dataset.words, dataset.vocabulary), 0.5))


def test_impossible_words_are_the_last(
    names: Dataset, name_counts: Counts, words_file: WriteWords
) -> None:
    words = load_all(words_file("emma\nqx\nava\n"))
    found, order = ranked(replace(words, vocabulary=names.vocabulary), CountTable(name_counts, 0.0))
    assert math.isinf(found[1])
    assert order == [2, 0, 1]


def test_a_certain_word_is_the_most_likely(words_file: WriteWords) -> None:
    dataset = load_all(words_file("ab\nab\n"))
    found, order = ranked(dataset, CountTable(count_all(dataset.words, dataset.vocabulary), 0.0))
    assert found == [0.0, 0.0]
    assert order == [0, 1]


@given(st.lists(st.text("abcdefghi\u00e9\u4e2d", min_size=1, max_size=40), min_size=1))
def test_the_order_of_the_alphabet_is_that_of_code_points(words: list[str]) -> None:
    _check_alphabet(words)


@given(st.lists(st.text("abcde\u4e2d", min_size=1, max_size=20), min_size=10, max_size=60))
def test_many_words_are_put_in_order_some_first_symbols_after_the_others(words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ordering, "LARGE", 7)
        _check_alphabet(words)


def test_long_words_alike_for_long_are_sorted_by_where_they_differ() -> None:
    _check_alphabet(["a" * n + last for n in (11, 12, 13, 24, 200) for last in "ba"] * 2 + ["a"])


def _check_alphabet(words: list[str]) -> None:
    found = finish(by_alphabet(finish(encode(_dataset(words)))))
    assert found.order.tolist() == sorted(range(len(words)), key=words.__getitem__)
    assert found.is_repeat.tolist() == [word in words[:i] for i, word in enumerate(words)]


def _dataset(words: list[str]) -> Dataset:
    """A dataset of words that need no cleaning, not even to their normal form."""
    held = Words.of(words)
    starts = array("I", [0])
    for word in words:
        starts.append(starts[-1] + len(word) + 1)
    return Dataset(
        "", "", held, starts.tobytes(), Vocabulary.of("".join(words)), 0, 1, 1, 0, 0, 0, ()
    )


@pytest.mark.parametrize("kind", [np.uint32, np.uint64])
def test_keys_of_all_sizes_are_sorted_and_equal_ones_stay_in_order(kind: type) -> None:
    keys: NDArray[Any] = np.array([70_000, 3, 70_000, 0, 65_536, 3, 2**32 - 1], kind)
    assert finish(by_key(keys)).tolist() == [3, 1, 5, 4, 0, 2, 6]


def test_words_are_sorted_by_length_repeats_known_and_bigrams_by_count(
    names: Dataset, name_counts: Counts
) -> None:
    session = Session()
    act(session, LoadDataset())
    (found,) = act(session, Sort(request=7))
    assert isinstance(found, WordsSorted)
    assert found.request == 7
    words = list(names.words)
    assert numbers(found.lengths) == sorted(range(len(words)), key=lambda i: len(words[i]))
    assert sum(found.repeats) == len(words) - names.distinct
    s = names.vocabulary.symbols
    triples = zip(*[iter(numbers(found.bigrams))] * 3, strict=True)
    top = [(s[i], s[j], n) for i, j, n in islice(triples, 700)]
    assert top == name_counts.top(700)


def test_the_network_is_ranked_at_the_step_it_has() -> None:
    session = Session()
    act(session, LoadDataset())
    session.import_torch()
    list(session.become_ready())
    act(session, Train(3))
    (found,) = act(session, Rank(request=2, model="neural"))
    assert isinstance(found, WordsRanked)
    assert (found.request, found.run, found.step) == (2, 1, 3)
    assert session.dataset is not None
    assert session.runs is not None
    table = NetworkTable(session.runs.run.moment)
    first = memoryview(found.nll).cast("f")[0]
    assert first == pytest.approx(nll(session.dataset.words[0], table), rel=1e-6)


def test_a_later_request_for_the_same_model_takes_the_place_of_the_one_before() -> None:
    session = Session()
    act(session, LoadDataset())
    events = [*session.handle(Rank(1)), *session.work(), *session.handle(Rank(2, smoothing=0.0))]
    while session.is_busy:
        events += session.work()
    assert [e.request for e in events if isinstance(e, WordsRanked)] == [2]


def test_nothing_is_ranked_while_there_are_no_words() -> None:
    events = [event for command in (Rank(), Sort()) for event in act(Session(), command)]
    assert [type(event) for event in events] == [CommandRefused, CommandRefused]


def test_new_words_end_the_ranking_of_the_old_ones(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset())
    list(session.handle(LoadDataset(words_file("ab\nb\n"))))
    list(session.handle(Rank(1)))
    list(session.handle(Sort(1)))
    events: list[Event] = []
    while session.is_busy:
        events += session.work()
    ranks = [e for e in events if isinstance(e, WordsRanked)]
    loaded = next(i for i, e in enumerate(events) if isinstance(e, DatasetLoaded))
    assert all(len(e.nll) == 4 * 32_257 and events.index(e) < loaded for e in ranks)
    (after,) = (e for e in act(session, Rank(2)) if isinstance(e, WordsRanked))
    assert len(after.nll) == 4 * 2


def test_smoothing_of_the_settings_is_of_no_account_to_a_ranking() -> None:
    session = Session()
    act(session, LoadDataset(), Configure(smoothing=5.0))
    (found,) = act(session, Rank(smoothing=0.0))
    assert isinstance(found, WordsRanked)
    assert session.counts is not None
    assert session.dataset is not None
    expected = nll(session.dataset.words[5], CountTable(session.counts, 0.0))
    assert memoryview(found.nll).cast("f")[5] == pytest.approx(expected, rel=1e-6)
