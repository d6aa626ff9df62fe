"""Longer contexts are counted: against the known figures, and against counting by hand."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.models.counts import Counts, count_all
from engine.models.ngrams import contexts
from engine.models.ngrams.contexts import ContextCounts
from engine.models.ngrams.levels import NOWHERE, Levels
from engine.models.ngrams.losses import nll
from engine.models.ngrams.model import CountModel
from engine.models.ngrams.smoothing import AddK
from engine.proof.ngram_figures import ALL_DATA, BUNDLED, FEW_SMOOTHINGS, SMOOTHINGS
from engine.protocol import Refusal
from engine.words.cleaning import offsets_of
from engine.words.dataset import Dataset, Words, finish, load_all
from engine.words.order import Encoded, encode
from engine.words.vocabulary import Vocabulary
from tests import PATIENCE
from tests.conftest import WriteWords

WORDS = st.lists(st.text("abcé", min_size=1, max_size=6), min_size=1, max_size=12)
ORDERS = st.integers(1, 5)
Keys = NDArray[np.uint64]


def encoded(words: Sequence[str]) -> tuple[Encoded, Vocabulary]:
    """A few words as numbers, in an alphabet of their own."""
    vocabulary = Vocabulary.of("".join(words))
    offsets = offsets_of(words).tobytes()
    blank = dict.fromkeys(Dataset.__dataclass_fields__, 0)
    known = {"words": Words.of(words), "offsets": offsets, "vocabulary": vocabulary}
    return finish(encode(Dataset(**blank | known))), vocabulary  # type: ignore[arg-type]


def table_of(words: Sequence[str], order: int, dots: int | None = None) -> ContextCounts:
    return contexts.count_all(*encoded(words), order, dots)


def as_dict(table: ContextCounts) -> dict[str, int]:
    """Each n-gram with its count, as they stand in the table."""
    return {
        table.spell(gram): n for gram, n in zip(table.grams, table.counts.tolist(), strict=True)
    }


def by_hand(words: Sequence[str], order: int, dots: int) -> Counter[str]:
    """The lecture's loop, with more dots."""
    counter: Counter[str] = Counter()
    for word in words:
        padded = "." * dots + word + "."
        counter.update(padded[i - order : i] for i in range(order, len(padded) + 1))
    return counter


def loss(table: ContextCounts, smoothing: float) -> float:
    """NLL of add-k on the very words that were counted."""
    return nll(table, CountModel(Levels(table), AddK(smoothing)).probabilities(table))


@pytest.mark.parametrize(("order", "dots"), list(BUNDLED))
def test_the_bundled_list_is_counted_as_known(names: Dataset, order: int, dots: int) -> None:
    table = contexts.count_all(finish(encode(names)), names.vocabulary, order, dots)
    (predictions,), losses = BUNDLED[order, dots]
    assert table.predictions == predictions
    assert [loss(table, k) for k in FEW_SMOOTHINGS] == pytest.approx(losses, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize(("order", "dots"), list(ALL_DATA))
def test_makemores_list_is_counted_as_known(makemore: Dataset, order: int, dots: int) -> None:
    table = contexts.count_all(finish(encode(makemore)), makemore.vocabulary, order, dots)
    figures = (table.predictions, table.contexts, table.cells, table.once)
    sizes, losses = ALL_DATA[order, dots]
    assert figures == sizes
    assert [loss(table, k) for k in SMOOTHINGS] == pytest.approx(losses, abs=1e-8)


def test_order_2_has_the_bigrams_losses_and_rows_bit_for_bit(
    names: Dataset, name_counts: Counts
) -> None:
    table = contexts.count_all(finish(encode(names)), names.vocabulary)
    levels = Levels(table)
    assert (table.cells, table.once) == (name_counts.nonzero, name_counts.once)
    for k in (0.0, 0.01, 1.0, 3.7):
        model = CountModel(levels, AddK(k))
        assert nll(table, model.probabilities(table)) == name_counts.nll(k)
        for i in range(len(names.vocabulary)):
            assert model.row((i,)) == name_counts.row(i, k)


@given(WORDS, ORDERS, st.data())
def test_counting_agrees_with_the_lectures_loop(
    words: list[str], order: int, data: st.DataObject
) -> None:
    dots = data.draw(st.integers(0, order - 1))
    expected = by_hand(words, order, dots)
    assume(expected)
    table = table_of(words, order, dots)
    assert as_dict(table) == expected
    assert len(table.grams) == len(expected)
    assert table.predictions == expected.total()
    assert table.contexts == len({gram[:-1] for gram in expected})
    assert table.once == sum(n == 1 for n in expected.values())
    ordered = sorted(expected.items(), key=lambda each: (-each[1], each[0]))
    for number in (0, 1, 3, len(ordered), len(ordered) + 1):
        top = [(before + last, n) for before, last, n in table.top(number)]
        assert top == ordered[:number]


@given(WORDS, ORDERS)
def test_every_order_predicts_the_same_symbols(words: list[str], order: int) -> None:
    assert table_of(words, order).predictions == sum(len(word) + 1 for word in words)


@given(WORDS, st.integers(2, 7))
def test_what_does_not_fit_into_one_key_is_ranked_first(words: list[str], order: int) -> None:
    def checked(work: Callable[[Keys], Any]) -> Callable[[Keys], Any]:
        def checking(keys: Keys) -> Any:  # noqa: ANN401
            assert keys.max() < 1 << 12
            return work(keys)

        return checking

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "KEY", 12)
        patch.setattr(contexts, "PIECE", 3)
        patch.setattr(contexts, "_ranked", checked(contexts._ranked))
        patch.setattr(contexts, "_tallied", checked(contexts._tallied))
        table = table_of(words, order)
    assert as_dict(table) == by_hand(words, order, order - 1)
    whole = table_of(words, order)
    assert (table.grams == whole.grams).all()
    assert (table.counts == whole.counts).all()


def test_an_alphabet_of_thousands_is_counted_at_the_highest_order() -> None:
    symbols = [chr(0x4E00 + i) for i in range(3_000)]
    words = ["".join(symbols[i : i + 5]) for i in range(0, len(symbols), 3)] + ["𠀀" + symbols[7]]
    for order in (2, 7):
        table = table_of(words, order)
        assert as_dict(table) == by_hand(words, order, order - 1)
        row = CountModel(Levels(table), AddK(0.5)).row((0,) * (order - 1))
        assert sum(row) == pytest.approx(1)


@given(WORDS, WORDS, st.integers(1, 4))
def test_two_tables_add_up_to_that_of_both_texts(
    first: list[str], second: list[str], order: int
) -> None:
    words, vocabulary = encoded(first + second)
    numbers = np.arange(len(first) + len(second))
    parts = [words.take(numbers[: len(first)]), words.take(numbers[len(first) :])]
    added = contexts.add(*(contexts.count_all(part, vocabulary, order) for part in parts))
    whole = contexts.count_all(words, vocabulary, order)
    assert (added.grams == whole.grams).all()
    assert (added.counts == whole.counts).all()


def test_tables_of_different_orders_or_alphabets_are_not_added() -> None:
    for other in (table_of(["ab"], 2), table_of(["ac"], 3), table_of(["ab"], 3, 1)):
        with pytest.raises(ValueError, match="one order and one alphabet"):
            contexts.add(table_of(["ab"], 3), other)


@given(WORDS, st.integers(1, 5))
def test_every_level_is_the_table_of_its_own_order(words: list[str], order: int) -> None:
    levels = Levels(table_of(words, order))
    for m in range(1, order + 1):
        # The same symbols, from a shorter context: as many dots less.
        lower = Counter[str]()
        for gram, n in as_dict(levels.table).items():
            lower[gram[order - m :]] += n
        level = levels.level(m)
        assert sorted(level.counts.tolist()) == sorted(lower.values())
        assert level.totals.sum() == levels.table.predictions
        assert len(level.starts) == len({gram[:-1] for gram in lower})
        if m < order:
            kinds = Counter(
                gram[1:] for gram in {g[order - m - 1 :] for g in as_dict(levels.table)}
            )
            assert sorted(level.left.tolist()) == sorted(kinds.values())


def test_what_was_never_seen_is_looked_up_as_nothing() -> None:
    levels = Levels(table_of(["ab", "ba"], 3))
    # a=1, b=2: after aa nothing was seen, after a the other two.
    seen = levels.row([1, 1])
    assert levels.contexts_of(np.array([[1, 1, 0]]))[-1] == [NOWHERE]
    assert seen.count(3).tolist() == [0, 0, 0]
    assert seen.total(3).tolist() == [0, 0, 0]
    assert seen.count(2).tolist() == [1, 0, 1]
    with pytest.raises(ValueError, match="2 symbols, not 1"):
        levels.row([1])


@pytest.mark.parametrize(
    ("order", "dots", "said"),
    [
        (0, None, "order must be a whole number from 1 to 7, not 0"),
        (8, None, "order must be a whole number from 1 to 7, not 8"),
        (3, 3, "dots must be a whole number from 0 to 2"),
        (3, -1, "dots must be a whole number from 0 to 2"),
    ],
)
def test_orders_and_dots_out_of_range_are_refused(order: int, dots: int, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        table_of(["ab"], order, dots)


@pytest.mark.parametrize(("order", "dots"), [(3, 0), (7, 4)])
def test_where_nothing_would_be_predicted_it_is_said(order: int, dots: int) -> None:
    said = (
        f"None of 2 words is long enough for order {order} with dots {dots}: .* at most {order - 1}"
    )
    with pytest.raises(Refusal, match=said):
        table_of(["a", "b"], order, dots)
    assert table_of(["a", "b"], order, dots + 1).predictions > 0


def test_what_is_too_large_is_refused_with_the_figure_and_what_would_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ["abcdefgh"] * 1000
    monkeypatch.setattr(contexts, "MOST_BYTES", 300_000)
    with pytest.raises(Refusal, match=r"9,000 symbols could take .* GiB.* Take order 3, which"):
        table_of(words, 7)
    assert table_of(words, 3).cells == 9
    # There is no order below 1 that could be offered.
    monkeypatch.setattr(contexts, "MOST_BYTES", contexts._bytes(9_000, 9, 1, 1) - 1)
    with pytest.raises(Refusal, match=r"Take [0-9]+ words, which"):
        table_of(words, 3)


def test_where_there_can_be_few_n_grams_no_event_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "PIECE", 1000)
    words, vocabulary = encoded(["abcdefg"] * 10_000)
    tracemalloc.start()
    try:
        table = contexts.count_all(words, vocabulary)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert table.predictions == 80_000
    assert peak < 80_000 * 4  # A key has 8 bytes.


def test_counting_says_how_far_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "PIECE", 10)
    words, vocabulary = encoded(["abc", "de", "f" * 30])
    steps = list(contexts.count(words, vocabulary, 3))
    assert [(step.task, step.done, step.total) for step in steps] == [
        ("counting", done, 3) for done in (2, 2, 2, 3)
    ]


def test_parts_are_taken_in_any_order_and_more_than_once() -> None:
    words, vocabulary = encoded(["ab", "c", "abc"])
    taken = words.take(np.array([2, 0, 2]))
    assert taken.indices.tolist() == [0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 3, 0]
    assert len(taken) == 3
    table = contexts.count_all(taken, vocabulary, 3)
    assert as_dict(table) == by_hand(["abc", "ab", "abc"], 3, 2)


MILLION = """
import re, time
from pathlib import Path
from engine.models.ngrams.contexts import count_all
from engine.words.dataset import finish, load_all
from engine.words.order import encode
dataset = load_all(PATH)
start = time.process_time()
table = count_all(finish(encode(dataset)), dataset.vocabulary, 5)
took = time.process_time() - start
# Not what the system counts as resources: in that is what whoever started this had.
most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(table.predictions, took, int(most) / 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is told in other units")
def test_order_5_of_a_million_words_takes_5_seconds_and_500_mb_at_most(
    words_file: WriteWords, names: Dataset
) -> None:
    half = [name[: len(name) // 2] for name in names.words]
    dice = random.Random(1)
    words = "\n".join(dice.choice(half) + dice.choice(half) for _ in range(1_000_000))
    code = MILLION.replace("PATH", repr(words_file(words)))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    predictions, took, megabytes = map(float, done.stdout.split())
    assert predictions > 6_000_000
    assert took < 5
    assert megabytes < 500


@pytest.mark.slow
def test_order_5_of_the_names_takes_no_half_second(names: Dataset) -> None:
    words = finish(encode(names))
    took = []
    for _ in range(5):
        start = time.perf_counter()
        contexts.count_all(words, names.vocabulary, 5)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.5


def test_a_file_is_counted_as_its_words(words_file: WriteWords) -> None:
    dataset = load_all(words_file("emma\nava\n"))
    table = contexts.count_all(finish(encode(dataset)), dataset.vocabulary, 3)
    assert as_dict(table)["..e"] == 1
    assert count_all(dataset.words, dataset.vocabulary).bigrams == table.predictions
