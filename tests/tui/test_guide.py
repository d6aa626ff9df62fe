"""The first minute: a greeting that goes, and a tour that is done by the person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events

from engine import Words
from engine.protocol import Snapshot
from tests.tui.fake import FakeEngine, laboratory, until
from tui import storage
from tui.app import Laboratory
from tui.commands import BY_ID
from tui.dataset.pane import FilterInput
from tui.main import main
from tui.options import Options
from tui.screens.guide import greeting, told
from tui.screens.keybar import keys
from tui.state import State
from tui.state.engine import Attachment
from tui.state.intents import ChartLook
from tui.state.panes import PANES
from tui.state.reducing import reduce
from tui.text.rows import width_of
from tui.tour import AFAR, FEW, STOPS, Tour, left, recalled

READY = State(is_ready=True, symbols=(".", "a", "b"))

DOINGS: tuple[dict[str, Any], ...] = (
    {"row": AFAR},
    {"word": "emma"},
    {"replies": replace(READY.replies, apart=object())},  # type: ignore[arg-type]
    {"snapshot": Snapshot(step=FEW)},
    {"chart": ChartLook(is_log_gap=True)},
    {"sample": replace(READY.sample, request=READY.sample.request + 1)},
    {"view": "logits", "has_chosen_view": True},
    {"lesson": replace(READY.lesson, asked=replace(READY.lesson.asked, request=1))},
)
"""What a person does at each stop."""


def text_of(rows: Any) -> str:  # noqa: ANN401
    return "\n".join("".join(run[0] for run in row) for row in rows)


def shown(app: Laboratory) -> str:
    """What the screen shows."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips(app.size))


# The greeting


@pytest.mark.parametrize("width", [60, 80, 160])
def test_it_is_one_line_with_three_keys_the_users_own(width: int) -> None:
    row = greeting(replace(READY, keys={"train": "T"}), width)
    assert width_of(row) <= width
    assert [run[0] for run in row if run[1] == "accent"] == ["T", "g", "L"]


def test_who_only_looks_is_not_told_to_train() -> None:
    row = greeting(replace(READY, engine=Attachment(is_readonly=True)), 80)
    assert [run[0] for run in row if run[1] == "accent"] == ["v", "g", "L"]


async def test_it_goes_after_three_keys_and_never_comes_back() -> None:
    app = Laboratory(FakeEngine())
    async with app.run_test(size=(80, 24)) as pilot:
        guide, height = app.main.guide, app.main.heatmap.size.height
        await until(pilot, lambda: "trains it" in guide.text)
        await pilot.press("down")
        # A click counts as a key does.
        app.post_message(events.MouseDown(None, 9, 5, 0, 0, 1, False, False, False))
        await pilot.pause()
        assert guide.display
        await pilot.press("down")
        await until(pilot, lambda: app.main.heatmap.size.height == height + 1)
        assert not guide.display
    assert storage.read_memory()["greeted"] is True
    assert not Laboratory(FakeEngine()).main.guide.greets


@pytest.mark.slow
async def test_a_screen_that_is_read_only_remembers_nothing() -> None:
    app = Laboratory(FakeEngine(), Options(is_readonly=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "down", "down", "L", "escape", "q")
        await until(pilot, lambda: app.return_value == 0)
    assert storage.read_memory() == {}


# The tour


def test_each_stop_has_a_pane_and_a_key_and_waits_for_the_person() -> None:
    assert len(STOPS) == len(DOINGS) == 8
    tour: Tour | None = Tour(0, READY)
    state = READY
    for number, doing in enumerate(DOINGS):
        assert tour is not None
        assert tour.number == number
        assert tour.stop.pane in PANES
        assert tour.stop.key in BY_ID or tour.stop.key == "arrows"
        assert tour.follow(state) is tour
        state = replace(state, **doing)
        # A word that keys meant for the table run into is not found by a filter.
        assert not tour.stop.filters or tour.follow(state) is tour
        tour = tour.follow(state, has_walked=True)
    assert tour is None


def test_what_other_words_bring_is_nobodys_doing() -> None:
    from tests.tui.bench import REPORT

    tour = Tour(0, READY).follow(replace(READY, report=REPORT, column=1))
    assert tour is not None
    assert tour.number == 0


def brought(number: int, state: State) -> State:
    for intent in STOPS[number].brings(state):
        state = reduce(state, intent)
    return state


def test_each_stop_brings_about_what_it_speaks_of() -> None:
    far = replace(
        READY, view="gradient", has_chosen_view=True, before=(1,), chart=ChartLook(is_log_gap=True)
    )
    first = brought(0, far)
    assert (first.view, first.before) == ("counts", ())
    # It is no choice of the user's: training goes on to choose the view.
    assert not first.has_chosen_view
    assert brought(3, far).view == "network_probabilities"
    assert not brought(4, far).chart.is_log_gap
    assert brought(6, far) is far


@pytest.mark.parametrize("has_trained", [False, True])
def test_it_leaves_what_it_has_found(has_trained: bool) -> None:
    found = replace(READY, word="emma", chart=ChartLook(is_recent=True))
    done = replace(brought(3, found), word="ava", chart=ChartLook(is_log_gap=True))
    done = replace(done, snapshot=Snapshot(step=FEW * has_trained))
    for intent in left(found, done):
        done = reduce(done, intent)
    assert (done.word, done.chart, done.has_chosen_view) == ("emma", found.chart, False)
    assert done.view == ("network_probabilities" if has_trained else "counts")


def test_what_cannot_be_done_is_passed_by() -> None:
    lost = replace(READY, torch_failed=True)
    assert [i + 1 for i, stop in enumerate(STOPS) if stop.cannot(lost)] == [4, 5, 6]
    tour = Tour(3, lost).follow(lost)
    assert tour is not None
    assert tour.number == 4


def test_what_to_filter_by_is_how_the_words_begin() -> None:
    stop = Tour(1, READY)
    assert "type em," in stop.text(READY)
    assert "type ol," in stop.text(replace(READY, words=Words.of(["oliver", "x"])))
    assert "type em," in stop.text(replace(READY, words=Words.of(["a b"])))


@pytest.mark.parametrize("number", range(len(STOPS)))
@pytest.mark.parametrize(("width", "lines"), [(60, 3), (80, 2), (160, 2)])
def test_a_stop_fits_its_lines(number: int, width: int, lines: int) -> None:
    rows = told(Tour(number, READY), READY, width)
    assert "*" not in text_of(rows)
    assert len(rows) <= lines
    assert max(map(width_of, rows)) <= width
    assert "esc leaves" in text_of(rows)


@pytest.mark.parametrize("stop", STOPS)
def test_its_key_stands_first_in_the_key_bar_whatever_pane_one_is_in(stop: Any) -> None:  # noqa: ANN401
    shown = BY_ID[stop.key].key if stop.key in BY_ID else stop.key
    for pane in PANES:
        row = keys(READY, 80, pane, lit=stop.key)
        assert (row[1][0].strip(), row[1][1]) == (shown, "key")
        # What it does stands right behind it: no hole, and no key that does something else.
        assert "".join(run[0] for run in row[1:3]).strip().startswith(f"{shown}  ")
        assert row[2][0].strip()
        assert width_of(row) <= 80


@pytest.mark.parametrize("found", [None, "3", -1, 8, 2.5, [1]])
def test_what_cannot_be_a_stop_begins_anew(found: object) -> None:
    assert recalled(found) == 0
    assert recalled(7) == 7


async def test_it_is_left_and_gone_on_with(tmp_path: Path) -> None:
    engine = FakeEngine()
    options = Options(is_touring=True, view="logits")
    async with laboratory(engine, tmp_path, options=options) as (app, pilot):
        main = app.main
        await until(pilot, lambda: main.heatmap.has_class("-lit") and "1/8" in main.guide.text)
        await until(pilot, lambda: app.state.view == "counts")
        await pilot.press("down", "down", "right", "right")
        # The pane may be another one by now, where keys that were pressed on draw a path.
        await until(pilot, lambda: "2/8" in main.guide.text)
        await pilot.press("down")
        assert main.query_one("#dataset").has_class("-lit")
        assert not main.heatmap.has_class("-lit")
        await pilot.press("slash", *"em", "enter", "down")
        await until(pilot, lambda: "3/8" in main.guide.text)
        assert app.state.word
        await pilot.press("escape")
        await until(pilot, lambda: not main.guide.display)
        # All is as it was found, what was filtered and chosen on the way included.
        assert (app.state.view, app.state.has_chosen_view, app.state.word) == ("logits", True, "")
        assert main.query_one(FilterInput).value == ""
        assert not main.query(".-lit")
        assert storage.read_memory()["tour"] == 2
        await until(pilot, lambda: "waits at stop 3 of 8" in shown(app))
        await app.run_action("app.command('tour')")
        await until(pilot, lambda: "3/8" in main.guide.text)


def test_there_is_none_on_a_screen_that_may_not_train() -> None:
    options = Options(is_touring=True, is_readonly=True)
    assert Laboratory(FakeEngine(), options).main.guide.stop is None
    assert BY_ID["tour"].why_not(replace(READY, engine=Attachment(is_readonly=True)))


def test_it_is_an_option_of_the_app(opened: list[Options]) -> None:
    assert main(["--tour"]) == 0
    assert main([]) == 0
    assert [options.is_touring for options in opened] == [True, False]
