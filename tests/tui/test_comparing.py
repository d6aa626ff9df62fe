"""Runs beside the one in hand: their legend, and their colours."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from rich.color import Color, ColorSystem

from engine.protocol import Course, RunLine
from tests.tui.bench import SETTINGS, course, falling, line, snapshot
from tui.colours.oklab import contrast, distance, from_hex, from_linear, parse
from tui.colours.palettes import RUNS
from tui.plot.points import Point
from tui.state import State
from tui.state.courses import Compared, Courses
from tui.text.rows import width_of
from tui.training.comparing import compared, point_told


def state(*runs: RunLine) -> State:
    """A run in hand, and some beside it."""
    now = snapshot(50, run=99, before=runs)
    told = {run.id: Course(run.id, course(1, falling(9)).history, b"", ()) for run in runs}
    colours = {run.id: i for i, run in enumerate(runs)}
    return State(snapshot=now, courses=Courses(colours=colours, told=told))


def text(of: State, width: int) -> list[str]:
    """The legend without its roles."""
    return ["".join(run[0] for run in row).rstrip() for row in compared(of, width)]


SLOW = line(1, 100, replace(SETTINGS, learning_rate=5.0))
FREE = line(2, 100, replace(SETTINGS, regularization=0.0, seed=7))


def test_the_legend_names_runs_and_what_differs_as_far_as_there_is_room() -> None:
    assert text(state(), 44) == []
    assert text(state(SLOW, FREE), 44) == ["run ━ 0001 rate 5  ━ 0002 reg 0, seed 7"]
    assert text(state(SLOW, FREE), 24) == ["run ━ 0001  ━ 0002"]
    many = state(*(line(run, 9) for run in range(1, 9)))
    assert text(many, 30) == ["━ 0001  ━ 0002  ━ 0003  +5"]


@pytest.mark.parametrize("width", range(30, 130, 7))
def test_the_legend_fits_at_any_width(width: int) -> None:
    for number in range(9):
        for row in compared(state(*(line(run, 9) for run in range(1, number + 1))), width):
            assert width_of(row) <= width + 2, "but for the blanks at its end"


def test_a_run_has_in_the_legend_the_colour_it_has_in_the_chart() -> None:
    (row,) = compared(state(SLOW, FREE), 44)
    assert [run[1] for run in row if run[0].startswith("━")] == ["run-1", "run-2"]


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (None, ""),
        (Point(1024, 2.4912, 2.4912), "step 1,024 · loss 2.4912"),
        (Point(1024, 2.49, 2.51, is_dev=True), "step 1,024 · dev 2.4900–2.5100"),
        (
            Point(7, 3.0, 3.0, Compared(course(1, falling(9)), 0)),
            "step 7 · loss 3.0000 · run 0001",
        ),
    ],
)
def test_a_point_is_told_in_a_line(point: Point | None, words: str) -> None:
    assert "".join(run[0] for run in point_told(point, state(), 44)) == words


def test_beside_others_the_run_in_hand_is_named_too() -> None:
    told = point_told(Point(7, 3.0, 3.0), state(SLOW), 44)
    assert told[-1] == ("0099", "curve")


# Colours

DARK, LIGHT = RUNS[True], RUNS[False]

BLINDNESS = {
    "none": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
"""What becomes of linear RGB in the eyes of the colour-blind: Machado, Oliveira and Fernandes, "A
physiologically-based model for simulation of color vision deficiency" (2009), severity 1."""

APART = {"none": 0.14, "protan": 0.08, "deutan": 0.08}
"""Least distance of two colours in OKLab; 0.02 can just be told apart."""


def seen(colour: str, by: str) -> str:
    """A colour in the eyes of somebody."""
    rgb = parse(colour)
    mixed = (sum(m * c for m, c in zip(row, rgb, strict=True)) for row in BLINDNESS[by])
    return "#" + "".join(f"{round(from_linear(min(1, max(0, c))) * 255):02x}" for c in mixed)


@pytest.mark.parametrize("by", BLINDNESS)
@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_runs_are_told_apart_by_whoever_looks(colours: tuple[str, ...], by: str) -> None:
    for one, other in combinations(colours, 2):
        assert distance(*(from_hex(seen(c, by)) for c in (one, other))) > APART[by], (one, other)


@pytest.mark.parametrize(
    ("colours", "backgrounds"),
    [(DARK, ("#121212", "#1e1e1e")), (LIGHT, ("#e0e0e0", "#f5f5f5"))],
    ids=["dark", "light"],
)
def test_names_of_runs_can_be_read(colours: tuple[str, ...], backgrounds: tuple[str, ...]) -> None:
    for colour in colours:
        for background in backgrounds:
            assert contrast(colour, background) > 3.0


@pytest.mark.parametrize("depth", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_of_few_colours_each_run_has_another_one(
    colours: tuple[str, ...], depth: ColorSystem
) -> None:
    assert len({Color.parse(colour).downgrade(depth).number for colour in colours}) == 8
