"""Nothing is kept of widgets that are gone."""

from __future__ import annotations

import weakref
from pathlib import Path

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.widgets._toast import Toast, ToastHolder

from tests.tui.fake import FakeEngine, laboratory, until
from tui.terminal.leftovers import leave_nothing_behind


def test_a_widget_that_is_gone_is_not_kept_for_the_colours_behind_it() -> None:
    leave_nothing_behind()
    widget = StylesCache()
    inner, outer = widget.get_inner_outer(Color(20, 20, 20), Color(200, 0, 0, 0.5))
    assert inner.background == Color(110, 10, 10)
    assert outer.background == Color(20, 20, 20)
    gone = weakref.ref(widget)
    del widget
    assert gone() is None


async def test_a_notice_is_taken_away_with_the_box_around_it(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        app.tell("It is said.")
        await until(pilot, lambda: app.screen.query(Toast))
        app.hush()
        await until(pilot, lambda: not app.screen.query(ToastHolder))
