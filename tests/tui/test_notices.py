"""Notices that come late: on a busy machine, or after a clock was set."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast

from tests.tui.fake import FakeEngine, laboratory, until
from tui.terminal.notices import LEAST, STANDS, Notice


def test_no_notice_has_less_than_no_time_left() -> None:
    late = Notice("Saved.", timeout=-60.0)
    assert late.has_expired
    assert late.time_left == LEAST
    fresh = Notice("Saved.", timeout=60.0)
    assert not fresh.has_expired
    assert 59 < fresh.time_left <= 60


async def test_one_whose_time_is_over_while_it_is_made_goes_and_keys_are_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(STANDS, "information", -1.0)
    monkeypatch.setattr(Notice, "has_expired", property(lambda _: False))
    async with laboratory(FakeEngine()) as (app, pilot):
        made: list[float] = []
        begin = Toast.__init__

        def note(toast: Toast, notice: Notice) -> None:
            begin(toast, notice)
            # One to less than nothing would turn for ever, this test with it.
            assert toast._timeout > 0
            made.append(toast._timeout)

        monkeypatch.setattr(Toast, "__init__", note)
        app.tell("Saved.")
        await until(pilot, lambda: made)
        await until(pilot, lambda: not app.screen.query(Toast))
        await pilot.press("question_mark")
        await until(pilot, lambda: app.screen is not app.main)
