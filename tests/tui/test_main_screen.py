"""The main screen shows as many panes as there is room for."""

from __future__ import annotations

import math
from pathlib import Path
from typing import cast

import pytest
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.geometry import Region
from textual.strip import Strip

from engine.protocol import Watch
from tests.tui.fake import FakeEngine, laboratory, until
from tui.app import Laboratory
from tui.options import Options
from tui.screens import layout
from tui.screens.layout import layout_for
from tui.screens.main import MainScreen
from tui.state.panes import PANES
from tui.terminal.compositor import LeanCompositor, Part

ALL = set(PANES)
SIZES = [(60, 16), (97, 36), (98, 35), (120, 35)]


@pytest.mark.parametrize(
    ("size", "layout"),
    [
        ((200, 55), "wide"),
        ((160, 30), "wide"),
        ((159, 30), "medium"),
        ((120, 40), "medium"),
        ((119, 40), "paired"),
        ((98, 30), "paired"),
        ((97, 40), "slim"),
        ((80, 30), "slim"),
        ((79, 40), "narrow"),
        ((80, 24), "narrow"),
        ((140, 29), "narrow"),
    ],
)
def test_the_layout_follows_the_size(size: tuple[int, int], layout: str) -> None:
    assert layout_for(*size) == layout


ROOM = [
    ((160, 50), ALL, ALL),
    ((120, 40), ALL, ALL),
    ((100, 40), ALL - {"dataset"}, {"heatmap", "dataset"}),
    ((80, 40), ALL - {"dataset"}, {"heatmap", "dataset"}),
    ((160, 30), ALL - {"sampler"}, ALL - {"sampler"}),
    ((80, 35), {"heatmap", "training"}, {"heatmap", "dataset"}),
    ((80, 24), {"heatmap"}, {"dataset"}),
]
"""Size, and the panes that are seen while the heatmap is in use, and while the words are."""


def test_there_is_room_for_so_many_panes() -> None:
    for size, at_work, reading in ROOM:
        assert set(layout.seen(size, "heatmap", "training")) == at_work
        assert set(layout.seen(size, "dataset", "training")) == reading
        assert set(layout.seen(size, "dataset", "training", is_maximised=True)) == {"dataset"}


@pytest.mark.parametrize(("size", "at_work", "reading"), [ROOM[2], ROOM[4]])
async def test_the_panes_there_is_room_for_are_seen_and_the_one_in_use_always(
    tmp_path: Path, size: tuple[int, int], at_work: set[str], reading: set[str]
) -> None:
    async with laboratory(FakeEngine(), tmp_path, size) as (app, pilot):
        screen = app.main
        assert seen(screen) == at_work
        place = screen.heatmap.region
        await pilot.press("1")
        await pilot.pause()
        assert seen(screen) == reading
        assert screen.heatmap.region == place
        await pilot.press("3", "2")
        await pilot.pause()
        assert seen(screen) == at_work


@pytest.mark.parametrize(
    ("size", "theme"),
    [
        ((160, 50), "textual-dark"),
        ((100, 40), "textual-light"),
        ((80, 24), "textual-dark"),
    ],
)
async def test_each_widget_has_its_styles_from_the_start(size: tuple[int, int], theme: str) -> None:
    async with Laboratory(FakeEngine(), Options(theme=theme)).run_test(size=size) as pilot:
        app = cast(Laboratory, pilot.app)
        widgets = app.main.query("*")
        first = {widget: dict(widget.styles.get_rules()) for widget in widgets}
        assert len(first) > 30
        app.main.update_node_styles(animate=False)
        assert {widget: dict(widget.styles.get_rules()) for widget in widgets} == first


@pytest.mark.slow
async def test_a_pane_can_have_the_whole_screen(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (100, 40)) as (app, pilot):
        await pilot.press("m")
        for number, name in enumerate(PANES, start=1):
            await pilot.press(str(number))
            await pilot.pause()
            assert seen(app.main) == {name}
            assert app.main.query_one(f"#{name}").region.width == 100


@pytest.mark.slow
async def test_nothing_is_cut_off_at_any_size() -> None:
    async with laboratory(FakeEngine()) as (app, pilot):
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
            for key in "14":
                await pilot.press(key)
                await pilot.pause()
                places = [pane.region for pane in app.main.panes if pane.region]
                assert max(place.right for place in places) == width
                assert max(place.bottom for place in places) == height - 2


async def test_another_layout_styles_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    async with laboratory(FakeEngine()) as (app, pilot):
        styled: list[DOMNode] = []
        monkeypatch.setattr(app, "update_styles", lambda node, **_: styled.append(node))
        app.main.update_node_styles()
        assert styled, "it is no longer seen what is styled"
        styled.clear()
        for width, height in SIZES:
            await pilot.resize_terminal(width, height)
        await pilot.press("m")
        await pilot.pause()
        assert app.main not in styled


async def test_a_new_size_is_drawn_once_and_of_a_pane_no_line_that_is_like_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole, lines = list[Region](), list[Region]()
    take, draw_pane = LeanCompositor._take, Vertical.render_lines

    def taken(compositor: LeanCompositor, changed: set[Region]) -> list[tuple[int, Part]]:
        whole.extend(changed & {compositor.size.region})
        return take(compositor, changed)

    def pane(widget: Vertical, crop: Region) -> list[Strip]:
        lines.append(crop)
        return draw_pane(widget, crop)

    monkeypatch.setattr("tui.terminal.compositor.TURN", math.inf)
    monkeypatch.setattr(LeanCompositor, "_take", taken)
    monkeypatch.setattr(Vertical, "render_lines", pane)
    async with laboratory(FakeEngine(), size=(160, 50)) as (_, pilot):
        await pilot.pause()
        for size in ((400, 120), (160, 50)):
            whole.clear()
            lines.clear()
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: bool(whole))
            await pilot.pause()
            assert len(whole) == 1
            assert 0 < max(crop.height for crop in lines) <= 3


@pytest.mark.slow
async def test_a_pane_is_drawn_as_textual_draws_it() -> None:
    async with laboratory(FakeEngine(), size=(160, 50)) as (app, _):
        for pane in app.main.panes:
            size = pane.outer_size
            for crop in (size.region, Region(3, 2, 5, 9), Region(0, 0, 9, 2), Region(1, 4, 2, 1)):
                whole = Vertical.render_lines(pane, crop)
                assert [*map(list, pane.render_lines(crop))] == [*map(list, whole)]
            below = Region(0, size.height - 3, size.width, 3)
            assert pane.render_lines(below) == Vertical.render_lines(pane, below)


async def test_names_that_are_drawn_are_seen(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        assert "sampler" not in seen(app.main)
        await pilot.press("g")
        await pilot.pause()
        assert "sampler" in seen(app.main)


@pytest.mark.slow
async def test_with_lines_enough_the_whole_figure_is_in_view(tmp_path: Path) -> None:
    engine = FakeEngine(("abcdefghijklm", "nopqrstuvwxyz"))
    async with laboratory(engine, tmp_path, (160, 45)) as (app, pilot):
        for width in (160, 98, 80):
            await pilot.resize_terminal(width, 45)
            await pilot.pause()
            assert app.main.heatmap.region.right <= width
            watched = engine.sent_of(Watch)[-1]
            assert (watched.rows, watched.columns) == (27, 27)


def seen(screen: MainScreen) -> set[str]:
    """Names of the panes on the screen."""
    return {pane.id or "" for pane in screen.panes if pane.region}
