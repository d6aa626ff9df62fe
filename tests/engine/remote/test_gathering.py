"""Words over a slow line: asked for piece by piece, until they are here or cannot be had."""

from __future__ import annotations

import queue

from engine.protocol import DataReport, DatasetLoaded, Event, Progressed, WordsArrived
from engine.remote.gathering import Gathering
from engine.remote.messages import TellWords, WordsTold
from engine.words.dataset import Words
from tests import PATIENCE

REPORT = DataReport("elsewhere.txt", "1234", 3, 3, 3, 1, 3, 9, 9, 9, 9, 3.0, 1.0)


def loaded() -> DatasetLoaded:
    nothing = Words.of(())
    return DatasetLoaded(REPORT, (".",), "", nothing.offsets)


def test_who_is_told_no_word_any_more_asks_no_further() -> None:
    told: queue.SimpleQueue[Event] = queue.SimpleQueue()
    asked: queue.SimpleQueue[TellWords] = queue.SimpleQueue()
    gathering = Gathering(told.put, asked.put)
    gathering.begin(loaded())
    assert isinstance(told.get(timeout=PATIENCE), DatasetLoaded)
    for said in (WordsTold("1234", 0, 1, "emma"), WordsTold("1234", 1, 0, "")):
        assert asked.get(timeout=PATIENCE).first == said.first
        gathering.take(said)
    shown = told.get(timeout=PATIENCE)
    assert isinstance(shown, WordsArrived)
    assert shown.text == "emma\n…\n…"
    assert told.get(timeout=PATIENCE) == Progressed("words", 1, 3)
    assert told.get(timeout=PATIENCE) == Progressed("words", 3, 3)
    assert asked.empty()
