"""Answers about a list of words: with the models as they are now, and inside the table."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeVar

import pytest

from engine.answers import Answers
from engine.answers.ground import Ground
from engine.answers.tasks import Task
from engine.models.likelihood import Model, score
from engine.protocol import (
    Event,
    ModelName,
    Ngrams,
    Rank,
    Refusal,
    Score,
    Settings,
    Snapshot,
    Sort,
    Standing,
    TakeApart,
    Train,
    Watch,
    Window,
    WordsRanked,
    WordsScored,
    WordsSorted,
    WordTakenApart,
)
from engine.words.dataset import finish, load_all
from tests.conftest import WriteWords, counts_of

E = TypeVar("E", bound=Event)

WORDS = ("emma", "olivia", "ava")
SIZE = len(set(".emmaoliviaava"))


@pytest.fixture
def answers(words_file: WriteWords) -> Answers:
    """Answers before torch is there."""
    return Answers(Ground(load_all(words_file("\n".join(WORDS))), counts_of(*WORDS)))


@pytest.fixture
def learned(answers: Answers) -> Answers:
    """The same with a network."""
    learn(answers)
    return answers


def learn(answers: Answers) -> None:
    """Give them a network."""
    list(answers.ground.begin(0, None).start(Settings()))


def model_of(answers: Answers, name: ModelName, smoothing: float) -> Model:
    """A model of the bigrams."""
    return finish(answers.models.make(name, smoothing, Ngrams()))


def train(answers: Answers, steps: int) -> None:
    assert answers.models.runs is not None
    list(answers.models.runs.start(Train(steps)))
    while answers.models.runs.is_running:
        list(answers.models.runs.advance(16))


def said(kind: type[E], task: Task) -> list[E]:
    """What a task says; all of it of one kind."""
    events = [event for event in task if event is not None]
    assert all(isinstance(event, kind) for event in events)
    return events  # type: ignore[return-value]


def floats(values: bytes) -> list[float]:
    return list(memoryview(values).cast("f"))


# Models


@pytest.mark.parametrize(
    ("model", "smoothing", "reason"),
    [("oracle", 0.0, "model must be one of"), ("counts", -1.0, "smoothing must be")],
)
def test_a_model_there_is_not_is_refused(
    learned: Answers, model: ModelName, smoothing: float, reason: str
) -> None:
    with pytest.raises(Refusal, match=reason):
        model_of(learned, model, smoothing)
    with pytest.raises(Refusal, match=reason):
        list(learned.score(Score(("ava",), model=model, smoothing=smoothing)))


def test_words_are_scored_as_they_are_cleaned_under_the_model_asked_for(learned: Answers) -> None:
    for model in ("counts", "neural"):
        command = Score(("a\x1bva", "zoë"), 5, model, 0.5)
        (answer,) = said(WordsScored, learned.score(command))
        assert (answer.request, answer.command) == (5, command)
        table = model_of(learned, command.model, 0.5)
        assert answer.words == (score("ava", table), score("zoë", table))
    assert model_of(learned, "counts", 0.5).row((1,)) == learned.ground.counts.row(1, 0.5)


def test_the_network_answers_as_it_was_when_it_was_asked(learned: Answers) -> None:
    table = model_of(learned, "neural", 0.0)
    before = table.row((1,))
    train(learned, 20)
    assert table.row((1,)) == before
    assert model_of(learned, "neural", 0.0).row((1,)) != before


# Words


def test_a_ranking_says_whose_it_is(learned: Answers) -> None:
    train(learned, 3)
    assert learned.models.runs is not None
    list(learned.models.runs.reset(Settings()))
    train(learned, 2)
    (neural,) = said(WordsRanked, learned.rank(Rank(7, "neural")))
    assert (neural.request, neural.run, neural.step) == (7, 2, 2)
    (counts,) = said(WordsRanked, learned.rank(Rank(8, "counts", 0.5)))
    assert (counts.request, counts.run, counts.step) == (8, 0, 0)
    for answer in (neural, counts):
        table = model_of(learned, answer.command.model, answer.command.smoothing)
        expected = [score(word, table).nll for word in WORDS]
        assert floats(answer.nll) == pytest.approx(expected, rel=1e-6)


def test_words_are_put_in_order_without_a_network(answers: Answers) -> None:
    (found,) = said(WordsSorted, answers.sort(Sort(3)))
    assert found.request == 3
    assert list(memoryview(found.alphabet).cast("I")) == [2, 0, 1]
    assert list(memoryview(found.lengths).cast("I")) == [2, 0, 1]


def test_a_word_is_taken_apart_under_the_models_there_are(answers: Answers) -> None:
    command = TakeApart("ava", 4, 1.0)
    without = said(WordTakenApart, answers.take_apart(command))[-1]
    assert (without.neural, without.neural_standing, without.step) == (None, None, 0)
    assert without.counts == score("ava", model_of(answers, "counts", 1.0))
    assert (without.known, without.counts_standing) == (1, Standing(2, 1, 3))

    learn(answers)
    train(answers, 2)
    both = said(WordTakenApart, answers.take_apart(command))[-1]
    assert both.neural == score("ava", model_of(answers, "neural", 0.0))
    assert both.step == 2
    assert both.neural_standing is not None


def test_where_a_word_stands_is_worked_out_anew_for_each_model_and_only_then(
    learned: Answers,
) -> None:
    def answers_to(smoothing: float) -> int:
        """The first of two comes at once, and knows no standing yet."""
        return len(said(WordTakenApart, learned.take_apart(TakeApart("ava", 0, smoothing))))

    assert [answers_to(1.0), answers_to(1.0)] == [2, 1]
    assert [answers_to(2.0), answers_to(1.0)] == [2, 1]
    train(learned, 1)
    assert [answers_to(1.0), answers_to(1.0)] == [2, 1]
    assert learned.models.runs is not None
    list(learned.models.runs.reset(Settings(seed=4)))
    train(learned, 1)
    assert [answers_to(1.0), answers_to(1.0)] == [2, 1]


# What is being watched


def watched(answers: Answers, watch: Watch, smoothing: float = 2.0) -> Snapshot:
    return answers.models.describe(Snapshot(settings=Settings(smoothing=smoothing)), watch)


@pytest.mark.parametrize("matrix", ["counts", "count_probabilities", "log_counts"])
def test_counts_are_seen_without_a_network_and_the_network_is_not(
    answers: Answers, matrix: str
) -> None:
    watch = Watch(matrix, 1, 2, 3, 4, cursor_row=5)
    seen = watched(answers, watch)
    assert seen.window == answers.ground.counts.window(watch, 2.0)
    assert seen.row == answers.ground.counts.cursor_row(5, 2.0)
    assert watched(answers, replace(watch, matrix="logits")).window is None


def test_with_a_network_all_is_seen_as_it_is_now(learned: Answers) -> None:
    watch = Watch("network_probabilities", 0, 0, 1, SIZE, cursor_row=1)
    before = watched(learned, watch)
    train(learned, 5)
    after = watched(learned, watch)
    assert before.window is not None
    assert after.window is not None
    assert before.window.values != after.window.values
    expected = model_of(learned, "neural", 0.0).row((0,))
    assert floats(after.window.values) == pytest.approx(expected, rel=1e-6)
    assert after.row is not None
    assert list(memoryview(after.row.network_probabilities).cast("d")) == pytest.approx(
        model_of(learned, "neural", 0.0).row((1,)), rel=1e-12
    )
    assert (
        after.row.count_probabilities
        == learned.ground.counts.cursor_row(1, 2.0).count_probabilities
    )


def place(window: Window | None) -> tuple[int, int, int, int]:
    assert window is not None
    assert len(window.values) == 4 * window.rows * window.columns
    return window.row, window.column, window.rows, window.columns


def test_a_window_outside_the_table_is_moved_to_where_it_lies_inside(answers: Answers) -> None:
    last = SIZE - 1
    for watch, expected in (
        (Watch("counts", -5, SIZE, 3, 4), (0, last, 3, 1)),
        (Watch("counts", SIZE, -5, 3, 4), (last, 0, 1, 4)),
        (Watch("counts", 2, 3, 0, 10**6), (2, 3, 1, SIZE - 3)),
        (Watch("counts", 2, 3, 10**6, 0), (2, 3, SIZE - 2, 1)),
    ):
        assert place(watched(answers, watch).window) == expected
    for cursor, row in ((-1, 0), (SIZE, last)):
        found = watched(answers, Watch(cursor_row=cursor)).row
        assert found is not None
        assert found.index == row


def test_another_smoothing_is_seen_at_once(answers: Answers) -> None:
    watch = Watch("count_probabilities")
    assert watched(answers, watch, 1.0).window != watched(answers, watch, 2.0).window


# Chapters and names that there are none of


def test_with_no_chapter_open_there_is_nothing_to_do(answers: Answers) -> None:
    assert answers.rest == math.inf
    assert list(answers.step()) == list(answers.close_chapter()) == []
    answers.stop_drawing()
    answers.halt()
