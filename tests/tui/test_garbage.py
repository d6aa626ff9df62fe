"""Garbage is looked for while nobody types, and little has to be looked through for it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tui.terminal import garbage
from tui.terminal.frontbuffer import Look


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
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, garbage.MANY))
    return done


def test_all_is_looked_through_in_a_pause_alone(looks: list[str]) -> None:
    gc.enable()
    assert not garbage.look(garbage.PAUSE / 2)
    assert not looks
    for _ in range(2):
        assert garbage.look(garbage.PAUSE + garbage.OFTEN)
    assert looks == 2 * ["collect", "give back"]


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
