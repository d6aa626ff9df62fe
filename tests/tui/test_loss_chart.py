"""The loss chart in its windows and on its axes, from 12 × 4 characters to 200 × 50."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.bench import FLOOR, course, falling, history, snapshot
from tui.plot.curves import Losses, plan
from tui.plot.decimate import Bucket, buckets, pairs
from tui.plot.door import draw_plan, loss_chart
from tui.state.courses import Compared, Mark

SIZES = [
    *((12, 4), (31, 8), (117, 33)),
    *(
        pytest.param(size, marks=pytest.mark.soak)
        for size in ((13, 5), (44, 14), (76, 9), (200, 50))
    ),
]


def whole(losses: list[tuple[float, float]]) -> Losses:
    """A chart of a whole run."""
    return Losses(buckets(history(losses)), FLOOR)


def recent(losses: list[tuple[float, float]]) -> Losses:
    """A chart of the latest losses."""
    return Losses(pairs(snapshot(losses=losses).recent), FLOOR, is_recent=True)


def steps(losses: Losses, width: int = 76) -> list[str]:
    """Labels on the axis of steps."""
    return loss_chart(losses, width, 12).text.split("\n")[-1].split()


@pytest.mark.parametrize("is_recent", [False, True])
@pytest.mark.parametrize("is_log_gap", [False, True])
def test_two_ticks_at_least_tell_the_scale_however_settled_the_run(
    *, is_recent: bool, is_log_gap: bool
) -> None:
    for last, height in product((25, 750, 1069, 16_000), range(4, 12)):
        losses = [
            (float(step), FLOOR + 0.0064 + 1.3 / (1 + step) ** 2) for step in range(0, last, 25)
        ]
        of = recent(losses[-3:]) if is_recent else whole(losses)
        labels = [text for _, text in plan(replace(of, is_log_gap=is_log_gap), 36, height).y_ticks]
        assert len(set(labels)) == len(labels) >= 2, (last, height)


@pytest.mark.parametrize("size", SIZES)
def test_every_window_fits_every_size(size: tuple[int, int]) -> None:
    beside = [
        Compared(course(1, falling(900, 7)), 0),
        Compared(course(2, falling(2000, 9, 9.0)), 7),
    ]
    for is_recent, is_log_steps, is_log_gap in product((False, True), repeat=3):
        for last in (0, 1, 5, 3000):
            losses = Losses(
                pairs(snapshot(losses=falling(last)).recent),
                FLOOR,
                beside,
                (Mark(1, "rate 5"), Mark(last, "rate 10")),
                is_recent,
                is_log_steps,
                is_log_gap,
            )
            lines = loss_chart(losses, *size).text.split("\n")
            assert [cell_len(line) for line in lines] == [size[0]] * size[1]


def test_the_whole_run_has_room_to_grow() -> None:
    assert steps(whole(falling(184)))[-1] == "200"
    assert plan(whole(falling(184)), 76, 12).curves[0][1][-1][0] < 2 * 76 * 0.95


def test_the_latest_losses_are_counted_back_from_now() -> None:
    labels = steps(recent(falling(2000)))
    assert labels == ["−500", "−400", "−300", "−200", "−100", "now"]


def test_the_axis_of_the_latest_losses_stands_still() -> None:
    one, other = (plan(recent(falling(last)[-512:]), 76, 12) for last in (5000, 6000))
    assert one == other


def test_the_latest_losses_have_linear_steps() -> None:
    losses = recent(falling(2000))
    assert plan(losses, 60, 12) == plan(
        Losses(losses.history, FLOOR, is_recent=True, is_log_steps=True), 60, 12
    )


@pytest.mark.parametrize("last", [400, 5000])
@pytest.mark.parametrize("make", [whole, recent])
def test_a_spike_of_one_step_survives(last: int, make: object) -> None:
    run = falling(last)
    run[-100] = (run[-100][0], 9.0)
    chart = loss_chart(make(run), 44, 14)  # type: ignore[operator]
    end = chart.text.split("\n")[0]
    assert any(0x2800 < ord(symbol) <= 0x28FF for symbol in end[12:])


def test_floor_and_gap_are_labelled_in_every_window() -> None:
    run = falling(2000)
    for losses in (whole(run), recent(run), Losses(whole(run).history, FLOOR, is_log_gap=True)):
        text = loss_chart(losses, 60, 14).text
        assert "floor 2.4544" in text
        assert "gap 0.006" in text


def test_a_floor_out_of_sight_is_said_to_be_below() -> None:
    run = [(float(step), 2.9 + 0.01 * (step % 2)) for step in range(512)]
    assert "floor 2.4544↓" in loss_chart(recent(run), 60, 14).text


def test_nothing_is_asked_of_plotext_while_no_dot_moves() -> None:
    run = falling(9000, 3)
    loss_chart(whole(run[:-1]), 60, 14)
    before = draw_plan.cache_info().misses
    loss_chart(whole([*run[:-1], (8998.0, run[-1][1])]), 60, 14)
    assert draw_plan.cache_info().misses == before


def test_changes_close_to_each_other_are_named_once() -> None:
    losses = Losses(
        whole(falling(1000)).history, FLOOR, marks=[Mark(s, f"rate {s}") for s in range(500, 509)]
    )
    text = loss_chart(losses, 60, 14).text
    assert "rate 508" in text
    assert text.count("rate") == 1


any_number = st.floats()
any_run = st.lists(st.tuples(any_number, any_number, any_number), max_size=5)


@given(any_run, any_number, st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_any_numbers_can_be_laid_out(
    run: list[Bucket], floor: float, looks: tuple[bool, bool, bool]
) -> None:
    layout = plan(Losses(run, floor, (), (), *looks), 44, 14)
    dots = [dot for _, curve in layout.curves for dot in curve]
    assert all(-100 <= x <= 200 and -2 <= y <= 60 for x, y in dots)
