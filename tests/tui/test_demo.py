"""A demo: its script, how it is played, and that it ends as soon as somebody takes over."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from engine.protocol import Refusal, Watch
from tests.tui.fake import FakeEngine, notices, until
from tui.command import named
from tui.commands import COMMANDS
from tui.demo import player
from tui.demo.app import Demonstration, Echoing
from tui.demo.player import Player
from tui.demo.script import Caption, Pace, Press, Rest, Script, Until, parse, read
from tui.demo.strip import Pressed, Strip, called, caption_row, keys_row, with_key
from tui.main import main
from tui.options import Options
from tui.overlying import LAB
from tui.plot import door as plots
from tui.text.rows import width_of


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


# The script

GUIDING = {"up", "down", "left", "right", "enter", "tab", "shift+tab", "pageup", "pagedown"}
"""Keys that move about, which no table of commands names."""


def test_the_tour_presses_keys_of_the_program_alone() -> None:
    tables = [command.keys for command in COMMANDS] + [command.keys for command in LAB]
    known = GUIDING | {key for keys in tables for key in keys.split(",")}
    pressed = [e for e in read("").instructions if isinstance(e, Press) and not e.is_typed]
    assert {named(each.key) for each in pressed} <= known
    assert len(pressed) > 20


def test_the_captions_of_the_tour_fit_into_80_columns() -> None:
    captions = [each.text for each in read("").instructions if isinstance(each, Caption)]
    assert max(map(len, captions)) <= 78
    assert all(captions)


def test_each_line_is_an_instruction() -> None:
    text = "# no\n\ncaption A b\nkeys space right*2 ?\ntype a b\nwait 2s\nuntil step 9\npace 3\n"
    assert parse(text, "a").instructions == (
        Caption("A b"),
        *(Press("space"), Press("right"), Press("right"), Press("?")),
        *(Press("a", is_typed=True), Press("space", is_typed=True), Press("b", is_typed=True)),
        Rest(2.0),
        Until("step", 9),
        Pace(3.0),
    )
    assert parse(text, "a").lines[0].number == 3


WRONG = {
    "click 3": "line 1: “click” is no instruction; there are caption, keys",
    "keys": "line 1: keys are missing",
    "wait 1\nkeys foo": "line 2: “foo” is no key; give a character",
    "keys a*0": "“a*0” presses a key 0 times",
    "wait soon": "wait needs a number from 0 to 600 (seconds), not “soon”",
    "wait nan": "not “nan”",
    "wait 601": "not “601”",
    "until dawn": "“dawn” cannot be waited for; give ready, step N",
    "until step": "“step” cannot be waited for",
    "until ready 3": "“ready 3” cannot be waited for",
    "pace 0": "pace needs a number from 0.1 to 100",
    "type": "what is to be typed is missing",
    "caption a": "has neither keys nor waits",
    "keys \x1b[2J": "is no key",
}


@pytest.mark.parametrize("text", WRONG, ids=repr)
def test_what_is_wrong_is_said_with_its_line(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(text, "my.demo")
    assert WRONG[text] in str(refused.value)
    assert str(refused.value).startswith("my.demo")
    assert "\x1b" not in str(refused.value)


def test_a_demo_is_refused_before_anything_is_opened(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "latin").write_bytes(b"caption \xe9")
    refused = {
        ("--demo", str(tmp_path / "none")): "cannot be read: No such file",
        ("--demo", str(tmp_path / "latin")): "it is no text in UTF-8",
        ("--resume", "a3f", "--demo"): "leave --resume out",
        ("--readonly", "--demo"): "leave --readonly out",
    }
    for arguments, said in refused.items():
        assert main(arguments) == 2
        assert said in capsys.readouterr().err


# The player


class Taker:
    """Takes down what is done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.are_so: set[str] = set()

    def say(self, caption: str) -> None:
        self.done.append(f"“{caption}”")

    def press(self, key: str) -> None:
        self.done.append(key)

    def is_so(self, condition: str, number: int) -> bool:
        self.done.append(f"{condition} {number}")
        return condition in self.are_so


def fast(text: str) -> Script:
    return parse(f"pace 100\n{text}", "demo")


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a look around be all that anything takes."""
    monkeypatch.setattr(player, "TICK", 0.001)


async def test_it_is_played_in_order_and_again(no_time: None) -> None:
    taker = Taker()
    taker.are_so.add("step")
    await Player(fast("caption a\nkeys b*2\nuntil step 3\ntype c"), taker).play(2)
    assert taker.done == ["“a”", "b", "b", "step 3", "c"] * 2


async def test_what_does_not_come_ends_it_with_its_line(
    no_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "PATIENCE", 0.003)
    with pytest.raises(Refusal, match=r"at line 3 of demo: “step 1,000” did not come"):
        await Player(fast("wait 0\nuntil step 1000"), Taker()).play()


async def test_paused_it_does_nothing_until_it_goes_on(no_time: None) -> None:
    taker = Taker()
    playing = Player(fast("keys a b"), taker)
    playing.toggle()
    task = asyncio.create_task(playing.play(1))
    for _ in range(20):
        await asyncio.sleep(0)
    assert playing.is_paused
    assert not taker.done
    playing.toggle()
    await task
    assert taker.done == ["a", "b"]


# The strip


def test_a_key_pressed_again_is_counted() -> None:
    pressed: tuple[Pressed, ...] = ()
    for key in ("n", "n", "g", "n"):
        pressed = with_key(pressed, key)
    assert pressed == (Pressed("n", 2), Pressed("g"), Pressed("n"))
    for key in "abcdefghij":
        pressed = with_key(pressed, key)
    assert [each.key for each in pressed] == list("cdefghij")


@pytest.mark.parametrize(
    ("key", "character", "shown"),
    [
        *(("n", "n", "n"), ("space", " ", "space"), ("question_mark", "?", "?")),
        *(("escape", "\x1b", "esc"), ("right", None, "→"), ("ctrl+t", "\x14", "^t")),
    ],
)
def test_keys_are_called_as_they_are_printed(key: str, character: str | None, shown: str) -> None:
    assert called(key, character) == shown


@pytest.mark.parametrize("width", [20, 40, 80, 160])
def test_the_strip_fits(width: int) -> None:
    pressed = tuple(Pressed(key, 12) for key in "abcdefgh")
    row = keys_row(pressed, width, "space pauses" if width > 20 else "")
    assert width_of(row) == width
    assert "h" in "".join(run[0] for run in row).replace("the", "")
    assert width_of(caption_row("a caption " * 20, width)) < width


# The app


def strip_of(app: Echoing) -> str:
    """What the strip on top says."""
    return app.screen.query_one(Strip).text


@pytest.mark.slow
async def test_it_plays_until_a_key_is_pressed_which_does_nothing_else(tmp_path: Path) -> None:
    plots.warm_up()
    engine = FakeEngine()
    script = parse("pace 20\ncaption Two views on\nkeys v v\nwait 600\n", "demo")
    app = Demonstration(script, engine, Options(fps=50.0, is_kept=False))
    async with app.run_test(size=(100, 34), notifications=True) as pilot:
        await until(pilot, lambda: engine.is_started)
        engine.load(tmp_path)
        engine.be_ready()
        await until(pilot, lambda: app.state.is_ready and app.state.view != "counts")
        await until(pilot, lambda: "v" in strip_of(app))
        assert "Two views on" in strip_of(app)
        assert "any other key takes over" in strip_of(app)
        sent = list(engine.sent)

        app.post_message(events.Key("space", " "))
        await until(pilot, lambda: "paused: space goes on" in strip_of(app))
        app.post_message(events.Key("space", " "))
        await until(pilot, lambda: "paused" not in strip_of(app))

        view = app.state.view
        app.post_message(events.Key("v", "v"))
        await until(pilot, lambda: not app.screen.query(Strip))
        assert any("all is yours" in told for told in notices(app))
        assert app.state.view == view
        # What is in view is told a moment later, whoever chose it.
        assert [c for c in engine.sent if c not in sent and not isinstance(c, Watch)] == []
        app.post_message(events.Key("v", "v"))
        await until(pilot, lambda: app.state.view != view)


async def test_keys_are_echoed_on_whatever_screen_they_are_pressed() -> None:
    engine = FakeEngine()
    app = Echoing(engine, replace(Options(fps=50.0), shows_keys=True))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: engine.is_started)
        await pilot.press("question_mark")
        await until(pilot, lambda: len(app.screen_stack) == 2 and app.screen.query(Strip))
        assert "?" in strip_of(app)
        await pilot.press("down", "down")
        await until(pilot, lambda: "×2" in strip_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: len(app.screen_stack) == 1)
        assert strip_of(app).split() == ["keys", "?", "↓", "×2", "esc"]
        strip = app.screen.query_one(Strip)
        assert strip.region.bottom == 24
        assert app.main.query_one("#keys").region.bottom == 23
