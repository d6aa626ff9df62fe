"""Lines repaint what changed, and no less."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Region

from engine.text.width import cells
from tui.text.rows import NEAR, Role, Row, differences, shortened, width_of
from tui.widgets.lines import Lines

runs = st.tuples(st.text(st.sampled_from("ab 漢é0"), max_size=6), st.sampled_from(["plain", "dim"]))
rows = st.lists(runs, max_size=6).map(tuple)


def places(row: Row) -> list[tuple[str, str]]:
    """One entry a column: the symbol, empty for the second half of a wide one, and its role."""
    found: list[tuple[str, str]] = []
    for run in row:
        for symbol in run[0]:
            found += [(symbol, run[1])] + [("", run[1])] * (cells(symbol) - 1)
    return found


@given(rows, rows)
@example((("漢", "plain"),), (("漢", "plain"), ("0", "plain")))
def test_painting_the_differences_over_the_old_row_gives_the_new_one(
    old: tuple[tuple[str, Role], ...], new: tuple[tuple[str, Role], ...]
) -> None:
    before, after = places(old), places(new)
    width = max(len(before), len(after))
    nothing = [(" ", "nothing")]
    before += nothing * (width - len(before))
    after += nothing * (width - len(after))
    painted = list(before)
    for start, end in differences(old, new):
        assert 0 <= start < end <= width
        painted[start:end] = after[start:end]
        # A symbol cut in two would be painted as a blank.
        assert after[start][0] != ""
        assert end == width or after[end][0] != ""
    # Beyond the row there are blanks, whatever stood there.
    assert [p for p in painted if p[1] != "nothing"] == [p for p in after if p[1] != "nothing"]


def test_rows_that_are_alike_need_no_paint() -> None:
    row: Row = (("step ", "dim"), ("12", "strong"))
    assert list(differences(row, tuple(row))) == []


def test_differences_near_each_other_are_painted_as_one_and_those_apart_as_two() -> None:
    near, apart = "-" * (NEAR - 1), "-" * NEAR
    assert list(differences(one(f"1{near}1"), one(f"2{near}2"))) == [(0, NEAR + 1)]
    assert len(list(differences(one(f"1{apart}1"), one(f"2{apart}2")))) == 2


def one(text: str) -> Row:
    """A row of one run."""
    return ((text, "dim"),)


def test_another_role_is_a_difference() -> None:
    assert list(differences((("ab", "dim"),), (("ab", "strong"),))) == [(0, 2)]


def test_a_row_is_as_wide_as_its_symbols() -> None:
    assert width_of((("漢", "dim"), ("ab", "plain"))) == 4


class Bench(App[None]):
    """Some lines, and the regions that they repaint."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = Lines()
        self.painted: list[tuple[Region, ...]] = []

    def compose(self) -> ComposeResult:
        yield self.lines


async def test_only_the_stretch_that_changed_is_repainted() -> None:
    app = Bench()
    async with app.run_test() as pilot:
        app.lines.styles.height = 2
        app.lines.show([(("step 10", "plain"),), (("loss 2", "plain"),)])
        await pilot.pause()
        taken: list[Region] = []
        app.lines.refresh = (  # type: ignore[method-assign]
            lambda *regions, **more: taken.extend(regions) or app.lines  # type: ignore[func-returns-value]
        )
        app.lines.show([(("step 12", "plain"),), (("loss 2", "plain"),)])
        assert taken == [Region(6, 0, 1, 1)]
        taken.clear()
        app.lines.show([(("step 12", "plain"),), (("loss 2", "plain"),)])
        assert taken == []
        assert app.lines.text == "step 12\nloss 2"


@pytest.mark.parametrize(
    ("room", "written"),
    [
        (45, "2 Heatmap · network − counts, smoothing 0.001"),
        (44, "2 Heatmap · network − counts"),
        (28, "2 Heatmap · network − counts"),
        (27, "2 Heatmap"),
        (8, "2"),
        (0, "2 Heatmap · network − counts, smoothing 0.001"),
    ],
)
def test_what_does_not_fit_in_its_place_gives_up_whole_parts_and_then_words(
    room: int, written: str
) -> None:
    assert shortened("2 Heatmap · network − counts, smoothing 0.001", room) == written


def test_a_symbol_of_two_columns_takes_both() -> None:
    assert shortened("日本 · 日本", 10) == "日本"
    assert shortened("日本 · 日本", 11) == "日本 · 日本"
