"""The drawing layer of the lab: everything fits, nothing is cut, every mark has a sign."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from engine.lab import Bar, Bars, Column, Exhibit, HandRow, Line, Matrix, Note, Series, Table
from engine.lab.exhibit import Mark
from tests.engine.lab.support import NAMES, last, matrix, names, notes
from tui.colours.depth import Depth
from tui.lab import exhibits
from tui.lab.exhibits.flow import flow
from tui.lab.parts import draw
from tui.lab.parts.canvas import RAMP, Canvas
from tui.lab.parts.curves import _nearest
from tui.lab.parts.texts import ROLES, SIGNS
from tui.state.hand import Hand, HandMoved, Held
from tui.text.rows import Row, width_of


def text_of(rows: list[Row]) -> str:
    return "\n".join("".join(run[0] for run in row) for row in rows)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.slow
def test_no_row_is_wider_than_there_is_room_and_no_note_is_cut(name: str) -> None:
    exhibit = last(name, names())
    for width in (140, 74, 54):
        rows = exhibits.draw(name, exhibit, Canvas(width, 30))
        assert max(map(width_of, rows)) <= width
        words = "".join(text_of(rows).split())
        for note in notes(exhibit).splitlines():
            assert "".join(note.split()) in words or width == 140


def test_every_mark_but_faint_has_a_sign_for_those_who_see_no_colour() -> None:
    assert set(get_args(Mark)) == set(ROLES)
    assert set(ROLES) - set(SIGNS) == {"", "faint"}


def test_a_marked_cell_bears_its_sign_once_for_each_run_of_cells() -> None:
    marks: tuple[tuple[int, int, Mark], ...] = ((0, 0, "strong"), (0, 1, "strong"), (1, 1, "bad"))
    table = Table("t", (Column("a"), Column("b")), ((1, 2), (3, 4)), marks)
    lines = text_of(draw(table, Canvas(40))).splitlines()
    assert lines[-2].split() == ["▸", "1", "2"]
    assert lines[-1].split() == ["3", "✗", "4"]


def test_a_table_too_wide_is_written_cell_by_cell() -> None:
    heads = tuple(Column(f"number {i}") for i in range(9))
    table = Table("wide", heads, (tuple(10**8 + i for i in range(9)),), left_out=3)
    rows = draw(table, Canvas(30))
    assert max(map(width_of, rows)) <= 30
    assert "number 8: 100,000,008" in text_of(rows)
    assert "… and 3 more" in text_of(rows)


def test_heads_stand_on_their_columns() -> None:
    heads = (Column("symbol"), Column("keepdim=True: row"), Column("column"))
    rows = text_of(draw(Table("t", heads, ((".", 1, 2),)), Canvas(30))).splitlines()
    assert [row.split() for row in rows[1:3]] == [["keepdim=True:"], ["symbol", "row", "column"]]
    assert rows[1].index(":") == rows[2].index("row") + 2 == rows[3].index("1")


def test_texts_begin_behind_the_sign_that_one_of_them_bears() -> None:
    marks: tuple[tuple[int, int, Mark], ...] = ((1, 0, "strong"),)
    table = Table("t", (Column("next"), Column("p")), (("a", 1), ("b", 2)), marks)
    *_, first, second = text_of(draw(table, Canvas(40))).splitlines()
    assert (first.index("a"), second.index("b"), second.index("▸")) == (2, 2, 0)


def test_a_text_too_long_for_its_column_goes_on_below() -> None:
    recipe = "two one-hots side by side, one dot, rate 50, step 190"
    table = Table("t", (Column("recipe"), Column("nats")), ((recipe, 226), ("k = 0", 245)))
    rows = text_of(draw(table, Canvas(30))).splitlines()
    assert max(map(len, rows)) <= 30
    assert [row.split()[-1] for row in rows[1:3]] == ["nats", "226"]
    assert "".join("".join(row.split()) for row in rows[3:-1]) in "".join(recipe.split())
    assert rows[-1].split() == ["k", "=", "0", "245"]


def test_columns_too_many_come_in_bands_each_with_the_first_before_it() -> None:
    heads = tuple(Column(name) for name in ("k", "all", "word", "far", "train", "dev"))
    row = tuple(10**6 * i for i in range(1, 7))
    rows = text_of(draw(Table("t", heads, (row,), ((0, 5, "bad"),)), Canvas(44))).splitlines()
    names = [["k", "all", "word", "far"], ["k", "train", "dev"]]
    assert [rows[1].split(), rows[4].split()] == names
    assert rows[5].split() == ["1,000,000", "5,000,000", "✗", "6,000,000"]


def test_bars_show_values_and_targets() -> None:
    bars = Bars("b", (Bar("x", 0.5, 0.25), Bar("y", 0.0, 0.5)), ".2f", "drawn", "p")
    text = text_of(draw(bars, Canvas(60)))
    assert "x  0.50  0.25" in text
    assert "┃ p" in text


def test_bars_bear_heads_and_say_what_is_left_out() -> None:
    bars = Bars("b", (Bar("0", 0.5, 0.25),), ".2f", "share drawn", "p", "index", 3)
    lines = text_of(draw(bars, Canvas(60))).splitlines()
    assert lines[1].split() == ["index", "share", "drawn", "p"]
    assert lines[2].startswith("0             0.50  0.25")
    assert lines[3] == "… and 3 more"
    exhibit = last("figure", names())
    assert "… and 15 more" in text_of(exhibits.draw("figure", exhibit, Canvas(76, 30)))


def row_of(size: int) -> HandRow:
    labels = tuple(chr(0x61 + i % 26) for i in range(size))
    counts = (3, *[1] * (size - 1))
    return HandRow(
        "row", ".", labels, counts, tuple(n / sum(counts) for n in counts), 1.0, 900, 2.0
    )


@pytest.mark.parametrize("width", [140, 75, 40, 21])
@pytest.mark.parametrize("size", [3, 27, 400])
def test_a_row_in_the_hand_is_no_wider_than_there_is_room(width: int, size: int) -> None:
    row = row_of(size)
    held = Held(column=size - 1).intend(HandMoved(1), row)
    rows = draw(row, Canvas(width, 14, held=held))
    assert max(map(width_of, rows)) <= width
    is_whole = len({run[2] for row in rows[1:3] for run in row if len(run) == 3}) == size
    assert is_whole or f"of {size} seen" in " ".join(text_of(rows[:2]).split())
    here = [run for row in rows for run in row if run[1] == "key"]
    assert {run[0].strip() for run in here} == {row.symbols[-1]}


def test_a_row_in_the_hand_says_the_keys_that_were_chosen() -> None:
    row = row_of(3)
    lines = [
        draw(row, Canvas(90, 14, held=held, keys={"hand": "f6", "undo": "f7"}))[-1]
        for held in (Held(), Held().intend(HandMoved(1), row))
    ]
    off, on = ("".join(run[0] for run in line) for line in lines)
    assert off.startswith("F6 a hand on it   + ")
    assert "F7 undo   esc off" in on


def test_what_a_bar_has_more_or_less_than_its_count_is_seen_without_colour() -> None:
    row = HandRow("row", "q", ("a", "b"), (50, 50), (0.5, 0.5), 0.69, 200, 0.69)
    up = Held(Hand(scale=10)).intend(HandMoved(1), row).intend(HandMoved(1), row)
    bars = text_of(draw(row, Canvas(40, 30, held=up.intend(HandMoved(1), row))))
    assert "▒" in bars
    assert "░" in bars
    assert not {"▒", "░"} & set(text_of(draw(row, Canvas(40, 30))))


def test_a_series_without_a_finite_point_says_so() -> None:
    series = Series("s", (Line("loss", ()),), "step", "loss")
    assert "no finite point to draw" in text_of(draw(series, Canvas(60)))


def test_lines_are_named_and_their_latest_values_written() -> None:
    up = Line("up", tuple((float(x), float(x)) for x in range(9)))
    down = Line("down", tuple((float(x), -float(x)) for x in range(9)))
    text = text_of(draw(Series("s", (up, down), "x", "y", form=".0f"), Canvas(60, 30)))
    assert "⠤ up 8" in text
    assert text.count("down") == 2


def test_a_name_stands_where_other_lines_are_furthest() -> None:
    """Dots are twice as far from one another down as they are across."""
    others = [(3, 12), (9, 10)]
    assert _nearest((3, 10), others) == (4.0, 12)
    assert _nearest((8, 10), others) == (1.0, 10)
    assert _nearest((3, 10), []) == (0.0, 10)


@pytest.mark.parametrize("depth", list(Depth))
def test_a_matrix_is_coloured_or_shaded_at_every_depth(depth: Depth) -> None:
    square = Matrix("m", ("a", "b"), ("a", "b"), (-9.0, 0.0, 3.0, 9.0), is_signed=True)
    rows = draw(square, Canvas(60, 30, depth=depth))
    assert any(run[1].startswith(RAMP) for row in rows for run in row)
    assert "−9.00" in text_of(rows)


def test_the_lectures_figure_has_bigram_and_count_in_each_cell_where_there_is_room() -> None:
    square = Matrix("N", (".", "a"), (".", "a"), (0, 4410, 6640, 5), "d", has_bigrams=True)
    lines = text_of(draw(square, Canvas(40, 30))).splitlines()
    assert ".a" in lines[2]
    assert "4410" in lines[3]


@pytest.mark.parametrize("width", [140, 112, 74, 54, 33])
def test_label_and_count_of_every_cell_can_be_read_at_any_width(width: int) -> None:
    exhibit = last("figure", names())
    rows = exhibits.draw("figure", exhibit, Canvas(width, 30))
    assert max(map(width_of, rows)) <= width
    square = matrix(exhibit, "N:")
    cells = {run[0].strip() for row in rows for run in row}
    assert {f"{value:.0f}" for value in square.values} <= cells
    assert {a + b for a in square.row_labels for b in square.column_labels} <= cells


def test_without_colours_the_square_is_shaded() -> None:
    exhibit = last("figure", names())
    shaded = text_of(draw(matrix(exhibit, "N:"), Canvas(74, 30, depth=Depth.NONE)))
    coloured = text_of(draw(matrix(exhibit, "N:"), Canvas(74, 30)))
    assert "qu" in coloured
    assert "qu" not in shaded
    assert "█" in shaded


def test_an_unknown_chapter_is_drawn_part_by_part() -> None:
    assert exhibits.drawing_of("thirteenth") is flow
    exhibit = Exhibit((Note("one"), Note("two", "good")))
    assert text_of(exhibits.draw("thirteenth", exhibit, Canvas(40))) == "one\n\n✓ two"


def test_a_further_chapter_is_drawn_by_the_file_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fourteenth.py").write_text(
        "def draw(exhibit, canvas):\n    return [(('drawn by itself', 'plain'),)]\n"
    )
    monkeypatch.setattr(exhibits, "__path__", [*exhibits.__path__, str(tmp_path)])
    assert text_of(exhibits.draw("fourteenth", Exhibit(()), Canvas(40))) == "drawn by itself"


def test_a_clash_of_shapes_is_drawn_with_torchs_own_error() -> None:
    exhibit = last("broadcasting", names(), first="27, 3", second="27")
    text = text_of(exhibits.draw("broadcasting", exhibit, Canvas(74)))
    assert "✗ clash: neither equal nor 1: an error" in text
    assert "torch says" in text
