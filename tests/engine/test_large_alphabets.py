"""More symbols than a whole table is laid out for: counted, looked at, scored, ranked, drawn from.

Limits are made small here, so that a few letters are too many.
"""

from __future__ import annotations

import math
import random
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Session
from engine.answers import ranking
from engine.lab import lectern
from engine.models import network
from engine.models.counts import Counts, count_all
from engine.models.likelihood import CountTable, logs
from engine.models.network import check_symbols
from engine.protocol import (
    ChapterOpened,
    Command,
    CommandRefused,
    Configure,
    DrawingShown,
    DrawNext,
    Event,
    LoadDataset,
    NamesExpected,
    NamesSampled,
    NetworkRefused,
    Ngrams,
    OpenChapter,
    OpenDrawing,
    Pause,
    Rank,
    Refusal,
    RunStarted,
    Sample,
    Save,
    Score,
    SettingsChanged,
    TakeApart,
    Toggle,
    Train,
    Watch,
    WordsRanked,
    WordsScored,
    WordTakenApart,
)
from engine.sampling import paths
from engine.sampling.sampler import FEW, sample
from engine.words.dataset import Words, finish
from engine.words.order import encode_words
from engine.words.vocabulary import Vocabulary
from tests.conftest import WriteWords, act, counts_of

WORDS = st.lists(st.text("abcd", min_size=1, max_size=6), min_size=1, max_size=20)
SMOOTHINGS = st.sampled_from([0.0, 1e-9, 0.5, 1.0, 1e6])

WHOLE = 200
"""Bytes in which no network has room, not even of two symbols."""


E = TypeVar("E", bound=Event)


def only(events: list[Event], kind: type[E]) -> E:
    """The one event of a kind."""
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


def reasons(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, CommandRefused)]


@pytest.fixture
def netless(words_file: WriteWords, monkeypatch: pytest.MonkeyPatch) -> tuple[Session, list[Event]]:
    """A session with words of which there can be no network, and what happened on the way."""
    monkeypatch.setattr(network, "MOST_BYTES", WHOLE)
    session = Session()
    events = act(session, LoadDataset(words_file("emma\nava\nmava\n")))
    session.import_torch()
    events += session.become_ready()
    while session.is_busy:
        events += session.work()
    return session, events


# Counts


@given(WORDS, SMOOTHINGS)
def test_range_and_logarithms_of_a_sparse_table_are_those_of_the_whole_one(
    words: list[str], smoothing: float
) -> None:
    counts = counts_of(*words)
    table = [counts.row(i, smoothing) for i in range(len(counts.rows))]
    seen = counts.window(Watch("count_probabilities", 0, 0, 1, 1), smoothing)
    assert (seen.low, seen.high) == (min(map(min, table)), max(map(max, table)))
    assert [counts.log_row(i, smoothing) for i in range(len(table))] == list(map(logs, table))


def test_a_window_makes_no_more_than_is_in_view(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = counts_of("abc", "cab")
    monkeypatch.setattr(Counts, "row", None)
    for matrix in ("counts", "count_probabilities", "log_counts"):
        seen = counts.window(Watch(matrix, 1, 2, 2, 1), 0.0)
        assert len(memoryview(seen.values).cast("f")) == 2


@given(WORDS, SMOOTHINGS)
def test_bigrams_asked_for_one_by_one_rank_words_as_a_whole_table_does(
    words: list[str], smoothing: float
) -> None:
    model, listed = CountTable(counts_of(*words), smoothing), Words.of(words)
    encoded = finish(encode_words(listed, model.vocabulary))
    whole = finish(ranking.likelihoods(encoded, model))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "MOST_ENTRIES", 0)
        patch.setattr(ranking, "ASKED", 2)
        patch.setattr(CountTable, "log_row", None)
        assert finish(ranking.likelihoods(encoded, model)).tobytes() == whole.tobytes()


# Names


def test_names_drawn_one_by_one_are_those_drawn_in_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["emma", "olivia", "ava", "isabella"]
    model, listed = CountTable(counts_of(*words), 1.0), Words.of(words)
    command = Sample(number=FEW + 100)
    lanes = list(sample(model, listed, command))
    monkeypatch.setattr(paths, "MOST_NUMBERS", 0)
    monkeypatch.setattr("engine.sampling.sampler.Batch", None)
    assert [name.name for name in sample(model, listed, command)] == [n.name for n in lanes]


def test_rows_of_thousands_of_symbols_are_not_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.sampling.rows.MOST_KEPT", 20)
    model = CountTable(counts_of("abcdefgh"), 1.0)
    drawn = list(sample(model, Words.of(["a"]), Sample(number=20)))
    monkeypatch.setattr("engine.sampling.rows.MOST_KEPT", 1 << 20)
    assert drawn == list(sample(model, Words.of(["a"]), Sample(number=20)))


def test_there_is_room_for_lanes_up_to_a_thousand_symbols() -> None:
    assert paths.have_room(1_001)
    assert not paths.have_room(1_025)


def test_theory_is_worked_out_up_to_a_thousand_symbols_and_order_2() -> None:
    assert Ngrams().have_theory(1_001)
    assert not Ngrams().have_theory(1_002)
    assert not Ngrams(3).have_theory(27)


# The network


def test_a_network_of_3227_symbols_has_room_and_of_one_more_has_not() -> None:
    check_symbols(3_227)
    with pytest.raises(Refusal, match=r"needs 500 MB; at most 500 MB.* enough for 3,227 symbols"):
        check_symbols(3_228)


def test_without_room_for_a_network_it_is_said_once_and_the_session_goes_on(
    netless: tuple[Session, list[Event]],
) -> None:
    session, events = netless
    assert "enough for 2 symbols" in only(events, NetworkRefused).reason
    assert not reasons(events)
    assert not any(isinstance(event, SettingsChanged | RunStarted) for event in events)
    assert session.runs is None
    assert not session.has_work
    seen = session.snapshot()
    assert seen.state == "starting"
    assert seen.are_all_saved
    assert seen.window is not None


def test_without_a_network_counts_are_drawn_from_scored_ranked_and_taken_apart(
    netless: tuple[Session, list[Event]],
) -> None:
    session, _ = netless
    names = only(act(session, Sample(number=3)), NamesSampled)
    assert len(names.names) == 3
    assert only(act(session, Score(("emma",))), WordsScored).words[0].nll > 0
    assert only(act(session, Rank()), WordsRanked).nll
    *_, apart = act(session, TakeApart("emma"))
    assert isinstance(apart, WordTakenApart)
    assert apart.neural is None
    assert apart.counts_standing
    shown = act(session, OpenDrawing(Sample()), DrawNext())
    assert [event.draws for event in shown if isinstance(event, DrawingShown)] == [0, 1]


@pytest.mark.parametrize(
    "command",
    [
        Train(),
        Toggle(),
        Save("runs.safetensors"),
        Sample(model="neural"),
        Rank(model="neural"),
        Score(("emma",), model="neural"),
        OpenDrawing(Sample(model="neural")),
        Configure(order=3),
        Configure(split="lecture"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_without_a_network_what_needs_it_is_refused_with_the_figure(
    command: Command, netless: tuple[Session, list[Event]]
) -> None:
    session, _ = netless
    assert reasons(act(session, command)) == [
        "There is no network of these words: a table of 5 × 5 logits needs 0 MB; at most 0 MB are "
        "taken, which is enough for 2 symbols. All that is made of counts is there."
    ]
    assert session.settings.order == 2


def test_without_a_network_settings_still_change_and_a_pause_is_no_fault(
    netless: tuple[Session, list[Event]],
) -> None:
    session, _ = netless
    changed = only(act(session, Configure(smoothing=3.0)), SettingsChanged)
    assert changed.settings.smoothing == session.snapshot().settings.smoothing == 3.0
    assert act(session, Pause()) == []


def test_what_waited_for_torch_is_refused_when_there_is_no_network(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MOST_BYTES", WHOLE)
    session = Session()
    assert act(session, Train(5), Sample(number=2)) == []
    act(session, LoadDataset(words_file("emma\nava\n")))
    session.import_torch()
    events = list(session.become_ready())
    while session.is_busy:
        events += session.work()
    assert len(reasons(events)) == 1
    assert isinstance(only(events, NamesSampled), NamesSampled)
    assert not session.needs_torch


def test_an_order_that_is_too_large_is_told_beside_the_bigrams(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "MOST_BYTES", WHOLE)
    monkeypatch.setattr("engine.models.contextual.MOST_BYTES", WHOLE)
    session = Session()
    act(session, LoadDataset(words_file("emma\nava\n")), Configure(order=3))
    session.import_torch()
    events = list(session.become_ready())
    while session.is_busy:
        events += session.work()
    assert "A network of order 3" in reasons(events)[0]
    assert only(events, SettingsChanged).settings.order == 2
    assert only(events, NetworkRefused)


def test_other_words_have_a_network_again(
    netless: tuple[Session, list[Event]],
    words_file: WriteWords,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, _ = netless
    monkeypatch.setattr(network, "MOST_BYTES", 5_000)
    assert only(act(session, LoadDataset(words_file("abba\n"))), RunStarted)
    act(session, Train(3))
    assert session.snapshot().step == 3


def test_no_theory_is_told_of_many_symbols(
    netless: tuple[Session, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = netless
    asked = Sample(number=2, wants_theory=True)
    assert any(isinstance(event, NamesExpected) for event in act(session, asked))
    monkeypatch.setattr("engine.protocol.trials.MOST_OF_THEORY", 4)
    assert not any(isinstance(event, NamesExpected) for event in act(session, asked))


def test_chapters_need_a_table_that_can_be_laid_out(
    netless: tuple[Session, list[Event]], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = netless
    assert only(list(session.handle(OpenChapter("counting"))), ChapterOpened)
    monkeypatch.setattr(lectern, "MOST_LAID_OUT", 4)
    (reason,) = reasons(list(session.handle(OpenChapter("counting"))))
    assert reason == (
        "The lab lays whole tables out, of at most 4 symbols, and these words have 5; open it on "
        "other words."
    )


# As large as they come


def test_a_language_of_ideograms_is_counted_ranked_and_drawn_from() -> None:
    generator = random.Random(7)
    symbols = [chr(0x4E00 + i) for i in range(3_500)]
    words = ["".join(generator.choices(symbols, k=3)) for _ in range(3_000)] + symbols
    listed, vocabulary = Words.of(words), Vocabulary.of(symbols)
    model = CountTable(count_all(listed, vocabulary), 0.1)
    nll = finish(ranking.likelihoods(finish(encode_words(listed, vocabulary)), model))
    assert np.isfinite(nll).all()
    for name in sample(model, listed, Sample(number=3)):
        assert 0 < name.nll < math.inf
