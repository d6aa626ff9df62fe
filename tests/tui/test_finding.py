"""The command palette: what it finds by which words, in which order, and how soon."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import Hit
from textual.content import Content
from textual.widgets import Input

from engine import Words
from engine.protocol import KeptRun, ListRuns, Load, RunLine, RunsListed, Settings
from tests.tui.fake import FakeEngine, laboratory, until
from tui.app import Laboratory
from tui.commands import BY_ID
from tui.finding import MOST, Finder, WordProvider
from tui.lab.screen import LabScreen
from tui.screens.help import HelpScreen
from tui.state import State
from tui.terminal.screens import Palette
from tui.text.matching import match


def best(query: str, *titles: str) -> list[str]:
    """Titles that fit, the best first; what is said of each stands behind a bar."""
    found = []
    for line in titles:
        title, _, said = line.partition("|")
        found.append((match(query, title, said).rank, title))
    return [title for rank, title in sorted(found, reverse=True) if rank]


def test_what_is_called_so_comes_before_what_begins_so_and_loose_fits_come_last() -> None:
    titles = (
        "Theme: nord",
        "Theme: nord-light",
        "Run: 1 xnord",
        "Help: x|a nord",
        "North: d",
    )
    assert best("nord", *titles) == [
        "Theme: nord", "Theme: nord-light", "Help: x", "Run: 1 xnord", "North: d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "title", "said", "marked"),
    [
        ("temp", "Setting: temperature", "", "temp"),
        ("steps more", "Training: faster", "More steps a second", ""),
        ("rate learning", "Setting: learning rate", "", "ratelearning"),
        ("regularisation", "Setting: regularization", "", "regularization"),
        ("LOGITS", "View: W · logits", "", "logits"),
        ("tmprt", "Setting: temperature", "", "tmprt"),
    ],
)
def test_what_fits_is_marked(query: str, title: str, said: str, marked: str) -> None:
    found = match(query, title, said)
    assert found.rank > 0
    assert "".join(title[start:end] for start, end in found.at) == marked
    said_of = [said.lower()[start:end] for start, end in found.said_at]
    assert said_of == (query.split() if said else [])


@pytest.mark.parametrize("query", ["", " ", "zzz", "a" * 300])
def test_what_fits_nothing_is_not_found(query: str) -> None:
    assert match(query, "Theme: nord", "Colours").rank == 0


NAMES = ("emma", "emmanuel", "gemma", "ava", "max", "[b]x", "emma")


def kept(id: str, source: str) -> KeptRun:
    """A run on disk."""
    line = RunLine(id, Settings(), 120, 2.5)
    return KeptRun(line, f"/runs/{id}", source, 2.5, True, 0.0, True, True, False, 1)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Laboratory]:
    symbols = (".", *sorted(set("".join(NAMES))))
    async with laboratory(FakeEngine(), tmp_path) as (app, _):
        app.desk.state = replace(app.state, words=Words.of(NAMES), symbols=symbols)
        app.desk.state = replace(app.state, courses=app.state.courses.hear(
            RunsListed(ListRuns(), "/runs", (kept("3fa2c1", "[/b] cities.txt"),))
        ))  # fmt: skip
        yield app


async def found(app: Laboratory, query: str) -> list[Hit]:
    """What the palette shows, from its top."""
    hits = [hit async for hit in Finder(app.screen).search(query) if isinstance(hit, Hit)]
    return sorted(hits, key=lambda hit: hit.score, reverse=True)


async def test_letters_alone_are_enough_only_where_no_title_holds_what_was_typed(
    app: Laboratory,
) -> None:
    titles = [str(hit.match_display) for hit in await found(app, "nord")]
    assert titles
    assert all("nord" in title for title in titles)
    assert any("temperature" in str(hit.match_display) for hit in await found(app, "tmprt"))


async def test_the_palette_finds_all_there_is_by_its_name(app: Laboratory) -> None:
    for query, first in (
        ("temperature", "Setting: temperature"),
        ("learning rate", "Setting: learning rate"),
        ("counting", "Chapter: 1 · Counting with a dict"),
        ("12", "Chapter: 12 ·"),
        ("logits", "View: W · logits"),
        ("magenta", "Ramp: magenta"),
        ("gruvbox", "Theme: gruvbox"),
        ("newton", "Optimizer: newton"),
        ("3fa", "Run: 3fa2c1"),
        ("emma", "Word: emma"),
        ("more steps", "Training: faster"),
        ("nll", "Glossary: NLL"),
        ("gap", "Glossary: gap"),
        ("table cells", "Glossary: N"),
        ("glossary", "Glossary"),
        ("apart", "Names: word"),
    ):
        top, *_ = await found(app, query)
        assert str(top.prompt).startswith(first), query


async def test_words_that_begin_so_come_before_words_that_hold_it(app: Laboratory) -> None:
    words = [hit.text for hit in await found(app, "Emma") if str(hit.prompt).startswith("Word")]
    assert words == ["emma", "emmanuel", "gemma"]
    (max_,) = [hit for hit in await found(app, "max") if hit.text == "max"]
    assert (await found(app, "max"))[0] is not max_


async def test_what_is_chosen_is_done(app: Laboratory) -> None:
    engine = app.desk.engine
    assert isinstance(engine, FakeEngine)
    for query, is_done in (
        ("temperature", lambda: app.focused is not None and app.focused.id == "field-temperature"),
        ("emmanuel", lambda: app.state.word == "emmanuel"),
        ("3fa2c1", lambda: engine.has_sent(Load("/runs/3fa2c1"))),
        ("race", lambda: isinstance(app.screen, LabScreen)),
        ("nll", lambda: asked_in_help(app) == "NLL"),
        # Where the help lies open already, it turns to the word.
        ("|grad|", lambda: asked_in_help(app) == "|grad|"),
        ("glossary", lambda: asked_in_help(app) == "Glossary"),
    ):
        top, *_ = await found(app, query)
        result = top.command()
        if result is not None:
            await result
        assert is_done(), query  # type: ignore[no-untyped-call]


def asked_in_help(app: Laboratory) -> str:
    """What the help begins with."""
    assert isinstance(app.screen, HelpScreen)
    return app.screen._sections[0].title


async def test_before_anything_is_typed_whoever_is_new_finds_on_top_where_to_begin(
    app: Laboratory,
) -> None:
    first = [str(hit.prompt) async for hit in Finder(app.screen).discover()][:3]
    assert first == ["Program: tour", "Program: help", "Training: train"]


async def test_data_are_shown_as_they_are_and_never_read_as_markup(app: Laboratory) -> None:
    (word,) = [hit for hit in await found(app, "[b]") if hit.text == "[b]x"]
    assert Content.from_markup(word.prompt).plain == "Word: [b]x"  # type: ignore[arg-type]
    (run,) = await found(app, "cities")
    assert "[/b] cities.txt" in Content.from_markup(run.help or "").plain


@pytest.mark.slow
async def test_over_the_lab_its_own_commands_and_chapters_are_offered(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, LabScreen))
        lab = app.screen
        await pilot.press("ctrl+p", *"race", "enter")
        await until(
            pilot,
            lambda: (
                app.screen is lab and "12. The race" in str(lab.query_one("#lab-text").border_title)
            ),
        )
        await pilot.press("ctrl+p")
        titles = {look.title for look in Finder(lab).looks()}
        assert "Lab: answer" in titles
        assert not titles & {"Training: train", "View: N · counts"}


async def test_a_key_is_heard_at_once_with_everything_there(app: Laboratory) -> None:
    names = Words.of([f"{a}{b}{c}" for a in "abcdefghij" for b in "klmnopqrst" for c in range(320)])
    runs = tuple(kept(f"{n:06x}", "names.txt") for n in range(100))
    courses = app.state.courses.hear(RunsListed(ListRuns(), "/runs", runs))
    symbols = tuple(sorted({".", *"abcdefghijklmnopqrst0123456789"}))
    app.desk.state = replace(app.state, words=names, symbols=symbols, courses=courses)
    took = []
    for query in ("e", "te", "tem", "ak3", "s", "st", "ste", "step"):
        began = time.thread_time()
        assert len(await found(app, query)) <= MOST + 18
        took.append(time.thread_time() - began)
    assert sorted(took)[len(took) // 2] < 0.03, "a few milliseconds, on a busy machine more"


async def test_a_list_of_words_without_end_is_left_after_a_while(
    app: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.finding.PATIENCE", 0.0)
    words = [hit async for hit in WordProvider(app.screen).search("emma")]
    assert words == []


async def test_the_palette_asks_which_runs_there_are(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        engine.sent.clear()
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette) and app.screen.query(Input))
        await until(pilot, lambda: engine.sent_of(ListRuns))


def test_nothing_is_found_twice_by_the_same_name() -> None:
    assert len({command.help for command in BY_ID.values()}) == len(BY_ID)
    assert State().words is None
