"""Runs come, go and come back; the chart keeps those before, each once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.protocol import (
    CommandRefused,
    Configure,
    DatasetLoaded,
    Event,
    RunStarted,
    Settings,
    SettingsChanged,
    Snapshot,
    TrainingDiverging,
    TrainingPaused,
)
from tests.tui.bench import REPORT, SETTINGS, snapshot
from tui.state import State
from tui.state.courses import EARLIER, Mark
from tui.state.intents import ChartLook, EarlierCleared, Intent
from tui.state.reducing import reduce

Message = Event | Snapshot | Intent


def after(*messages: Message) -> State:
    """The state after these messages."""
    state = State()
    for message in messages:
        state = reduce(state, message)
    return state


def kept(state: State) -> list[int]:
    """Numbers of the earlier runs."""
    return [course.run for course in state.courses.earlier]


FIRST = (RunStarted(1, 0, "first"), snapshot(0, "ready"))
TRAINED = (*FIRST, snapshot(100))
RESET = (*TRAINED, RunStarted(2, 0, "reset"), snapshot(0, "ready", run=2))
AGAIN = (*RESET, snapshot(50, run=2))
UNDONE = (*AGAIN, SettingsChanged(SETTINGS, 3, 100), RunStarted(3, 100, "undo"))
BACK = (*UNDONE, snapshot(100, "paused", run=3))
LOADED = (
    *TRAINED,
    SettingsChanged(SETTINGS, 2, 70),
    RunStarted(2, 70, "checkpoint"),
    snapshot(70, "paused", run=2),
)
NEW_DATA = DatasetLoaded(REPORT, (".", "a"), "a", b"")


@pytest.mark.parametrize(
    ("messages", "runs"),
    [
        pytest.param(FIRST, [], id="nothing to compare at first"),
        pytest.param((*FIRST, RunStarted(2, 0, "reset")), [], id="a run of one loss is not kept"),
        pytest.param(TRAINED, [], id="the run in hand is not an earlier one"),
        pytest.param(RESET, [1], id="a reset keeps the run"),
        pytest.param(UNDONE, [2], id="undo takes the run that is back out, and keeps the other"),
        pytest.param(
            (*BACK, RunStarted(4, 50, "undo"), snapshot(50, "paused", run=4)),
            [3],
            id="undo of an undo",
        ),
        pytest.param(
            (*RESET, RunStarted(3, 100, "undo"), snapshot(100, "paused", run=3)),
            [],
            id="undo of a reset that was not trained leaves nothing",
        ),
        pytest.param(LOADED, [1], id="a checkpoint keeps the run"),
        pytest.param(
            (*LOADED, RunStarted(3, 100, "undo")), [2], id="undo of a checkpoint exchanges them"
        ),
        pytest.param(
            (*AGAIN, RunStarted(3, 0, "reset"), snapshot(9, run=3), RunStarted(4, 0, "reset")),
            [1, 2, 3],
            id="each reset keeps one",
        ),
        pytest.param((*AGAIN, EarlierCleared()), [], id="cleared"),
        pytest.param(
            (*AGAIN, EarlierCleared(), RunStarted(3, 0, "reset")), [2], id="kept again after that"
        ),
        pytest.param((*AGAIN, NEW_DATA), [], id="other data cannot be compared"),
        pytest.param(
            (
                *TRAINED,
                NEW_DATA,
                snapshot(100),
                RunStarted(2, 0, "first"),
                RunStarted(3, 0, "reset"),
            ),
            [],
            id="a late snapshot of the old data is not kept",
        ),
        pytest.param(
            (*TRAINED, snapshot(0, "ready", run=2), RunStarted(2, 0, "reset")),
            [1],
            id="the snapshot may be ahead of the event",
        ),
        pytest.param(
            (*RESET, snapshot(100), RunStarted(3, 0, "reset")),
            [1],
            id="a late snapshot of the old run changes nothing",
        ),
    ],
)
def test_earlier_runs(messages: tuple[Message, ...], runs: list[int]) -> None:
    assert kept(after(*messages)) == runs


def test_no_more_than_so_many_runs_are_kept() -> None:
    state = State()
    for run in range(1, 20):
        state = reduce(reduce(state, snapshot(10, run=run)), RunStarted(run + 1, 0, "reset"))
    assert kept(state) == list(range(20 - EARLIER, 20))


SLOW = replace(SETTINGS, learning_rate=10.0)


@pytest.mark.parametrize(
    ("event", "marks"),
    [
        (SettingsChanged(SLOW, 1, 100), (Mark(100, "rate 10"),)),
        (SettingsChanged(replace(SLOW, regularization=0.0), 1, 9), (Mark(9, "rate 10, reg 0"),)),
        (SettingsChanged(SLOW, 1, 0), ()),
        (SettingsChanged(replace(SETTINGS, speed=5.0), 1, 100), ()),
        (SettingsChanged(replace(SETTINGS, gradient="gather"), 1, 100), ()),
        (SettingsChanged(SLOW, 2, 100), ()),
    ],
    ids=["rate", "both", "before the first step", "speed", "path", "of another run"],
)
def test_what_changes_the_course_of_a_run_is_marked(
    event: SettingsChanged, marks: tuple[Mark, ...]
) -> None:
    assert after(*TRAINED, event).courses.marks == marks


def test_marks_go_and_come_back_with_their_run() -> None:
    state = after(*TRAINED, SettingsChanged(SLOW, 1, 100), RunStarted(2, 0, "reset"))
    assert state.courses.marks == ()
    assert state.courses.earlier[0].marks == (Mark(100, "rate 10"),)
    assert reduce(state, RunStarted(3, 100, "undo")).courses.marks == (Mark(100, "rate 10"),)


DIVERGING = TrainingDiverging(1, 200, 9.0, 154.3, 500.0)
DIVERGED = TrainingPaused(1, 200, "diverged", 154.3)


@pytest.mark.parametrize(
    ("messages", "flags"),
    [
        ((DIVERGING,), (True, False, 154.3)),
        ((DIVERGED,), (False, True, 154.3)),
        ((DIVERGING, DIVERGED), (True, True, 154.3)),
        ((TrainingPaused(1, 200, "asked"),), (False, False, None)),
        ((DIVERGING, SettingsChanged(SLOW, 1, 200)), (False, False, None)),
        ((DIVERGED, RunStarted(2, 0, "reset")), (False, False, None)),
    ],
)
def test_divergence_is_remembered_until_something_changes(
    messages: tuple[Message, ...], flags: tuple[bool, bool, float | None]
) -> None:
    state = after(*TRAINED, *messages)
    edge = state.stability_edge if state.stability_edge == state.stability_edge else None
    assert (state.is_diverging, state.has_diverged, edge) == flags


def test_settings_are_answered_for_once_each() -> None:
    state = after(CommandRefused(Configure(device="cuda"), "There is no such device."))
    assert (state.answers, state.refusal) == (1, "There is no such device.")
    state = reduce(state, SettingsChanged(Settings(), 1, 0))
    assert (state.answers, state.refusal) == (2, "")


def test_the_chart_is_laid_out_as_chosen() -> None:
    look = ChartLook(is_recent=True, is_log_gap=True)
    assert after(look).chart == look
