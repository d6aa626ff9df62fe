"""Sentences and figures that the user reads."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.protocol import (
    CheckpointLoaded,
    CheckpointSaved,
    CommandRefused,
    Configure,
    EngineFailed,
    Event,
    NamesSampled,
    NetworkRefused,
    OpenChapter,
    Progressed,
    Reset,
    RunLine,
    RunStarted,
    Sample,
    Settings,
    Snapshot,
    Tally,
    TrainingDiverging,
    TrainingPaused,
    Undone,
)
from tui.news import turned
from tui.objectives import objective
from tui.sampling.tallies import alike, figures
from tui.state import State
from tui.state.reducing import reduce
from tui.state.replies import Replies
from tui.text.numbers import figure, speed
from tui.text.rows import width_of
from tui.training.readings import readings
from tui.wording import Notice, notice, standing, status

RUNNING = Snapshot(
    state="running", step=12_345, data_loss=2.4791, gap=0.0247, steps_per_second=51_234.4
)


def line(width: int = 200, snapshot: Snapshot = RUNNING, **changes: object) -> str:
    """The status line of a state that waits for nothing."""
    state = replace(State(progress="", snapshot=snapshot), **changes)  # type: ignore[arg-type]
    return "".join(run[0] for run in status(state, width)).strip()


@pytest.mark.parametrize(
    ("event", "severity", "parts"),
    [
        (CommandRefused(Reset(), "No."), "error", ["No."]),
        (EngineFailed("saving", "boom"), "error", ["saving", "boom", "makemore-tui/log.txt"]),
        (EngineFailed("importing torch", "It broke."), "error", ["It broke. ", "log.txt"]),
        (TrainingDiverging(1, 9, 8.25, 31.5, 50), "warning", ["8.2500", "50", "31.5", "Lower it"]),
        (TrainingDiverging(1, 9, 8.25, 74.4, 50), "warning", ["8.2500", "50, is not too high"]),
        (TrainingDiverging(1, 9, 8.25, math.nan, 50), "warning", ["8.2500", "50, is too high is"]),
        (TrainingPaused(1, 1234, "diverged"), "error", ["1,234", "finite weights", "press r"]),
        (RunStarted(2, 0, "reset"), "information", ["another seed", "u goes back"]),
        (RunStarted(3, 1234, "undo"), "information", ["1,234"]),
        (
            Undone(Configure(learning_rate=50.0, speed=math.inf)),
            "information",
            ["Learning rate back to 50, speed back to max."],
        ),
        (Undone(Configure(order=2, dots=1)), "information", ["Order back to 2."]),
        (Undone(Configure(order=3, dots=1)), "information", ["Order back to 3, dots back to 1."]),
        (RunStarted(3, 1234, "back"), "information", ["run of order 2, at step 1,234"]),
        (CheckpointSaved("a/b", 1234), "information", ["1,234", "a/b"]),
        (CheckpointLoaded("a/b", 7), "information", ["step 7", "a/b"]),
        (CheckpointLoaded("a/b", 7, "Other data."), "warning", ["Other data. Going on"]),
    ],
)
def test_what_happened_is_said_with_its_figures(
    event: Event, severity: str, parts: list[str]
) -> None:
    told = notice(event)
    assert told is not None
    assert told.severity == severity
    assert [part for part in parts if part not in told.text] == []


@pytest.mark.parametrize(
    "event",
    [
        RunStarted(1, 0, "first"),
        TrainingPaused(1, 9, "asked"),
        TrainingPaused(1, 9, "finished"),
        NamesSampled(0, (), Sample()),
        Progressed("reading", 1, 2),
        CommandRefused(OpenChapter("x"), "There is none."),
    ],
)
def test_what_the_screen_shows_anyway_is_not_said_again(event: Event) -> None:
    assert notice(event) is None


@pytest.mark.parametrize(
    ("left", "now", "way"),
    [
        (Settings(), Settings(order=3, dots=2), "( leads"),
        (Settings(), Settings(order=4, dots=3), "( leads"),
        (Settings(order=3, dots=2), Settings(), "X leads"),
        (Settings(order=3, dots=2), Settings(order=3, dots=1), "M leads"),
        (Settings(split="lecture"), Settings(), "M leads"),
    ],
)
def test_where_something_else_is_trained_it_is_said_how_to_get_back(
    left: Settings, now: Settings, way: str
) -> None:
    kept = RunLine("ab", left, 3021, 2.5)
    told = notice(RunStarted(2, 0, "first", kept), {"longer": "X"}, settings=now)
    assert told is not None
    assert told.text == f"The run of {objective(left)} is kept at step 3,021; {way} back."


def test_what_training_turns_to_the_network_is_said() -> None:
    before = State(snapshot=replace(RUNNING, state="ready"))
    now = reduce(before, RUNNING)
    told = "The table shows the network's p now, and g draws its names; v shows other views."
    assert turned(before, now) == told
    assert turned(now, now) == ""
    viewing = replace(before, has_chosen_view=True)
    told = "g draws names from the network now."
    assert turned(viewing, reduce(viewing, RUNNING)) == told
    choosing = replace(viewing, has_chosen_model=True)
    assert turned(choosing, reduce(choosing, RUNNING)) == ""


def test_the_status_line_is_that_of_the_readme() -> None:
    wanted = "running · step 12,345 · loss 2.4791 · gap 0.0247 · 51,234 steps/s · lecture sampler"
    assert line() == wanted


@pytest.mark.parametrize("width", range(0, 120, 7))
def test_the_status_line_fits_and_keeps_what_matters_most(width: int) -> None:
    state = State(progress="", snapshot=RUNNING, is_saving_link=True, is_diverging=True)
    row = status(state, width)
    assert width_of(row) <= max(1, width)
    assert line().startswith(line(width))


def test_a_loss_beyond_all_bounds_takes_no_more_room() -> None:
    told = line(snapshot=replace(RUNNING, data_loss=4.9e24, gap=4.9e24))
    assert "loss 4.90e+24 · gap 4.90e+24 ·" in told


def test_the_status_line_tells_trouble_before_figures() -> None:
    told = line(is_saving_link=True, is_diverging=True)
    assert told.startswith("running · diverging · slow line: less is drawn · step 12,345")


def test_what_one_waits_for_stands_in_front() -> None:
    assert line(snapshot=Snapshot(), progress="reading 25 %").startswith("reading 25 % · step 0")


def test_there_is_no_loss_where_there_is_none_and_no_speed_at_rest() -> None:
    assert line(snapshot=Snapshot(state="ready")) == "ready · step 0 · lecture sampler"
    assert "steps/s" not in line(snapshot=replace(RUNNING, state="paused"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.23456, "1.2346"), (-0.5, "−0.5000"), (math.nan, "–"), (math.inf, "–")],
)
def test_a_figure_has_a_true_minus_and_a_dash_for_nothing(value: float, text: str) -> None:
    assert figure(value) == text


def test_a_speed_is_written_as_its_field_takes_it() -> None:
    assert [speed(value) for value in (30.0, 0.5, math.inf)] == ["30", "0.5", "max"]


def test_what_needs_torch_says_so_when_it_never_comes() -> None:
    failed = State(torch_failed=True)
    for rows in (figures(failed, 80, has_chance=False), alike(None, failed, 80)):
        assert rows == [(("torch could not be imported", "dim"),)]
    assert standing(failed)[0] == "no network"
    assert "starting" not in str(readings(failed, 40))
    assert "when torch is here" in str(figures(State(), 80, has_chance=False))


def test_where_no_network_can_be_names_can_be_drawn_all_the_same() -> None:
    state = State(no_network="Too large.", is_ready=True)
    assert standing(state) == ("no network", "bad")
    assert "press g to draw names" in str(figures(state, 80, has_chance=False))
    assert notice(NetworkRefused("Too large.")) == Notice("Too large.", "warning")


def test_of_many_symbols_there_is_no_row_of_what_names_are_to_be_like() -> None:
    tally = Tally(names=2, symbols=4)
    for size, has_row in ((1_001, True), (1_002, False)):
        state = State(
            symbols=tuple(map(chr, range(0x4E00, 0x4E00 + size))),
            drawn=Sample(),
            replies=Replies(tally=tally),
        )
        assert ("expected" in str(figures(state, 80, has_chance=False))) is has_row


def test_the_device_is_named_where_it_is_not_the_cpu() -> None:
    shown = line(snapshot=replace(RUNNING, device="cuda:1"))
    assert shown.endswith(" · lecture sampler · cuda:1")


def test_a_device_that_failed_is_told_with_what_goes_on() -> None:
    paused = TrainingPaused(1, 32, "failed", math.nan, "cuda:0 failed: out of memory.")
    told = notice(paused)
    assert told is not None
    assert (told.severity, told.text) == (
        "error",
        "cuda:0 failed: out of memory. The run is paused at step 32; space goes on on the CPU.",
    )
