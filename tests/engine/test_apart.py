"""Words taken apart in the session: sums, standing, and odd words answered."""

from __future__ import annotations

import math

import pytest

from engine import Session
from engine.models.counts import Counts
from engine.models.likelihood import CountTable, nll
from engine.protocol import (
    CommandRefused,
    Event,
    LoadDataset,
    TakeApart,
    Train,
    WordTakenApart,
)
from engine.words.dataset import Dataset
from tests.conftest import act


def taken(events: list[Event]) -> WordTakenApart:
    found = [event for event in events if isinstance(event, WordTakenApart)]
    return found[-1]


def loaded() -> Session:
    session = Session()
    act(session, LoadDataset(None))
    return session


def test_counts_are_told_before_there_is_a_network(names: Dataset) -> None:
    answer = taken(act(loaded(), TakeApart("emma")))
    assert answer.neural is None
    assert answer.known == list(names.words).count("emma")
    assert [step.first + step.second for step in answer.counts.bigrams] == [
        ".e", "em", "mm", "ma", "a.",
    ]  # fmt: skip


def test_sums_and_means_run_along_the_ladder() -> None:
    word = taken(act(loaded(), TakeApart("andrej"))).counts
    logs = [step.log_probability for step in word.bigrams]
    for k, step in enumerate(word.bigrams, start=1):
        assert step.total == pytest.approx(sum(logs[:k]))
        assert step.mean == pytest.approx(-sum(logs[:k]) / k)
    assert word.bigrams[-1].mean == pytest.approx(word.nll)


@pytest.mark.parametrize(("word", "smoothing"), [("emma", 0.0), ("andrejq", 0.0), ("zzzzq", 1.0)])
@pytest.mark.slow
def test_the_standing_is_that_among_all_names(
    names: Dataset, name_counts: Counts, word: str, smoothing: float
) -> None:
    table = CountTable(name_counts, smoothing)
    mine = nll(word, table)
    others = [nll(other, table) for other in names.words]
    standing = taken(act(loaded(), TakeApart(word, smoothing=smoothing))).counts_standing
    assert standing is not None
    assert standing.words == len(others)
    # Words alike but for the last bits of a sum stand in either place.
    near = sum(math.isclose(other, mine, rel_tol=1e-7) for other in others)
    likelier = sum(other < mine for other in others)
    assert abs(standing.likelier - likelier) <= near
    assert 0 <= standing.beaten <= 1


def test_smoothing_makes_the_impossible_finite() -> None:
    session = loaded()
    raw = taken(act(session, TakeApart("andrejq", smoothing=0.0)))
    assert raw.counts.impossible == ("jq",)
    assert raw.counts.nll == math.inf
    assert raw.counts_standing is not None
    assert raw.counts_standing.beaten == 0
    assert taken(act(session, TakeApart("andrejq", smoothing=1.0))).counts.nll < 4


def test_both_models_answer_and_the_network_as_it_is_now(session: Session) -> None:
    first = taken(act(session, TakeApart("emma")))
    act(session, Train(50))
    second = taken(act(session, TakeApart("emma")))
    assert first.neural is not None
    assert second.neural is not None
    assert (first.step, second.step) == (0, 50)
    assert second.neural.nll < first.neural.nll
    assert second.neural_standing is not None
    assert second.known == 2


@pytest.mark.parametrize(
    ("word", "unknown"),
    [
        ("[/foo]", ("[", "/", "]")),
        ("é!", ("é", "!")),
        ("a.b", (".",)),
        ("\x1b[31mx", ("[", "3", "1")),
    ],
)
def test_symbols_outside_the_alphabet_are_named(word: str, unknown: tuple[str, ...]) -> None:
    answer = taken(act(loaded(), TakeApart(word)))
    assert answer.counts.unknown == unknown
    assert answer.counts_standing is None


def test_empty_and_very_long_words_are_answered() -> None:
    session = loaded()
    empty = taken(act(session, TakeApart("")))
    assert empty.counts.impossible == ("..",)
    long = taken(act(session, TakeApart("ab" * 5000)))
    assert len(long.counts.bigrams) == 10_001
    (refused,) = act(session, TakeApart("a" * 10_001))
    assert isinstance(refused, CommandRefused)
    assert "10,001 symbols" in refused.reason
