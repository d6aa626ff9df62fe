"""Nothing is kept of widgets that are gone."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

from rich.segment import Segment
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.css.scalar import Scalar
from textual.geometry import Region
from textual.map_geometry import MapGeometry
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets._toast import Toast, ToastHolder

from tests.tui.fake import FakeEngine, laboratory, until
from tui.screens.help import HelpScreen
from tui.terminal.leftovers import ANSWERS, KEPT, MADE_OF_A_LINE, leave_nothing_behind


def test_a_widget_that_is_gone_is_not_kept_for_the_colours_behind_it() -> None:
    leave_nothing_behind()
    widget = StylesCache()
    inner, outer = widget.get_inner_outer(Color(20, 20, 20), Color(200, 0, 0, 0.5))
    assert inner.background == Color(110, 10, 10)
    assert outer.background == Color(20, 20, 20)
    gone = weakref.ref(widget)
    del widget
    assert gone() is None


def test_of_sizes_and_places_no_more_are_remembered_than_screens_have() -> None:
    leave_nothing_behind()
    for kind in (Region, Scalar, Color, Style):
        for name, member in vars(kind).items():
            method = getattr(member, "__func__", member)
            if hasattr(method, "cache_parameters"):
                assert 0 < method.cache_parameters()["maxsize"] <= KEPT, name
    for x in range(2 * KEPT):
        assert Region(x, 1, 5, 5).union(Region(x, 4, 5, 5)) == Region(x, 1, 5, 8)
    assert Region.union.cache_info().currsize == KEPT
    assert Color.parse("#010203") == Color(1, 2, 3)


def test_a_line_remembers_what_was_made_of_it_and_nothing_else() -> None:
    leave_nothing_behind()
    line = Strip([Segment("abcdef")])
    assert {*MADE_OF_A_LINE} == {*Strip.__slots__} - {
        *("_segments", "_cell_length", "_cell_count", "_link_ids", "_render_cache")
    }, "Textual gives lines something else"

    def memories() -> int:
        return [type(each).__name__ for each in gc.get_referents(line)].count("FIFOCache")

    assert memories() == 0
    assert line.crop(1, 3) is line.crop(1, 3)
    assert line.crop(1, 3).text == "bc"
    assert memories() == 1
    assert not hasattr(line, "_no_cache")


async def test_a_layout_that_is_gone_is_kept_by_nobody(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        await pilot.pause()
        gc.collect()
        gc.disable()
        try:
            before = count(MapGeometry)
            for _ in range(10):
                app.screen.refresh(layout=True)
                await pilot.pause()
            assert count(MapGeometry) < 1.5 * before
        finally:
            gc.enable()


def count(kind: type) -> int:
    """How many there are."""
    return sum(type(each) is kind for each in gc.get_objects())


async def test_a_widget_does_not_remember_where_its_parts_were_before(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        pane = app.screen.query_one("#dataset")
        for _ in range(2 * ANSWERS):
            part = Static()
            await pane.mount(part)
            await part.remove()
            pane.query_one("#filter")
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        for node in app.screen_stack[0].walk_children(Widget):
            assert len(node._query_one_cache) <= ANSWERS
        assert len(pane._query_one_cache) == ANSWERS
        assert {node._query_one_cache.maxsize for node in app.screen.walk_children(Widget)} == {
            ANSWERS
        }


async def test_a_notice_is_taken_away_with_the_box_around_it(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        app.tell("It is said.")
        await until(pilot, lambda: app.screen.query(Toast))
        app.hush()
        await until(pilot, lambda: not app.screen.query(ToastHolder))


async def test_a_dialog_that_is_closed_is_kept_by_nobody(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        main = app.screen
        pane = main.query_one("#dataset")
        idle: list[MessagePump] = [pane, pane.vertical_scrollbar]
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        with app.screen._context():
            # As when its going has the laboratory laid out anew: some parts hear nothing after.
            for each in idle:
                each.check_idle()
        await pilot.pause()
        gone = weakref.ref(app.screen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is main)

        def is_gone() -> bool:
            gc.collect()
            return gone() is None

        await until(pilot, is_gone)
