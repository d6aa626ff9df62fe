"""The race to the floor as it is drawn: a lane for each optimizer, on any canvas."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from engine.lab import Exhibit, Line, Note, Series, chapter
from engine.protocol import ChapterOpened, ExhibitShown
from tests.engine.lab.support import few, last, series, table
from tests.tui.test_lab import Bench, press
from tests.tui.test_parts import text_of
from tui.lab import exhibits
from tui.lab.exhibits.optimizers import lanes
from tui.lab.parts.canvas import Canvas
from tui.lab.parts.strips import strip
from tui.text.rows import width_of


@cache
def race(steps: int = 40) -> Exhibit:
    """A whole race that is short."""
    return last("optimizers", few(), steps=str(steps))


def drawn(canvas: Canvas, exhibit: Exhibit | None = None) -> list[str]:
    """The lanes, line by line, without what is said of them."""
    exhibit = exhibit or race()
    return text_of(lanes(series(exhibit, "gap"), table(exhibit, "gap"), canvas)).split("\n")


def test_a_curve_is_joined_and_lies_over_its_levels() -> None:
    rows = strip([(0, 7), (7, 0)], [3], 4, 2, "curve")
    assert text_of(rows) == "⠑⢄  \n⠁ ⠑⢄"
    assert [[run[1] for run in row] for row in rows] == [["curve", "frame"], ["frame", "curve"]]


def test_a_single_dot_is_a_curve_as_well() -> None:
    assert text_of(strip([(1, 0)], [], 2, 1, "curve")) == "⢀ "


@pytest.mark.parametrize(
    ("width", "height", "high"), [(73, 14, 2), (55, 20, 2), (70, 40, 4), (200, 80, 4)]
)
def test_each_lane_has_its_name_its_gap_and_what_it_took(
    width: int, height: int, high: int
) -> None:
    lines = drawn(Canvas(width, height))
    names = ["plain", "rows", "momentum", "Rprop", "Newton", "counting"]
    at = [next(i for i, line in enumerate(lines) if line.startswith(name)) for name in names]
    assert all(b - a == high for a, b in pairwise(at))
    assert max(map(len, lines)) <= width
    for row, y in zip(table(race(), "gap").rows, at, strict=True):
        first, second = lines[y].split(), lines[y + 1].split()
        assert first[first.index("1e-3") + 1] == str(row[1])
        assert second[second.index("1e-6") + 1] == str(row[3])
    assert "steps" in lines[at[-1] + high]


def test_lanes_stand_still_while_the_race_goes_on_to_a_round_number() -> None:
    def axis(steps: int) -> str:
        return next(line for line in drawn(Canvas(80, 30), race(steps)) if line.endswith("steps"))

    assert axis(25) == axis(45) != axis(60)


def test_a_canvas_too_narrow_for_lanes_has_a_table() -> None:
    rows = exhibits.draw("optimizers", race(), Canvas(38, 30))
    assert max(map(width_of, rows)) <= 38
    assert "steps and time to a gap, 40 steps at most" in " ".join(text_of(rows).split())


def test_an_exhibit_without_lanes_is_drawn_part_by_part() -> None:
    rows = exhibits.draw("optimizers", Exhibit((Note("one"),)), Canvas(60))
    assert text_of(rows) == "one"


def test_what_has_no_logarithm_is_drawn_at_the_bottom() -> None:
    exact = Line("counting", ((0.0, 1.3), (1.0, 0.0)))
    gaps = Series("gap", (exact,), "step", "gap", levels=(("1e-3", 1e-3), ("1e-6", 1e-6)))
    taken = replace(table(race(), "gap"), rows=(("counting", 1, 0.02, 1, 0.02),))
    lines = text_of(lanes(gaps, taken, Canvas(60, 20))).split("\n")
    assert any(symbol in lines[4] for symbol in "⡀⢀⣀⢄⡠⢇⡇⢣⢸")


async def test_lanes_move_while_the_race_goes_on() -> None:
    app = Bench("optimizers")
    looks = [e for e in chapter("optimizers").open(few(), {"steps": "40"}).exhibits if e]
    async with app.run_test(size=(80, 24)) as pilot:
        asked, seen = app.asked, []
        app.hear(ChapterOpened(asked.request, asked.name, asked.inputs, "", ""))
        for look in (looks[2], looks[-1]):
            app.hear(ExhibitShown(asked.request, asked.name, look))
            await pilot.pause()
            lane = next(row for row in app.shown("picture").split("\n") if "Newton" in row)
            seen.append(lane.split())
        assert "done" in app.shown("progress")
    assert seen[0][-3:] == ["1e-3", "–", "–"]
    assert seen[1][-4:-2] == ["1e-3", "7"]
    assert seen[0][1] != seen[1][1]


async def test_a_dial_asks_for_another_race() -> None:
    app = Bench("optimizers")
    async with app.run_test(size=(160, 50)) as pilot:
        assert dict(app.asked.inputs)["rate"] == "50"
        await press(pilot, "right")
        assert dict(app.asked.inputs)["rate"] == "70"
        assert not app.asked.with_pauses
        app.lab.action_restart()
        assert app.asked.with_pauses
