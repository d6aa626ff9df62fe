"""The training pane as it looks, and how seldom its chart is drawn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from engine.protocol import (
    Settings,
    SettingsChanged,
    Snapshot,
    TrainingDiverging,
    TrainingPaused,
)
from tests.tui.bench import (
    FLOOR,
    REPORT,
    SETTINGS,
    Bench,
    change,
    course,
    falling,
    line,
    snapshot,
    told,
)
from tests.tui.fake import until
from tui.plot import door as plots
from tui.state import State
from tui.state.intents import ChartLook, ComparisonCleared
from tui.state.reducing import reduce
from tui.text.rows import Row
from tui.training.chart import LossChart
from tui.training.readings import choices, notes, readings

RUNNING = """\
╭─ 3 Training ─────────────────────────────────╮
│ running                              unsaved │
│ step      184 of 1,000                       │
│ loss    2.4735        total   2.4910         │
│ floor   2.4544        |grad|  0.00082        │
│ gap     0.0191        steps/s 30             │
│ left    0.0131        for reg 0.0060         │
│                                              │
│ rate  50              reg    0.01            │
│ speed 30              init   randn         ▼ │
│ steps 100             path   counts        ▼ │
│ seed  2147483647      device auto          ▼ │
│                                              │
│ w whole run  x linear steps  e loss  P film  │
│ 4┤                                           │
│  │⡀                                          │
│  │⠘⡄                                         │
│  │ ⠈⠢⡀                                       │
│  │   ⠘⢄⡀                                     │
│  │     ⠘⠢⡀                                   │
│ 3┤       ⠈⠒⠤⡀                                │
│  │          ⠈⠑⠢⠤⠤⣀             gap 0.0191    │
│  │                ⠉⠉⠑⠒⠒⠤⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀⣀⣀⡀       │
│  ├─ floor 2.4544 ────────────────────⠈⠉⠉⠁─── │
│  └┬────────────────────┬───────────────────┬ │
│   0                   100                200 │
│   ──────────────────────────────────────●    │
╰──────────────────────────────────────────────╯"""

DIVERGING = """\
╭─ 3 Training ─────────────────────────────────────────────────────────────────╮
│ running            step    300                                       unsaved │
│ loss    2.4611     floor   2.4544     gap     0.0067     left    0.0007      │
│ total   2.4786     |grad|  0.00082    steps/s 30         for reg 0.0060      │
│ diverging: rate 500 > 2/λmax 154                                             │
│ from the next reset (r): seed 5                                              │
│ learning rate   500                    regularization  0.01                  │
│ speed, steps/s  30                     initial weights randn               ▼ │
│ steps of N      100                    gradient path   counts              ▼ │
│ seed            5                      device          auto                ▼ │
│                                                                              │
│ w whole run  x log steps  e loss  c clear 1 other  P film                    │
│ run ━ 0001 rate 50, seed 2147483647                                          │
│ 4┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡀                                          ┊ rate 500    │
│  │                  ⠈⠉⠉⠉⠉⠉⠉⠉⠑⠒⠒⠒⠒⠒⠤⠤⠤⠤⣀⣀⣀⡀                     ┊        0001 │
│ 3┤                                       ⠈⠉⠉⠑⠒⠒⠤⠤⠤⢄⣀⣀⡀         ┊ gap 0.0067  │
│  ├─ floor 2.4544 ────────────────────────────────────⠈⠉⠉⠉⠒⠒⠒⠒⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤ │
│  └┬───────┬────┬────────┬──────┬───────┬──────────┬───────┬────┴───┬──────── │
│   0       1    2        5      10      20         50     100      200        │
╰──────────────────────────────────────────────────────────────────────────────╯"""

FIRST = (line(1, 400),)

FAST = replace(SETTINGS, learning_rate=500.0, seed=5)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until all is laid out."""
    for _ in range(3):
        await pilot.pause()


async def test_a_run_at_48_columns() -> None:
    async with Bench().run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(184, target=1000))
        await settle(pilot)
        assert app.frame == RUNNING


async def test_a_run_that_diverges_at_80_columns() -> None:
    async with Bench().run_test(size=(80, 20)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(400), snapshot(150, run=2, before=FIRST), told(course(1, falling(400))))
        app.take(SettingsChanged(FAST, 2, 150, ("seed",)))
        app.take(snapshot(300, run=2, settings=FAST, before=FIRST))
        app.take(told(course(2, (), (change(0), change(150, learning_rate=500.0)))))
        app.take(TrainingDiverging(2, 300, 9.0, 154.3, 500.0), ChartLook(is_log_steps=True))
        await settle(pilot)
        assert app.frame == DIVERGING


async def test_before_there_is_a_network_there_are_dashes() -> None:
    async with Bench(State(report=REPORT)).run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await settle(pilot)
        lines = [line.strip("│ ") for line in app.frame.split("\n")]
        assert lines[1:6] == [
            "starting",
            "step    0",
            "loss    –             total   –",
            "floor   2.4544        |grad|  –",
            "gap     –             steps/s –",
        ]


@pytest.mark.parametrize(
    "size",
    [(34, 20), *(pytest.param(s, marks=pytest.mark.soak) for s in ((48, 28), (200, 53))), (80, 19)],
)
async def test_everything_is_in_the_pane_at_every_size(size: tuple[int, int]) -> None:
    async with Bench().run_test(size=size) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(184))
        await settle(pilot)
        for word in ("running", "unsaved", "184", "2.4735", "2.4910", "0.0191", "0.00082", "30"):
            assert word in app.frame
        for word in ("randn", "counts", "auto", "floor", "w whole"):
            assert word in app.frame
        assert any(0x2800 < ord(symbol) <= 0x28FF for symbol in app.frame)


async def test_a_chart_of_another_size_does_not_wait_to_be_drawn() -> None:
    # At a clock that stands still no redraw is due any more.
    async with Bench(clock=lambda: 1.0).run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        for step in range(100, 110):
            app.take(snapshot(step))
        chart = app.pane.query_one(LossChart)
        for height in (24, 32, 26):
            await pilot.resize_terminal(48, height)
            await settle(pilot)
            assert app.size.height == height
            assert len(chart.rows) == chart.size.height > 4


def all_rows(state: State, width: int) -> list[Row]:
    """All rows of words and figures."""
    return [*readings(state, width), *notes(state, width), choices(state, width)]


def test_nothing_is_cut_at_any_width() -> None:
    for width in range(30, 125):
        state = State(report=REPORT)
        for message in (
            snapshot(100),
            replace(
                snapshot(123_456_789, run=2, losses=falling(300), settings=FAST, before=FIRST),
                target=123_456_889,
            ),
            SettingsChanged(FAST, 2, 5, ("seed", "init")),
            TrainingDiverging(2, 300, 9.0, 154.3, 500.0),
        ):
            state = reduce(state, message)
        rows = all_rows(state, width)
        assert not [row for row in rows if len("".join(run[0] for run in row).rstrip()) > width]
        text = " ".join(" ".join("".join(run[0] for run in row) for row in rows).split())
        for word in ("running", "step 123,456,789 of 123", "0.00082", "unsaved", "λmax 154"):
            assert word in text


@pytest.mark.parametrize("width", [33, 44, 76, 117])
def test_figures_stay_where_they_are(width: int) -> None:
    def places(last: int, loss: float) -> list[list[int]]:
        state = reduce(State(report=REPORT), snapshot(last, losses=[(0, 3.0), (last, loss)]))
        rows = ["".join(run[0] for run in row) for row in readings(state, width)]
        return [
            [row.find(label) for label in ("loss", "floor", "gap", "total", "|grad|", "steps/s")]
            for row in rows
        ]

    assert places(9, 2.46) == places(123_456, 117.25) == places(1000, 98_765.4)


def test_a_run_that_was_stopped_says_why() -> None:
    state = State(report=REPORT, snapshot=snapshot(7, "paused", settings=FAST))
    state = reduce(state, TrainingPaused(1, 7, "diverged", 154.3))
    assert notes(state, 76)[0][0][0].strip() == "stopped, loss not finite: rate 500 > 2/λmax 154"


@pytest.mark.parametrize(
    ("look", "words"),
    [
        (ChartLook(), "w whole run  x linear steps  e loss  P film"),
        (ChartLook(is_log_steps=True), "w whole run  x log steps  e loss  P film"),
        (ChartLook(is_log_gap=True), "w whole run  x linear steps  e log gap  P film"),
        (ChartLook(is_recent=True), "w last 500 steps  x linear steps  e loss  P film"),
        (ChartLook(True, True, True), "w last 500 steps  x linear steps  e log gap  P film"),
    ],
)
def test_the_layout_of_the_chart_is_said(look: ChartLook, words: str) -> None:
    state = reduce(reduce(State(), snapshot(2000)), look)
    assert "".join(run[0] for run in choices(state, 76)).strip() == words


class Clock:
    """A clock that goes when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each time the chart is drawn."""
    calls: list[int] = []
    draw: Callable[..., object] = plots.loss_chart

    def count(*arguments: object) -> object:
        calls.append(1)
        return draw(*arguments)

    monkeypatch.setattr(plots, "loss_chart", count)
    return calls


async def test_the_chart_is_drawn_twice_a_second_by_itself(drawn: list[int]) -> None:
    clock = Clock()
    async with Bench(clock=clock).run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await settle(pilot)
        clock.now += 10
        drawn.clear()
        for step in range(2, 302):
            clock.now += 0.01
            app.take(snapshot(step, losses=falling(step)))
        assert 5 <= len(drawn) <= 7


async def test_the_chart_is_drawn_at_once_when_asked(drawn: list[int]) -> None:
    clock = Clock()
    async with Bench(clock=clock).run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        await settle(pilot)
        clock.now += 10
        app.take(snapshot(184))
        drawn.clear()
        clock.now += 0.01
        app.take(snapshot(185))
        assert len(drawn) == 0
        app.take(ChartLook(is_recent=True))
        assert len(drawn) == 1


async def test_what_was_put_off_is_drawn_in_the_end(drawn: list[int]) -> None:
    async with Bench(clock=time.monotonic).run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(184))
        app.take(snapshot(185, "paused", losses=[*falling(184), (185, FLOOR + 0.5)]))
        drawn.clear()
        await until(pilot, lambda: drawn)
        await settle(pilot)
        assert "gap 0.5" in app.frame


async def test_nothing_new_is_not_drawn(drawn: list[int]) -> None:
    clock = Clock()
    async with Bench(clock=clock).run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(184, "paused"))
        await settle(pilot)
        clock.now += 10
        app.take(snapshot(184, "paused"))
        await settle(pilot)
        drawn.clear()
        for _ in range(10):
            clock.now += 1
            app.take(snapshot(184, "paused"))
        assert drawn == []


async def test_the_floor_in_the_chart_is_that_of_what_is_trained_on() -> None:
    async with Bench().run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        # The run on the split may be seen a moment before the settings that it came with.
        app.take(replace(snapshot(0, "ready", run=2), floor=2.25))
        await settle(pilot)
        assert "floor 2.4544" in app.frame
        parted = replace(SETTINGS, split="lecture")
        app.take(replace(snapshot(0, "ready", run=2, settings=parted), floor=2.25))
        await until(pilot, lambda: "floor 2.2500" in app.frame)


async def test_other_runs_can_be_cleared() -> None:
    async with Bench().run_test(size=(48, 28)) as pilot:
        app = pilot.app
        assert isinstance(app, Bench)
        app.take(snapshot(400), snapshot(5, run=2, before=FIRST))
        await settle(pilot)
        assert "━ 0001" in app.frame
        app.take(ComparisonCleared())
        await settle(pilot)
        assert "0001" not in app.frame
        assert "clear" not in app.frame


def test_above_the_edge_of_stability_a_lower_rate_is_offered() -> None:
    def noted(rate: float, **changes: object) -> str:
        settings = replace(Settings(learning_rate=rate), **changes)  # type: ignore[arg-type]
        snapshot = Snapshot(settings=settings, stability_edge=112.03)
        return "".join(
            run[0] for row in notes(State(snapshot=snapshot), 200) for run in row
        ).strip()

    assert noted(50.0) == ""
    assert noted(500.0).endswith("does not settle. At 100 it does.")
    assert "above 112" in noted(500.0)
    assert noted(500.0, optimizer="newton") == ""
