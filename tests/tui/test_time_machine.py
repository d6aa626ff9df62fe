"""Looking back on the screen, with an engine that shows any step: keys, mouse, film, names."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.protocol import Configure, Look, Sample
from tests.tui.fake import laboratory, notices, until
from tests.tui.past import Past
from tui.app import Laboratory
from tui.desk import Desk
from tui.heatmap.pane import HeatmapPane
from tui.state import State
from tui.state.intents import SampleChosen, ViewChosen
from tui.state.scrub import FilmLooped, FilmPlayed, Sought
from tui.training.chart import LossChart
from tui.widgets.lines import Lines

SIZES = [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]


@asynccontextmanager
async def trained(
    folder: Path, size: tuple[int, int] = (80, 24), pane: str = "3"
) -> AsyncIterator[tuple[Past, Laboratory, Pilot[int]]]:
    """The app, in a pane, with a run of 1,000 steps."""
    engine = Past()
    async with laboratory(engine, folder, size) as (app, pilot):
        engine.train(1000)
        await until(pilot, lambda: app.state.snapshot.newest == 1000)
        await pilot.press(pane)
        chart = app.main.query_one(LossChart)
        # It may have been drawn a moment ago, without that run.
        await until(pilot, lambda: pane != "3" or (chart.steps and chart.steps.holds(1000)))
        yield engine, app, pilot


def status(app: Laboratory) -> str:
    """The status line."""
    return app.main.query_one("#status", Lines).text


def _says(app: Laboratory, text: str) -> bool:
    return text in status(app)


def looks(engine: Past) -> list[int | None]:
    """The steps that were asked for."""
    return [look.step for look in engine.sent_of(Look)]


KEYS: dict[str, tuple[str, int]] = {
    "comma": ("looking at step 999 of 1,000", 999),
    "less_than_sign": ("looking at step 900 of 1,000", 900),
    "left_curly_bracket": ("looking at step 0 of 1,000", 0),
    "right_curly_bracket": ("looking at step 1,000 of 1,000", 1000),
}


@pytest.mark.parametrize("size", SIZES)
async def test_keys_look_back_and_return_from_any_pane(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with trained(tmp_path, size, "2") as (engine, app, pilot):
        for key, (said, step) in KEYS.items():
            await pilot.press(key)
            await until(pilot, partial(_says, app, said))
            assert engine.now.step == step
            await pilot.press("backslash")
            await until(pilot, lambda: "looking" not in status(app))
            assert engine.now.step == 1000


@pytest.mark.slow
async def test_a_step_on_and_a_keyframe_on_go_towards_the_present(tmp_path: Path) -> None:
    async with trained(tmp_path) as (engine, app, pilot):
        await pilot.press("left_curly_bracket", "full_stop", "full_stop")
        await until(pilot, lambda: "looking at step 2 of" in status(app))
        await pilot.press("greater_than_sign")
        await until(pilot, lambda: "looking at step 100 of" in status(app))
        await pilot.press("backslash", "full_stop")
        await until(pilot, lambda: any("This is the present" in told for told in notices(app)))
        assert not engine.now.is_looking


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("-10", 990),
        *(
            pytest.param(*each, marks=pytest.mark.slow)
            for each in (("1,000", 1000), ("5000", 1000))
        ),
    ],
)
@pytest.mark.slow
async def test_a_step_can_be_typed(tmp_path: Path, typed: str, step: int) -> None:
    async with trained(tmp_path) as (engine, app, pilot):
        await pilot.press("colon")
        await until(pilot, lambda: app.screen is not app.main)
        await pilot.press(*(
            {",": "comma", "-": "minus"}.get(symbol, symbol) for symbol in typed
        ))  # fmt: skip
        await until(pilot, lambda: f"Step {step:,} of 1,000" in _frame(app))
        await pilot.press("enter")
        await until(pilot, lambda: f"looking at step {step:,} of" in status(app))
        assert engine.now.step == step


def _frame(app: Laboratory) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.slow
async def test_all_that_is_shown_is_of_that_step_and_says_so(tmp_path: Path) -> None:
    async with trained(tmp_path, (160, 50)) as (_, app, pilot):
        app.desk.take(ViewChosen("network_probabilities"))
        app.desk.take(Sought(137))
        await until(pilot, lambda: "looking   137 of 1,000" in _frame(app))
        figures = app.main.query_one("#figures", Lines).text
        assert "2.5027" in figures
        assert str(app.main.query_one(HeatmapPane).border_title).endswith("· step 137")
        assert "\\ now" in app.main.query_one("#choices", Lines).text
        app.desk.take(ViewChosen("counts"))
        await until(pilot, lambda: "step" not in str(app.main.query_one(HeatmapPane).border_title))


@pytest.mark.slow
async def test_the_nearest_keyframe_is_marked_until_the_step_is_there(tmp_path: Path) -> None:
    async with trained(tmp_path) as (engine, app, pilot):
        engine.has_time = False
        await pilot.press("left_curly_bracket")
        await until(pilot, lambda: looks(engine) == [0])
        assert "○ 0" in app.main.query_one(LossChart).text
        engine.finish()
        await until(pilot, lambda: "looking at step 0 of 1,000" in status(app))
        app.desk.take(Sought(137))
        engine.begin()
        await until(pilot, lambda: "≈ step 100 of 1,000 · replaying 136 of 137" in status(app))
        assert "≈100 → 137" in app.main.query_one(LossChart).text
        assert "near" in app.main.query_one("#figures", Lines).text
        engine.finish()
        await until(pilot, lambda: "looking at step 137 of 1,000" in status(app))
        assert "● 137" in app.main.query_one(LossChart).text


# The mouse


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("up", [1, pytest.param(6, marks=pytest.mark.slow)])
async def test_the_mouse_drags_the_step_in_the_chart_and_on_its_line(
    tmp_path: Path, size: tuple[int, int], up: int
) -> None:
    async with trained(tmp_path, size) as (engine, app, pilot):
        chart = app.main.query_one(LossChart)
        y = chart.size.height - up
        steps = chart.steps
        assert steps is not None
        middle, left = steps.left + steps.columns // 2, steps.left
        await pilot.mouse_down(chart, offset=(middle, y))
        await until(pilot, lambda: looks(engine) == [steps.step(middle)])
        assert app.main.focused is chart
        await pilot.hover(chart, offset=(left, y))
        await until(pilot, lambda: "looking at step 0 of" in status(app))
        await pilot.mouse_up(chart, offset=(left, y))
        await pilot.hover(chart, offset=(middle, y))
        await pilot.pause()
        assert engine.now.step == 0


@pytest.mark.slow
async def test_beyond_the_last_step_the_mouse_ends_in_the_present(tmp_path: Path) -> None:
    async with trained(tmp_path) as (engine, app, pilot):
        engine.show(newest=900, step=900)
        await until(pilot, lambda: app.state.snapshot.newest == 900)
        chart = app.main.query_one(LossChart)
        end = (chart.size.width - 1, chart.size.height - 1)
        await pilot.click(chart, offset=end)
        await pilot.pause()
        assert looks(engine) == []
        await pilot.press("comma")
        await until(pilot, lambda: "looking at step 899" in status(app))
        await pilot.click(chart, offset=end)
        await until(pilot, lambda: "looking" not in status(app))


@pytest.mark.slow
async def test_in_the_chart_the_arrows_scrub_and_elsewhere_they_do_not(tmp_path: Path) -> None:
    async with trained(tmp_path) as (engine, app, pilot):
        await pilot.press("left", "home", "end")
        await pilot.pause()
        assert looks(engine) == []
        app.main.set_focus(app.main.query_one(LossChart))
        await pilot.press("home", "right")
        await until(pilot, lambda: "looking at step 1 of" in status(app))
        assert "home end" in app.main.query_one("#complaint", Lines).text
        await pilot.press("end", "left")
        await until(pilot, lambda: "looking at step 999 of" in status(app))


@pytest.mark.slow
async def test_a_click_on_what_says_so_ends_in_the_present(tmp_path: Path) -> None:
    async with trained(tmp_path) as (_, app, pilot):
        for where, offset in (("#status", (12, 0)), ("#figures", (20, 0)), ("#choices", (38, 0))):
            await pilot.press("comma")
            await until(pilot, lambda: "looking" in status(app))
            await pilot.click(where, offset=offset)
            await until(pilot, lambda: "looking" not in status(app))


# Film


@pytest.mark.slow
async def test_a_film_plays_until_it_is_stopped_and_its_pace_is_not_that_of_training(
    tmp_path: Path,
) -> None:
    async with trained(tmp_path) as (engine, app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: len(looks(engine)) >= 3)
        assert "playing step" in status(app)
        await pilot.press("plus")
        assert app.state.scrub.film.seconds == 5.0
        assert "stop 5 s" in app.main.query_one("#choices", Lines).text
        await pilot.press("J", "A")
        await until(pilot, lambda: "playing back step" in status(app))
        assert "stop 5 s, again" in app.main.query_one("#choices", Lines).text
        await pilot.press("escape")
        await until(pilot, lambda: "looking at step" in status(app))
        assert engine.sent_of(Configure) == []
        await pilot.press("plus")
        assert len(engine.sent_of(Configure)) == 1


def desk_on(engine: Past, tmp_path: Path, changed: Callable[[], None] = lambda: None) -> Desk:
    """A desk that has heard of a run of 1,000 steps."""
    engine.load(tmp_path)
    engine.be_ready()
    engine.train(1000)
    desk = Desk(engine, State(), changed)
    desk.hear()
    return desk


def play(desk: Desk, *, until: float = 60.0) -> list[Any]:
    """Roll a film at ten frames a second; gives the steps that were seen."""
    seen = []
    for frame in range(round(until * 10)):
        desk.roll(frame / 10)
        desk.hear()
        seen.append((desk.state.snapshot.step, desk.state.snapshot.is_looking))
        if not desk.state.scrub.film.is_playing:
            break
    return seen


def test_a_film_ends_in_the_present_and_backwards_with_the_first_step(tmp_path: Path) -> None:
    engine = Past()
    desk = desk_on(engine, tmp_path)
    desk.take(FilmPlayed())
    seen = play(desk)
    assert 95 <= len(seen) <= 105
    assert [step for step, _ in seen] == sorted(step for step, _ in seen)
    assert seen[0] == (0, True)
    assert seen[-1] == (1000, False)
    desk.take(FilmPlayed(is_backwards=True))
    assert play(desk)[-1] == (0, True)


def test_a_loop_goes_on(tmp_path: Path) -> None:
    engine = Past()
    desk = desk_on(engine, tmp_path)
    desk.take(FilmLooped())
    desk.take(FilmPlayed())
    seen = [step for step, _ in play(desk, until=25)]
    assert seen.count(1000) >= 2
    assert desk.state.scrub.film.is_playing


def test_a_film_and_a_drag_never_ask_for_more_than_is_shown(tmp_path: Path) -> None:
    engine = Past()
    desk = desk_on(engine, tmp_path)
    engine.has_time = False
    for step in range(100):
        desk.take(Sought(step))
        desk.hear()
    assert looks(engine) == [0]
    engine.finish()
    desk.hear()
    assert looks(engine) == [0, 99]
    desk.take(FilmPlayed())
    for frame in range(30):
        desk.roll(frame / 10)
    assert len(looks(engine)) == 2


# Names


def test_names_are_of_the_step_that_is_looked_at_and_then_of_the_present(tmp_path: Path) -> None:
    engine = Past()
    desk = desk_on(engine, tmp_path)
    desk.take(SampleChosen(replace(desk.state.sample, model="neural")))
    desk.draw_again()
    desk.hear()
    assert desk.state.drawn_at == 1000
    drawn = len(engine.sent_of(Sample))
    desk.take(Sought(137))
    for _ in range(3):
        desk.hear()
    assert (desk.state.drawn_at, desk.state.names[0].name) == (137, "name137")
    assert len(engine.sent_of(Sample)) == drawn + 1
    desk.send(Look())
    for _ in range(3):
        desk.hear()
    assert desk.state.drawn_at == 1000
    engine.show(step=1001, newest=1001)
    desk.hear()
    assert len(engine.sent_of(Sample)) == drawn + 2


def test_names_of_the_counts_are_of_no_step(tmp_path: Path) -> None:
    engine = Past()
    desk = desk_on(engine, tmp_path)
    desk.draw_again()
    desk.hear()
    drawn = len(engine.sent_of(Sample))
    desk.take(Sought(137))
    for _ in range(3):
        desk.hear()
    assert len(engine.sent_of(Sample)) == drawn
