"""Events are told at once; of snapshots one at a time, and always the latest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine.protocol import (
    ChapterClosed,
    DataReport,
    DatasetLoaded,
    EngineReady,
    NamesSampled,
    Rank,
    Row,
    Sample,
    Snapshot,
    Window,
    WordsRanked,
)
from engine.protocol.codec import decode_news
from engine.remote.flow import FAR, LINGERING, NEAR, PIECE, SLOWEST, Flow
from engine.remote.hearing import Hearing
from engine.remote.messages import Changed, Goodbye, Piece, TellWords, WordsTold, read_from_engine
from engine.remote.sparing import STILL
from engine.remote.wire import STALLED, Gone
from engine.words.corpus.filing import describe
from engine.words.dataset import Words, finish
from tests.conftest import WriteWords
from tests.engine.remote.doors import FakeDoor


class Told:
    """A flow, the engine behind it, and what came of it."""

    def __init__(self, *, is_far: bool = False) -> None:
        self.door = FakeDoor()
        self.flow = Flow(self.door, self._send, is_far=is_far)
        self._hearing = Hearing()
        self._sent: list[bytes] = []

    def _send(self, data: bytes) -> int:
        self._sent.append(data)
        return len(data)

    def news(self) -> list[Any]:
        """What was sent since the last look."""
        return list(self._news())

    def _news(self) -> Iterator[Any]:
        sent, self._sent = self._sent, []
        for message in map(read_from_engine, sent):
            yield self._hearing.hear(message) if isinstance(message, Changed) else message


def steps(news: list[Any]) -> list[int]:
    """Steps of the snapshots among the news."""
    return [each.step for each in news if isinstance(each, Snapshot)]


def test_nothing_is_sent_of_nothing() -> None:
    told = Told()
    assert told.flow.turn(0.0) is None
    assert told.news() == []


def test_events_go_before_the_snapshot_that_they_explain() -> None:
    told = Told()
    told.door.show(Snapshot(step=3))
    told.door.say(EngineReady("2", 1), ChapterClosed("counting"))
    told.flow.turn(0.0)
    first, second, snapshot = told.news()
    assert (first, second) == (EngineReady("2", 1), ChapterClosed("counting"))
    assert steps([snapshot]) == [3]


def test_a_snapshot_that_is_ahead_of_its_events_waits_for_them() -> None:
    told = Told()
    told.door.show(Snapshot(step=3))
    events = told.door.events

    def late() -> list[Any]:
        told.door.show(Snapshot(step=4))
        return events()

    told.door.events = late  # type: ignore[method-assign]
    told.flow.turn(0.0)
    assert steps(told.news()) == [3]


@pytest.mark.parametrize(("is_far", "period"), [(False, NEAR), (True, FAR)])
def test_the_next_snapshot_is_the_latest_once_that_before_was_taken(
    is_far: bool, period: float
) -> None:
    told = Told(is_far=is_far)
    for step in range(5):
        told.door.show(Snapshot(step=step, state="running"))
        told.flow.turn(step * period)
    assert steps(told.news()) == [0]
    told.flow.took()
    told.flow.turn(5 * period)
    assert steps(told.news()) == [4]


def test_what_moves_is_told_at_its_pace_and_what_was_chosen_at_once() -> None:
    told = Told(is_far=True)
    now = Snapshot(step=1, state="running", window=Window("counts", 0, 0, 0, 0, 0, 0, b""))
    told.door.show(now)
    told.flow.turn(0.0)
    told.flow.took()
    told.door.show(replace(now, step=2))
    assert told.flow.turn(FAR / 2) == pytest.approx(FAR / 2)
    assert steps(told.news()) == [1]
    told.door.show(replace(now, step=3, window=Window("logits", 0, 0, 0, 0, 0, 0, b"")))
    told.flow.turn(FAR / 2)
    assert steps(told.news()) == [3]


@pytest.mark.parametrize("is_far", [False, True])
def test_where_nothing_moves_only_news_are_waited_for(is_far: bool) -> None:
    told, now = Told(is_far=is_far), 0.0
    told.door.show(Snapshot(state="paused"))
    while (wait := told.flow.turn(now)) is not None:
        told.flow.took()
        now += wait
    assert now <= LINGERING + STILL + 2 * FAR
    assert len(told.news()) == 1


def test_a_step_that_is_worked_out_is_followed_without_a_word() -> None:
    told = Told()
    for step in range(9):
        told.door.show(Snapshot(looked_for=90, replayed=step))
        told.flow.turn(step / 10)
        told.flow.took()
        assert told.flow.turn(step / 10 + NEAR) is not None
    assert len(told.news()) == 9


def test_a_run_that_goes_on_is_looked_at_again_though_nothing_was_said() -> None:
    told = Told()
    told.door.show(Snapshot(state="running"))
    told.flow.turn(0.0)
    told.flow.took()
    for i in range(1, 9):
        assert told.flow.turn(float(i)) == NEAR


@pytest.mark.parametrize("is_far", [False, True])
def test_who_takes_no_snapshot_is_given_up(is_far: bool) -> None:
    told = Told(is_far=is_far)
    told.door.show(Snapshot())
    told.flow.turn(0.0)
    told.flow.turn(STALLED - 1)
    with pytest.raises(Gone, match="30 s"):
        told.flow.turn(STALLED + 1)


LONG = NamesSampled(0, (), Sample(prefix="a" * 100_000))
"""Takes a slow line some time."""


def test_on_the_same_machine_what_was_sent_is_there_at_once() -> None:
    told = Told()
    told.door.say(LONG)
    told.door.show(Snapshot())
    told.flow.turn(0.0)
    with pytest.raises(Gone):
        told.flow.turn(STALLED + 1)


def test_on_a_slow_line_there_is_time_for_what_was_sent() -> None:
    told = Told(is_far=True)
    told.door.show(Snapshot())
    told.flow.turn(0.0)
    told.door.say(LONG)
    told.flow.turn(STALLED + 1)
    with pytest.raises(Gone):
        told.flow.turn(STALLED + 2 + 100_000 / SLOWEST)


def test_goodbye_comes_behind_all_else() -> None:
    told = Told(is_far=True)
    told.door.show(Snapshot(step=1))
    told.flow.turn(0.0)
    told.door.show(Snapshot(step=2))
    told.door.say(ChapterClosed("counting"))
    told.flow.finish("It was ended.")
    _, event, snapshot, goodbye = told.news()
    assert (event, goodbye) == (ChapterClosed("counting"), Goodbye("It was ended."))
    assert steps([snapshot]) == [2]


def ranked(request: int) -> WordsRanked:
    """A long answer."""
    return WordsRanked(request, Rank(request), 1, 1, bytes([request]) * 5 * PIECE, b"")


def joined(news: list[Any]) -> list[Any]:
    """Answers that came in pieces."""
    answers, whole = [], b""
    for piece in (each for each in news if isinstance(each, Piece)):
        whole += piece.data
        if piece.is_last:
            answers.append(decode_news(whole))
            whole = b""
    return answers


def test_long_answers_go_piece_by_piece_in_turn_with_snapshots() -> None:
    told, now = Told(is_far=True), 0.0
    told.door.say(ranked(1))
    for step in range(12):
        told.door.show(Snapshot(step=step, state="running"))
        told.flow.turn(now := now + FAR)
        told.flow.took()
    news = told.news()
    assert [type(each) for each in news] == [Snapshot, Piece] * 6
    assert joined(news) == [ranked(1)]


def test_of_long_answers_that_wait_only_the_latest_goes() -> None:
    told, now = Told(is_far=True), 0.0
    told.door.say(ranked(1))
    for request in range(2, 5):
        told.flow.turn(now := now + FAR)
        told.flow.took()
        told.door.say(ranked(request))
    while told.flow.turn(now := now + FAR) is not None:
        told.flow.took()
    assert joined(told.news()) == [ranked(1), ranked(4)]


def test_long_answers_about_other_words_are_dropped() -> None:
    told = Told(is_far=True)
    told.door.say(ranked(1), ranked(2))
    told.flow.turn(0.0)
    told.flow.took()
    told.door.say(loaded("emma"))
    told.news()
    assert told.flow.turn(FAR) is None
    (event,) = told.news()
    assert isinstance(event, DatasetLoaded)


def test_on_the_same_machine_long_answers_go_whole() -> None:
    told = Told()
    told.door.say(ranked(1))
    told.flow.turn(0.0)
    assert told.news() == [ranked(1)]


def test_what_was_chosen_does_not_wait_for_what_is_under_way_but_once() -> None:
    told = Told()
    for i in range(3):
        told.door.show(Snapshot(row=Row(i, b"", b"")))
        told.flow.turn(0.0)
    assert [each.row.index for each in told.news()] == [0, 1]


def loaded(*words: str) -> DatasetLoaded:
    """Words that were loaded."""
    held = Words.of(words)
    report = DataReport("words.txt", "1234", len(words), 1, 1, 1, 1, 1, 1, 1, 1, 1.0, 1.0)
    return DatasetLoaded(report, (".",), held.text, held.offsets)


def test_over_a_far_line_words_come_when_they_are_asked_for() -> None:
    told, event = Told(is_far=True), loaded("emma", "ava", "mia")
    told.door.say(event)
    for wanted in (
        TellWords("1234", 1, 9),
        TellWords("other", 0, 9),
        TellWords("1234", -5, 1),
        TellWords("1234", 7, 1),
        TellWords("1234", 0, -1),
    ):
        told.flow.want(wanted)
    told.flow.turn(0.0)
    assert told.news() == [
        replace(event, text="", offsets=b""),
        WordsTold("1234", 1, 2, "ava\nmia"),
        WordsTold("1234", 0, 1, "emma"),
        WordsTold("1234", 7, 0, ""),
        WordsTold("1234", 0, 0, ""),
    ]


def test_words_whose_file_has_changed_are_none(words_file: WriteWords) -> None:
    path = words_file("emma\nava\n")
    held, _ = finish(describe(path))
    told, event = Told(is_far=True), loaded("emma", "ava")
    told.door.say(replace(event, text="", offsets=b"", file=held.words.file))
    with open(path, "a") as file:
        file.write("zoe\n")
    told.flow.want(TellWords("1234", 0, 9))
    told.flow.turn(0.0)
    assert told.news()[-1] == WordsTold("1234", 0, 0, "")


def test_on_the_same_machine_words_come_at_once() -> None:
    told, event = Told(), loaded("emma", "ava", "mia")
    told.door.say(event)
    told.flow.turn(0.0)
    assert told.news() == [event]
