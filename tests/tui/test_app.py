"""The app with a worker double: what it asks for, what it makes of the answers, how it ends."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from engine.protocol import (
    CheckpointLoaded,
    CheckpointSaved,
    Command,
    CommandRefused,
    Configure,
    EngineFailed,
    KeptRun,
    ListRuns,
    Load,
    LoadDataset,
    NamesSampled,
    Reset,
    RunLine,
    RunsListed,
    Sample,
    SampledName,
    Save,
    Settings,
    Toggle,
    Train,
    Undo,
    Watch,
)
from tests.tui.fake import FakeEngine, laboratory, notices, until
from tui.app import Laboratory
from tui.commands import BY_ID
from tui.dataset.pane import DatasetPane
from tui.dataset.words import WordList
from tui.options import Options
from tui.palette import CommandProvider
from tui.screens.help import HelpScreen
from tui.screens.small import SmallScreen
from tui.state.intents import WordPicked
from tui.widgets.lines import Lines
from tui.widgets.overlay import Overlay


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def status(app: Laboratory) -> str:
    """The status line."""
    return app.main.query_one("#status", Lines).text


async def test_the_engine_starts_behind_the_first_frame_and_is_asked_for_words_and_names(
    engine: FakeEngine, home: Path
) -> None:
    app = Laboratory(engine, Options(data="words.txt"))
    assert not engine.is_started
    async with app.run_test() as pilot:
        await until(pilot, lambda: engine.has_sent(LoadDataset("words.txt")))
        assert not engine.sent_of(Sample)
        engine.load(home)
        await until(pilot, lambda: engine.has_sent(app.state.sample))


async def test_it_is_said_when_what_draws_cannot_be_imported(
    engine: FakeEngine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ImportError("no module named plotext")

    async with laboratory(engine) as (app, pilot):
        monkeypatch.setattr("tui.plot.door.warm_up", fail)
        engine.load(home)
        await until(pilot, lambda: any("plotext" in told for told in notices(app)))
        assert "ImportError: no module named plotext" in notices(app)[0]


async def test_words_and_state_of_the_engine_are_on_the_screen(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "ready · step 0 · loss 3.7590 · gap 1.3046" in status(app))
        assert app.main.query_one(DatasetPane).home.count == 6

        def shown() -> str:
            """The status line, a snapshot later: while training there is always another one."""
            engine.show(state="running", step=12_345, steps_per_second=51_234.0, data_loss=2.4791)
            return status(app)

        await until(pilot, lambda: "running · step 12,345 · loss 2.4791" in shown())
        assert "51,234 steps/s" in status(app)
        assert app.state.view == "network_probabilities"


KEYS: dict[str, Command] = {
    "space": Toggle(),
    "n": Train(1),
    "N": Train(100),
    "r": Reset(),
    "u": Undo(),
    "plus": Configure(speed=100.0),
    "minus": Configure(speed=30.0),  # From the 100 that were asked for.
    "right_square_bracket": Configure(smoothing=3.0),
}


async def test_each_key_sends_its_command(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (app, pilot):
        engine.show(can_undo_reset=True, settings=Settings(speed=30.0))
        await until(pilot, lambda: app.state.snapshot.can_undo_reset)
        for key, command in KEYS.items():
            engine.sent.clear()
            await pilot.press(key)
            await until(pilot, partial(engine.has_sent, command))


async def test_keys_that_come_at_once_each_count(engine: FakeEngine, home: Path) -> None:
    """Over a slow line several presses come together, before the engine has answered the first."""
    async with laboratory(engine, home) as (app, pilot):
        engine.show(settings=Settings(speed=30.0, smoothing=1.0))
        await until(pilot, lambda: app.state.settings.speed == 30)
        await pilot.press("plus", "plus", "plus", "minus", "right_square_bracket", "g")
        speeds = [c.speed for c in engine.sent_of(Configure) if c.speed is not None]
        assert speeds == [100, 300, 1000, 300]
        await until(pilot, lambda: engine.sent_of(Sample)[-1].smoothing == 3)


async def test_what_makes_no_sense_yet_is_told_and_not_sent(engine: FakeEngine) -> None:
    async with laboratory(engine) as (app, pilot):
        before = len(engine.sent_of(Reset))
        await pilot.press("r")
        await until(pilot, lambda: any("torch is being imported" in told for told in notices(app)))
        assert len(engine.sent_of(Reset)) == before


async def test_a_run_that_cannot_be_gone_on_with_at_the_start_ends_the_app_with_a_sentence(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home, resume="nope.st") as (app, pilot):
        assert engine.sent_of(Load) == [Load("nope.st")]
        engine.say(CommandRefused(Load("nope.st"), "There is no checkpoint nope.st; give another."))
        await until(pilot, lambda: app.farewell)
        assert app.return_value == 2
    assert app.farewell == "There is no checkpoint nope.st; give another."


async def test_a_run_that_cannot_be_opened_later_is_only_told(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home, resume="run.st") as (app, pilot):
        engine.say(CheckpointLoaded("run.st", 7, ""))
        engine.say(CommandRefused(Load("nope.st"), "There is no checkpoint nope.st; give another."))
        await until(pilot, lambda: any("nope.st" in told for told in notices(app)))
        assert app.return_value is None


async def test_words_that_cannot_be_read_at_the_start_end_the_app_with_a_sentence(
    engine: FakeEngine,
) -> None:
    async with laboratory(engine) as (app, pilot):
        engine.say(
            CommandRefused(LoadDataset("x"), "x is empty [/foo]; give another."),
            CommandRefused(Sample(), "There are no words to learn from yet."),
        )
        await until(pilot, lambda: app.farewell)
        assert app.return_value == 2
    assert app.farewell == "x is empty [/foo]; give another."


async def test_refusals_and_faults_are_told_and_the_app_lives_on(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        for event, told in (
            (CommandRefused(Save("[/foo]"), "[/foo] cannot be"), "[/foo] cannot be"),
            (EngineFailed("[@click=app.quit]x[/]", "[/bar]"), "A fault in [@click=app.quit]x[/]"),
        ):
            engine.say(event)
            await until(pilot, partial(is_told, app, told))
        engine.sent.clear()
        await pilot.press("space")
        await until(pilot, lambda: Toggle() in engine.sent)


async def test_a_fault_on_the_way_to_the_screen_ends_the_app_instead_of_freezing_it(
    engine: FakeEngine, home: Path
) -> None:
    app = Laboratory(engine, Options(fps=0.01))  # The clock is not to find it.

    async def fail() -> None:
        async with app.run_test() as pilot:
            await until(pilot, lambda: engine.is_started)
            engine.fault = ZeroDivisionError()
            app._wake()
            await until(pilot, lambda: app._exception is not None)
            engine.fault = None

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert app.return_code == 1
    assert "crash-" in app.farewell
    (crash,) = (home / "state" / "makemore-tui").glob("crash-*.txt")
    assert crash.stat().st_mode & 0o777 == 0o600
    assert "ZeroDivisionError" in crash.read_text()


async def test_the_cursor_moves_once_for_each_key_of_a_bunch(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        for key in ("down", "down", "right", "left", "right"):
            app.post_message(events.Key(key, None))
        await until(pilot, lambda: (app.state.row, app.state.column) == (2, 2))
        await until(pilot, lambda: any(w.cursor_row == 2 for w in engine.sent_of(Watch)))
        await pilot.press(*["up"] * 9)
        await until(pilot, lambda: app.state.row == 0)


async def test_letters_typed_right_behind_the_slash_belong_to_the_filter(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        for key, letter in (("slash", "/"), ("q", "q"), ("n", "n"), ("m", "m")):
            app.post_message(events.Key(key, letter))
        field = app.main.query_one("#filter", Input)
        await until(pilot, lambda: field.value == "qnm")
        assert not engine.sent_of(Train)
        await pilot.press("escape", "n")
        await until(pilot, lambda: engine.sent_of(Train))


async def test_drawing_names_asks_for_more_than_were_asked_for_before(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        await pilot.press("g")
        await until(pilot, lambda: len(samples(engine)) == 2)
        first, second = samples(engine)
        assert second.request == first.request + 1
        assert replace(second, request=first.request) == replace(first, smoothing=second.smoothing)
        engine.say(NamesSampled(second.request, (SampledName("[/foo]", 2.0, False),), second))
        await until(pilot, lambda: app.state.names)


@pytest.mark.parametrize("size", [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)])
async def test_keys_behind_the_one_that_moves_the_focus_go_where_it_went(
    engine: FakeEngine, home: Path, size: tuple[int, int]
) -> None:
    async with laboratory(engine, home, size) as (app, pilot):
        typed = {"slash": "/", "question_mark": "?", "escape": None}
        for key in ("i", "slash", "a", "escape", "i", "slash", "b", "escape", "question_mark"):
            app.post_message(events.Key(key, typed.get(key, key)))
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert app.main.query_one("#filter", Input).value == ""


async def test_whoever_filters_sees_what_is_typed_and_the_words(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home, (120, 40)) as (app, pilot):
        filter, words = app.main.query_one("#filter", Input), app.main.query_one(WordList)
        for follows in (("slash", "a", "enter"), ()):
            await pilot.press("1", "i")
            await until(pilot, lambda: not words.region)
            await pilot.press(*follows)
            if not follows:
                app.actions.filter_by((0, 1))
            await until(pilot, lambda: filter.region and words.region)
            assert filter.value
        await until(pilot, lambda: words.has_focus)


def samples(engine: FakeEngine) -> list[Sample]:
    """Requests for names."""
    return [command for command in engine.sent if isinstance(command, Sample)]


async def draw_one(app: Laboratory, engine: FakeEngine, pilot: Pilot[int]) -> None:
    """Have one name."""
    engine.say(NamesSampled(0, (SampledName("mor", 2.0, False),), Sample()))
    await until(pilot, lambda: app.state.names)


async def test_names_are_copied_to_a_file_too(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (app, pilot):
        await draw_one(app, engine, pilot)
        await pilot.press("y")
        file = home / "state" / "makemore-tui" / "names.txt"
        await until(pilot, lambda: any(str(file) in told for told in notices(app)))
        assert file.read_text() == "mor\n"
        assert app.clipboard == "mor\n"


async def test_without_a_state_folder_nothing_can_be_saved_but_nothing_fails(
    engine: FakeEngine, home: Path
) -> None:
    (home / "state").write_text("in the way")
    async with laboratory(engine, home) as (app, pilot):
        await draw_one(app, engine, pilot)
        await pilot.press("y", "s", "o", "escape", "n")
        await until(pilot, lambda: engine.sent_of(Train))
        assert "no file" in "\n".join(notices(app))


async def test_where_a_run_is_saved_is_left_to_the_engine(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (_, pilot):
        await pilot.press("s")
        await until(pilot, lambda: engine.has_sent(Save()))


async def test_a_warning_saves_a_run_that_would_be_lost_and_no_other(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        app.save_asked()
        await pilot.pause()
        assert not engine.sent_of(Save)
        engine.show(is_saved=False)
        app.save_asked()
        await until(pilot, lambda: engine.sent_of(Save))


@pytest.mark.parametrize("is_ended", [True, False])
async def test_a_run_that_was_cut_off_is_told_of(
    engine: FakeEngine, home: Path, is_ended: bool
) -> None:
    line = RunLine("0123456789ab", Settings(), 1234, 2.5)
    run = KeptRun(
        line=line,
        path="/runs/0123456789ab",
        source="names.txt",
        loss=2.6,
        is_of_these_words=True,
        written=0.0,
        is_ended=is_ended,
        is_over=False,
        is_in_use=False,
        size=1,
    )
    async with laboratory(engine, home) as (app, pilot):
        await until(pilot, lambda: engine.sent_of(ListRuns))
        (asked,) = engine.sent_of(ListRuns)
        engine.say(RunsListed(asked, "/runs", (run,)))
        await until(pilot, lambda: is_ended or notices(app))
        told = [notice for notice in notices(app) if "cut off at step 1,234" in notice]
        assert len(told) == (not is_ended)


async def test_a_slow_line_is_told_in_the_status_line(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (app, pilot):
        app.line.link.ask(0.0)
        app.line.link.answered(2.0)
        engine.show(step=1)
        await until(pilot, lambda: "slow line" in status(app))


async def test_a_window_that_is_too_small_says_so_until_there_is_room(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        await pilot.resize_terminal(59, 15)
        await until(pilot, lambda: isinstance(app.screen, SmallScreen))
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: app.screen is app.main)


@pytest.mark.slow
async def test_a_theme_is_remembered(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (app, pilot):
        app.theme = "nord"
        await pilot.pause()
    assert Laboratory(engine, Options()).theme == "nord"
    assert Laboratory(engine, Options(theme="dracula")).theme == "dracula"


async def test_quitting_ends_the_app_with_nothing_to_report(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: app.return_value is not None)
    assert (app.return_value, app.farewell) == (0, "")


async def test_a_snapshot_of_other_words_than_those_told_of_is_not_drawn(
    engine: FakeEngine, home: Path
) -> None:
    """Events and snapshots come by two ways; one frame may fall between them."""
    async with laboratory(engine, home) as (app, pilot):
        for words in (("a", "b"), ("xyzzy", "quux", "plugh", "wombat", "fjord", "vexing")):
            other = FakeEngine(words)
            other.load(home)
            engine.say(*other.events())
            await until(pilot, partial(has_words, app, len(words)))
            assert not app.state.is_of_these_words
            await pilot.press("right", "down", "enter")
            await pilot.pause()
            engine.latest = other.latest
            await until(pilot, lambda: app.state.is_of_these_words)


async def test_new_words_close_a_screen_about_the_old_ones(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Overlay))
        other = FakeEngine(("abba", "baab"))
        other.load(home)
        engine.say(*other.events())
        await until(pilot, lambda: app.screen is app.main)


async def test_escape_takes_the_notices_away_before_anything_else(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        app.desk.take(WordPicked("ava"))
        engine.say(CheckpointSaved(str(Path.home() / "runs" / "one.st"), 7))
        await until(pilot, lambda: notices(app) == ["Saved at step 7: ~/runs/one.st"])
        await pilot.press("escape")
        assert not notices(app)
        assert app.state.word == "ava"
        await pilot.press("escape")
        assert app.state.word == ""


async def test_the_same_is_not_told_twice_at_a_time(engine: FakeEngine) -> None:
    async with laboratory(engine) as (app, pilot):
        await pilot.press("r", "r", "n", "n")
        await until(pilot, lambda: notices(app))
        assert len(notices(app)) == 1


async def test_notices_stand_the_longer_the_graver_they_are_and_none_for_long(
    engine: FakeEngine,
) -> None:
    async with laboratory(engine) as (app, pilot):
        app.tell("information", "information")
        await until(pilot, lambda: notices(app))
        assert [notice.timeout for notice in app._notifications] == [3.0]
        app.hush()
        app.tell("warning", "warning")
        app.tell("error", "error")
        await until(pilot, lambda: len(notices(app)) == 2)
        assert [notice.timeout for notice in app._notifications] == [5.0, 7.0]


async def test_two_notices_stand_at_once_and_the_least_grave_makes_room(
    engine: FakeEngine,
) -> None:
    async with laboratory(engine) as (app, pilot):
        app.tell("first", "error")
        app.tell("second")
        app.tell("third", "warning")
        await until(pilot, lambda: notices(app) == ["first", "third"])
        app.tell("fourth")
        await until(pilot, lambda: notices(app) == ["first", "fourth"])
        assert app.hush()


async def test_a_dialog_shows_a_notice_once_above_its_keys(engine: FakeEngine, home: Path) -> None:
    async with laboratory(engine, home, size=(80, 24)) as (app, pilot):
        app.tell("a notice", "error")
        await until(pilot, lambda: app.main.query("Toast"))
        await pilot.press("t")
        await until(pilot, lambda: any(toast.region for toast in app.screen.query("Toast")))
        (toast,) = app.screen.query("Toast")
        assert app.screen is not app.main
        assert 12 < toast.region.bottom < 23
        await until(pilot, lambda: not app.main.query("Toast"))
        await pilot.press("escape")
        await until(pilot, lambda: app.main.query("Toast"))


async def test_a_notice_covers_neither_names_just_drawn_nor_figures(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home, size=(160, 50)) as (app, pilot):
        app.tell("The longest there is, as of a path that is told. " * 3)
        await until(pilot, lambda: any(toast.region for toast in app.screen.query("Toast")))
        (toast,) = app.screen.query("Toast")
        figures = "#figure, #below, #beside, #figures, #settings, #status, #keys"
        assert toast.region.x > app.main.heatmap.region.right - 1
        parts = app.main.query(f"#names, #summary, {figures}")
        assert len(parts) == 9
        assert [part.id for part in parts if part.region.overlaps(toast.region)] == []


@pytest.mark.parametrize("pane", ["3", "4"])
async def test_where_there_are_tabs_a_notice_covers_these_and_no_figure(
    engine: FakeEngine, home: Path, pane: str
) -> None:
    async with laboratory(engine, home, size=(80, 24)) as (app, pilot):
        await pilot.press(pane)
        app.tell("Two lines of a notice are as long as this. " * 2)
        await until(pilot, lambda: any(toast.region for toast in app.screen.query("Toast")))
        (toast,) = app.screen.query("Toast")
        assert toast.region.height == 2
        assert toast.region.right <= 80
        parts = app.main.query("#figures, .fields, #names, #summary, #status, #keys")
        assert len([part for part in parts if part.region]) >= 4
        assert [part.id for part in parts if part.region.overlaps(toast.region)] == []


async def test_without_torch_it_is_said_that_there_is_no_network(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine) as (app, pilot):
        engine.say(EngineFailed("importing torch", "no such file"))
        await until(pilot, lambda: app.state.torch_failed)
        engine.load(home)
        await until(pilot, lambda: app.state.words)
        assert app.state.progress == "torch could not be imported"
        await pilot.press("space")
        await until(pilot, lambda: any("There is no network" in told for told in notices(app)))
        assert Toggle() not in engine.sent


@pytest.mark.slow
async def test_a_terminal_that_grows_behind_another_screen_has_room_again(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        await pilot.resize_terminal(50, 10)
        await until(pilot, lambda: isinstance(app.screen, SmallScreen))
        await pilot.press("question_mark")
        await until(pilot, lambda: not isinstance(app.screen, SmallScreen))
        await pilot.resize_terminal(120, 40)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


@pytest.mark.slow
async def test_over_another_screen_the_palette_offers_only_what_makes_sense_there(
    engine: FakeEngine, home: Path
) -> None:
    async with laboratory(engine, home) as (app, pilot):
        for key, offers_all in (("", True), ("t", False)):
            await pilot.press(*key)
            await pilot.pause()
            app.action_command_palette()
            await pilot.pause()
            offered = [hit.help async for hit in CommandProvider(app.screen).discover()]
            assert (BY_ID["lab"].help in offered) is offers_all
            assert BY_ID["quit"].help in offered
            await pilot.press("escape")


def is_told(app: Laboratory, what: str) -> bool:
    """Whether a notice holds a text."""
    return any(what in notice for notice in notices(app))


def has_words(app: Laboratory, number: int) -> bool:
    """Whether the state is of so many words."""
    return app.state.words is not None and len(app.state.words) == number
