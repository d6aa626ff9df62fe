"""The screens that lie over the laboratory: help, too small; and the palette."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Label

from engine.protocol import Toggle
from tests.tui.fake import FakeEngine, laboratory, until
from tui.app import Laboratory
from tui.commands import COMMANDS
from tui.palette import CommandProvider, ViewProvider
from tui.screens.help import HelpScreen
from tui.screens.small import LEAST_HEIGHT, LEAST_WIDTH, SmallScreen, is_too_small
from tui.state.views import VIEWS
from tui.terminal.compositor import LeanCompositor
from tui.terminal.plain import IS_PLAIN
from tui.text.rows import width_of
from tui.widgets.lines import Lines

Bench = tuple[Laboratory, Pilot[int], FakeEngine]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """The app, ready."""
    engine = FakeEngine()
    async with laboratory(engine, tmp_path) as (app, pilot):
        yield app, pilot, engine


async def test_help_explains_every_command_and_any_way_out_closes_it(bench: Bench) -> None:
    app, pilot, engine = bench
    for key in ("escape", "q", "question_mark"):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await until(pilot, lambda: app.screen.query_one("#help-keys", Lines).rows)
        lines = app.screen.query_one("#help-keys", Lines)
        told = {c.id: line_of(c.key or "click", c.help) for c in COMMANDS}
        missing = [name for name, line in told.items() if not re.search(line, lines.text)]
        assert missing == []
        assert max(map(width_of, lines.rows)) <= lines.size.width
        await pilot.press(key)
        await until(pilot, lambda: app.screen is app.main)
    assert app.return_value is None
    await pilot.press("space")
    await until(pilot, lambda: engine.has_sent(Toggle()))


async def test_a_line_of_the_help_does_what_its_key_does(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, (80, 60)) as (app, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen.query("#help-keys"))
        lines = app.screen.query_one("#help-keys", Lines)
        await until(pilot, lambda: "space" in lines.text and lines.region)
        texts = enumerate(lines.text.splitlines())
        line = next(y for y, text in texts if text.startswith("  space"))
        await pilot.click(lines, offset=(4, line))
        await until(pilot, lambda: engine.has_sent(Toggle()))
        assert app.screen is app.main


async def test_help_says_how_to_select_text_with_the_mouse(bench: Bench) -> None:
    app, pilot, _ = bench
    await pilot.press("question_mark")
    await until(pilot, lambda: app.screen.query("#help-keys"))
    lines = app.screen.query_one("#help-keys", Lines)
    await until(pilot, lambda: "shift and drag to select text" in lines.text)


@pytest.mark.skipif(IS_PLAIN, reason="Textual by itself draws the colours anew")
@pytest.mark.parametrize(
    "key",
    [
        "question_mark",
        pytest.param("d", marks=pytest.mark.slow),
        *(pytest.param(k, marks=pytest.mark.soak) for k in ("o", "f", "t", "ctrl+p")),
    ],
)
async def test_what_stands_beside_a_dialog_keeps_its_colours(tmp_path: Path, key: str) -> None:
    """To dim it is to send all of it, twice."""
    async with laboratory(FakeEngine(), tmp_path, (160, 50)) as (app, pilot):
        before = corner(app)
        await pilot.press(key)
        await until(pilot, lambda: app.screen is not app.main and app.screen.is_mounted)
        await pilot.pause()
        assert corner(app) == before


def corner(app: Laboratory) -> list[Strip]:
    """What is seen at the upper left: of a pane without the focus, above where dialogs begin."""
    compositor = app.screen._compositor
    assert isinstance(compositor, LeanCompositor)
    return [strip.simplify() for strip in compositor.lines(Region(0, 0, 24, 2))]


def line_of(key: str, text: str) -> str:
    """What a line of the help looks like."""
    # One that is too long goes on below.
    return rf"(?m)^  {re.escape(key)} +" + r"\s+".join(map(re.escape, text.split()))


async def test_the_palette_offers_every_command_and_every_view(bench: Bench) -> None:
    app, _, engine = bench
    offered = [hit async for hit in CommandProvider(app.screen).discover()]
    # Of an engine in a process of its own nothing is offered where there is none.
    others = {"engine", "steer", "end_engine"}
    wanted = [command.help for command in COMMANDS if command.id not in others]
    assert sorted(str(hit.help) for hit in offered) == sorted(wanted)
    views = [hit.text async for hit in ViewProvider(app.screen).discover()]
    assert views == [f"View: {v.title}" for v in VIEWS.values() if not v.needs_other_run]

    provider = CommandProvider(app.screen)
    best = max([hit async for hit in provider.search("pause")], key=lambda hit: hit.score)
    await best.command()
    assert engine.has_sent(Toggle())

    best = max(
        [hit async for hit in ViewProvider(app.screen).search("gradient")],
        key=lambda hit: hit.score,
    )
    await best.command()
    assert app.state.view == "gradient"


async def test_the_small_screen_says_how_much_room_there_is_and_q_quits(bench: Bench) -> None:
    app, pilot, _ = bench
    await pilot.resize_terminal(50, 12)
    await until(pilot, lambda: isinstance(app.screen, SmallScreen))
    label = app.screen.query_one("#small", Label)
    await until(pilot, lambda: "50×12" in str(label.render()))
    assert f"{LEAST_WIDTH}×{LEAST_HEIGHT}" in str(label.render())
    assert label.region.width > 20
    await pilot.press("q")
    await until(pilot, lambda: app.return_value == 0)


@pytest.mark.parametrize(
    ("size", "is_small"), [((60, 16), False), ((59, 16), True), ((60, 15), True), ((300, 9), True)]
)
def test_the_laboratory_needs_sixty_by_sixteen(size: tuple[int, int], is_small: bool) -> None:
    assert is_too_small(*size) is is_small
