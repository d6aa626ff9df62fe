"""Garbage is looked for where nobody notices, and little has to be looked through for it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.message import Message

from tests.tui.fake import FakeEngine, laboratory, until
from tui.screens.help import HelpScreen
from tui.terminal import garbage
from tui.terminal.frontbuffer import Look
from tui.terminal.plain import IS_PLAIN


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave it to the other tests as it was."""
    was, thresholds = gc.isenabled(), gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    (gc.enable if was else gc.disable)()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is done, in place of doing it; there is enough to look for."""
    done: list[str] = []
    monkeypatch.setattr(gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(garbage, "give_memory_back", lambda: done.append("give back"))
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.MOST))
    return done


def test_all_is_looked_through_in_a_pause(
    looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.MANY))
    gc.enable()
    assert not garbage.look(garbage.PAUSE / 2)
    assert not looks
    for _ in range(2):
        assert garbage.look(garbage.PAUSE + garbage.OFTEN)
    assert looks == 2 * ["collect", "give back"]


def test_a_pause_is_not_waited_for_where_much_was_made(looks: list[str]) -> None:
    gc.enable()
    assert garbage.look(0.0)
    assert looks == ["collect", "give back"]


def test_nothing_is_looked_through_where_little_was_made(
    looks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.enable()
    monkeypatch.setattr(gc, "get_count", lambda: (699, 9, garbage.MANY - 1))
    for idle in (0.5, 1.5, 2.5, 3.5):
        assert not garbage.look(idle)
    assert looks == ["give back"]


def test_what_the_start_has_brought_is_never_looked_through(looks: list[str]) -> None:
    garbage.put_off()
    assert not garbage.look(60.0)
    garbage.begin()
    assert gc.isenabled()
    assert gc.get_threshold()[2] == garbage.MOST
    garbage.begin()
    assert looks == ["freeze"]


def test_the_cells_of_the_terminal_are_not_looked_through() -> None:
    cell = ("a", Look("1"))
    gc.collect(0)
    assert not gc.is_tracked(cell)


@pytest.mark.skipif(IS_PLAIN, reason="looks for none itself")
async def test_a_screen_that_has_closed_is_gone_before_there_is_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        gc.enable()
        gc.set_threshold(1_000_000)
        monkeypatch.setattr(garbage, "PAUSE", 1e6)
        monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.MANY))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        left = weakref.ref(app.screen)
        await pilot.press("escape")
        await until(pilot, lambda: left() is None)


@pytest.mark.skipif(IS_PLAIN, reason="looks for none itself")
async def test_what_the_app_was_told_last_is_not_held_until_it_is_told_more(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        told = Told()
        left = weakref.ref(told)
        app.post_message(told)
        del told
        await until(pilot, lambda: left() is None)


class Told(Message):
    """What nobody waits for."""
