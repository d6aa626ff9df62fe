"""What plotext draws, read back, is exactly what the screen expects."""

from __future__ import annotations

import math
import subprocess
import sys
from array import array
from itertools import product

import pytest
from rich.cells import cell_len

from engine.protocol import Course
from tui.plot.chart import Chart
from tui.plot.curves import Losses, plan
from tui.plot.decimate import Bucket
from tui.plot.door import histogram, loss_chart, template
from tui.state.courses import Compared, Mark
from tui.text.rows import RUN_ROLES
from tui.text.rows import ChartRole as Role

FLOOR = 2.4544
SHAPES = [(1, 1), (1, 27), (27, 1), (3, 4), (17, 27), (27, 27), (40, 60), (9, 150)]
SIZES = [(12, 4), (20, 6), (40, 10), (60, 14), (120, 30), (200, 50)]


def falling(last: int = 2000, every: int = 10, start: float = 3.76) -> list[Bucket]:
    """Return the losses of a run that falls to a gap of 0.006."""
    steps = range(0, last + 1, every)
    falls = (FLOOR + 0.006 + (start - FLOOR) * math.exp(-step / 40) for step in steps)
    return [(float(step), loss, loss) for step, loss in zip(steps, falls, strict=True)]


def beside(losses: list[Bucket], colour: int = 0) -> Compared:
    """Return another run, of such losses."""
    numbers = array("d", [x for bucket in losses for x in bucket])
    return Compared(Course("a3f2c1d4e5f6", numbers.tobytes(), b"", ()), colour)


def drawn(chart: Chart, role: Role) -> list[tuple[int, int]]:
    """Return (x, y) of every character that has a role and is no blank."""
    found = []
    for y, line in enumerate(chart.lines):
        x = 0
        for text, its_role in line:
            found += [(x + i, y) for i, c in enumerate(text) if its_role == role and c != " "]
            x += len(text)
    return found


CELLS = [(1, 1, 0), (2, 1, 1), (3, 2, 2), (4, 3, 1), (5, 2, 0), (5, 3, 2)]
"""Width and height of a cell, and columns for the labels of the rows."""


@pytest.mark.parametrize("shape", SHAPES)
def test_every_cell_of_a_template_has_exactly_its_size(shape: tuple[int, int]) -> None:
    rows, columns = shape
    for cell_width, cell_height, label_width in CELLS:
        frame = template(rows, columns, cell_width, cell_height, label_width)
        assert frame.width == columns * cell_width + 2 + label_width
        assert frame.height == rows * cell_height + 3
        assert [len(line) for line in frame.lines] == [frame.width] * frame.height
        assert frame.xs == tuple(label_width + 1 + i * cell_width for i in range(columns + 1))
        assert frame.ys == tuple(2 + i * cell_height for i in range(rows + 1))
        assert len(frame.column_labels) == columns
        assert len(frame.row_labels) == (rows if label_width else 0)


@pytest.mark.parametrize("shape", SHAPES)
def test_labels_stand_at_their_own_cells(shape: tuple[int, int]) -> None:
    for cell_width, cell_height, label_width in CELLS:
        frame = template(*shape, cell_width, cell_height, label_width)
        for column, place in enumerate(frame.column_labels):
            x, _, width, _ = frame.region(0, column)
            assert (place.x, place.y) == (x + (cell_width - 1) // 2, 0)
            assert place.x + place.width == x + width
        for row, place in enumerate(frame.row_labels):
            _, y, _, _ = frame.region(row, 0)
            at = (0, y + (cell_height - 1) // 2, label_width)
            assert (place.x, place.y, place.width) == at


def test_a_place_on_the_screen_leads_to_its_cell_and_back() -> None:
    frame = template(5, 7, 3, 2, 1)
    covered = 0
    for x, y in product(range(-1, frame.width + 1), range(-1, frame.height + 1)):
        cell = frame.cell_at(x, y)
        if cell is not None:
            left, top, width, height = frame.region(*cell)
            assert left <= x < left + width
            assert top <= y < top + height
            covered += 1
    assert covered == 5 * 7 * 3 * 2
    assert frame.cell_at(2, 2) == (0, 0)
    assert frame.cell_at(frame.width - 2, frame.height - 2) == (4, 6)


def test_a_template_holds_a_frame_and_blanks_only() -> None:
    assert template(2, 3, 2, 1, 1).lines == (
        "         ",
        " ┌──────┐",
        " │      │",
        " │      │",
        " └──────┘",
    )


@pytest.mark.parametrize("shape", [(3, 4), (17, 27)])
def test_painting_every_cell_tells_the_same(shape: tuple[int, int]) -> None:
    import plotext

    rows, columns = shape
    frame = template(rows, columns, 3, 2, 1)
    plotext.figure.clear()
    plotext.figure.theme("colorless")
    plotext.figure.plot_size(frame.width, frame.height)
    cells = [
        [(r, c, 1) for c in range(columns) for _ in range(3)] for r in range(rows) for _ in "ab"
    ]
    plotext.figure.draw(plotext.figure.heatmap(cells))
    plotext.figure.ruler("x", "upper").lim(0, columns * 3 - 1).ticks([0], ["x"])
    plotext.figure.ruler("x", "lower").frequency(0)
    plotext.figure.ruler("y", "left").ticks([0], ["x"])
    painted = plotext.figure.build()
    for x, y in product(range(frame.width), range(frame.height)):
        colour = painted.get(y, x).foreground()
        assert frame.cell_at(x, y) == (colour[:2] if colour else None)


def test_templates_are_kept() -> None:
    assert template(6, 6, 2, 1, 1) is template(6, 6, 2, 1, 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("is_log_steps", "is_log_gap"), [(True, False), (False, True)])
def test_a_loss_chart_has_the_size_it_is_given(
    size: tuple[int, int], is_log_steps: bool, is_log_gap: bool
) -> None:
    losses = Losses(
        falling(),
        FLOOR,
        (beside(falling(900, 7)),),
        (Mark(500, "rate 10"),),
        is_log_steps=is_log_steps,
        is_log_gap=is_log_gap,
    )
    chart = loss_chart(losses, *size)
    assert (chart.width, chart.height) == size
    assert [cell_len(line) for line in chart.text.split("\n")] == [size[0]] * size[1]
    assert drawn(chart, "curve")


@pytest.mark.parametrize("size", SIZES)
def test_an_empty_history_shows_the_floor(size: tuple[int, int]) -> None:
    chart = loss_chart(Losses([], FLOOR), *size)
    assert drawn(chart, "floor")
    assert not drawn(chart, "curve")


def test_nothing_known_is_an_empty_frame() -> None:
    assert not drawn(loss_chart(Losses([]), 40, 10), "floor")


def test_the_floor_and_the_gap_are_labelled() -> None:
    text = loss_chart(Losses(falling(), FLOOR), 60, 14, gap=0.02468).text
    assert "floor 2.4544" in text
    assert "gap 0.0247" in text
    assert "gap 0.006" in loss_chart(Losses(falling(), FLOOR), 60, 14).text


def test_the_floor_is_labelled_on_a_logarithm_of_the_gap_too() -> None:
    chart = loss_chart(Losses(falling(), FLOOR, is_log_gap=True), 60, 14)
    assert "floor 2.4544" in chart.text
    assert "0.1┤" in chart.text


def test_values_that_are_not_finite_are_left_out() -> None:
    broken = [*falling(1900), (1910.0, math.nan, math.nan), (1920.0, math.inf, math.inf)]
    broken_too = beside([(0.0, math.nan, 1.0)])
    chart = loss_chart(Losses(broken, FLOOR, (broken_too,)), 60, 14)
    whole = loss_chart(Losses(falling(1900), FLOOR), 60, 14)
    assert drawn(chart, "curve") == drawn(whole, "curve")


def test_a_huge_first_loss_leaves_the_rest_readable() -> None:
    chart = loss_chart(Losses(falling(start=400.0), FLOOR), 60, 14)
    assert len({y for _, y in drawn(chart, "curve")}) > 8
    assert "↑400" in chart.text


def test_a_spike_of_one_step_is_seen() -> None:
    run = [(float(step), 2.46, 2.46) for step in range(5000)]
    run[3000] = (3000.0, 2.46, 3.2)
    columns = {x for x, y in drawn(loss_chart(Losses(run, FLOOR), 60, 14), "curve") if y == 0}
    assert len(columns) == 1


def test_the_lows_and_the_floor_are_always_in_the_chart() -> None:
    layout = plan(Losses(falling(), FLOOR), 60, 14)
    assert layout.floor is not None
    assert 0 <= layout.floor <= min(y for _, y in layout.curves[0][1])


def test_eight_runs_beside_it_and_changes_are_shown_in_roles_of_their_own() -> None:
    others = [beside(falling(2000, start=3.0 + i / 8), i) for i in range(len(RUN_ROLES))]
    losses = Losses(falling(1000), FLOOR, others, (Mark(250, ""), Mark(9999, "")))
    chart = loss_chart(losses, 60, 14)
    for role in RUN_ROLES:
        assert drawn(chart, role)
    assert len({x for x, _ in drawn(chart, "marker")}) == 1


def test_other_runs_and_changes_are_named() -> None:
    other = beside(falling(2000, start=3.0))
    losses = Losses(falling(1000), FLOOR, (other,), (Mark(250, "rate 10"),))
    text = loss_chart(losses, 60, 14).text
    assert "a3f2" in text
    assert "┊ rate 10" in text


def test_steps_are_written_short() -> None:
    last = loss_chart(Losses(falling(1_000_000, 1000), FLOOR), 60, 14).text.split("\n")[-1]
    assert last.split() == ["0", "200k", "400k", "600k", "800k", "1M"]
    log = Losses(falling(1_000_000, 1000), FLOOR, is_log_steps=True)
    assert loss_chart(log, 60, 14).text.split("\n")[-1].split()[:3] == ["0", "1", "10"]


def test_a_plan_stays_equal_while_no_dot_moves() -> None:
    run = falling(20_000)
    moved = [(step, low - 1e-9, high - 1e-9) for step, low, high in run]
    before, after = (plan(Losses(losses, FLOOR), 60, 14) for losses in (run, moved))
    assert before.curves == after.curves


@pytest.mark.parametrize("size", SIZES)
def test_a_histogram_has_the_size_it_is_given(size: tuple[int, int]) -> None:
    for number in (0, 1, 27, 300):
        labels = [chr(0x4E00 + i) if i % 2 else str(i) for i in range(number)]
        chart = histogram(labels, [float(i) for i in range(number)], *size)
        assert [cell_len(line) for line in chart.text.split("\n")] == [size[0]] * size[1]
        assert bool(drawn(chart, "bar")) is (number > 1)


def test_bars_are_as_high_as_their_values_and_stand_over_their_labels() -> None:
    chart = histogram(["a", "b", "c"], [10, 5, math.nan], 30, 12)
    heights = [len({y for x, y in drawn(chart, "bar") if x == column}) for column in range(30)]
    assert set(heights) == {0, 5, 10}
    assert chart.text.split("\n")[-1].split() == ["a", "b", "c"]
    assert heights[chart.text.split("\n")[-1].index("a")] == 10


def test_the_smallest_count_is_still_seen() -> None:
    chart = histogram(["a", "b"], [1, 1_000_000], 30, 12)
    x = chart.text.split("\n")[-1].index("a")
    assert [y for column, y in drawn(chart, "bar") if column == x] == [9]


def test_plotext_is_not_imported_before_something_is_drawn() -> None:
    code = "import sys, tui.plot.door; print({'plotext', 'torch', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_dev_stands_beside_train_and_where_it_turns_is_marked() -> None:
    train, dev = falling(1000), falling(1000, start=3.0)
    text = loss_chart(Losses(train, FLOOR, dev=dev), 60, 14).text
    assert f"dev {dev[-1][1]:.4f}" in text
    assert "dev least" not in text
    turned = [*dev[:50], *((step, low + 0.5, high + 0.5) for step, low, high in dev[50:])]
    losses = Losses(train, FLOOR, dev=turned)
    chart = loss_chart(losses, 60, 14)
    assert drawn(chart, "dev")
    assert "dev least" in chart.text
    assert losses.turn == Mark(int(turned[49][0]), "dev least")


def test_without_a_split_nothing_is_said_of_dev() -> None:
    assert "dev" not in loss_chart(Losses(falling(1000), FLOOR), 60, 14).text
    assert Losses(falling(1000), FLOOR).turn is None
