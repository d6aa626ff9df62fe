"""Strange words and strange terminals: nothing crashes, nothing escapes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Start, attached_by_hand, only_on_the_thread
from tests.terminal.emulator import unlike
from tui.colours.depth import is_guess

pytestmark = pytest.mark.terminal

HOSTILE = [
    "[/foo]",
    "[@click=quit]x[/]",
    "[bold red]loud",
    "\x1b]0;owned\x07title",
    "\x1b]52;c;b3duZWQ=\x07clip",
    "\x1b[2Jcleared",
    "\x9b31mc1",
    "\u202egnirts\u202c",
    "漢字",
    "ﷺ",
    "👩‍👩‍👧",
    "e\u0301tude",
    "{curly}",
    "back\\slash",
    "<tag>&amp;",
]


@pytest.mark.slow
def test_hostile_words_are_words(start: Start, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("\n".join(HOSTILE) + "\n", encoding="utf-8")
    lab = start("--data", "words.txt", size=(160, 50)).open()
    lab.wait_for("[/foo]")
    lab.wait_for("[@click=quit")
    lab.press("1", "down", "down", "up", "enter")
    lab.click("[@click=quit")
    lab.press("/", *"[/")
    lab.wait_for("2 of 15")
    lab.press("esc")
    lab.press("space")
    lab.wait_for(lambda: lab.step > 20)
    lab.press("space", "g", "y", "v", "v", "4", "down", "enter")
    lab.settle()
    lab.wait_for("漢字")
    assert lab.is_alive
    assert "owned" not in lab.title
    for evil in (b"\x1b]0;", b"\x1b]52;c;b3duZWQ", b"\x1b[2J", b"\x9b31", "\u202e".encode()):
        assert evil not in lab.output
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


DARK = {"121212", "1e1e1e", "242f38"}
"""Grounds of the theme that is usual in the dark."""

NIGHT = b"48;2;18;18;18m"
"""The first of them, as it is chosen."""

GREYS = {"default", "black", "brightblack", "white", "brightwhite"}


@attached_by_hand
@pytest.mark.slow
@pytest.mark.parametrize(
    ("env", "least", "most"),
    [
        ({"TERM": "xterm", "COLORTERM": ""}, 4, 16),
        ({"COLORTERM": ""}, 10, 60),
    ],
)
def test_the_heatmap_is_drawn_with_the_colours_there_are(
    start: Start, env: dict[str, str], least: int, most: int
) -> None:
    lab = start(env=env)
    lab.wait_for("a b c d e")
    lab.wait_for(lambda: least <= len(lab.colours) <= most)
    assert b"[38;2;" not in lab.output
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


@attached_by_hand
@pytest.mark.slow
def test_a_terminal_that_says_it_has_all_colours_gets_them(start: Start) -> None:
    lab = start(env={"COLORTERM": ""})
    lab.knows_colours = True
    lab.open()
    lab.wait_for(lambda: len(lab.colours) > 30)
    lab.settle()
    before = lab.backgrounds
    lab.press("ctrl+l")
    lab.settle()
    assert unlike(lab.backgrounds, before) == [], "nothing is left of the colours from before"
    assert "$qm" not in lab.text
    lab.press("q")
    assert lab.last_words()[0] == 0


@attached_by_hand
@pytest.mark.slow
def test_a_light_terminal_is_dressed_light_and_at_once_the_next_time(start: Start) -> None:
    lab = start()
    lab.ground = "ffff/ffff/f0f0"
    lab.open()
    lab.wait_for(lambda: lab.backgrounds[-1][-1] not in ("default", *DARK))
    assert "rgb:" not in lab.text
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0
    lab = start()
    lab.open()
    assert NIGHT not in lab.output, "the first frame is right"
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


@pytest.mark.parametrize(
    "env",
    [
        {"TERM": "screen-256color", "STY": "1.pts"},
        {"TERM": "linux"},
        {"NO_COLOR": "1"},
        {"COLORTERM": "truecolor"},
    ],
)
def test_who_would_choke_on_the_question_or_need_not_be_asked_is_not_asked(
    env: dict[str, str],
) -> None:
    assert not is_guess(env)


def test_who_may_have_more_colours_than_it_seems_is_asked() -> None:
    assert is_guess({"TERM": "xterm-256color"})
    assert is_guess({"TERM": "tmux-256color", "COLORTERM": ""})


@attached_by_hand
@pytest.mark.slow
@pytest.mark.parametrize(
    ("env", "options", "hears"),
    [
        ({"TERM": "screen", "STY": "1.pts"}, [], False),
        pytest.param({"TERM": "screen", "STY": "1.pts"}, ["--mouse"], True, marks=pytest.mark.soak),
        ({"TERM": "screen"}, [], True),
        pytest.param({}, ["--no-mouse"], False, marks=pytest.mark.soak),
    ],
)
def test_the_mouse_is_heard_unless_it_does_harm_or_is_not_wanted(
    start: Start, env: dict[str, str], options: list[str], hears: bool
) -> None:
    lab = start(looks=options, env=env)
    lab.wait_for("1 Dataset")
    assert (b"\x1b[?1003h" in lab.output) == hears
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0
    assert lab.is_restored


@attached_by_hand
@pytest.mark.slow
def test_without_colour_the_heatmap_is_drawn_in_shades(start: Start) -> None:
    lab = start(env={"NO_COLOR": "1"})
    lab.wait_for("a b c d e")
    lab.wait_for(lambda: sum(lab.text.count(shade) for shade in "░▒▓█") > 200)
    assert lab.colours <= GREYS
    assert b"[38;2;" not in lab.output
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0


@only_on_the_thread("only the screen has a size")
@pytest.mark.slow
def test_however_small_the_window_it_comes_to_rest(start: Start) -> None:
    app = start().open()
    for size in ((1, 1), (2, 1), (3, 2), (1, 50), (300, 1)):
        app.make(*size)
        app.settle()
    app.make(120, 40)
    app.wait_for("1 Dataset")
