"""Zoom levels fit into their room, and numbers into their cells."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.heatmap.arrangement import Side, arrange
from tui.heatmap.zooms import ZOOMS, Zoom, automatic
from tui.text.numbers import in_places as compact

LATIN = tuple(".abcdefghijklmnopqrstuvwxyz")
MANY = (".", *(chr(0x4E00 + i) for i in range(300)))


@pytest.mark.parametrize(
    ("width", "height", "symbols", "name"),
    [
        (57, 33, LATIN, "2×1"),
        (84, 43, LATIN, "3×1"),
        (84, 30, LATIN, "3×1"),
        (76, 16, LATIN, "2×1"),
        (83, 43, LATIN, "2×1"),
        (138, 57, LATIN, "5×2"),
        (137, 57, LATIN, "4×2"),
        (138, 56, LATIN, "5×1"),
        (40, 10, LATIN, "1×1"),
        (30, 30, LATIN, "1×1"),
        (29, 30, LATIN, "2×1"),
        (30, 12, LATIN, "1×1"),
        (84, 43, (*LATIN, *map(chr, range(0xC0, 0xE0))), "1×1"),
        (50, 43, (*LATIN, *map(chr, range(0x4E00, 0x4E10))), "2×1"),
        (84, 43, MANY, "2×1"),
        (84, 43, (), "2×1"),
    ],
)
def test_the_largest_cells_that_show_all_columns_are_chosen(
    width: int, height: int, symbols: tuple[str, ...], name: str
) -> None:
    assert automatic(width, height, symbols).name == name


def test_the_lectures_figure_is_138_by_57() -> None:
    assert ZOOMS[-1].size(27, 27, LATIN) == (138, 57)


@pytest.mark.parametrize(
    ("zoom", "order", "texts"),
    [
        (Zoom(1, 1), "", ("◆", "")),
        (Zoom(1, 1), "12", ("+", "")),
        (Zoom(2, 1), None, ("", "")),
        (Zoom(2, 1), "", ("em", "")),
        (Zoom(2, 1), "2,4", ("2+", "")),
        (Zoom(3, 1), "2,4", ("2,4", "")),
        (Zoom(5, 1, has_numbers=True), None, ("769", "")),
        (Zoom(5, 1, has_numbers=True), "12", ("12 em", "")),
        (Zoom(4, 2, has_numbers=True), "12", ("12", "769")),
        (Zoom(5, 2, has_numbers=True), None, ("em", "769")),
        (Zoom(5, 2, has_numbers=True), "1", ("1 em", "769")),
    ],
)
def test_a_cell_says_what_has_room(zoom: Zoom, order: str | None, texts: tuple[str, str]) -> None:
    assert zoom.texts("em", "769" if zoom.has_numbers else "", order) == texts


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (5471, 4, "5471"),
        (12_345, 4, "12k"),
        (228_000, 4, "228k"),
        (0.138, 4, ".138"),
        (0.138, 5, ".1380"),
        (-0.0213, 4, "−.02"),
        (0.00001, 4, "1e−5"),
        (-0.0, 4, "0"),
        (1.0, 4, "1"),
        (-3.25, 5, "−3.25"),
        (math.nan, 5, ""),
        (math.inf, 5, ""),
    ],
)
def test_numbers_are_as_exact_as_has_room(value: float, places: int, text: str) -> None:
    assert compact(value, places) == text


@given(st.floats(-9999, 9999), st.integers(4, 6))
def test_a_number_always_fits_and_is_never_far_off(value: float, places: int) -> None:
    text = compact(value, places)
    assert 0 < len(text) <= places
    if "e" not in text and "k" not in text:
        assert float(text.replace("−", "-")) == pytest.approx(value, abs=0.06 * abs(value) + 0.51)


@pytest.mark.parametrize(
    ("width", "height", "symbols", "zoom", "side"),
    [
        (84, 46, LATIN, "3×1", "below"),
        (57, 36, LATIN, "2×1", "below"),
        (57, 34, LATIN, "2×1", ""),
        (76, 19, LATIN, "2×1", "beside"),
        (196, 51, LATIN, "7×1", "below"),
        (156, 46, LATIN, "5×1", "below"),
        (124, 51, LATIN, "4×1", "below"),
        (36, 12, LATIN, "1×1", ""),
        (84, 46, MANY, "2×1", ""),
    ],
)
def test_bars_get_the_room_that_the_figure_leaves(
    width: int, height: int, symbols: tuple[str, ...], zoom: str, side: Side
) -> None:
    found = arrange(width, height, symbols)
    assert (found.zoom.name, found.side) == (zoom, side)


@given(st.integers(20, 250), st.integers(8, 80), st.sampled_from([None, *ZOOMS]))
def test_nothing_is_larger_than_the_pane(width: int, height: int, chosen: Zoom | None) -> None:
    found = arrange(width, height, LATIN, chosen)
    assert found.height + 3 + (found.bars_height if found.side == "below" else 0) <= height
    assert found.width + (found.bars_width + 2 if found.side == "beside" else 0) <= width
