"""Every screen on every kind of terminal: nothing fails, and nothing is sent that it does not know.

All of it is a matter of minutes, and asked for by hand; a few of its cells are looked at each time.
"""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.terminal.conftest import THREAD, Start
from tests.terminal.emulator import Terminal
from tests.terminal.kinds import colours, unknown
from tui.terminal.asking import ASK_COLOUR

pytestmark = [pytest.mark.terminal, pytest.mark.slow]

TERMINALS: dict[str, tuple[dict[str, str], set[str]]] = {
    "truecolour": ({"COLORTERM": "truecolor"}, {"2", "16"}),
    "256": ({"COLORTERM": ""}, {"5", "16"}),
    "16": ({"TERM": "xterm", "COLORTERM": ""}, {"16"}),
    "tmux": ({"TERM": "tmux-256color", "COLORTERM": ""}, {"5", "16"}),
    "screen": ({"TERM": "screen", "STY": "1.pts", "COLORTERM": ""}, {"16"}),
    "linux": ({"TERM": "linux", "COLORTERM": ""}, {"16"}),
    "vt100": ({"TERM": "vt100", "COLORTERM": ""}, set()),
    "none": ({"NO_COLOR": "1"}, set()),
}
"""What a terminal says of itself, and the ways of choosing colours that it knows."""

LOCALES = {"utf8": "C.UTF-8", "ascii": "C"}

SIZES = ((20, 5), (60, 16), (80, 24), (120, 40), (160, 50), (400, 120))

SCREENS = ("?", "t", "d", "/", "f", "o", "K", "G", "p", "R", "E", "B", "@", "Y", "ctrl+t", "L")
"""Keys that open each of the screens, or say something; esc leaves."""

FEW = ("?", "p", "L")
"""Those that are pressed each time."""

CUT = re.compile(
    r"^(?!.*(?:Pick|Type|Search|working|counting|starting)).*[a-z]{3,}…[^a-zA-Z]*$", re.M
)
"""A line at whose end a word breaks off; what is going on, or to be typed, does not."""

CELLS = list(product(TERMINALS, LOCALES, SIZES))

LOOKED_AT = {("vt100", "ascii", (80, 24))}
"""Cells that are looked at each time."""


def cell(name: str, locale: str, size: tuple[int, int]) -> object:
    """Give a cell of the matrix."""
    marks = [] if (name, locale, size) in LOOKED_AT else [pytest.mark.soak]
    return pytest.param(name, locale, size, marks=marks, id=f"{name}-{locale}-{size[0]}x{size[1]}")


def sees_nothing_cut(lab: Terminal) -> None:
    assert CUT.findall(lab.text) == []


@pytest.mark.parametrize("start", [THREAD], indirect=True)
@pytest.mark.parametrize(("name", "locale", "size"), [cell(*c) for c in CELLS])
def test_every_screen_is_drawn_in_what_the_terminal_knows(
    start: Start, name: str, locale: str, size: tuple[int, int]
) -> None:
    env, ways = TERMINALS[name]
    lab = start(size=size, env={"LANG": LOCALES[locale], **env})
    if size < (60, 16):
        lab.wait_for("q quits.")
    else:
        lab.open()
        lab.press("space")
        lab.wait_for(lambda: lab.step > 2)
        lab.press("space")
        for key in FEW if (name, locale, size) in LOOKED_AT else SCREENS:
            lab.press(key)
            lab.settle(0.1)
            sees_nothing_cut(lab)
            lab.press("esc")
        lab.wait_for("2 Heatmap")
    lab.make(90, 30)
    lab.settle(0.1)
    lab.make(*size)
    lab.settle(0.1)
    sees_nothing_cut(lab)
    lab.press("ctrl+q")
    assert lab.last_words()[0] == 0
    assert lab.is_restored
    assert list(unknown(lab.output, env.get("TERM", "xterm-256color"))) == []
    # The question how many colours there are chooses one of all.
    drawn = lab.output.replace(ASK_COLOUR.encode(), b"")
    assert colours(drawn) <= ways
    assert locale == "utf8" or lab.output.isascii()
    assert not list(lab.state.glob("crash-*"))
    log = lab.state / "log.txt"
    assert "Traceback" not in (log.read_text() if log.exists() else "")
