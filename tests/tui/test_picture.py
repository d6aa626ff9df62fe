"""What each cell of the heatmap looks like, without a screen."""

from __future__ import annotations

import math
from dataclasses import replace

from tests.tui.figures import part, picture
from tui.colours.scales import levels
from tui.heatmap.picture import Cell, Look, Picture, looks_of
from tui.heatmap.zooms import Zoom

COUNTS = (0, 4410, 1306, 6640, 556, 541, 114, 321, 38)
SMALL, ONE_LINE, TWO_LINES = Zoom(2, 1), Zoom(7, 1, True), Zoom(7, 2, True)


def shades(shown: Picture) -> list[int]:
    values = memoryview(shown.window.values).cast("f").tolist()
    return levels(values, shown.scale, shown.ramp.count)


def marked(shown: Picture, zoom: Zoom = SMALL) -> dict[Cell, Look]:
    """Cells that stand out, by their place in the window."""
    found = looks_of(shown, zoom)
    columns = shown.window.columns
    return {divmod(i, columns): look for i, look in enumerate(found) if look.mark}


def test_a_small_cell_has_a_colour_and_nothing_else() -> None:
    shown = picture(COUNTS, cursor=(9, 9))
    assert len(set(shades(shown))) > 4
    assert looks_of(part(shown, 0, 0, 3, 3), SMALL) == [Look(level) for level in shades(shown)]


def test_a_cell_says_its_value_and_with_two_lines_its_letters_above_it() -> None:
    shown = part(picture(COUNTS, cursor=(0, 0)), 1, 1, 2, 2)
    found = shades(shown)
    numbers = ["556", "541", "321", "38"]
    assert looks_of(shown, ONE_LINE) == list(map(Look, found, numbers))
    letters = ["aa", "ab", "ba", "bb"]
    assert looks_of(shown, TWO_LINES) == list(map(Look, found, letters, numbers))


def test_logarithms_have_two_decimals_each_where_the_longest_has_room() -> None:
    values = (8.4, math.log(2), 0.0, math.nan)
    shown = part(picture((*values, 1, 1, 1, 1, 1), matrix="log_counts", cursor=(9, 9)), 0, 0, 1, 3)
    assert [look.upper for look in looks_of(shown, ONE_LINE)] == ["8.40", "0.69", "0.00"]
    logits = part(picture((-1.5, 0.5, 2, *[0.0] * 6), matrix="logits", cursor=(9, 9)), 0, 0, 1, 3)
    assert [look.upper for look in looks_of(logits, ONE_LINE)] == ["−1.50", "0.50", "2.00"]
    assert [look.upper for look in looks_of(logits, Zoom(5, 1, True))] == ["−1.5", ".500", "2"]


def test_what_stands_out_is_found_in_a_window_of_the_whole() -> None:
    shown = part(picture(COUNTS, cursor=(1, 2)), 1, 1, 2, 2)
    level = shades(shown)[1]
    assert marked(shown) == {(0, 1): Look(level, "ab", "", "cursor")}
    assert marked(shown, TWO_LINES) == {(0, 1): Look(level, "ab", "541", "cursor")}
    for outside in ((0, 1), (1, 0), (3, 1), (1, 3)):
        assert marked(replace(shown, cursor=outside)) == {}


def test_the_cursor_lies_on_the_path_and_the_path_on_what_the_mouse_is_over() -> None:
    path = ((0, 1), (1, 1), (1, 1), (1, 2))
    shown = replace(picture(COUNTS, path=path, cursor=(1, 2)), hover=(2, 2))
    found = marked(shown, TWO_LINES)
    assert {cell: (look.upper, look.mark) for cell, look in found.items()} == {
        (0, 1): ("1 .a", "path"),
        (1, 1): ("2,3 aa", "path"),
        (1, 2): ("4 ab", "cursor"),
        (2, 2): ("bb", "hover"),
    }
    assert marked(replace(shown, hover=(0, 1)), TWO_LINES)[0, 1].mark == "path"


def test_colours_are_exact_at_rest_and_steady_while_they_move() -> None:
    shown = picture(COUNTS, cursor=(9, 9))
    before = [Look(max(1, level - 1)) for level in shades(shown)]
    assert looks_of(shown, SMALL, before) == [Look(level) for level in shades(shown)]
    assert looks_of(replace(shown, is_moving=True), SMALL, before[:-1]) != before
    moving = looks_of(replace(shown, is_moving=True, slack=2), SMALL, before)
    assert moving[1:] == before[1:], "nothing is nothing at once"
