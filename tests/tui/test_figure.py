"""The heatmap draws each view as it should, and paints no more than what changed."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import pytest
from rich.cells import cell_len
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Region

from engine.protocol import MatrixName
from tests.tui.figures import moved, part, picture, stage
from tui.colours.depth import Depth
from tui.heatmap.figure import HeatmapFigure
from tui.heatmap.zooms import ZOOMS, Zoom

COUNTS = (0, 4410, 1306, 6640, 556, 541, 114, 321, 38)

FRAMES = {
    "1×1": """\
  .ab
 ┌───┐
.│ ◆ │
a│   │
b│   │
 └───┘""",
    "2×1": """\
  . a b
 ┌──────┐
.│  .a  │
a│      │
b│      │
 └──────┘""",
    "3×1": """\
   .  a  b
 ┌─────────┐
.│   .a    │
a│         │
b│         │
 └─────────┘""",
    "4×1": """\
   .   a   b
 ┌────────────┐
.│     .a     │
a│            │
b│            │
 └────────────┘""",
    "5×1": """\
    .    a    b
 ┌───────────────┐
.│  0  4410 1306 │
a│6640  556  541 │
b│ 114  321  38  │
 └───────────────┘""",
    "7×1": """\
     .      a      b
 ┌─────────────────────┐
.│   0    4410   1306  │
a│ 6640    556    541  │
b│  114    321    38   │
 └─────────────────────┘""",
    "4×2": """\
   .   a   b
 ┌────────────┐
.│ ..  .a  .b │
 │ 0  44101306│
a│ a.  aa  ab │
 │6640556 541 │
b│ b.  ba  bb │
 │114 321  38 │
 └────────────┘""",
    "5×2": """\
    .    a    b
 ┌───────────────┐
.│ ..   .a   .b  │
 │  0  4410 1306 │
a│ a.   aa   ab  │
 │6640  556  541 │
b│ b.   ba   bb  │
 │ 114  321  38  │
 └───────────────┘""",
}


@pytest.mark.parametrize("zoom", ZOOMS, ids=lambda zoom: zoom.name)
async def test_each_zoom_shows_as_much_as_has_room(zoom: Zoom) -> None:
    async with stage(zoom) as s:
        s.figure.show(picture(COUNTS, cursor=(0, 1)))
        assert s.text == FRAMES[zoom.name]


VIEWS: dict[MatrixName, tuple[tuple[float, ...], str]] = {
    "counts": (COUNTS, "  0  4410 1306"),
    "count_probabilities": ((0.0, 0.77, 0.23, 0.5, 0.25, 0.25, 0.4, 0.5, 0.1), "  0  .770 .230"),
    "network_probabilities": ((1e-5, 0.75, 0.25, *(1 / 3,) * 6), "1e−5 .750 .250"),
    "log_counts": ((math.nan, 8.39, 7.17, 8.8, 6.32, 6.29, 4.73, 5.77, 3.63), "     8.39 7.17"),
    "logits": ((-3.25, 12.5, 0.5, *(0.0,) * 6), "−3.2 12.5 .500"),
    "centred_logits": ((-1.5, 1.0, 0.5, *(0.0,) * 6), "−1.5   1  .500"),
    "difference": ((-0.02, 0.01, 0.01, *(0.0,) * 6), "−20 10.0 10.0"),
    "gradient": ((-2e-4, 1e-4, 0.0, *(0.0,) * 6), "−200  100   0"),
}


@pytest.mark.parametrize("matrix", VIEWS)
async def test_each_view_writes_its_values_into_the_cells(matrix: MatrixName) -> None:
    values, line = VIEWS[matrix]
    async with stage(ZOOMS[-1]) as s:
        s.figure.show(picture(values, matrix=matrix, cursor=(2, 2)))
        assert s.text.splitlines()[3].strip(" │") == line.strip()


async def test_a_count_without_logarithm_is_dotted() -> None:
    async with stage() as s:
        s.figure.show(picture((math.nan, *(1.0,) * 8), matrix="log_counts", cursor=(2, 2)))
        assert s.text.splitlines()[2] == ".│···      │"


async def test_without_colour_values_are_shades_and_only_marks_are_styled() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS, depth=Depth.NONE, cursor=(2, 2)))
        assert s.text.splitlines()[2:5] == [".│   ███▓▓▓│", "a│███▓▓▓▓▓▓│", "b│▓▓▓▓▓▓bb │"]
        reversed_ones = [x.text for x in s.figure.render_line(4) if x.style and x.style.reverse]
        assert reversed_ones == ["bb "]


async def test_sixteen_colours_stay_sixteen() -> None:
    async with stage() as s:
        shown = picture(COUNTS, depth=Depth.ANSI)
        s.figure.show(shown)
        styles = [x.style for x in s.figure.render_line(3) if x.text == "   "]
        backs = {style.bgcolor.name for style in styles if style and style.bgcolor}
        assert len(backs) == 2
        assert backs <= set(shown.ramp.colours)


# What is painted


async def test_the_same_picture_paints_nothing() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS))
        assert s.painted(lambda: s.figure.show(picture(COUNTS))) == []


async def test_one_changed_value_paints_one_cell() -> None:
    async with stage(ZOOMS[-1]) as s:
        s.figure.show(picture(COUNTS))
        other = moved(picture(COUNTS), ab=12.0)
        assert s.painted(lambda: s.figure.show(other)) == [(Region(12, 4, 5, 2),)]


async def test_a_blank_cell_is_painted_with_a_background_and_nothing_else() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS))
        cell = next(x for x in s.figure.render_line(3) if x.text == "   ")
        assert cell.style is not None
        assert cell.style.bgcolor is not None
        assert cell.style.color is None


async def test_the_cursor_paints_two_cells_and_four_letters() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS))
        (regions,) = s.painted(lambda: s.figure.show(picture(COUNTS, cursor=(1, 2))))
        cells = {Region(2, 2, 3, 1), Region(8, 3, 3, 1)}
        letters = {Region(0, 2, 1, 1), Region(3, 0, 2, 1), Region(0, 3, 1, 1), Region(9, 0, 2, 1)}
        assert set(regions) == cells | letters


@pytest.mark.parametrize("change", ["run", "matrix", "scroll", "symbols", "theme"])
async def test_a_jump_paints_one_full_frame(change: str) -> None:
    async with stage() as s:
        first = picture(COUNTS)
        s.figure.show(first)
        then = {
            "run": replace(first, run=2),
            "matrix": picture(COUNTS, matrix="log_counts"),
            "scroll": part(first, 1, 1, 2, 2),
            "symbols": picture(COUNTS, symbols=(".", "x", "y")),
            "theme": picture(COUNTS, dark=False),
        }[change]
        assert s.painted(lambda: s.figure.show(then)) == [()]


async def test_a_value_that_trembles_at_an_edge_paints_nothing_until_it_is_far() -> None:
    async with stage() as s:
        still = picture((0.1,) * 9, matrix="network_probabilities")
        s.figure.show(still)
        for value in (0.1003, 0.0998, 0.1004, 0.0997):
            other = moved(still, ab=value)
            assert s.painted(partial(s.figure.show, other)) == []
        assert len(s.painted(lambda: s.figure.show(moved(still, ab=0.12)))) == 1


async def test_paused_every_colour_is_exact() -> None:
    async with stage() as s:
        still = picture((0.1,) * 9, matrix="network_probabilities")
        s.figure.show(still)
        for drift in range(1, 40):
            s.figure.show(moved(still, ab=0.1 + drift * 1e-3))
        last = replace(moved(still, ab=0.139), is_moving=False)
        s.figure.show(last)
        shown = [look.level for look in s.figure.looks]
        async with stage() as fresh:
            fresh.figure.show(last)
            assert shown == [look.level for look in fresh.figure.looks]


# The path of a word


async def test_a_path_is_numbered_and_a_cell_met_twice_has_both_numbers() -> None:
    path = ((0, 1), (1, 2), (2, 1), (1, 2), (2, 0))
    async with stage(ZOOMS[-1]) as s:
        s.figure.show(picture(COUNTS, path=path, cursor=(2, 2)))
        lines = s.text.splitlines()
        assert lines[2] == ".│ ..  1 .a  .b  │"
        assert lines[4] == "a│ a.   aa   2,4 │"
        assert lines[6] == "b│5 b. 3 ba  bb  │"
    async with stage() as s:
        s.figure.show(picture(COUNTS, path=path, cursor=(2, 1)))
        assert s.text.splitlines()[2:5] == [".│    1    │", "a│      2,4│", "b│ 5  3    │"]
        marks = [look.mark for look in s.figure.looks if look.mark]
        assert marks.count("path") == 3
        assert marks.count("cursor") == 1


async def test_without_a_path_its_cells_are_as_they_were() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS))
        before = list(s.figure.looks)
        s.figure.show(picture(COUNTS, path=((0, 1), (1, 2))))
        assert s.figure.looks != before
        s.figure.show(picture(COUNTS))
        assert s.figure.looks == before


# Other alphabets


@pytest.mark.parametrize("zoom", ZOOMS[1:], ids=lambda zoom: zoom.name)
async def test_wide_symbols_and_marks_keep_the_grid_straight(zoom: Zoom) -> None:
    symbols = (".", "é", "\u0301", "日", "本", "🎉")
    async with stage(zoom, (80, 40)) as s:
        shown = picture([float(i) for i in range(36)], symbols=symbols, cursor=(3, 4))
        s.figure.show(shown)
        width, height = zoom.size(6, 6, symbols)
        lines = [line for line in s.text.splitlines() if "│" in line]
        assert {cell_len(line) for line in lines} == {width}
        assert len(lines) == height - 3
        assert {cell_len(line[: line.index("│")]) for line in lines} == {2}


@pytest.mark.parametrize("size", [60, 300])
async def test_a_large_alphabet_is_dashed_where_it_goes_on(size: int) -> None:
    symbols = (".", *(chr(0x100 + i) for i in range(size)))
    async with stage(ZOOMS[1], (25, 9)) as s:
        rows, columns = s.figure.view_of(symbols, (0, 0))[2:]
        assert (rows, columns) == (6, 11)
        whole = picture([float(i % 7) for i in range(len(symbols) ** 2)], symbols=symbols)
        s.figure.show(part(whole, 3, 5, rows, columns))
        lines = s.text.splitlines()
        assert lines[1] == " ┌" + "╌" * 22 + "┐"
        assert lines[-1] == " └" + "╌" * 22 + "┘"
        assert {(line[1], line[-1]) for line in lines[2:-1]} == {("╎", "╎")}
        s.figure.show(part(whole, 0, 0, rows, columns))
        lines = s.text.splitlines()
        assert lines[1] == " ┌" + "─" * 22 + "┐"
        assert {(line[1], line[-1]) for line in lines[2:-1]} == {("│", "╎")}


@pytest.mark.parametrize(
    ("cursor", "view"),
    [
        ((0, 0), (0, 0)),
        ((3, 8), (0, 0)),
        ((4, 8), (1, 0)),
        ((5, 9), (2, 1)),
        ((58, 58), (55, 50)),
        ((60, 60), (55, 50)),
    ],
)
async def test_the_view_follows_the_cursor_and_keeps_two_cells_ahead_of_it(
    cursor: tuple[int, int], view: tuple[int, int]
) -> None:
    symbols = (".", *(chr(0x100 + i) for i in range(60)))
    async with stage(ZOOMS[1], (25, 9)) as s:
        assert s.figure.view_of(symbols, cursor) == (*view, 6, 11)


async def test_the_view_moves_back_only_when_it_must() -> None:
    symbols = (".", *(chr(0x100 + i) for i in range(60)))
    async with stage(ZOOMS[1], (25, 9)) as s:
        whole = picture([0.0] * len(symbols) ** 2, symbols=symbols, cursor=(25, 25))
        s.figure.show(part(whole, 20, 20, 6, 11))
        assert s.figure.view_of(symbols, (22, 25))[0] == 20
        assert s.figure.view_of(symbols, (21, 25))[0] == 19


# Keys and mouse


async def test_keys_move_the_cursor_and_choose() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS, cursor=(1, 2)))
        s.figure.focus()
        await s.pilot.pause()
        await s.pilot.press("down", "h", "enter")
        assert s.app.heard == [("shifted", 1, 0), ("shifted", 0, -1), ("entered",)]


async def test_the_mouse_says_once_which_cell_it_is_over() -> None:
    async with stage() as s:
        shown = picture(COUNTS)
        s.figure.show(shown)
        for x in (8, 9, 10):
            await s.pilot.hover(HeatmapFigure, offset=(x, 3))
            s.figure.show(replace(shown, hover=(1, 2)))
        await s.pilot.hover(HeatmapFigure, offset=(40, 20))
        assert s.app.heard == [("over", 1, 2), ("over",)]


async def test_the_cell_under_the_mouse_says_its_letters_in_its_own_colour() -> None:
    async with stage() as s:
        shown = picture(COUNTS)
        s.figure.show(shown)
        before = s.figure.looks[5].level
        (regions,) = s.painted(lambda: s.figure.show(replace(shown, hover=(1, 2))))
        assert regions == (Region(8, 3, 3, 1),)
        assert s.figure.looks[5] == (before, "ab", "", "hover")


async def test_a_click_moves_the_cursor_and_two_choose() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS))
        await s.pilot.click(HeatmapFigure, offset=(8, 4))
        assert ("moved", 2, 2) in s.app.heard
        assert ("chosen", 2, 2) not in s.app.heard
        await s.pilot.click(HeatmapFigure, offset=(8, 4), times=2)
        assert ("chosen", 2, 2) in s.app.heard


async def test_the_wheel_zooms_with_control_and_moves_without() -> None:
    async with stage() as s:
        s.figure.show(picture(COUNTS))
        await s.pilot._post_mouse_events([MouseScrollUp], HeatmapFigure, control=True)
        await s.pilot._post_mouse_events([MouseScrollDown], HeatmapFigure)
        assert [m for m in s.app.heard if m[0] != "over"] == [("zoom", 1), ("shifted", 1, 0)]
