"""What fails costs no more than itself, and keys wait for the screen they are meant for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.command import CommandList
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Label

from tests.tui.fake import FakeEngine, laboratory, notices, until
from tui.app import Laboratory
from tui.lab.screen import LabScreen
from tui.messages import Intend
from tui.screens.help import HelpScreen
from tui.screens.main import MainScreen
from tui.state.intents import Moved
from tui.terminal.failures import AGAIN, ENDLESS, Failures, is_foreign
from tui.terminal.plain import IS_PLAIN
from tui.terminal.screens import Once, Palette
from tui.terminal.steady import _is_gone
from tui.widgets.lines import Lines

pytestmark = pytest.mark.skipif(IS_PLAIN, reason="Textual by itself does not go on")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def failing(*_: object) -> None:
    """Do what a fault does."""
    raise ZeroDivisionError("by a fault")


def told(app: Laboratory) -> list[str]:
    """Notices of failures."""
    return [notice for notice in notices(app) if "failed in here" in notice]


async def send(app: Laboratory, pilot: Pilot[int], *keys: str) -> None:
    """Send keys all at once, as they come over a slow line, and wait until all are seen to."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))
    await until(pilot, lambda: not app.message_queue_size)
    await pilot.pause()


# Failures


def fault(*_: object) -> Exception:
    """Give an error that was raised here."""
    try:
        failing()
    except ZeroDivisionError as error:
        return error
    raise AssertionError


def test_a_failure_is_new_once_and_counted_by_powers_of_ten() -> None:
    failures = Failures()
    standings = [failures.note(fault(), 10.0 * n) for n in range(100)]
    assert [n + 1 for n, standing in enumerate(standings) if standing == "counted"] == [10, 100]
    assert standings.count("new") == 1
    assert failures.note(KeyError("another"), 0.0) == "new"


def test_a_failure_of_each_frame_goes_on_and_a_loop_does_not() -> None:
    frames, loop = Failures(), Failures()
    assert "endless" not in [frames.note(fault(), n / 60) for n in range(10 * ENDLESS)]
    assert loop.note(fault(), 0.0) == "new"
    assert [loop.note(fault(), n / 1e4) for n in range(ENDLESS)][-1] == "endless"


def test_of_failures_that_bring_on_one_another_one_is_told() -> None:
    failures = Failures()
    assert failures.may_tell(5.0)
    assert not failures.may_tell(5.0 + AGAIN / 2)
    assert failures.may_tell(5.0 + AGAIN)


def test_what_code_of_ours_had_a_part_in_is_not_foreign() -> None:
    assert not is_foreign(fault())
    assert is_foreign(fault(), {failing.__code__, fault.__code__})


# What they cost


@pytest.mark.parametrize(
    "where",
    [
        "handler",
        *(
            pytest.param(at, marks=pytest.mark.slow)
            for at in ("drawing", "action", "after a frame", "timer")
        ),
    ],
)
async def test_a_failure_costs_its_message_and_is_told_once_and_logged(
    where: str, engine: FakeEngine, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.ERROR)
    async with laboratory(engine, tmp_path) as (app, pilot):
        app.is_strict = False
        monkeypatch.setattr(Laboratory, "on_intend", failing)
        monkeypatch.setattr(app.actions, "view", failing)
        causes: dict[str, Callable[[], object]] = {
            "handler": lambda: app.main.query_one("#figure").post_message(Intend(Moved(1, 1))),
            "action": lambda: app.post_message(events.Key("v", "v")),
            "after a frame": lambda: app.main.call_after_refresh(failing),
            "timer": lambda: app.set_timer(0.001, failing),
            "drawing": lambda: _draw_badly(app, monkeypatch),
        }
        for _ in range(3):
            causes[where]()
            await pilot.pause(0.02)
        await until(pilot, lambda: told(app))
        assert len(told(app)) == 1
        assert "ZeroDivisionError" in told(app)[0]
        assert "log.txt" in told(app)[0]
        traces = [record for record in caplog.records if record.exc_info]
        assert len(traces) == 1
        monkeypatch.undo()
        await send(app, pilot, "question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


def _draw_badly(app: Laboratory, monkeypatch: pytest.MonkeyPatch) -> None:
    status = app.main.query_one("#status", Lines)
    monkeypatch.setattr(status, "render_line", failing)
    status.refresh()


async def test_where_nobody_sees_what_is_told_a_failure_is_raised(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        async with laboratory(engine, tmp_path) as (app, pilot):
            monkeypatch.setattr(app.actions, "view", failing)
            await pilot.press("v")

    with pytest.raises(ZeroDivisionError):
        await fail()


class Unmade(ModalScreen[None], Once[None]):
    """Cannot be put together."""

    def compose(self) -> list[Label]:
        """Fail."""
        raise ZeroDivisionError


async def test_a_screen_that_cannot_be_put_together_is_taken_away(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        app.is_strict = False
        app.push_screen(Unmade())
        await until(pilot, lambda: told(app) and app.screen is app.main)


# Screens


WAYS_OUT = [
    ("question_mark", "escape", "escape", "escape"),
    ("question_mark", "enter", "enter", "q"),
    ("W", "escape", "escape"),
    ("d", "escape", "escape"),
    ("o", "escape", "escape"),
    ("L", "escape", "escape", "escape"),
    ("ctrl+p", "escape", "escape"),
    ("V", "down", "enter", "enter", "enter"),
    ("T", "down", "enter", "enter"),
    ("ctrl+p", "pagedown", "pagedown", "pageup", "escape"),
    ("ctrl+p", "escape", "ctrl+p", "escape", "ctrl+p", "escape"),
    ("ctrl+p", "down", "enter", "down", "enter"),
]


@pytest.mark.soak
async def test_screens_that_are_closed_twice_close_once(engine: FakeEngine, tmp_path: Path) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        for keys in WAYS_OUT:
            await send(app, pilot, *[key for key in keys if key != "q"])
            assert app.screen_stack[0] is app.main
            while app.screen is not app.main:
                await pilot.press("escape")
            row = app.state.row
            await send(app, pilot, "2", "down")
            await until(pilot, lambda: app.state.row != row)  # noqa: B023


async def test_of_two_sizes_under_way_the_one_there_is_stands_and_all_comes_to_rest(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Size] = []
    arrange = MainScreen.on_resize

    def hear(screen: MainScreen, event: events.Resize) -> None:
        heard.append(event.size)
        arrange(screen, event)

    async with laboratory(engine, tmp_path, size=(160, 50)) as (app, pilot):
        monkeypatch.setattr(MainScreen, "on_resize", hear)
        for size in (Size(100, 30), Size(160, 50), Size(100, 30)):
            app.main.post_message(events.Resize(size, size))
        for _ in range(20):
            await pilot.pause()
        assert set(heard) <= {Size(160, 50)}
        assert len(heard) <= 3
        assert app.main.size == Size(160, 50)


async def test_a_screen_below_closes_when_the_one_above_is_gone(
    engine: FakeEngine, tmp_path: Path
) -> None:
    """Textual closes the one above, and fails where a result is given once more."""
    async with laboratory(engine, tmp_path) as (app, pilot):
        lower, upper = HelpScreen({}), HelpScreen({})
        await app.push_screen(lower)
        await app.push_screen(upper)
        lower.dismiss()
        lower.dismiss()
        await pilot.pause()
        assert app.screen_stack[1:] == [lower, upper]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_screen_that_may_come_back_is_gone_while_it_is_away(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, _):
        away: Screen[None] = HelpScreen({})
        app.install_screen(away, "away")
        await app.push_screen("away")
        assert not _is_gone(away)
        await app.pop_screen()
        assert away.is_running
        assert _is_gone(away)


async def test_a_click_on_what_is_being_taken_away_goes_nowhere(
    engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        await app.push_screen(HelpScreen({}))
        text = app.screen.query_one("#help-keys", Lines)
        await until(pilot, lambda: text.region)
        x, y = text.region.offset
        click = partial(events.MouseDown, None, x, y, 0, 0, 1, False, False, False, x, y)
        with monkeypatch.context() as taken:
            taken.setattr(text, "_parent", None)
            with pytest.raises(AttributeError, match="region"):
                app.screen._forward_event(click())
            await app._dispatch_message(click())


async def test_keys_right_behind_the_one_that_opens_the_palette_are_meant_for_it(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        app.post_message(events.Key("ctrl+p", None))
        for letter in "help":
            app.post_message(events.Key(letter, letter))
        app.post_message(events.Key("down", None))
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await until(pilot, lambda: app.screen.query_one(Input).value == "help")
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count)
        await pilot.press("escape")


@pytest.mark.soak
async def test_the_lab_may_be_left_while_a_chapter_opens(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        for _ in range(3):
            await send(app, pilot, "L", "n", "right", "3", "left", "escape")
            await until(pilot, lambda: not isinstance(app.screen, LabScreen))


async def test_a_bunch_of_keys_is_drawn_in_the_end(engine: FakeEngine, tmp_path: Path) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        await send(app, pilot, *["down", "right"] * 20)
        end = len(app.state.symbols) - 1
        await until(pilot, lambda: (app.state.row, app.state.column) == (end, end))
        await until(pilot, lambda: not app._batch_count)


async def test_a_key_meant_for_a_screen_that_is_gone_goes_nowhere(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        gone: Screen[None] = HelpScreen({})
        await app.push_screen(gone)
        gone.dismiss()
        await pilot.pause()
        runs: list[str] = []
        gone.query_one = lambda *_: runs.append("asked")  # type: ignore[method-assign, assignment]
        gone.post_message(events.Key("escape", None))
        await pilot.pause()
        assert not runs


async def test_palette_and_help_never_lie_on_each_other_twice(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        for key, kind in (("ctrl+p", Palette), ("f1", HelpScreen)) * 3:
            await pilot.press(key)
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            assert len(app.screen_stack) <= 3
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("ctrl+t", "ctrl+t", "ctrl+t")
        await pilot.pause()
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_search_of_a_palette_that_is_going_costs_nothing(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        app.is_strict = False
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        palette = app.screen

        async def search() -> None:
            palette._pruning = True
            failing()

        worker = palette.run_worker(search())
        await until(pilot, lambda: worker.is_finished)
        palette._pruning = False
        assert not told(app)


async def test_escape_right_behind_enter_clears_what_enter_has_chosen(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path, size=(160, 50)) as (app, pilot):
        field = app.main.query_one("#filter", Input)
        await pilot.press("2")
        await send(app, pilot, "enter")
        await until(pilot, lambda: field.value)
        await pilot.press("2")
        await send(app, pilot, "escape")
        await until(pilot, lambda: not field.value)
        await send(app, pilot, "enter", "escape")
        await until(pilot, lambda: not app.message_queue_size)
        await pilot.pause()
        assert not field.value
