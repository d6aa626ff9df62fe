"""On stage: what a room is to read is as large as can be, and what it need not is not there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual.geometry import Region

from engine.lab import chapters
from engine.protocol import (
    CloseChapter,
    ListRuns,
    NamesSampled,
    OpenChapter,
    Sample,
    SampledName,
    Watch,
)
from engine.text.width import cells
from tests.tui.fake import FakeEngine, attached, laboratory, notices, until
from tests.tui.figures import moved, picture, stage
from tui import storage
from tui.app import Laboratory
from tui.colours.depth import Depth
from tui.dataset.words import WordList
from tui.finding import SettingProvider
from tui.heatmap.arrangement import on_stage
from tui.heatmap.pixels import DOTS, SIGNED_DOTS, grid, largest
from tui.heatmap.zooms import Zoom
from tui.lab import going, pages
from tui.main import main
from tui.options import Options
from tui.palette import CommandProvider
from tui.sampling.names import NameList, large
from tui.screens.header import Header, header
from tui.state import State
from tui.text import pixels
from tui.text.fonts import DIGITS
from tui.text.fonts import LETTERS as SMALL
from tui.text.rows import spaced, width_of
from tui.widgets.fields import SettingInput
from tui.widgets.lines import Lines

LETTERS = (".", *"abcdefghijklmnopqrstuvwxyz")

SIZES = [(60, 16), (80, 24), (100, 30), (160, 50), (250, 70)]

ON_STAGE = Options(is_on_stage=True)


# Digits


def test_a_digit_is_three_by_five_pixels_of_half_a_line() -> None:
    assert pixels.drawn("2.4", 1) == ["▀▀█   █ █", "█▀▀   ▀▀█", "▀▀▀ ▀   ▀"]
    assert pixels.drawn("1", 2) == ["  ██  ", "████  ", "  ██  ", "  ██  ", "██████"]


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
def test_digits_take_the_room_that_was_foreseen(scale: int) -> None:
    lines = pixels.drawn("−1 234.5e+67", scale)
    assert len(lines) == pixels.height(scale)
    assert {cells(line) for line in lines} == {pixels.width("−1 234.5e+67", scale)}


def test_no_two_digits_look_alike() -> None:
    assert len({DIGITS[digit] for digit in "0123456789−.e+"}) == 14


@pytest.mark.parametrize("size", SIZES)
def test_step_loss_and_gap_fit_at_every_size(size: tuple[int, int]) -> None:
    for step, loss in ((0, 3.759), (123_456, 2.4541), (98_765_432, 1234.5)):
        snapshot = replace(State().snapshot, step=step, data_loss=loss, gap=1e-9)
        rows = header(replace(State(), snapshot=snapshot), *size)
        assert max(map(width_of, rows)) <= size[0]
        assert len(rows) <= max(4, size[1] // 5)
        assert [label for label in rows[0] if label[0].strip()] == [
            (f"{name:<{cells(run[0])}}", "dim")
            for name, run in zip(("step · starting", "loss", "gap"), rows[0][1::2], strict=True)
        ]


def test_digits_are_larger_where_there_is_more_room() -> None:
    heights = [len(header(State(), *size)) for size in SIZES]
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


# Pixels


@pytest.mark.parametrize("size", SIZES[1:])
def test_all_rows_of_the_lectures_table_fit_from_80_by_24_on(size: tuple[int, int]) -> None:
    room = size[0] - 2, size[1] - len(header(State(), *size))
    wanted = on_stage(*room, LETTERS)
    assert wanted.zoom.visible(*room, LETTERS) == (27, 27)
    assert wanted.width <= room[0]
    assert wanted.height + 2 <= room[1]
    # Twice as large would not fit any more.
    zoom = wanted.zoom
    twice = Zoom(zoom.width * 2, 1, halves=zoom.halves * 2)
    assert not all(twice.fits(room[0], room[1] - 2, LETTERS))


@pytest.mark.parametrize("halves", [1, 2, 3, 4])
def test_each_row_and_each_column_has_a_place_for_its_letter(halves: int) -> None:
    zoom = Zoom(2, 1, halves=halves)
    layout = grid(27, 27, 2, halves, 1)
    assert (layout.width, layout.height) == zoom.size(27, 27, LETTERS)
    places = [*map(layout.label, range(27)), *map(layout.head, range(27))]
    assert len({(place.x, place.y) for place in places}) == 54
    assert all(place.x + place.width <= layout.width for place in places)
    for row in range(27):
        x, y, width, height = layout.region(row, 3)
        lines = {1 + half // 2 for half in range(row * halves, (row + 1) * halves)}
        assert {*range(y, y + height)} == lines
        assert layout.label(row).y in lines
        if halves % 2 == 0 or row % 2 == 0:
            assert layout.cell_at(x + width - 1, y) == (row, 3)
    assert layout.cell_at(0, 1) is None
    assert layout.cell_at(layout.left, 0) is None
    assert layout.cell_at(layout.left, layout.height) is None


def test_of_a_large_alphabet_a_part_is_seen() -> None:
    symbols = tuple(chr(0x4E00 + i) for i in range(500))
    zoom = largest(78, 18, symbols)
    assert (zoom.width, zoom.halves) == (2, 1)
    rows, columns = zoom.visible(78, 18, symbols)
    across, down = zoom.size(rows, columns, symbols)
    assert across <= 78
    assert down <= 18


VALUES = (0, 4410, 1306, 6640, 556, 541, 114, 321, 38)


async def test_two_rows_stand_on_one_line_in_two_colours() -> None:
    async with stage(Zoom(2, 1, halves=1)) as s:
        shown = picture(VALUES, cursor=(2, 2))
        s.figure.show(shown)
        assert s.text == "   . a b\n.a ▀▀▀▀▀▀\nb  ▀▀▀▀▀▀"
        (first, *_) = [x.style for x in s.figure.render_line(1) if "▀" in x.text]
        levels = [look.level for look in s.figure.looks]
        assert first is not None
        assert first.color is not None
        assert first.bgcolor is not None
        assert first.color.name == shown.ramp.colours[levels[0]]
        assert first.bgcolor.name == shown.ramp.colours[levels[3]]
        cursor = [x.style for x in s.figure.render_line(2) if "▀" in x.text][-1]
        assert cursor is not None
        assert cursor.color is not None
        assert cursor.bgcolor is not None
        assert cursor.color.name == shown.marks.cursor
        # Below the last row there is nothing, which is not black.
        assert cursor.bgcolor == s.figure.visual_style.rich_style.bgcolor


async def test_one_changed_value_paints_one_pixel_and_the_cursor_its_letters() -> None:
    async with stage(Zoom(2, 1, halves=1)) as s:
        s.figure.show(picture(VALUES))
        act = partial(s.figure.show, moved(picture(VALUES), ab=12.0))
        assert s.painted(act) == [(Region(7, 1, 2, 1),)]
        s.figure.show(picture(VALUES))
        (regions,) = s.painted(lambda: s.figure.show(picture(VALUES, cursor=(1, 2))))
        assert Region(1, 1, 1, 1) in regions
        assert Region(7, 0, 1, 1) in regions


async def test_a_cell_of_whole_lines_needs_no_half_blocks() -> None:
    async with stage(Zoom(3, 1, halves=3)) as s:
        s.figure.show(picture(VALUES, cursor=(2, 2)))
        lines = s.text.splitlines()
        assert lines[0].split() == [".", "a", "b"]
        assert lines[1].rstrip() == "."
        assert lines[2].strip() == "▀" * 9
        assert [line[:1] for line in lines[1:]].count("a") == 1
        assert len(lines) <= s.figure.zoom.size(3, 3, (".", "a", "b"))[1]


async def test_without_colours_more_is_more_dots() -> None:
    for dots in (DOTS, SIGNED_DOTS[3:]):
        counted = [bin(a).count("1") + bin(b).count("1") for a, b in dots]
        assert counted == sorted(counted)
        assert counted[0] == 0
    async with stage(Zoom(2, 1, halves=1)) as s:
        s.figure.show(picture(VALUES, depth=Depth.NONE, cursor=(2, 2)))
        # Nothing of the first count, all of the one below; the cursor is solid.
        assert s.text.splitlines()[1:] == [".a ⣤⣤⣟⡿⣗⡯", "b  ⠓⠋⠓⠋▀▀"]


# The whole screen


def seen(app: Laboratory) -> set[str]:
    """What is on the screen, by id."""
    return {str(w.id) for w in app.main.query("*") if w.id and w.region and w.is_on_screen}


async def test_one_pane_is_seen_under_large_figures_and_no_field(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, options=ON_STAGE) as (app, pilot):
        await pilot.pause()
        assert app.theme == "projector"
        assert {"header", "heatmap", "figure"} <= seen(app)
        assert not {"status", "keys", "tabs", "below", "beside"} & seen(app)
        assert app.main.query_one(Header).text.startswith(" ")
        for key, pane in (("3", "training"), ("4", "sampler")):
            await pilot.press(key)
            await pilot.pause()
            assert {"header", pane} <= seen(app)
            assert not {"heatmap", "settings", "drawing-settings", "figures", "summary"} & seen(app)
        await pilot.press("pagedown", "pageup")
        await pilot.pause()
        assert "sampler" in seen(app)
        await pilot.press("f5")
        await pilot.pause()
        assert {"sampler", "drawing-settings", "tabs", "status", "keys"} <= seen(app)
        assert "header" not in seen(app)
        for key in "1234":
            await pilot.press(key)
            assert not [pane.id for pane in app.main.query(".-stage") if pane.display]


@pytest.mark.slow
async def test_the_stage_is_come_to_by_a_key_and_by_the_palette_and_nothing_else_changes(
    tmp_path: Path,
) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, (80, 24)) as (app, pilot):
        theme, zoom = app.theme, app.main.heatmap.home.zoom
        await pilot.press("f5")
        await pilot.pause()
        assert app.main.heatmap.home.zoom.halves
        assert app.theme == theme
        await pilot.press("z")
        assert "F5 leaves it" in notices(app)[-1]
        await pilot.press("pagedown")
        await pilot.pause()
        assert "training" in seen(app)
        hits = [hit async for hit in CommandProvider(app.screen).search("stage")]
        await next(hit for hit in hits if "stage" in str(hit.text)).command()
        await until(pilot, lambda: not app.state.is_on_stage)
        await pilot.press("2")
        await until(pilot, lambda: app.main.heatmap.home.zoom == zoom)
        await pilot.press("down", "pagedown")
        await until(pilot, lambda: app.state.row > 1)


async def test_on_stage_nothing_is_typed_or_walked_through_that_is_not_seen(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("1", "i", "f5", "i")
        assert "F5 leaves it" in notices(app)[-1]
        await pilot.pause()
        await until(pilot, lambda: app.main.query_one(WordList).has_focus)
        assert app.main.query_one(WordList).region
        hits = [hit async for hit in SettingProvider(app.screen).search("rate")]
        await next(hit for hit in hits if "rate" in str(hit.text)).command()
        await pilot.pause()
        assert not app.state.is_on_stage
        assert isinstance(app.focused, SettingInput)
        assert app.focused.region


@pytest.mark.parametrize("key", ["z", "Z"])
async def test_cells_change_their_size_where_they_are_out_of_sight_as_on_stage(
    key: str, tmp_path: Path
) -> None:
    async with laboratory(FakeEngine(), tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("2", "f5")
        await until(pilot, lambda: app.main.heatmap.home.zoom.halves)
        await pilot.press("pagedown", "f5")
        app.main.show(app.state, is_full=False)  # As while it is trained.
        await pilot.press(key)
        await pilot.pause()
        assert not [text for text in notices(app) if "failed" in text]


async def test_figures_move_no_more_often_than_they_can_be_read() -> None:
    engine = FakeEngine()
    async with laboratory(engine, options=ON_STAGE) as (app, pilot):
        shown = app.main.query_one(Header)
        running = replace(app.state.snapshot, state="running", step=1)
        shown.draw(replace(app.state, snapshot=running))
        before = shown.rows
        shown.draw(replace(app.state, snapshot=replace(running, step=2)))
        assert shown.rows == before
        shown.draw(replace(app.state, snapshot=replace(running, step=2, state="paused")))
        assert shown.rows != before
        await pilot.pause()


@pytest.mark.slow
async def test_it_is_all_the_same_on_an_engine_elsewhere_for_a_screen_that_only_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    storage.write_memory({"greeted": True})
    monkeypatch.setattr(storage, "write_text", lambda *what: written.append(what))
    engine = FakeEngine()
    options = replace(ON_STAGE, is_readonly=True)
    async with attached(engine, tmp_path, options=options) as (app, pilot):
        await pilot.pause()
        engine.sent.clear()
        await pilot.press("space", "n", "r", "plus", "f", "s", "M", "E", "f5", "3", "f5", "L")
        await pilot.press("space", "space", "f5", "f5", "escape")
        assert {type(order) for order in engine.sent} <= {
            Watch,
            Sample,
            ListRuns,
            OpenChapter,
            CloseChapter,
        }
        app.theme = "nord"
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)
    assert written == []


def test_it_is_an_option_of_the_app_and_of_a_screen_on_an_engine_elsewhere(
    opened: list[Options],
) -> None:
    main(["--present"])
    main(["--present", "--theme", "nord"])
    main([])
    assert [each.is_on_stage for each in opened] == [True, True, False]
    assert [each.theme for each in opened] == [None, "nord", None]


# Words and chapters


def name(text: str, *, is_known: bool = False) -> SampledName:
    return SampledName(text, 2.5, is_known)


def test_small_letters_have_all_one_height_and_no_two_look_alike() -> None:
    letters = [SMALL[letter] for letter in LETTERS[1:]]
    assert len(set(letters)) == 26
    assert {len(rows) for rows in letters} == {9}
    assert all(len(set(map(len, rows))) == 1 for rows in letters)


def test_a_name_is_drawn_as_large_as_leaves_the_longest_one_room() -> None:
    names = [name("mor"), name("minaymoryles", is_known=True), name("zoë")]
    rows = large(names, 1, 76, 9)
    assert {run[1] for row in rows for run in row} == {"good"}
    assert 40 < max(map(width_of, rows)) <= 76
    assert len(large(names, 0, 76, 9)) == len(rows) == len(large(names, 2, 76, 9))
    assert large(names[:1], 0, 76, 9) != large(names, 0, 76, 9)
    # There are no pixels for some letters, and no room for some names.
    assert set(large(names, 2, 76, 9)) == {()}
    assert large(names, 1, 30, 9) == large(names, 1, 76, 3) == large(names, 3, 76, 9) == []


@pytest.mark.slow
async def test_the_name_under_the_cursor_is_large(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, options=ON_STAGE) as (app, pilot):
        await pilot.press("4")
        names = (name("ava"), name("lu"))
        sample = app.state.sample
        engine.say(NamesSampled(sample.request, names, sample))
        drawn = app.main.query_one("#large", Lines)
        await until(pilot, lambda: len(drawn.rows) == 5)
        first = drawn.text
        await pilot.press("down")
        await until(pilot, lambda: drawn.text != first)
        assert app.main.query_one(NameList).row(0, 40)[1][0].startswith(" a v a")


def test_letters_are_set_wide_where_they_stand_by_themselves() -> None:
    assert spaced("emma") == "e m m a"
    assert spaced("e\u0301a") == "e\u0301 a"
    assert spaced("محمد") == "محمد"


def test_a_chapter_is_told_thing_by_thing() -> None:
    for about in chapters():
        shown = {
            thing: "\n".join("".join(run[0] for run in row) for row in rows)
            for thing in going.THINGS
            for rows in [pages.on_stage(about, thing, 70)]
        }
        assert max(cells(line) for text in shown.values() for line in text.splitlines()) <= 70
        question, answer = about.question.split()[:3], about.answer.split()[:3]
        assert " ".join(question) not in shown["text"]
        assert " ".join(question) in shown["question"].replace("\n", " ")
        assert " ".join(answer) in shown["answer"].replace("\n", " ")
        assert about.title in shown["text"]


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_lab_on_stage_shows_one_thing_on_a_measure_of_70(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    engine = FakeEngine()
    options = replace(ON_STAGE, lab="softmax")
    async with laboratory(engine, tmp_path, size, options=options) as (app, pilot):
        await pilot.pause()
        prose = app.screen.query_one("#lab-prose", Lines)
        assert 60 < max(map(width_of, prose.rows)) <= 70
        left = prose.region.x
        assert abs(left + 70 + left - size[0]) <= 4
        assert not [w for w in app.screen.query("#lab-keys, #lab-status, #lab-tabs") if w.region]
        await pilot.press("space")
        await pilot.pause()
        assert not prose.region
        await pilot.press("space")
        await pilot.pause()
        assert "From which c" in prose.text
        await pilot.press("f5")
        await pilot.pause()
        assert [w for w in app.screen.query("#lab-keys") if w.region]


async def test_who_comes_on_stage_is_told_how_to_leave_it(tmp_path: Path) -> None:
    options = replace(ON_STAGE, keys={"stage": "f6"})
    async with laboratory(FakeEngine(), tmp_path, options=options) as (app, pilot):
        told = "F6 leaves the stage, ? tells every key."
        await until(pilot, lambda: told in " ".join(notices(app)))
