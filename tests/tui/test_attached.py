"""An engine in a process of its own: the first screen, how it is left, ended, lost, had again."""

from __future__ import annotations

import math
import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from textual.pilot import Pilot

from engine import Engine
from engine.protocol import (
    CommandRefused,
    Configure,
    EngineLost,
    EngineReady,
    Joined,
    ListRuns,
    Load,
    LoadDataset,
    NetworkRefused,
    Refusal,
    RunStarted,
    Sample,
    Settings,
    Shutdown,
    TellCourses,
    Toggle,
    Train,
    Watch,
)
from tests.tui.fake import HOME, FakeEngine, attached, laboratory, notices, screens, until
from tui import start
from tui.app import Laboratory
from tui.desk import Desk
from tui.options import Options, Stranded, Ways
from tui.palette import CommandProvider
from tui.screens.engine import EngineScreen
from tui.sharing import OfItself
from tui.state import State
from tui.state.engine import Attachment
from tui.widgets.lines import Lines
from tui.wording import goodbye, status

CRASHED = EngineLost(
    "The engine has crashed.", "3f2ab49c01d7", "3f2ab49c01d7", 12_300, is_cut=False
)

CUT = EngineLost(
    "The line to the engine is cut.", "3f2ab49c01d7", "3f2ab49c01d7", 12_300, is_cut=True
)

FAR = replace(HOME, machine="box")


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def said(app: Laboratory) -> str:
    """What the screen of the engine says, its keys included."""
    assert isinstance(app.screen, EngineScreen)
    return "\n".join(lines.text for lines in app.screen.query(Lines))


def line(state: State, width: int = 200) -> str:
    """The status line."""
    return "".join(run[0] for run in status(state, width))


async def lose(app: Laboratory, pilot: Pilot[Any], engine: FakeEngine, lost: EngineLost) -> None:
    """Have the engine be lost, and wait until that is said."""
    engine.say(lost)
    await until(pilot, lambda: isinstance(app.screen, EngineScreen) and lost.reason in said(app))


# The first screen


async def test_an_engine_that_has_begun_is_asked_for_nothing_but_what_is_in_view(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        await until(pilot, lambda: engine.sent_of(Watch) and engine.sent_of(Sample))
        assert {type(command) for command in engine.sent} <= {Watch, Sample}
        assert app.state.engine.home == HOME
        assert app.state.words is not None


@pytest.mark.slow
async def test_one_on_a_thread_is_asked_for_words_and_for_runs_that_were_cut_off(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path, resume="run") as (_, pilot):
        await until(pilot, lambda: engine.sent_of(Sample))
        assert [type(command) for command in engine.sent[:2]] == [LoadDataset, Load]
    other = FakeEngine()
    async with laboratory(other, tmp_path) as (_, pilot):
        await until(pilot, lambda: other.sent_of(ListRuns))


async def test_what_was_before_the_screen_came_is_no_news(
    engine: FakeEngine, tmp_path: Path
) -> None:
    engine.say(HOME, EngineReady("2.13.0", 1), RunStarted(2, 137, "branch"))
    async with laboratory(engine, options=Options(is_attached=True)) as (app, pilot):
        await until(pilot, lambda: app.state.is_ready)
        assert notices(app) == []
        engine.say(RunStarted(3, 137, "branch"))
        await until(pilot, lambda: "from step 137" in " ".join(notices(app)))


async def test_what_is_refused_before_there_are_words_does_not_end_the_screen(
    engine: FakeEngine,
) -> None:
    engine.say(HOME, CommandRefused(LoadDataset("x"), "There is no file x."))
    async with laboratory(engine, options=Options(is_attached=True)) as (app, pilot):
        await until(pilot, lambda: "There is no file x." in notices(app))
        assert app.return_code is None


# Where it is


def test_the_status_line_says_where_the_engine_is_only_where_that_is_elsewhere() -> None:
    alone = State()
    assert line(alone).startswith(" opening · step 0")
    at_rest = replace(alone, progress="")
    assert line(at_rest).startswith(" starting · step 0")
    near = replace(at_rest, engine=Attachment(HOME))
    far = replace(at_rest, engine=Attachment(FAR))
    assert line(near).startswith(" starting, attached · step 0")
    assert line(far).startswith(" starting on box · step 0")


async def test_a_key_shows_where_the_engine_lives_and_who_looks_on(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path, home=FAR) as (app, pilot):
        engine.show(screens=screens("ben@box pts/1"))
        await until(pilot, lambda: app.state.snapshot.screens)
        await pilot.press("at")
        await until(pilot, lambda: isinstance(app.screen, EngineScreen))
        await until(pilot, lambda: "looks on   ben@box pts/1" in said(app))
        assert "3f2ab49c01d7 on box · process 4711 · since 1970-01-01" in said(app)
        assert "steers     anna@sofa pts/3 (this screen)" in said(app)
        engine.show(screens=screens())
        await until(pilot, lambda: "ben" not in said(app))
        await pilot.press("q")
        await until(pilot, lambda: app.screen is app.main)


async def test_of_an_engine_on_a_thread_only_that_it_can_be_detached_is_offered(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        titles = {hit.text async for hit in CommandProvider(app.screen).discover()}
        assert {title for title in titles if str(title).startswith("Engine")} == {"Engine: detach"}
        for key in ("at", "S", "Q"):
            await pilot.press(key)
            await until(pilot, lambda: notices(app))
            app.hush()
        assert app.screen is app.main
        assert not engine.sent_of(Shutdown)


# Leaving and ending


@pytest.mark.parametrize(
    ("home", "address"), [(HOME, "3f2ab49c01d7"), (FAR, "ssh://box/3f2ab49c01d7")]
)
async def test_leaving_says_that_the_engine_goes_on_and_how_to_come_back(
    engine: FakeEngine, tmp_path: Path, home: Joined, address: str
) -> None:
    async with attached(engine, tmp_path, home=home) as (app, pilot):
        assert "q leave" in app.main.query_one("#keys", Lines).text
        await pilot.press("q")
    assert app.farewell.endswith(f" goes on; makemore-tui attach {address} comes back to it.")
    assert not engine.sent_of(Shutdown)


async def test_nothing_is_said_of_an_engine_that_ends_with_its_screen(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with laboratory(engine, tmp_path) as (app, pilot):
        await pilot.press("q")
    assert app.farewell == ""


async def test_the_engine_is_ended_where_that_is_confirmed_and_the_screen_with_it(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        engine.show(screens=screens("ben@box"))
        await until(pilot, lambda: app.state.snapshot.screens)
        await pilot.press("Q")
        await until(pilot, lambda: isinstance(app.screen, EngineScreen))
        await until(pilot, lambda: "It is gone then for 1 other screen, too" in said(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        assert not engine.sent_of(Shutdown)
        await pilot.press("Q")
        await until(pilot, lambda: isinstance(app.screen, EngineScreen))
        await pilot.press("Q")
        await until(pilot, lambda: engine.sent_of(Shutdown))
        assert app.return_code is None
        engine.say(
            EngineLost("The engine has ended.", "3f2ab49c01d7", "3f2ab49c01d7", 500, is_cut=False)
        )
        await until(pilot, lambda: app.return_code == 0)
    assert app.farewell == (
        "The engine has ended. The run is kept up to step 500. "
        "makemore-tui --run 3f2ab49c01d7 goes on with it."
    )


# Lost


@pytest.mark.slow
async def test_a_lost_engine_is_said_at_once_and_what_is_on_the_screen_stays(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path, (160, 50)) as (app, pilot):
        engine.show(state="running", step=12_345, newest=12_345)
        await until(pilot, lambda: app.state.is_running)
        await lose(app, pilot, engine, CRASHED)
        assert "The run is kept up to step 12,300." in said(app)
        assert "enter start it again" in said(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        assert app.main.query_one("#status", Lines).text.startswith(" engine lost · step 12,345")
        assert not app.state.is_running
        await pilot.press("at")
        await until(pilot, lambda: isinstance(app.screen, EngineScreen))


async def test_commands_to_a_lost_engine_go_nowhere_and_say_so_once(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        engine.show(step=500, newest=500)
        await until(pilot, lambda: app.state.snapshot.step == 500)
        await lose(app, pilot, engine, CRASHED)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        engine.sent.clear()
        await pilot.press("space", "n", "g", "comma", "plus", "down", "v", "less_than_sign")
        await until(pilot, lambda: app.state.scrub.sought is None and notices(app))
        assert engine.sent == []
        assert set(notices(app)) == {"The engine is lost; @ says how to go on."}
        assert not app.state.is_looking
        assert not app.state.is_drawing


@pytest.mark.parametrize("kind", get_args(OfItself), ids=lambda kind: kind.__name__)
def test_what_the_screen_asks_of_itself_is_left_out_where_the_engine_is_lost(
    engine: FakeEngine, kind: type[TellCourses]
) -> None:
    desk = Desk(engine, State(), lambda: None)
    engine.say(HOME, CRASHED)
    assert desk.hear()
    desk.send(kind(()) if kind is TellCourses else kind())  # type: ignore[call-arg]
    assert desk.hear() is None
    assert engine.sent == []
    desk.send(Sample())
    assert desk.hear() == [CommandRefused(Sample(), "The engine is lost; @ says how to go on.")]


def test_another_engine_is_told_what_is_in_view_and_the_one_before_is_closed(
    engine: FakeEngine,
) -> None:
    woken: list[str] = []
    desk, other = Desk(engine, State(), lambda: None), FakeEngine()
    desk.start(lambda: woken.append("news"), (LoadDataset(),))
    desk.send(Watch(row=3))
    desk.change_engine(other)
    assert engine.sent == [LoadDataset(), Watch(row=3)]
    assert engine.is_closed
    assert other.sent == [Watch(row=3)]
    assert other.is_started
    engine.say(CRASHED)
    assert desk.hear() is None


@pytest.mark.parametrize("lost", [CRASHED, CUT])
async def test_one_key_has_the_engine_again(
    engine: FakeEngine, tmp_path: Path, lost: EngineLost
) -> None:
    other, may_go_on, asked = FakeEngine(), threading.Event(), []

    def go(lost: EngineLost) -> Engine:
        asked.append(lost)
        assert may_go_on.wait(20)
        return other

    options = Options(ways=Ways(rejoin=go) if lost.is_cut else Ways(revive=go))
    async with attached(engine, tmp_path, options=options) as (app, pilot):
        words = app.state.words
        engine.show(state="running", target=12_400, settings=Settings(speed=math.inf))
        await until(pilot, lambda: app.state.is_running)
        await lose(app, pilot, engine, lost)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("down", "right")
        here = app.state.row, app.state.column
        await pilot.press("at")
        await until(pilot, lambda: isinstance(app.screen, EngineScreen))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: re.search("(Starting it|Attaching) again …", said(app)))
        may_go_on.set()
        await until(pilot, lambda: other.is_started)
        assert asked == [lost]
        assert [watch.cursor_row for watch in other.sent_of(Watch)] == [here[0]]
        # Who is cut off finds the engine as it is; one that is started again does what it did.
        wanted = () if lost.is_cut else (Configure(speed=math.inf, smoothing=1.0), Train(100))
        assert tuple(each for each in other.sent if isinstance(each, Configure | Train)) == wanted
        other.say(HOME)
        other.load(tmp_path)
        other.be_ready()
        await until(pilot, lambda: app.screen is app.main and app.state.is_ready)
        assert app.state.engine.lost is None
        assert app.state.words is words
        assert (app.state.row, app.state.column) == here
        await pilot.press("space")
        await until(pilot, lambda: other.has_sent(Toggle()))


@pytest.mark.slow
@pytest.mark.parametrize("error", [Refusal("No room on box."), OSError("No room on box.")])
async def test_where_it_cannot_be_had_again_it_is_said_why(
    engine: FakeEngine, tmp_path: Path, error: Exception
) -> None:
    def fail(lost: EngineLost) -> Engine:
        raise error

    options = Options(ways=Ways(revive=fail))
    async with attached(engine, tmp_path, options=options) as (app, pilot):
        await lose(app, pilot, engine, CRASHED)
        await pilot.press("enter")
        await until(pilot, lambda: "No room on box." in said(app))
        await pilot.press("q")
        await until(pilot, lambda: app.return_code == 0)


async def test_an_engine_that_is_detached_and_not_reached_is_lost_and_can_be_attached_to(
    engine: FakeEngine, tmp_path: Path
) -> None:
    other, asked = FakeEngine(), []

    def detach(_: Engine) -> Engine:
        raise Stranded(CUT)

    def rejoin(lost: EngineLost) -> Engine:
        asked.append(lost)
        return other

    options = Options(ways=Ways(detach=detach, rejoin=rejoin))
    async with laboratory(engine, tmp_path, options=options) as (app, pilot):
        await pilot.press("D")
        await until(pilot, lambda: isinstance(app.screen, EngineScreen) and CUT.reason in said(app))
        await pilot.press("escape", "at", "enter")
        await until(pilot, lambda: other.is_started)
        assert asked == [CUT]


@pytest.mark.slow
async def test_a_screen_on_which_no_way_is_known_says_what_to_do(
    engine: FakeEngine, tmp_path: Path
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        await lose(app, pilot, engine, CUT)
        await pilot.press("enter")
        await until(pilot, lambda: "An engine cannot be started from this screen" in said(app))


def test_who_leaves_a_lost_engine_is_told_what_is_left_of_it() -> None:
    crashed = replace(State(), engine=Attachment(FAR, CRASHED))
    assert goodbye(crashed) == (
        "The engine has crashed. The run had come to step 12,300; its journal is on box. "
        "makemore-tui --run 3f2ab49c01d7 goes on with it."
    )
    cut = replace(State(), engine=Attachment(HOME, CUT))
    assert goodbye(cut).startswith("The engine may go on; makemore-tui attach 3f2ab49c01d7")


# Detaching


async def test_detaching_goes_on_with_another_engine_and_nothing_on_the_screen_changes(
    engine: FakeEngine, tmp_path: Path
) -> None:
    other = FakeEngine()

    def detach(given: Engine) -> Engine:
        assert given is engine
        return other

    options = Options(ways=Ways(detach=detach))
    async with laboratory(engine, tmp_path, options=options) as (app, pilot):
        await pilot.press("down")
        names, row = app.state.sample, app.state.row
        await pilot.press("D")
        await until(pilot, lambda: other.is_started)
        assert not engine.sent_of(Shutdown)
        other.say(HOME)
        other.load(tmp_path)
        other.be_ready()
        await until(pilot, lambda: app.state.engine.is_attached and app.state.is_ready)
        assert (app.state.sample, app.state.row) == (names, row)
        assert any("Detached" in told for told in notices(app))
        await pilot.press("D")
        await until(pilot, lambda: any("detached already" in told for told in notices(app)))


@pytest.mark.slow
async def test_an_engine_that_cannot_be_detached_stays_and_it_is_said_why(
    engine: FakeEngine, tmp_path: Path
) -> None:
    def fail(given: Engine) -> Engine:
        raise Refusal("There is no memory for a second process.")

    options = Options(ways=Ways(detach=fail))
    async with laboratory(engine, tmp_path, options=options) as (app, pilot):
        await pilot.press("D")
        await until(pilot, lambda: "There is no memory for a second process." in notices(app))
        assert not app.state.engine.awaited.doing
        await pilot.press("space")
        await until(pilot, lambda: engine.has_sent(Toggle()))


@pytest.mark.slow
async def test_another_engine_may_have_no_network(engine: FakeEngine, tmp_path: Path) -> None:
    other = FakeEngine()
    options = Options(ways=Ways(detach=lambda given: other))
    async with laboratory(engine, tmp_path, options=options) as (app, pilot):
        await pilot.press("D")
        await until(pilot, lambda: other.is_started)
        other.say(HOME, NetworkRefused("Too large."))
        await until(pilot, lambda: app.state.no_network == "Too large.")


# The end of the process


@pytest.fixture
def no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "Timer", lambda *_: threading.Thread())
    monkeypatch.setattr("tui.storage.restore_stderr", lambda: None)


@pytest.mark.slow
async def test_of_a_run_that_goes_on_it_is_not_said_that_it_is_kept(
    engine: FakeEngine, tmp_path: Path, no_timer: None, capsys: pytest.CaptureFixture[str]
) -> None:
    async with attached(engine, tmp_path) as (app, pilot):
        engine.show(newest=500, is_saved=True, place="3f2ab49c01d7")
        await until(pilot, lambda: app.state.snapshot.newest == 500)
        await pilot.press("q")
    assert start.see_out(app, 0) == 0
    assert "attach 3f2ab49c01d7" in capsys.readouterr().err
    assert "is kept" not in app.farewell
