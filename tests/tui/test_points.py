"""The mouse reads a point of the loss chart: the bucket of the nearest curve, in exact figures."""

from __future__ import annotations

import re
from itertools import product

import pytest
from textual.pilot import Pilot

from tests.tui.bench import FLOOR, Bench, course, falling, history, line, snapshot, told
from tests.tui.fake import until
from tui.plot.curves import Losses, laid_out
from tui.plot.decimate import buckets, pairs
from tui.plot.losses import losses_of
from tui.plot.points import Points
from tui.state.courses import Compared
from tui.training.chart import LossChart

WIDTH, HEIGHT = 60, 16

MINE, OTHER = falling(150), falling(100, start=6.0)


def losses(*, is_log_steps: bool = False, is_log_gap: bool = False) -> Losses:
    """A run beside another one that began higher and ended sooner."""
    return Losses(
        buckets(history(MINE)),
        FLOOR,
        (Compared(course(2, OTHER), 0),),
        is_log_steps=is_log_steps,
        is_log_gap=is_log_gap,
    )


def place(chart: Losses, step: float, loss: float) -> tuple[int, int]:
    """The character that a point of a curve falls into."""
    plan, across, up = laid_out(chart, WIDTH, HEIGHT)
    x, y = across.dot(chart.x(step)), up.dot(chart.y(loss))
    return plan.label_width + 1 + x // 2, plan.rows - 1 - min(up.dots - 1, y) // 4


@pytest.mark.parametrize("is_log_steps", [False, True])
@pytest.mark.parametrize("is_log_gap", [False, True])
def test_where_a_curve_is_seen_its_own_losses_are_read(
    is_log_steps: bool, is_log_gap: bool
) -> None:
    chart = losses(is_log_steps=is_log_steps, is_log_gap=is_log_gap)
    plan, across, _ = laid_out(chart, WIDTH, HEIGHT)
    for run, curve in ((None, MINE), (chart.compared[0], OTHER)):
        # Early ones lie apart, later ones on top of each other.
        for step in (4, 20, 60):
            x, y = place(chart, *curve[step])
            point = Points(chart, WIDTH, HEIGHT).at(x, y)
            assert point is not None
            assert point.run == run
            assert (point.step, point.least) in curve
            seen = across.dot(chart.x(point.step)) // 2
            assert abs(seen - (x - plan.label_width - 1)) <= 1


def test_beyond_the_end_of_a_run_the_other_one_is_read() -> None:
    chart = losses()
    point = Points(chart, WIDTH, HEIGHT).at(*place(chart, 130, FLOOR))
    assert point is not None
    assert point.run is None
    assert abs(point.step - 130) <= 2


def test_where_there_is_nothing_nothing_is_read() -> None:
    chart = losses()
    assert Points(chart, WIDTH, HEIGHT).at(0, 3) is None, "on the axis"
    assert Points(chart, WIDTH, HEIGHT).at(30, HEIGHT - 1) is None, "below it"
    assert Points(Losses([], FLOOR), WIDTH, HEIGHT).at(30, 5) is None
    short = Losses(buckets(history(falling(10_100, 100))), FLOOR)
    assert Points(short, WIDTH, HEIGHT).at(WIDTH - 1, 5) is None, "where it has not come to"


def test_every_character_can_be_read_in_every_window() -> None:
    recent = pairs(snapshot(losses=falling(3000)).recent)
    for chart in (losses(), losses(is_log_steps=True), Losses(recent, FLOOR, is_recent=True)):
        points = Points(chart, WIDTH, HEIGHT)
        for x, y in product(range(WIDTH), range(HEIGHT)):
            points.at(x, y)


def test_a_bucket_of_several_steps_gives_its_least_and_its_greatest_loss() -> None:
    chart = Losses([(0.0, 3.0, 3.0), (512.0, 2.5, 2.6), (514.0, 2.5, 2.5)], FLOOR)
    point = Points(chart, WIDTH, HEIGHT).at(*place(chart, 512, 2.6))
    assert point is not None
    assert (point.step, point.least, point.greatest) == (512, 2.5, 2.6)


async def hover(pilot: Pilot[None], chart: LossChart, step: float, loss: float) -> None:
    """Put the mouse where a loss is drawn."""
    app = pilot.app
    assert isinstance(app, Bench)
    plan, across, up = laid_out(losses_of(app.state), *chart.size)
    x = plan.label_width + 1 + across.dot(step) // 2
    y = plan.rows - 1 - max(0, min(up.dots - 1, up.dot(loss))) // 4
    await pilot.hover(chart, offset=(x, y))


@pytest.mark.slow
async def test_the_mouse_over_the_chart_is_told_step_loss_and_run() -> None:
    async with Bench().run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(100), snapshot(60, "paused", run=2, before=(line(1, 100),)))
        app.take(told(course(1, falling(100, start=8.0))))
        await until(pilot, lambda: "━ 0001" in app.frame)
        chart = app.pane.query_one(LossChart)
        await hover(pilot, chart, *falling(60)[50])
        told_of = r"step 5[01] · loss 2\.8\d+ · run 0002"
        await until(pilot, lambda: re.search(told_of, app.frame))
        await hover(pilot, chart, *falling(100, start=8.0)[30])
        await until(pilot, lambda: "run 0001" in app.frame)
        assert "w whole run" not in app.frame
        await pilot.hover("#figures")
        await until(pilot, lambda: "w whole run" in app.frame)
