"""Words over a slow line: read from a file that is here, or else sent bit by bit.

The screen has a list of the right length at once. What it does not know yet stands in it as an
ellipsis; so whatever is said of words by their numbers can be shown.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace

from engine.protocol import DataReport, DatasetLoaded, Event, Progressed, Refusal, WordsArrived
from engine.remote.messages import TellWords, WordsTold
from engine.words.dataset import BUNDLED, Dataset, Words, finish, load, stays_filed

UNKNOWN = "…"
"""Stands for a word that is still to come."""

FIRST, SHORTEST, LONGEST = 128, 32, 1 << 16
"""Words that are asked for at first, and the fewest and the most."""

BRISK, TARDY = 0.25, 1.0
"""Seconds of an answer after which more, or fewer, are asked for next."""

GROWN = 1.5
"""So many times as many words as were shown last are worth to be shown."""


class Gathering:
    """Finds the words of the data.

    Args:
        tell: tells the screen what has happened, on a thread of its own.
        ask: puts a question to the engine.
    """

    def __init__(self, tell: Callable[[Event], None], ask: Callable[[TellWords], None]) -> None:
        self._tell, self._ask = tell, ask
        self._answers: queue.SimpleQueue[WordsTold | None] = queue.SimpleQueue()

    def begin(self, loaded: DatasetLoaded) -> None:
        """Tell what is known of the words, and begin to look for them."""
        self.stop()
        self._answers = queue.SimpleQueue()
        if not loaded.report.has_words:
            self._tell(replace(loaded, offsets=Words.of(()).offsets))
            return
        words = Words.of([UNKNOWN] * loaded.report.words)
        self._tell(replace(loaded, text=words.text, offsets=words.offsets, file=None))
        given = loaded.report, self._answers
        threading.Thread(target=self._gather, args=given, name="words", daemon=True).start()

    def take(self, told: WordsTold) -> None:
        """Hear of some words."""
        self._answers.put(told)

    def stop(self) -> None:
        """Look no further."""
        self._answers.put(None)

    # On a thread of its own

    def _gather(self, report: DataReport, answers: queue.SimpleQueue[WordsTold | None]) -> None:
        """Read the words, or ask for one piece after the other until all are here."""
        dataset = _read(report)
        if dataset is not None:
            file = dataset.words.file
            text = "" if file else dataset.words.text
            self._tell(WordsArrived(report.sha256, text, dataset.offsets, file))
            return
        words: list[str] = []
        shown, number = 0, FIRST
        while len(words) < report.words:
            start = time.monotonic()
            self._ask(TellWords(report.sha256, len(words), number))
            told = answers.get()
            if told is None:
                return
            if (told.sha256, told.first) != (report.sha256, len(words)):
                continue
            if not told.number:  # They cannot be read any more.
                self._tell(Progressed("words", report.words, report.words))
                return
            words += told.text.split("\n")
            if len(words) >= min(report.words, shown * GROWN):
                shown = len(words)
                whole = Words.of([*words, *[UNKNOWN] * (report.words - shown)])
                self._tell(WordsArrived(report.sha256, whole.text, whole.offsets))
            self._tell(Progressed("words", len(words), report.words))
            took = time.monotonic() - start
            if took < BRISK:
                number = min(LONGEST, 2 * number)
            elif took > TARDY:
                number = max(SHORTEST, number // 2)
            # Half of the line is for news.
            time.sleep(took)


def _steps(
    path: str | None, dev: str | None, test: str | None
) -> Generator[Progressed, None, Dataset]:
    if path and stays_filed(path, dev, test):
        from engine.words.corpus.filing import describe

        return (yield from describe(path))[0]
    return (yield from load(path, dev, test))


def _read(report: DataReport) -> Dataset | None:
    """Read the words from the list that comes with the program, or from the file that was read.

    None if they are not here, or are others.
    """
    files = {file.name: file.source for file in report.files}
    given = files.get("train", report.source), files.get("dev"), files.get("test")
    bundled = None, None, None
    for path, dev, test in (bundled, given) if report.source == BUNDLED else (given,):
        try:
            if path is None or os.path.exists(path):
                dataset = finish(_steps(path, dev, test))
                if dataset.sha256 == report.sha256:
                    return dataset
        except (Refusal, OSError):
            continue
    return None
