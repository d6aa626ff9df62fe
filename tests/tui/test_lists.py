"""Lists of any length: what is drawn, where the cursor goes, what a key costs."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.text.rows import Row
from tui.widgets.lists import RowList


class Numbers(RowList):
    """Rows that say which they are, and count how often they are asked."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[int] = []
        self.called = "row"

    def row(self, index: int, width: int) -> Row:
        self.drawn.append(index)
        return ((f"{self.called} {index}", "plain"),)


class Bench(App[None]):
    """Shows a list, and notes what is chosen from it."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.list = Numbers()
        self.chosen: list[tuple[str, int]] = []
        self._count = count

    def compose(self) -> ComposeResult:
        yield self.list

    def on_mount(self) -> None:
        self.list.show(self._count)
        self.list.focus()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        self.chosen.append((type(event).__name__, event.index))

    on_row_list_picked = on_row_list_moved

    @property
    def lines(self) -> list[str]:
        """What is on the screen."""
        strips = self.screen._compositor.render_strips()
        return [strip.text[:30].rstrip() for strip in strips]


SIZE = (40, 10)


@pytest.mark.parametrize("count", [30, 1_000_000])
async def test_a_million_rows_cost_as_many_drawn_rows_as_thirty(count: int) -> None:
    app = Bench(count)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.list.drawn.clear()
        for key in ("down", "pagedown", "end", "home"):
            await pilot.press(key)
            await pilot.pause()
        assert len(app.list.drawn) <= 60
        assert len(set(app.list.drawn)) <= 40


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        (("down", "down", "up"), 1),
        (("up",), 0),
        (("pagedown",), 9),
        (("pagedown", "pageup"), 0),
        (("end",), 99),
        (("end", "down"), 99),
        (("end", "home"), 0),
    ],
)
async def test_keys_move_the_cursor_and_keep_it_on_a_row(
    keys: tuple[str, ...], cursor: int
) -> None:
    app = Bench(100)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*keys)
        assert app.list.cursor == cursor
        top = app.list.scroll_offset.y
        assert top <= cursor < top + 10
        assert f"row {cursor}" in app.lines[cursor - top]


async def test_enter_and_a_click_pick_a_row() -> None:
    app = Bench(100)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("down", "enter")
        await pilot.click(app.list, offset=(3, 5))
        await pilot.pause()
        assert app.chosen == [("Moved", 1), ("Picked", 1), ("Moved", 5), ("Picked", 5)]


async def test_a_click_below_the_last_row_and_keys_in_an_empty_list_do_nothing() -> None:
    app = Bench(2)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(app.list, offset=(3, 5))
        assert app.chosen == []
        app.list.show(0)
        await pilot.press("down", "end", "pagedown", "enter")
        assert app.chosen == []
        assert app.list.cursor == 0


async def test_rows_that_grow_below_the_screen_draw_nothing() -> None:
    app = Bench(4)
    async with app.run_test(size=SIZE) as pilot:
        app.list.grow(50)
        await pilot.pause()
        assert app.lines[9] == "row 9"
        app.list.drawn.clear()
        app.list.grow(90)
        app.list.refresh(Region(0, 0, 0, 0))
        await pilot.pause()
        assert set(app.list.drawn) <= set(range(10))
        await pilot.press("end")
        assert app.list.cursor == 89


async def test_showing_fewer_rows_brings_the_cursor_back_onto_one() -> None:
    app = Bench(100)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("end")
        app.list.show(3, from_top=False)
        await pilot.pause()
        assert app.list.cursor == 2
        assert app.lines[:4] == ["row 0", "row 1", "row 2", ""]


async def test_an_update_paints_what_differs() -> None:
    app = Bench(100)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        app.list.called = "raw"
        app.list.update()
        await pilot.pause()
        assert app.lines[0] == "raw 0"


async def test_a_row_that_is_gone_by_the_time_it_was_picked_is_known_to_be() -> None:
    app = Bench(5)
    async with app.run_test(size=SIZE):
        picked = RowList.Picked(app.list, 4)
        assert picked.is_there
        app.list.show(4)
        assert not picked.is_there
