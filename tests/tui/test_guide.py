"""The first minute: a greeting that goes, and a tour that is done by the person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events

from engine.protocol import Snapshot
from tests.tui.fake import FakeEngine, laboratory, until
from tui import storage
from tui.app import Laboratory
from tui.commands import BY_ID
from tui.main import main
from tui.options import Options
from tui.screens.guide import greeting, told
from tui.screens.keybar import keys
from tui.state import State
from tui.state.engine import Attachment
from tui.state.intents import ChartLook
from tui.state.panes import PANES
from tui.text.rows import width_of
from tui.tour import AFAR, FEW, STOPS, Tour, recalled

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
        tour = tour.follow(state)
    assert tour is None


def test_what_other_words_bring_is_nobodys_doing() -> None:
    from tests.tui.bench import REPORT

    tour = Tour(0, READY).follow(replace(READY, report=REPORT, column=1))
    assert tour is not None
    assert tour.number == 0


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
        assert width_of(row) <= 80


@pytest.mark.parametrize("found", [None, "3", -1, 8, 2.5, [1]])
def test_what_cannot_be_a_stop_begins_anew(found: object) -> None:
    assert recalled(found) == 0
    assert recalled(7) == 7


async def test_it_is_left_and_gone_on_with(tmp_path: Path) -> None:
    engine = FakeEngine()
    async with laboratory(engine, tmp_path, options=Options(is_touring=True)) as (app, pilot):
        main = app.main
        await until(pilot, lambda: main.heatmap.has_class("-lit") and "1/8" in main.guide.text)
        await pilot.press("down", "down", "right", "right")
        await until(pilot, lambda: "2/8" in main.guide.text)
        assert main.query_one("#dataset").has_class("-lit")
        assert not main.heatmap.has_class("-lit")
        await pilot.press("slash", *"em", "enter", "down")
        await until(pilot, lambda: "3/8" in main.guide.text)
        await pilot.press("escape")
        await until(pilot, lambda: not main.guide.display)
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
