"""The layout is remembered from one time to the next, and nothing in the state file does harm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.protocol import DatasetLoaded
from tests.tui.bench import REPORT, id_of
from tests.tui.fake import FakeEngine, laboratory, until
from tests.tui.questions import visit
from tui import storage
from tui.app import Laboratory
from tui.dataset.facts import BigramList
from tui.dataset.pane import DatasetPane
from tui.heatmap.zooms import ZOOMS
from tui.opening import Opening, compared, looks, recalled
from tui.options import Options
from tui.state import State
from tui.state.courses import Courses
from tui.state.panes import PANES

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=5
)


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("zoom", [None, *ZOOMS])
def test_what_is_written_is_read_again(pane: str, zoom: object) -> None:
    opening = Opening(pane, is_maximised=True, has_facts=True, zoom=zoom)  # type: ignore[arg-type]
    assert Opening.read(opening.written()) == opening


@given(JSON | st.dictionaries(st.sampled_from(list(Opening().written())), JSON))
def test_whatever_stands_in_the_state_file_something_opens(found: object) -> None:
    assert Opening.read(found).pane in PANES
    assert looks({"theme": found, "ramp": found}, ["nord"]).keys() <= {"theme", "ramp"}


LOADED = DatasetLoaded(replace(REPORT, sha256="ab12"), (".", "a"), "a", b"")


def test_runs_that_were_compared_are_recalled_on_the_same_words() -> None:
    left_by_a_reset = {id_of(3): 1}
    courses = Courses(colours=left_by_a_reset).choose(id_of(1)).choose(id_of(2))
    written = compared(State(report=LOADED.report, courses=courses))
    assert recalled(written, LOADED) == (id_of(1), id_of(2))
    assert recalled(written, replace(LOADED, report=REPORT)) == ()
    assert compared(State()) == {}


@given(JSON | st.fixed_dictionaries({"of": st.just("ab12"), "ids": JSON}))
def test_of_whatever_else_stands_there_no_run_is_recalled(found: object) -> None:
    assert recalled({"compared": found}, LOADED) == ()


def test_what_is_no_id_of_a_run_is_not_asked_for() -> None:
    found = {"compared": {"of": "ab12", "ids": ["../../etc", "a" * 13, "0123456789ab"]}}
    assert recalled(found, LOADED) == ("0123456789ab",)


@pytest.mark.slow
async def test_the_layout_is_as_it_was_left(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path, size=(120, 40)) as (app, pilot):
        await pilot.press("z", "z", "i", "4", "m")
        zoom = app.main.heatmap.chosen_zoom
        assert zoom is not None
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)

    async with laboratory(FakeEngine(), tmp_path, size=(120, 40)) as (app, pilot):
        main = app.main
        sampler = main.query_one("#sampler")
        await until(pilot, lambda: sampler.has_focus_within)
        assert [pane.id for pane in main.panes if pane.display] == ["sampler"]
        assert main.heatmap.chosen_zoom == zoom
        await pilot.press("m", "2")
        await until(pilot, lambda: main.heatmap.display and main.heatmap.home.zoom == zoom)
        assert all(pane.display for pane in main.panes)


@pytest.mark.parametrize("pane", ["dataset", "sampler"])
async def test_on_a_small_screen_the_tab_used_last_is_seen_and_hears_the_keys(
    pane: str, tmp_path: Path
) -> None:
    storage.write_memory({"layout": Opening(pane, has_facts=True).written()})
    async with laboratory(FakeEngine(), tmp_path, size=(80, 24)) as (app, pilot):
        main = app.main
        await until(pilot, lambda: main.query_one(f"#{pane}").has_focus_within)
        assert [one.id for one in main.panes if one.display] == [pane]
        assert main.query_one(DatasetPane).has_facts
        await pilot.press("2")
        await until(pilot, lambda: main.heatmap.home.has_focus)


WAYS = [
    pytest.param(
        (size, pane, is_maximised, has_facts),
        id=f"{size[0]}x{size[1]} {pane}{' maximised' * is_maximised}{' facts' * has_facts}",
        # One for each way in which a pane comes to be drawn; all others would only be sure.
        marks=() if (size, pane) == ((100, 30), "dataset") else pytest.mark.soak,
    )
    for size in ((80, 24), (100, 30), (160, 50))
    for pane in PANES
    # Where panes take turns, the one in use has the whole screen anyway.
    for is_maximised in ((False,) if size == (80, 24) else (False, True))
    for has_facts in (False, True)
]
"""Every way in which the laboratory may have been left, at each kind of layout."""


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_was_in_use_what_it_asks_is_answered(
    way: tuple[tuple[int, int], str, bool, bool], tmp_path: Path
) -> None:
    size, pane, is_maximised, has_facts = way
    words = tmp_path / "words.txt"
    words.write_text("emma\nolivia\nava\n")
    opening = Opening(pane, is_maximised=is_maximised, has_facts=has_facts)
    storage.write_memory({"layout": opening.written()})
    async with visit(size, words) as there:
        main, dataset = there.app.main, there.app.main.query_one(DatasetPane)
        await there.until(lambda: main.opening == opening)
        for shown in (main.query_one(f"#{pane}"), *(p for p in main.panes if p.display)):
            assert shown.display
            if shown is main.heatmap:
                await there.until(lambda: bool(main.heatmap.home.looks))
            if shown is dataset:
                await there.until(lambda: dataset.query_one(BigramList).count == 14)
            if shown is dataset and dataset.query_one("#listing").display:
                await there.until(lambda: there.app.state.rankings.ranked is not None)
                await there.sees("file order")  # Not that they are being sorted.


HOSTILE = (
    '{"layout": {"pane": "[/foo]", "is_maximised": "yes", "zoom": "9×9", "has_facts": 1}}',
    '{"layout": {"pane": ["heatmap"], "zoom": {}}, "theme": {"a": 1}, "ramp": [[]]}',
    '{"layout": 3, "theme": "\\u001b[2J", "ramp": "purple", "lab": []}',
    "[" * 100_000,
    '{"theme": ' + "9" * 5000 + "}",
    "\x00",
)


def test_of_a_hostile_state_file_nothing_is_taken() -> None:
    for content in HOSTILE:
        (storage.folder() / storage.MEMORY).write_text(content)
        app = Laboratory(FakeEngine())
        assert (app.theme, app.state.ramp) == ("textual-dark", "own")
        assert Opening.read(storage.read_memory().get("layout")) == Opening()


async def test_a_hostile_state_file_does_not_keep_the_app_from_opening(tmp_path: Path) -> None:
    (storage.folder() / storage.MEMORY).write_text(HOSTILE[2])
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        assert (app.theme, app.state.ramp) == ("textual-dark", "own")
        assert app.main.opening == Opening()
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)
    assert Opening.read(storage.read_memory()["layout"]) == Opening()


async def test_a_state_folder_that_cannot_be_written_to_is_no_reason_not_to_leave(
    tmp_path: Path,
) -> None:
    (tmp_path / "state").write_text("in the way")
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app.return_value == 0)


async def test_one_can_leave_before_there_are_panes() -> None:
    app = Laboratory(FakeEngine())
    app.actions.leave(0)
    assert app.return_value == 0


# Which one wins


@pytest.mark.slow
async def test_a_ramp_is_picked_from_the_list_seen_at_once_and_remembered(tmp_path: Path) -> None:
    async with laboratory(FakeEngine(), tmp_path) as (app, pilot):
        await pilot.press("R", *"green", "enter")
        await until(pilot, lambda: app.screen is app.main)
        await until(pilot, lambda: app.state.ramp == "green")
    assert Laboratory(FakeEngine()).state.ramp == "green"


def test_what_is_given_wins_over_what_is_remembered() -> None:
    storage.write_memory({"theme": "nord", "ramp": "green"})
    engine = FakeEngine()
    app = Laboratory(engine, Options(theme="dracula", ramp="blue"))
    assert (app.theme, app.state.ramp) == ("dracula", "blue")
    app = Laboratory(engine, Options())
    assert (app.theme, app.state.ramp) == ("nord", "green")
