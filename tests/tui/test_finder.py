"""What is typed into a list and confirmed in one go is what is done, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandList, Hits
from textual.widgets import Input

from engine.protocol import Configure, Toggle
from tests.tui.fake import FakeEngine, laboratory, until
from tui.app import Laboratory
from tui.palette import RampProvider, ThemeProvider, ViewProvider
from tui.terminal import steady

Seen = Callable[[Laboratory, FakeEngine], object]


def at_once(app: Laboratory, *keys: str) -> None:
    """Press keys as they come in one piece: none waits for what the one before does."""
    for key in keys:
        character = key if len(key) == 1 else None
        app.post_message(events.Key("space" if key == " " else key, character))


LISTS: list[tuple[str, str, Seen]] = [
    ("ctrl+p", "more steps a second", lambda app, engine: engine.sent_of(Configure)),
    ("ctrl+p", "sort the words", lambda app, engine: app.state.rankings.order == "alphabet"),
    ("p", "logits", lambda app, engine: app.state.view == "logits"),
    ("R", "green", lambda app, engine: app.state.ramp == "green"),
    ("ctrl+t", "nord", lambda app, engine: app.theme == "nord"),
]


@pytest.mark.slow
async def test_text_and_enter_in_one_go_choose_what_was_typed(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        engine.sent.clear()
        for key, typed, is_done in LISTS:
            at_once(app, key, *typed, "enter")
            await until(pilot, lambda: app.screen is app.main and is_done(app, engine))  # noqa: B023
        assert not engine.sent_of(Toggle)


async def test_a_search_that_takes_long_holds_no_key_up_and_is_not_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, may_end = ViewProvider.search, asyncio.Event()

    async def slow(self: ViewProvider, query: str) -> Hits:
        await may_end.wait()
        async for hit in search(self, query):
            yield hit

    monkeypatch.setattr(ViewProvider, "search", slow)
    monkeypatch.setattr(steady, "PATIENCE", 0.05)
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        at_once(app, "p", *"logits")
        await until(pilot, lambda: app.screen is not app.main)
        await until(pilot, lambda: app.screen.query_one(Input).value == "logits")
        # Many keys are waiting, so nothing is drawn: a list is laid out for nobody.
        with app.batch_update():
            at_once(app, "down", "left")
            await until(pilot, lambda: app.screen.query_one(Input).cursor_position == 5)
        may_end.set()
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count)
        at_once(app, "enter")
        await until(pilot, lambda: app.screen is app.main and app.state.view == "logits")


@pytest.mark.slow
async def test_what_fits_nothing_chooses_nothing(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        at_once(app, "p", *"qqq", "enter")
        await until(pilot, lambda: app.screen is not app.main)
        await until(pilot, lambda: not list(app.workers))
        before = app.state
        await pilot.pause()
        assert app.state.view == before.view
        at_once(app, "escape")
        await until(pilot, lambda: app.screen is app.main)


@pytest.mark.parametrize("provider", [ViewProvider, RampProvider, ThemeProvider])
async def test_one_of_each_list_is_marked_as_the_one_in_force(
    provider: type[ViewProvider], tmp_path: Path
) -> None:
    async with laboratory(FakeEngine(), tmp_path) as (app, _):
        titles = [str(hit.prompt) async for hit in provider(app.main).discover()]
        (marked,) = (title for title in titles if title.endswith(" ✓"))
        assert marked.split(": ")[-1] in ("N · counts ✓", "own ✓", "textual-dark ✓")
