"""Bars of a row: sorted by the counts, standing below the matrix or lying beside it."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from engine.protocol import Row
from tui.heatmap.rowstrip import MOST_BARS, Strip, lying, standing, strip_of
from tui.text.rows import Row as LineRow
from tui.text.rows import width_of

ROW = Row(
    0,
    array("q", [0, 4, 8, 4]).tobytes(),
    array("d", [0.0, 0.25, 0.5, 0.25]).tobytes(),
    array("d", [0.0625, 0.25, 0.4375, 0.25]).tobytes(),
)
LETTERS = (".", "a", "b", "c")


def strip(row: Row = ROW) -> Strip:
    return strip_of(row, 1, LETTERS)


def text(rows: list[LineRow]) -> str:
    return "\n".join("".join(run[0] for run in row).rstrip() for row in rows)


def test_the_likeliest_come_first_and_equal_ones_as_in_the_alphabet() -> None:
    assert [n.symbol for n in strip().nexts] == ["b", "a", "c", "."]


def test_standing_bars_are_pairs_on_a_round_scale() -> None:
    assert text(standing(strip(), 16, 4, indent=2)) == (
        "  █▅\n  ██ ▄▄ ▄▄\n  ██ ██ ██  ▃\n  b  a  c  ."
    )


def test_standing_bars_grow_with_the_room_but_not_for_ever() -> None:
    assert text(standing(strip(), 40, 5)) == (
        "next after .   ▌counts ▐network\n"
        "███▅▅▅\n"
        "██████ ▄▄▄▄▄▄ ▄▄▄▄▄▄\n"
        "██████ ██████ ██████    ▃▃▃\n"
        "  b      a      c      ."
    )


def test_lying_bars_say_their_values_where_there_is_room() -> None:
    assert text(lying(strip(), 19, 6)) == (
        "next after .\n"
        "  counts   network\n"
        "b ████████ ███████\n"
        "a ████     ████\n"
        "c ████     ████\n"
        ".          █"
    )
    assert text(lying(strip(), 31, 4)).splitlines()[2] == "b .5000 ████████ .4375 ███████"


def test_lying_bars_are_spaced_out_where_there_is_room_for_all_of_them() -> None:
    close, apart = (text(lying(strip(), 19, height)).splitlines()[2:] for height in (8, 9))
    assert [line[:1] for line in close] == ["b", "a", "c", "."]
    assert [line[:1] for line in apart] == ["b", "", "a", "", "c", "", "."]


def test_without_a_network_there_are_bars_of_the_counts_only() -> None:
    row = Row(ROW.index, ROW.counts, ROW.count_probabilities)
    assert text(standing(strip(row), 12, 3)) == "█\n█  █  █\nb  a  c  ."


@pytest.mark.parametrize("height", [3, 5, 14])
def test_bars_fit(height: int) -> None:
    for width in range(18, 70):
        for rows in (standing(strip(), width, height, 2), lying(strip(), width, height)):
            assert len(rows) <= height
            assert all(width_of(row) <= width for row in rows)


def test_the_letter_under_the_cursor_stands_out() -> None:
    letters = standing(strip(), 40, 5)[-1]
    assert [run[0].strip() for run in letters if run[1] == "key"] == ["a"]


def test_the_scale_does_not_move_with_every_step() -> None:
    assert strip().top == 0.5
    other = Row(0, ROW.counts, ROW.count_probabilities, array("d", [0.48, 0, 0.4, 0.12]).tobytes())
    assert strip(other).top == 0.5


def test_a_row_is_named_whatever_its_symbol_and_what_stands_before_it() -> None:
    row = replace(ROW, index=1, before=(2,))
    said = text(standing(strip_of(row, 1, (".", "語", "é", "c")), 60, 6))
    assert said.startswith("next after é語   ▌counts ▐network")


def test_of_thousands_of_symbols_only_the_likeliest_are_put_in_order() -> None:
    size = 3 * MOST_BARS
    p = array("d", [i / size for i in range(size)])
    row = Row(0, array("q", range(size)).tobytes(), p.tobytes())
    seen = strip_of(row, 1, tuple(map(chr, range(0x4E00, 0x4E00 + size))))
    assert [n.index for n in seen.nexts] == list(range(size))[: -MOST_BARS - 1 : -1]
