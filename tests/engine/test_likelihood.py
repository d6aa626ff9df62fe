"""Scoring words: known figures, impossible bigrams, unknown symbols."""

from __future__ import annotations

import math

import pytest

from engine.models.counts import Counts
from engine.models.likelihood import CountTable, score
from engine.proof.reference import Reference
from engine.words.dataset import Dataset
from tests.conftest import counts_of

Known = tuple[Reference, Dataset, Counts]


def test_emma_olivia_and_ava_are_as_likely_as_in_the_lecture(known: Known) -> None:
    reference, _, counts = known
    words = [score(word, CountTable(counts, 0.0)) for word in ("emma", "olivia", "ava")]
    total = sum(word.log_likelihood for word in words)
    assert total == pytest.approx(reference.three, abs=5e-5)
    assert sum(len(word.bigrams) for word in words) == 16
    if reference.three_mean:
        assert -total / 16 == pytest.approx(reference.three_mean, abs=5e-5)


def test_andrejq_is_impossible_until_counts_are_smoothed(known: Known) -> None:
    reference, _, counts = known
    assert score("andrej", CountTable(counts, 0.0)).nll == pytest.approx(reference.andrej, abs=1e-6)
    raw = score("andrejq", CountTable(counts, 0.0))
    assert raw.impossible == ("jq",)
    assert (raw.log_likelihood, raw.nll) == (-math.inf, math.inf)
    smooth = score("andrejq", CountTable(counts, 1.0))
    assert smooth.nll == pytest.approx(reference.andrejq, abs=1e-6)
    assert smooth.impossible == ()


def test_unknown_symbols_are_named_each_once() -> None:
    scored = score("b!a!?.", CountTable(counts_of("ab"), 1.0))
    assert scored.unknown == ("!", "?", ".")
    assert scored.bigrams == ()
    assert scored.nll == math.inf


def test_every_bigram_is_listed_with_its_count() -> None:
    scored = score("ab", CountTable(counts_of("ab", "aab"), 0.0))
    steps = [(b.first, b.second, b.count, b.probability) for b in scored.bigrams]
    expected = [(".", "a", 2, 1.0), ("a", "b", 2, 2 / 3), ("b", ".", 2, 1.0)]
    assert [s[:3] for s in steps] == [e[:3] for e in expected]
    assert [s[3] for s in steps] == pytest.approx([e[3] for e in expected])
    assert scored.nll == pytest.approx(-math.log(2 / 3) / 3)
