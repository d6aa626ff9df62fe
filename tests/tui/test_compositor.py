"""What changed is written from its start to its end, and the terminal then shows the same."""

from __future__ import annotations

import pyte
import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from tui.compositor import LeanUpdate

RED, BLUE = Style(bgcolor="#ff0000"), Style(bgcolor="#0000ff")


def lines() -> list[dict[int, Strip | None]]:
    """Return two lines of two widgets, 12 and 8 columns wide; the second one is covered below."""
    left = Strip([Segment("abc", RED), Segment("日本", BLUE), Segment("defgh", RED)])
    return [{0: left, 12: Strip([Segment("ijklmnop", RED)])}, {0: left, 12: None}]


def shown_by(update: ChopsUpdate) -> tuple[list[str], int]:
    """Return what a terminal shows after an update, and how much was written."""
    screen = pyte.Screen(20, 2)
    written = update.render_segments(Console(color_system="truecolor", force_terminal=True))
    pyte.Stream(screen).feed(written.replace("\n", ""))
    # In the display a wide symbol stands for both of its places.
    return [line.rstrip() for line in screen.display], len(written)


@pytest.mark.parametrize(
    ("spans", "shown"),
    [
        ([(0, 10, 12)], ["          gh", ""]),
        ([(0, 3, 5), (1, 0, 2)], ["   日", "ab"]),
        ([(0, 10, 14)], ["          ghij", ""]),
        ([(0, 0, 20)], ["abc日本defghijklmnop", ""]),
        ([(1, 5, 20)], ["", "     本defgh"]),
    ],
)
def test_only_the_stretches_that_changed_are_written(
    spans: list[tuple[int, int, int]], shown: list[str]
) -> None:
    ends = [[12, 20], [12, 20]]
    lean, least = shown_by(LeanUpdate(lines(), spans, ends))
    _, most = shown_by(ChopsUpdate(lines(), spans, ends))
    assert lean == shown
    assert least <= most


def test_a_cell_far_right_takes_no_more_than_one_far_left() -> None:
    ends = [[12, 20], [12, 20]]
    _, left = shown_by(LeanUpdate(lines(), [(0, 0, 1)], ends))
    _, right = shown_by(LeanUpdate(lines(), [(0, 11, 12)], ends))
    assert right <= left + 1
