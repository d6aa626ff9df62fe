"""The lectern: the chapter that lies open, worked off in small steps beside the main run.

A chapter shares time with the main run, and nothing else: it has generators and weights of its own.
Where it measures time, the main run rests meanwhile.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.lab import chapter, chapters
from engine.lab.chapter import Chapter
from engine.lab.data import Data
from engine.lab.exhibit import Exhibit
from engine.lab.guessing import Prediction
from engine.lab.notebook import TIDIED, setup, setup_of_table
from engine.protocol import (
    ChapterClosed,
    ChapterOpened,
    CommandRefused,
    Event,
    ExhibitShown,
    Guess,
    Guessed,
    OpenChapter,
    Refusal,
    Train,
)
from engine.words.dataset import BUNDLED, Dataset, bundled_path

if TYPE_CHECKING:
    from engine.models.counts import Counts
    from engine.training.runs import Runs

MOST_LAID_OUT = 1_001
"""Symbols of a table that chapters lay out, the boundary included."""

PATIENCE = 0.1
"""Least seconds between two exhibits that need not stand: more often they cannot be followed."""


class Lectern:
    """One chapter at a time on one dataset.

    Args:
        dataset: the words.
        counts: their bigrams.
        runs: gives the main run, which some chapters ask to rest.
        may_rest: says whether it may be made to.
        clock: seconds that pass.
    """

    def __init__(
        self,
        dataset: Dataset,
        counts: Counts,
        runs: Callable[[], Runs | None],
        may_rest: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        # Kept for all chapters: it holds the tensors that were made of the words.
        self._dataset = dataset
        has_words = dataset.counted is None
        self._data = Data(dataset.words if has_words else None, counts, dataset.sha256)
        path = str(bundled_path()) if dataset.source == BUNDLED else dataset.source
        paths = [file.source for file in dataset.files] or [path]
        self._paths = [os.path.abspath(each) for each in paths]
        self._runs, self._may_rest = runs, may_rest
        self._clock = clock
        self._command = OpenChapter("")
        self._exhibits: Iterator[Exhibit | None] | None = None
        self._due = 0.0
        self._told = 0.0
        self._opened: ChapterOpened | None = None
        self._asks: Prediction | None = None
        """What is to be guessed, until it has been."""
        self._shown = 0
        """Exhibits that were seen."""
        self._resting: tuple[int, int, int | None] | None = None
        """Run, step and target of the main run, if it was made to rest."""

    @property
    def wait(self) -> float:
        """Seconds until the chapter goes on; infinite if none does."""
        if self._exhibits is None or self._waits:
            return math.inf
        return max(0.0, self._due - self._clock())

    @property
    def _is_text(self) -> bool:
        """Whether there are counts of running text, and no more."""
        return self._dataset.counted is not None and self._dataset.counted.is_text

    @property
    def _waits(self) -> bool:
        """Whether the next exhibit would give away what is to be guessed."""
        return self._asks is not None and self._shown >= self._asks.after

    def open(self, command: OpenChapter) -> Iterator[Event]:
        """Set a chapter to work in place of the one before.

        Raises:
            Refusal: there is no such chapter, what was chosen cannot be used, or there are too many
                symbols; the one before goes on.
        """
        about = chapter(command.name)
        if self._data.V > MOST_LAID_OUT:
            raise Refusal(
                f"The lab lays whole tables out, of at most {MOST_LAID_OUT:,} symbols, and these "
                f"words have {self._data.V:,}; open it on other words."
            )
        if about.needs_words:
            self._dataset.check_words()
        if about.writes_dots and self._is_text:
            *others, last = (str(each.number) for each in chapters() if _is_of_tables(each))
            raise Refusal(
                "This chapter puts a full stop before and behind a word, which in "
                f"{self._dataset.source} is a symbol of the text; open it on words. Of running "
                f"text there are chapters {', '.join(others)} and {last}."
            )
        texts = dict(command.inputs)
        opened = about.open(self._data, texts)
        asks = None
        if command.waits and about.predict is not None:
            asks = about.predict(self._data, about.read(texts))
        yield from self.close()
        self._command, self._exhibits = command, opened.exhibits
        self._asks, self._shown = asks, 0
        self._due = self._told = 0.0
        self._opened = ChapterOpened(
            command.request,
            about.name,
            opened.inputs,
            opened.code,
            setup(*self._paths, tidied=[n for n in TIDIED if getattr(self._dataset, n)])
            if self._data.has_words
            else setup_of_table(self._paths[0], self._data.symbols[0]),
        )
        yield from self._begin()
        if asks is not None and self._waits:
            nothing = Exhibit((), 0, 1, question=asks.question)
            yield ExhibitShown(command.request, about.name, nothing)

    def _begin(self) -> Iterator[Event]:
        """Tell that the chapter is set to work; the main run rests, but not to wait for a guess."""
        assert self._opened is not None
        rests = []
        if chapter(self._command.name).pauses_run and not self._waits:
            rests = list(self._rest())
        yield from rests
        yield replace(self._opened, has_paused_run=bool(rests))

    def guess(self, command: Guess) -> Iterator[Event]:
        """Hold a guess against the truth, and go on; one that comes too late is not heard.

        Raises:
            Refusal: it is no guess; the chapter goes on waiting.
        """
        if self._asks is None or command.request != self._command.request:
            return
        grade, said = self._asks.judge(command.text)
        is_to_begin, self._asks = self._waits and not self._asks.after, None
        self._due = self._clock()
        yield Guessed(command, self._command.name, grade, said)
        if is_to_begin and self._exhibits is not None:
            yield from self._begin()

    def step(self) -> Iterator[Event]:
        """Take the chapter one small step further, unless its picture is to stand for a while."""
        if self._exhibits is None or self.wait:
            return
        try:
            exhibit = next(self._exhibits)
        except Refusal as refusal:  # Such as of words whose file is not what it was.
            yield CommandRefused(self._command, str(refusal))
            yield from self.close()
            return
        if exhibit is None:
            return
        self._shown += 1
        if self._asks is not None and self._waits:
            exhibit = replace(exhibit, question=self._asks.question)
        hold = exhibit.hold if self._command.with_pauses else 0.0
        now = self._clock()
        self._due = now + hold
        if hold or exhibit.is_last or exhibit.question or now - self._told >= PATIENCE:
            self._told = now
            yield ExhibitShown(self._command.request, self._command.name, exhibit)
        if exhibit.is_last:
            self._exhibits = None
            yield from self._resume()

    def close(self) -> Iterator[Event]:
        """Stop the chapter's work, if it has not come to its end."""
        self._asks = None
        if self._exhibits is not None:
            self._exhibits = None
            yield from self._resume()
            yield ChapterClosed(self._command.name)

    # The main run

    def _rest(self) -> Iterator[Event]:
        runs = self._runs()
        if runs is not None and runs.is_running and self._may_rest():
            self._resting = (runs.number, runs.run.step, runs.target)
            yield from runs.pause("asked")

    def _resume(self) -> Iterator[Event]:
        """Let the main run go on to its target, unless someone else has set hands on it."""
        resting, self._resting = self._resting, None
        runs = self._runs()
        if resting is None or runs is None or runs.is_running:
            return
        if resting[:2] != (runs.number, runs.run.step):
            return
        _, step, target = resting
        yield from runs.start(Train(None if target is None else target - step))


def _is_of_tables(about: Chapter) -> bool:
    return not about.needs_words and not about.writes_dots
