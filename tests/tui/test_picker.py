"""Lists at one side: they begin at what is so now, and show the others; that lasts if chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.command import CommandList
from textual.pilot import Pilot

from tests.tui.fake import FakeEngine, laboratory, until
from tui import storage
from tui.app import Laboratory
from tui.state.intents import ViewChosen
from tui.terminal.screens import Picker

pytestmark = pytest.mark.slow


def line(app: Laboratory) -> str:
    """The line one is on; empty while nothing is listed."""
    listed = app.screen.query_one(CommandList) if isinstance(app.screen, Picker) else None
    option = listed.highlighted_option if listed is not None else None
    return str(option.prompt).splitlines()[0] if option is not None else ""


async def opened(app: Laboratory, pilot: Pilot[Any], key: str, begins: str) -> None:
    await pilot.press(key)
    await until(pilot, lambda: line(app) == f"{begins} ✓")


async def test_themes_are_tried_on_and_nothing_of_it_lasts_but_what_is_chosen(
    tmp_path: Path,
) -> None:
    async with laboratory(FakeEngine(), tmp_path, (100, 30)) as (app, pilot):
        remembered = storage.read_memory()
        await opened(app, pilot, "ctrl+t", "Theme: textual-dark")
        listed = app.screen.query_one(CommandList)
        assert app.main.heatmap.region.right <= listed.region.x + 2, "the table is seen beside it"
        await pilot.press("down")
        await until(pilot, lambda: app.theme == "textual-light")
        # The list is dressed as all else is.
        await until(pilot, lambda: listed.background_colors[1].brightness > 0.5)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main and app.theme == "textual-dark")
        await pilot.pause()
        assert storage.read_memory() == remembered
        await opened(app, pilot, "ctrl+t", "Theme: textual-dark")
        await pilot.press("up")
        await until(pilot, lambda: app.theme == "solarized-light")
        await pilot.press("enter")
        await until(pilot, lambda: storage.read_memory().get("theme") == "solarized-light")
        assert app.theme == app.worn == "solarized-light"


async def test_so_are_views_and_colours(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (100, 30)) as (app, pilot):
        await opened(app, pilot, "R", "Ramp: own")
        await pilot.press("down")
        await until(pilot, lambda: app.state.ramp == "blue")
        await pilot.press("escape")
        await until(pilot, lambda: app.state.ramp == "own")
        assert "ramp" not in storage.read_memory()
        for has_chosen in (False, True):
            app.desk.take(ViewChosen("counts", is_of_user=has_chosen))
            await opened(app, pilot, "p", "View: N · counts")
            await pilot.press("down")
            await until(pilot, lambda: app.state.view == "count_probabilities")
            await pilot.press("escape")
            await until(pilot, lambda: app.state.view == "counts")
            assert app.state.has_chosen_view == has_chosen
        await opened(app, pilot, "p", "View: N · counts")
        await pilot.press(*"logits", "enter")
        await until(pilot, lambda: app.screen is app.main and app.state.view == "logits")
        assert app.state.has_chosen_view
