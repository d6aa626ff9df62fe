"""Pasted text is for fields: where none is in use it is never taken for keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from engine.protocol import Train
from tests.tui.fake import FakeEngine, laboratory, notices, until
from tui.app import Laboratory
from tui.options import Options
from tui.state import State
from tui.wording import where_to_paste

LINES = "n\nq\n  emma\tann\n"


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


async def test_what_is_pasted_beside_a_field_does_nothing_but_say_where_it_goes(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with laboratory(engine, tmp_path) as (app, pilot):
        app.post_message(events.Paste(LINES))
        told = where_to_paste(app.state, is_covered=False)
        await until(pilot, lambda: told in notices(app))
        assert app.is_running
        assert not engine.sent_of(Train)
        await pilot.press("slash")
        app.post_message(events.Paste(LINES))
        field = app.main.query_one("#filter", Input)
        await until(pilot, lambda: field.value == "n q emma ann")
        assert not engine.sent_of(Train)


def test_the_keys_that_are_named_are_those_of_the_laboratory() -> None:
    state = State(keys={"filter": "F"})
    assert ": F filters the words, t takes" in where_to_paste(state, is_covered=False)
    assert where_to_paste(state, is_covered=True).endswith("none is in use.")


def test_the_terminal_is_asked_for_its_background_where_nobody_chose_a_theme(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert Laboratory(engine, Options()).asks_ground
    assert not Laboratory(engine, Options(theme="nord")).asks_ground
