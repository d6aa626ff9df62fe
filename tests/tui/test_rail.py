"""The scrub line and the line through the chart, as text, and where steps lie along them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.tui.bench import falling, snapshot
from tests.tui.test_loss_chart import recent, whole
from tests.tui.test_plots import drawn
from tui.plot.door import loss_chart
from tui.plot.steps import Steps
from tui.state import State
from tui.state.intents import Intent
from tui.state.reducing import reduce
from tui.state.scrub import FilmPlayed, Sought
from tui.text.rows import Row
from tui.training.rail import marked, rail

LINEAR = Steps(0, 200, 3, 41, is_log=False)
LOG = Steps(0, math.log10(1001), 3, 41, is_log=True)


@pytest.mark.parametrize("steps", [LINEAR, LOG, Steps(100, 612, 5, 30, is_log=False)])
def test_each_column_has_a_step_that_lies_in_it(steps: Steps) -> None:
    columns = range(steps.left, steps.left + steps.columns)
    found = [steps.step(column) for column in columns]
    assert found == sorted(found)
    if steps is not LOG:  # The first columns of that one share few steps.
        assert [steps.column(step) for step in found] == [*columns]
    assert (steps.column(found[0]), steps.column(found[-1])) == (columns[0], columns[-1])


@pytest.mark.parametrize(("column", "step"), [(3, 0), (43, 200), (0, 0), (99, 200), (23, 100)])
def test_columns_beside_the_chart_are_its_ends(column: int, step: int) -> None:
    assert LINEAR.step(column) == step


@pytest.mark.parametrize(("column", "step"), [(3, 0), (43, 1000)])
def test_the_ends_of_a_logarithmic_axis_are_whole_steps(column: int, step: int) -> None:
    assert LOG.step(column) == step


@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize("width", [24, 44, 61])
def test_a_step_lies_where_the_curve_has_it(width: int, is_log: bool) -> None:
    chart = loss_chart(replace(whole(falling(184)), is_log_steps=is_log), width, 12)
    assert chart.steps is not None
    columns = [x for x, _ in drawn(chart, "curve")]
    assert chart.steps.column(0) == min(columns)
    assert chart.steps.column(184) == max(columns)


def test_the_latest_losses_have_steps_of_their_own() -> None:
    chart = loss_chart(recent(falling(5000)), 60, 12)
    assert chart.steps is not None
    assert chart.steps.step(59) == 5000
    assert chart.steps.step(0) == 4500


@pytest.mark.parametrize(("step", "holds"), [(99, False), (100, True), (612, True), (613, False)])
def test_a_step_beside_the_latest_ones_is_not_in_their_chart(step: int, holds: bool) -> None:
    assert Steps(100, 612, 5, 30, is_log=False).holds(step) is holds


PRESENT = replace(snapshot(150, "paused"), newest=150)


def text(*messages: Intent, step: int = 150, **changes: object) -> str:
    """The scrub line."""
    shown = replace(PRESENT, step=step, is_looking=step != 150, **changes)  # type: ignore[arg-type]
    state = reduce(State(), shown)
    for message in messages:
        state = reduce(state, message)
    row = rail(state, LINEAR, is_in_use=False)
    return "".join(run[0] for run in row).rstrip()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (text(), "   ──────────────────────────────●"),
        (text(step=100), "   ────────────────────● 100 ─────"),
        (text(step=0), "   ● 0 ───────────────────────────"),
        (text(step=149), "   ──────────────────────────────● 149"),
        (text(Sought(40), step=100), "   ────────○ 40 ──────────────────"),
        (text(step=100, looked_for=107), "   ─────────────────────○ ≈100 → 107"),
        (text(FilmPlayed(), step=100), "   ────────────────────► 100 ─────"),
        (text(FilmPlayed(is_backwards=True), step=100), "   ────────────────────◄ 100 ─────"),
        (text(step=0, newest=0), ""),
    ],
)
def test_the_handle_stands_under_its_step_with_the_step_beside_it(line: str, shown: str) -> None:
    assert line == shown


def test_at_the_right_edge_the_step_stands_left_of_its_handle() -> None:
    end = replace(PRESENT, step=200, newest=200, is_looking=True)
    row = rail(State(snapshot=end), LINEAR, is_in_use=False)
    assert "".join(run[0] for run in row) == "   ─────────────────────────────────── 200 ●"


def test_in_the_present_it_is_quiet_and_in_use_it_is_not() -> None:
    state = State(snapshot=PRESENT)
    quiet, loud = (rail(state, LINEAR, is_in_use=is_in_use) for is_in_use in (False, True))
    assert {run[1] for run in quiet} == {"frame"}
    assert "accent" in {run[1] for run in loud}


def test_the_line_through_a_chart_leaves_what_stands_there_and_makes_it_stand_out() -> None:
    lines: list[Row] = [(("4┤", "tick"), ("⡀  ", "curve")), (("│ ", "frame"), (" ⠑⢄", "curve"))]
    rows = marked(lines, 3)
    assert ["".join(run[0] for run in row) for row in rows] == ["4┤⡀│ ", "│  ⠑⢄"]
    assert rows[1] == (("│ ", "frame"), (" ", "curve"), ("⠑", "strong"), ("⢄", "curve"))
