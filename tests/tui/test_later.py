"""What is to be done a little later is done, however busy the machine is."""

from __future__ import annotations

import time
from itertools import count
from pathlib import Path

import pytest
from textual import _time

import tui
from tests.tui.fake import FakeEngine, laboratory, until
from tui.terminal.later import later


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others have the processor for a moment between any two looks at Textual's clock."""
    moments = count()
    monkeypatch.setattr(_time, "get_time", lambda: time.monotonic() + 0.002 * next(moments))


async def test_it_is_done_on_a_busy_machine_where_a_timer_never_rings(busy: None) -> None:
    async with laboratory(FakeEngine()) as (app, pilot):
        done: list[str] = []
        app.main.set_timer(0.001, lambda: done.append("timer"))
        later(app.main, 0.001, lambda: done.append("later"))
        await until(pilot, lambda: done)
        assert done == ["later"], "Textual's timers ring now: these are not needed any more"


def test_nothing_waits_for_a_timer_that_may_not_ring() -> None:
    files = list(Path(tui.__path__[0]).rglob("*.py"))
    assert len(files) > 50
    assert [file.name for file in files if ".set_timer(" in file.read_text("utf-8")] == []
