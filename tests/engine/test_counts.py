"""The count model against the known figures, and against counting by hand."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.counts import COUNT_MATRICES, Counts, count, count_all, report
from engine.proof.reference import Reference
from engine.protocol import Watch
from engine.words.dataset import Dataset, Words, load_all
from engine.words.vocabulary import Vocabulary
from tests.conftest import WriteWords, counts_of

Known = tuple[Reference, Dataset, Counts]
WORDS = st.lists(st.text("abcdé -", min_size=1, max_size=6), min_size=1, max_size=20)


def test_the_known_lists_are_counted_as_known(known: Known) -> None:
    reference, dataset, counts = known
    described = report(dataset, counts)
    assert described.bigrams == reference.bigrams
    assert described.nonzero == reference.nonzero
    assert described.zero == reference.zero
    assert described.once == reference.once
    assert described.repeats == reference.words - reference.distinct
    top = ", ".join(f"{a}{b} {n}" for a, b, n in counts.top(10))
    assert top == reference.top


def test_the_report_tells_of_the_words_without_the_boundary(words_file: WriteWords) -> None:
    words = ("ab", "abc", "a", "ab")
    described = report(load_all(words_file("\n".join(words))), counts_of(*words))
    assert described.mean_length == 2.0
    assert (described.shortest, described.longest) == (1, 3)
    assert described.lengths == ((1, 1), (2, 2), (3, 1))
    assert (described.words, described.distinct, described.repeats) == (4, 3, 1)
    assert (described.symbols, described.bigrams) == (4, 12)
    assert (described.nonzero, described.zero, described.once) == (6, 10, 3)


def test_the_floor_and_the_smoothed_nll_are_as_known(known: Known) -> None:
    reference, _, counts = known
    assert counts.floor == pytest.approx(reference.floor, abs=1e-10)
    assert counts.nll(1.0) == pytest.approx(reference.smoothed, abs=1e-8)
    likelihood = -counts.nll(0.0) * counts.bigrams
    assert likelihood == pytest.approx(reference.log_likelihood, abs=1e-4)


@given(WORDS)
def test_counting_agrees_with_a_loop_over_pairs(words: list[str]) -> None:
    counts = counts_of(*words)
    expected = Counter(pair for word in words for pair in pairwise(f".{word}."))
    symbols = counts.vocabulary.symbols
    assert {(symbols[i], symbols[j]): n for i, j, n in counts.cells()} == expected
    assert counts.bigrams == expected.total()
    assert counts.nonzero == len(expected)


@given(WORDS)
def test_row_sums_equal_column_sums(words: list[str]) -> None:
    counts = counts_of(*words)
    columns = [sum(row.get(j, 0) for row in counts.rows) for j in range(len(counts.vocabulary))]
    assert columns == counts.totals


@given(WORDS, st.floats(0, 100))
def test_every_row_of_p_sums_to_one(words: list[str], smoothing: float) -> None:
    counts = counts_of(*words)
    for i in range(len(counts.vocabulary)):
        row = counts.row(i, smoothing)
        assert math.fsum(row) == pytest.approx(1)
        assert row == pytest.approx(
            [counts.probability(i, j, smoothing) for j in range(len(counts.vocabulary))]
        )


@given(WORDS, st.floats(0.01, 100))
def test_no_smoothing_gets_below_the_floor(words: list[str], smoothing: float) -> None:
    counts = counts_of(*words)
    assert counts.nll(smoothing) >= counts.floor - 1e-12


def test_equally_frequent_bigrams_come_in_the_order_of_the_alphabet() -> None:
    assert counts_of("ab", "cb").top(9)[1:] == [
        (".", "a", 1),
        (".", "c", 1),
        ("a", "b", 1),
        ("c", "b", 1),
    ]
    assert counts_of("ab").top(0) == []


@pytest.mark.parametrize("matrix", sorted(COUNT_MATRICES))
def test_a_window_is_cut_out_of_the_whole_matrix(name_counts: Counts, matrix: str) -> None:
    whole = name_counts.window(Watch(matrix), 1.0)
    part = name_counts.window(Watch(matrix, 3, 5, 4, 2), 1.0)
    values, cut = memoryview(whole.values).cast("f"), memoryview(part.values).cast("f")
    expected = [values[27 * i + j] for i in range(3, 7) for j in (5, 6)]
    assert list(cut) == pytest.approx(expected, nan_ok=True)
    assert (part.low, part.high) == (whole.low, whole.high)
    finite = [value for value in values if math.isfinite(value)]
    assert (min(finite), max(finite)) == pytest.approx((whole.low, whole.high), rel=1e-6)


def test_the_row_under_the_cursor_is_exact(name_counts: Counts) -> None:
    row = name_counts.cursor_row(1, 0.0)
    assert memoryview(row.counts).cast("q")[14] == 5471
    p = memoryview(row.count_probabilities).cast("d")[14]
    assert p == name_counts.probability(1, 14, 0.0)


def test_a_word_as_long_as_a_book_is_counted_piece_by_piece(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.models.counts.SLICE", 4)
    monkeypatch.setattr("engine.models.counts.SYMBOLS", 8)
    text = "abcba" * 9
    steps = list(count(Words.of([text, "ab"]), Vocabulary.of("abc")))
    assert len(steps) > 5
    counts = count_all(Words.of([text, "ab"]), Vocabulary.of("abc"))
    pairs = Counter(pairwise(f".{text}.ab."))
    assert {(a, b): n for a, b, n in counts.top(99)} == dict(pairs)
