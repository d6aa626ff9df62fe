"""What goes over the line makes the terminal show what it should, and is no more than needed."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.terminal.frontbuffer import FrontBuffer

COLUMNS, ROWS = 12, 3

TRUE = ColorSystem.TRUECOLOR

STYLES = [
    Style(),
    Style(color="#ff0000"),
    Style(bgcolor="#0000ff"),
    Style(color="#ff0000", bgcolor="#0000ff"),
    Style(color="#ff0000", bold=True),
    Style(reverse=True),
    Style(bgcolor="#0000ff", underline=True),
]

SYMBOLS = ["a", "b", " ", " ", "─", "日", "é"]

Stretch = tuple[int, int, Strip]


class Terminal:
    """What is shown of what is written."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.Stream(self.screen)

    def cells(self) -> list[tuple[object, ...]]:
        """Symbol and look of each cell; a blank shows its background only."""
        return [
            (y, x, *self._seen(self.screen.buffer[y][x]))
            for y in range(ROWS)
            for x in range(COLUMNS)
        ]

    def _seen(self, cell: pyte.screens.Char) -> tuple[object, ...]:
        if cell.data == " " and not (cell.underscore or cell.reverse):
            return " ", cell.bg
        return cell.data, cell.fg, cell.bg, cell.bold, cell.underscore, cell.reverse


@st.composite
def stretches(draw: st.DrawFn) -> list[Stretch]:
    """Stretches that lie on the screen and cut no symbol at its edge."""
    drawn = []
    for _ in range(draw(st.integers(1, 4))):
        y, x = draw(st.integers(0, ROWS - 1)), draw(st.integers(0, COLUMNS - 1))
        parts = st.tuples(st.text(st.sampled_from(SYMBOLS), max_size=6), st.sampled_from(STYLES))
        strip = Strip([Segment(*part) for part in draw(st.lists(parts, max_size=4))])
        drawn.append((y, x, strip.crop(0, COLUMNS - x)))
    return drawn


def everything(lines: list[Strip]) -> list[Stretch]:
    """A whole screen."""
    return [(y, 0, line) for y, line in enumerate(lines)]


@given(st.lists(stretches(), min_size=1, max_size=6))
def test_the_terminal_shows_what_it_would_show_if_all_were_written(
    updates: list[list[Stretch]],
) -> None:
    front, lean, lines = FrontBuffer(), Terminal(), [Strip.blank(COLUMNS)] * ROWS
    lean.stream.feed(front.update(everything(lines), TRUE))
    for update in updates:
        for y, x, strip in update:
            left, right = lines[y].crop(0, x), lines[y].crop(x + strip.cell_length, COLUMNS)
            lines[y] = Strip.join([left, strip, right])
        # As Textual draws: where half a symbol is covered, the other half is drawn, too, as blank.
        lean.stream.feed(front.update([*update, *everything(lines)], TRUE))
        whole = Terminal()
        whole.stream.feed(FrontBuffer().update(everything(lines), TRUE))
        assert lean.cells() == whole.cells()
        assert front.update(everything(lines), TRUE) == ""


def written(front: FrontBuffer, *parts: tuple[str, Style], y: int = 0, x: int = 0) -> str:
    """What is written for a stretch."""
    return front.update([(y, x, Strip([Segment(*part) for part in parts]))], TRUE)


RED, BLUE = Style(color="#ff0000"), Style(bgcolor="#0000ff")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param("abcdef", "abcdef", "", id="nothing"),
        pytest.param("abcdef", "abXdef", "\x1b[1;3HX", id="one cell"),
        pytest.param("abcdef", "aXcXef", "\x1b[1;2HXcX", id="a short way is written"),
        pytest.param("abcdefghi", "XbcdefghX", "\x1b[1;1HX\x1b[9GX", id="a long one is gone"),
        pytest.param("日本", "日x本"[:2] + " ", "\x1b[1;3Hx ", id="a narrow symbol for a wide one"),
        pytest.param("abcd", "日cd", "\x1b[1;1H日", id="a wide one for two narrow ones"),
    ],
)
def test_only_what_differs_is_written(before: str, after: str, expected: str) -> None:
    front = FrontBuffer()
    written(front, (before, Style()))
    assert written(front, (after, Style())) == expected


def test_behind_what_terminals_differ_about_the_place_is_told() -> None:
    assert written(FrontBuffer(), ("a日b", Style())) == "\x1b[1;1Ha日\x1b[4Gb"


def test_of_a_look_only_what_is_new_is_written() -> None:
    both = RED + BLUE
    shown = written(FrontBuffer(), ("a", BLUE), ("b", both), ("  ", BLUE), ("c", both))
    assert shown == "\x1b[1;1H\x1b[48;2;0;0;255ma\x1b[38;2;255;0;0mb  c\x1b[0m"


def test_what_was_forgotten_is_written_again() -> None:
    front = FrontBuffer()
    first = written(front, ("abc", RED))
    front.forget()
    assert written(front, ("abc", RED)) == first


def test_a_symbol_that_takes_no_place_moves_nothing() -> None:
    assert written(FrontBuffer(), ("\x00a\u200bb", Style())).replace("\u200b", "") in (
        "\x1b[1;1Hab",
        "\x1b[1;1Ha\x1b[2Gb",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("אb", "\x1b[1;1Hא\u200e\x1b[2Gb", id="a letter from right to left"),
        pytest.param(
            "א\u200eב\u200e", "\x1b[1;1Hא\u200e\x1b[2Gב\u200e", id="letters that stand in a grid"
        ),
        pytest.param("שרה 5", "\x1b[1;1Hשרה\u200e\x1b[4G 5", id="a word, then a figure"),
        pytest.param("किa", "\x1b[1;1H  \x1b[1Gकि\x1b[3Ga", id="a sign that takes a column"),
        pytest.param("❤\ufe0fa", "\x1b[1;1H  \x1b[1G❤\ufe0f\x1b[3Ga", id="narrow or wide"),
    ],
)
def test_what_terminals_draw_each_in_its_way_has_its_place(text: str, expected: str) -> None:
    assert written(FrontBuffer(), (text, Style())) == expected


def test_what_a_terminal_may_draw_over_is_written_once_more() -> None:
    front = FrontBuffer()
    written(front, ("abcdefgh", Style()))
    # Three people side by side take six columns where they are not drawn as a family.
    assert written(front, ("👩‍👩‍👧", Style())) == "\x1b[1;1H👩‍👩‍👧\x1b[3Gcdef"
    assert written(front, ("👩‍👩‍👧c", Style())) == ""


def test_cells_that_look_the_same_are_held_once() -> None:
    front, red = FrontBuffer(), Style(color="#ff0000")
    lines = [Strip([Segment(f"a b─ {i}a", red)]) for i in range(3)]
    front.update([(y, 0, line) for y, line in enumerate(lines)], TRUE)
    held = {id(cell) for line in front._lines for cell in line}
    assert len(held) == len(set("a b─012"))
