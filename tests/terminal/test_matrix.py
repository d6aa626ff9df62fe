"""Every screen on every kind of terminal: nothing fails, is cut, or is sent that it does not know.

All of it is a matter of half an hour, and asked for by hand; a few of its cells are looked at each
time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import engine
import tui
from engine.lab import chapters
from tests.terminal.conftest import THREAD, Start
from tests.terminal.emulator import Terminal
from tests.terminal.kinds import colours, unknown
from tui.terminal.asking import ASK_COLOUR
from tui.text.ascii import SAME

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

SCREENS: tuple[tuple[str, str, str], ...] = (
    ("2 H +", "above counting", "esc"),
    ("2 v v v v v v v", "2 Heatmap", "V"),
    ("1 i i", "1 Dataset", "m"),
    ("m 3 w e", "3 Training", "e w"),
    ("4 g b", "4 Sampler", "b"),
    ("/ emma", "to the words", "esc"),
    ("? end", "esc closes", "esc"),
    ("1 f1", "Words in sight", "esc"),
    ("t emma enter", "Take a word apart", "esc"),
    ("f", "Open a file of words", "esc"),
    ("d space end", "letter by letter", "esc"),
    ("K", "The ladder", "esc"),
    ("G", "The engine's machine", "esc"),
    ("p", "Pick a view", "esc"),
    ("R", "Pick colours", "esc"),
    ("M", "Pick a model", "esc"),
    ("ctrl+t", "Pick a theme", "esc"),
    ("o", "Runs", "esc"),
    ("E", "Export what is", "esc"),
    ("B", "Branch from step", "esc"),
    ("T", "There is no", "esc"),
    ("@", "The engine lives", "esc"),
    ("Y", "Copied", "esc"),
    (":", "Type a step", "esc"),
    (",", "looking at step", "\\"),
    (")", "order 3", ""),
    ("2 #", "Type a context", "esc ("),
    ("f5", "0 ", ""),
    ("1 2 3 4", " ", "f5"),
    ("ctrl+p tour", "Take the tour", "enter"),
    ("wait", "Each cell says", "esc"),
    ("L", "Exhibit", "esc"),
    ("L 1", "1. ", ""),
    *(("a l l h h j", f"{chapter.number}. ", "") for chapter in chapters()[1:]),
    ("a l l", f"{len(chapters())}", "esc"),
)
"""Keys that open each of the screens or say something, what is seen then, and keys that leave."""

FEW = ("? end", "p", "L")
"""Those that are looked at each time."""

WAITS = re.compile(r"(?:Pick|Type|Search)[a-z ]*…|[A-Za-z]+ing\b[^…]*…|[○●·] [\w ]+…")
"""What is still to be typed, is going on, or was drawn: there are points behind it by intent."""

CUT = re.compile(r"[a-z,;] ?…(?! +\d)")
"""Where a sentence or a word breaks off; a name before its figures may be too long."""

LAST_WORD = re.compile(
    r"(?<![\w.~/|│-])(?<![○●o*] )(?<!Word: )[A-Za-z][a-z]{2,}(?=\s+[│┃|▏▕]|\s*$)", re.M
)
"""A word before the right edge of what it stands in, but for names, which are drawn at random.

One that begins right behind a border lies under a dialog, which covers its first letters.
"""

AS_ASCII = str.maketrans({symbol: same for symbol, same in SAME.items() if same.isalpha()})
"""Letters that stand for symbols, as for the root."""

CELLS = list(product(TERMINALS, LOCALES, SIZES))

CLOSELY = {("truecolour", "utf8"), ("vt100", "ascii")}
"""Where screens are looked at after each key: what is cut depends on sizes and symbols alone."""

LOOKED_AT = {("vt100", "ascii", (80, 24))}
"""Cells that are looked at each time."""


@cache
def vocabulary() -> frozenset[str]:
    """Give all words that the program can have to say, those of the data included."""
    folders = (Path(package.__path__[0]) for package in (tui, engine))
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files.append(Path(tui.__path__[0]).parent / "names.txt")
    texts = (f.read_text() for f in files if f.suffix in (".py", ".txt", ".tcss"))
    known = (text.lower() + text.translate(AS_ASCII).lower() for text in texts)
    return frozenset(word for text in known for word in re.findall(r"[a-z]{3,}", text))


def cell(name: str, locale: str, size: tuple[int, int]) -> object:
    """Give a cell of the matrix."""
    marks = [] if (name, locale, size) in LOOKED_AT else [pytest.mark.soak]
    return pytest.param(name, locale, size, marks=marks, id=f"{name}-{locale}-{size[0]}x{size[1]}")


def cut(text: str) -> Iterator[str]:
    """Give the lines of a screen in which something breaks off."""
    for line in text.splitlines():
        words = {word.lower() for word in LAST_WORD.findall(line)} - vocabulary()
        # The arrow of a list of choices may touch what was chosen.
        words = {word for word in words if word.removesuffix("v") not in vocabulary()}
        # An alphabet goes over several lines.
        are_cut = any(list(word) != sorted(word) for word in words)
        if are_cut or CUT.search(WAITS.sub("", line)):
            yield line


def sees_nothing_cut(lab: Terminal, keys: str) -> None:
    lab.settle(0.2)
    if any(cut(lab.text)):
        # On a busy machine a screen may not have been laid out for good.
        lab.drain(3)
    assert list(cut(lab.text)) == [], f"after {keys}:\n{lab.text}"


def look_at(lab: Terminal, keys: str, seen: str, leave: str, *, is_close: bool) -> None:
    """Open a screen, look at it, and leave it; closely, look at it after each key."""
    *first, last = keys.split()
    for key in first:
        lab.press(key)
        if is_close:
            sees_nothing_cut(lab, f"{key} of {keys}")
    lab.press(*[last] * (last != "wait"))
    lab.wait_for(seen)
    sees_nothing_cut(lab, keys)
    lab.press(*leave.split())


@pytest.mark.parametrize("start", [THREAD], indirect=True)
@pytest.mark.parametrize(("name", "locale", "size"), [cell(*c) for c in CELLS])
def test_every_screen_is_drawn_in_what_the_terminal_knows(
    start: Start, name: str, locale: str, size: tuple[int, int]
) -> None:
    env, ways = TERMINALS[name]
    is_brief = (name, locale, size) in LOOKED_AT
    lab = start(size=size, env={"LANG": LOCALES[locale], **env})
    if size < (60, 16):
        lab.wait_for("q quits.")
    else:
        lab.open()
        lab.press("space")
        lab.wait_for(lambda: lab.step > 2)
        lab.press("space")
        for keys, seen, leave in SCREENS:
            if keys in FEW or not is_brief:
                look_at(lab, keys, seen, leave, is_close=(name, locale) in CLOSELY)
        lab.wait_for("2 Heatmap")
    lab.make(90, 30)
    lab.settle(0.2)
    lab.make(*size)
    sees_nothing_cut(lab, "another size")
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
