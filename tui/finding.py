"""What the command palette finds: commands, settings, chapters, views, looks, runs, and words."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from heapq import nlargest

from textual.command import DiscoveryHit, Hit, Hits
from textual.content import Content

from engine import printable, spelled
from engine.lab import chapters
from engine.protocol import SETTINGS, ListRuns, Load, TakeUp
from tui.dataset.filters import Filter, Part
from tui.dataset.search import Search
from tui.palette import (
    CommandProvider,
    ExportProvider,
    Look,
    LookProvider,
    ModelProvider,
    RampProvider,
    ThemeProvider,
    ViewProvider,
)
from tui.runs.tree import Entry, entries
from tui.sampling import pane as sampling
from tui.screens.main import MainScreen
from tui.state.intents import WordPicked
from tui.text import glyphs
from tui.text.glossary import WORDS
from tui.text.matching import BEGINS, INSIDE, LOOSE
from tui.training import settings as training

MOST = 40
"""Lines that are shown of what was found: more than that nobody reads."""

MOST_WORDS = 6
"""Of these, words of the data in each of three ways."""

LEAST_WORD = 2
"""Letters from which on words are looked for."""

SLICE = 0.003
"""Seconds of looking through the words between two looks at the keys."""

PATIENCE = 0.15
"""Seconds after which so many words are not looked through any further."""


class SettingProvider(LookProvider):
    """Offers every field of the panes."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        values = training.shown(self._state)
        for name, knob in training.KNOBS.items():
            told = f"{knob.explanation} It is {values[name]}."
            yield self._look("training", name, told)
        values = sampling.shown(self._state.sample)
        for name, knob in sampling.KNOBS.items():
            value = knob.called.get(values[name], values[name])
            yield self._look("sampler", name, knob.explanation + (f" It is {value}." * bool(value)))

    def _look(self, pane: str, name: str, told: str) -> Look:
        label = SETTINGS[name].label if name in SETTINGS else name
        choose = self._run(f"app.go_to_field('{pane}', '{name}')")
        return Look(f"Setting: {label}", told, choose, is_now=False)


class ChapterProvider(LookProvider):
    """Offers every chapter of the lab, in the lab as well."""

    def looks(self) -> Iterator[Look]:
        """Give all there are."""
        is_in_lab = not isinstance(self.screen, MainScreen)
        for each in chapters():
            choose = (
                partial(self.screen.run_action, f"screen.open_number({each.number})")
                if is_in_lab
                else self._run(f"app.command('lab', '{each.name}')")
            )
            title = f"Chapter: {each.number} · {each.title}"
            yield Look(title, f"Open the lab in chapter {each.name}", choose, is_now=False)


class GlossaryProvider(LookProvider):
    """Finds what a word on the screen means."""

    def looks(self) -> Iterator[Look]:
        """Give all of them at once, then each."""
        every = "What each word on the screen means"
        yield Look("Glossary", every, self._run("app.command('explain', '*')"), is_now=False)
        for word in WORDS:
            choose = self._run(f"app.command('explain', {word.name!r})")
            title, told = f"Glossary: {word.name}", word.sentence
            yield Look(title, told, choose, is_now=False, also=word.also, is_told=True)


class RunProvider(LookProvider):
    """Offers the runs of this session, and those on disk that the engine tells of."""

    async def startup(self) -> None:
        """Ask which there are: they come in while one types."""
        if self._state.engine.lost is None and self.is_over_main:
            self._desk.send(ListRuns())

    def looks(self) -> Iterator[Look]:
        """Give those that are known of by now."""
        for entry in entries(self._state):
            if isinstance(entry, Entry):
                yield self._look(entry)

    def _look(self, entry: Entry) -> Look:
        line, kept = entry.line, entry.kept
        command = TakeUp(line.id) if kept is None else Load(kept.path)
        told = f"Go on with it from step {line.step:,}"
        if kept is not None:
            told += f"; of {printable(kept.source)}"
        is_now = line.id == self._state.snapshot.id
        choose = (lambda: None) if is_now else partial(self._desk.send, command)
        return Look(f"Run: {printable(line.id)}", told, choose, is_now, is_loose=False)


class WordProvider(LookProvider):
    """Finds words of the data, however many there are, a little at a time."""

    async def search(self, query: str) -> Hits:
        """Offer the word itself, then those that begin so, then those that hold it."""
        words, symbols = self._state.words, self._state.symbols
        text = query.strip()
        if text and any(symbol not in symbols for symbol in text):
            text = spelled(text, symbols)
        if words is None or len(text) < LEAST_WORD or symbols[0] in text:
            return
        end, known = time.perf_counter() + PATIENCE, set[str]()
        dot = symbols[0]
        ways = (
            (f"{dot}{text}{dot}", BEGINS - 0.5),
            (f"{dot}{text}", INSIDE - 0.5),
            (text, LOOSE + 0.5),
        )
        for part, rank in ways:
            search = Search(words, None, Filter((Part(part),)))
            while not search.is_over and len(search.found) < MOST_WORDS + len(known):
                if time.perf_counter() > end:
                    break
                search.go_on(SLICE)
                # Keys are heard meanwhile: another one calls this search off.
                await asyncio.sleep(0)
            for word in words.pick(search.found[: MOST_WORDS + len(known)]):
                if word not in known:
                    known.add(word)
                    yield self._hit(word, rank - len(known) / 1000)

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        """Offer none: there are too many."""
        for _ in ():
            yield DiscoveryHit("", lambda: None)

    def _hit(self, word: str, rank: float) -> Hit:
        shown = "".join(map(glyphs.shown, word))
        choose = partial(self._desk.take, WordPicked(word))
        help = Content("Draw its path in the heatmap")
        return Hit(rank, Content(f"Word: {shown}"), choose, text=word, help=help)  # type: ignore[arg-type]


SHOWN = (CommandProvider, SettingProvider, ViewProvider, RampProvider, ChapterProvider,
         ThemeProvider, ExportProvider)  # fmt: skip
"""What is offered before anything is typed."""

FOUND = (*SHOWN, GlossaryProvider, ModelProvider, RunProvider)
"""What is found of what is typed, beside words of the data."""

OF_MAIN = (SettingProvider, ViewProvider, RampProvider, ModelProvider, RunProvider)
"""What only the laboratory itself has; what lies over it hides what would change."""


class Finder(LookProvider):
    """All of them as one list: the best first."""

    async def startup(self) -> None:
        """Ask for what is yet to be told."""
        await self._of(RunProvider).startup()

    def _of(self, kind: type[LookProvider]) -> LookProvider:
        return kind(self.screen, self.match_style)

    def looks(self) -> Iterator[Look]:
        """Give all that is not looked for word by word."""
        for kind in FOUND:
            if self._has(kind):
                yield from self._of(kind).looks()

    def _has(self, kind: type[LookProvider]) -> bool:
        if kind is ChapterProvider:
            return self.is_over_main or hasattr(self.screen, "action_open_number")
        return self.is_over_main or kind not in OF_MAIN

    async def discover(self) -> Hits:
        """Offer what does not depend on the data."""
        for kind in SHOWN:
            if self._has(kind):
                async for hit in self._of(kind).discover():
                    yield hit

    async def search(self, query: str) -> Hits:
        """Offer what fits best, then words of the data."""
        for hit in nlargest(MOST, self.found(query), key=lambda hit: hit.score):
            yield hit
        if self.is_over_main:
            async for word in self._of(WordProvider).search(query):
                yield word
