"""A network of contexts draws, scores and ranks as the counts do: by one contract."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from engine import Session
from engine.protocol import (
    CommandRefused,
    Configure,
    LoadDataset,
    NamesSampled,
    Ngrams,
    Rank,
    Sample,
    Score,
    TakeApart,
    Train,
    WordsRanked,
    WordsScored,
    WordTakenApart,
)
from tests.conftest import act

WORDS = ("emma", "ema", "mam", "aemea", "mm", "emmet") * 3
ORDER3 = Ngrams(3)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Of a few words, with a network of order 3 that has taken some steps."""
    (tmp_path / "words.txt").write_text("\n".join(WORDS))
    session = Session()
    act(session, LoadDataset(str(tmp_path / "words.txt")))
    session.import_torch()
    list(session.become_ready())
    act(session, Configure(order=3, learning_rate=5.0, regularization=0.0), Train(300))
    return session


def test_words_are_scored_by_the_rows_of_their_contexts(session: Session) -> None:
    (scored,) = (
        e
        for e in act(session, Score(("emma",), 0, "neural", ngrams=ORDER3))
        if isinstance(e, WordsScored)
    )
    (word,) = scored.words
    assert [step.context + step.second for step in word.bigrams] == [
        "..e",
        ".em",
        "emm",
        "mma",
        "ma.",
    ]
    assert word.bigrams[2].backoff == (("emm", 6), ("mm", 9), ("m", 30))
    # It has learnt most of what the counts know of words that it was trained on.
    (counted,) = (
        e for e in act(session, Score(("emma",), ngrams=ORDER3)) if isinstance(e, WordsScored)
    )
    assert word.nll == pytest.approx(counted.words[0].nll, abs=0.1)


def test_ranking_and_scoring_agree(session: Session) -> None:
    (ranked,) = (
        e for e in act(session, Rank(1, "neural", ngrams=ORDER3)) if isinstance(e, WordsRanked)
    )
    nll = memoryview(ranked.nll).cast("f").tolist()
    (scored,) = (
        e
        for e in act(session, Score(WORDS[:6], 0, "neural", ngrams=ORDER3))
        if isinstance(e, WordsScored)
    )
    assert nll[:6] == pytest.approx([word.nll for word in scored.words], rel=1e-6)


def test_names_are_drawn_as_they_are_scored(session: Session) -> None:
    events = act(session, Sample(1, "neural", number=200, ngrams=ORDER3))
    names = [name for e in events if isinstance(e, NamesSampled) for name in e.names]
    assert len(names) == 200
    assert np.mean([name.is_known for name in names]) > 0.3
    (scored,) = (
        e
        for e in act(session, Score((names[0].name,), 0, "neural", ngrams=ORDER3))
        if isinstance(e, WordsScored)
    )
    assert scored.words[0].nll == pytest.approx(names[0].nll)


def test_after_a_context_that_was_never_seen_every_symbol_is_as_likely(session: Session) -> None:
    (scored,) = (
        e
        for e in act(session, Score(("tta",), 0, "neural", ngrams=ORDER3))
        if isinstance(e, WordsScored)
    )
    step = scored.words[0].bigrams[2]
    assert (step.context, step.count) == ("tt", 0)
    assert step.log_probability == pytest.approx(-math.log(5))


def test_a_word_is_taken_apart_by_the_network_of_its_own_order_alone(session: Session) -> None:
    def neural(ngrams: Ngrams) -> object:
        events = act(session, TakeApart("emma", ngrams=ngrams))
        return [e.neural for e in events if isinstance(e, WordTakenApart)][-1]

    assert neural(ORDER3) is not None
    assert neural(Ngrams()) is None
    (refused,) = act(session, Sample(1, "neural"))
    assert isinstance(refused, CommandRefused)
    assert "The network in hand is of order 3" in refused.reason
