"""Runs come, go and come back; the chart keeps those before, and asks what they were like."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.protocol import (
    CommandRefused,
    Configure,
    CoursesTold,
    DatasetLoaded,
    Event,
    RunLine,
    RunStarted,
    Settings,
    SettingsChanged,
    Snapshot,
    TellCourses,
    TrainingDiverging,
    TrainingPaused,
)
from tests.tui.bench import (
    REPORT,
    SETTINGS,
    change,
    course,
    falling,
    history,
    id_of,
    line,
    snapshot,
    told,
)
from tui.state import State
from tui.state.courses import MOST_COMPARED, Mark, differing
from tui.state.intents import (
    ChartLook,
    ComparisonCleared,
    ComparisonToggled,
    CoursesAsked,
    Intent,
    OtherChosen,
    RunsCompared,
    ViewChosen,
)
from tui.state.reducing import reduce

Message = Event | Snapshot | Intent


def after(*messages: Message) -> State:
    """The state after these messages."""
    state = State()
    for message in messages:
        state = reduce(state, message)
    return state


def shown(state: State) -> list[str]:
    """Names of the runs beside the one in hand."""
    return [run.name for run in state.courses.shown(state.snapshot.id)]


def run(number: int, last: int, *before: RunLine, settings: Settings = SETTINGS) -> Snapshot:
    """What is seen of a run while others stand before it."""
    return snapshot(last, run=number, before=before, settings=settings)


ONE, TWO = line(1, 100), line(2, 50)
TRAINED = (run(1, 0), run(1, 100))
RESET = (*TRAINED, run(2, 0, ONE))
AGAIN = (*RESET, run(2, 50, ONE))
BACK = (*AGAIN, snapshot(100, "paused", run=1, before=(TWO,)))
NEW_DATA = DatasetLoaded(REPORT, (".", "a"), "a", b"")
SPLIT = replace(SETTINGS, split="lecture")


@pytest.mark.parametrize(
    ("messages", "names"),
    [
        pytest.param((run(1, 0),), [], id="nothing to compare at first"),
        pytest.param((run(1, 0), run(2, 0, line(1, 0))), [], id="a run of no step is not kept"),
        pytest.param(TRAINED, [], id="the run in hand is not beside itself"),
        pytest.param(RESET, ["0001"], id="a reset keeps the run"),
        pytest.param(BACK, ["0002"], id="undo shows the other one"),
        pytest.param((*BACK, run(2, 50, ONE)), ["0001"], id="undo of an undo"),
        pytest.param(
            (*RESET, run(1, 100, line(2, 0))), [], id="undo of a reset not trained leaves nothing"
        ),
        pytest.param(
            (*AGAIN, run(3, 9, ONE, TWO), run(4, 0, ONE, TWO, line(3, 9))),
            ["0001", "0002", "0003"],
            id="each reset keeps one",
        ),
        pytest.param(
            (*TRAINED, run(3, 0, ONE, line(2, 0))), ["0001"], id="a run may never have been seen"
        ),
        pytest.param((*AGAIN, ComparisonCleared()), [], id="cleared"),
        pytest.param(
            (*AGAIN, ComparisonCleared(), run(3, 0, ONE, TWO)), ["0002"], id="kept again after that"
        ),
        pytest.param((*AGAIN, NEW_DATA), [], id="other data cannot be compared"),
        pytest.param((*TRAINED, NEW_DATA, run(1, 100), run(2, 0)), [], id="nor a late snapshot"),
        pytest.param((*TRAINED, run(2, 0, ONE, settings=SPLIT)), [], id="nor what is of a split"),
        pytest.param(
            (*AGAIN, ComparisonToggled(id_of(1))), [], id="a run can be taken out of the chart"
        ),
        pytest.param(
            (run(3, 9), RunsCompared((id_of(1), id_of(2))), told(course(2, falling(9)))),
            ["0002"],
            id="those that are known of those that were compared the last time",
        ),
    ],
)
def test_runs_beside_the_one_in_hand(messages: tuple[Message, ...], names: list[str]) -> None:
    assert shown(after(*messages)) == names


def test_a_run_keeps_its_colour_and_of_too_many_the_first_goes() -> None:
    lines: list[RunLine] = []
    state = State()
    seen: dict[str, set[int]] = {}
    for number in range(1, 20):
        state = reduce(state, run(number, 10, *lines))
        lines.append(line(number, 10))
        beside = state.courses.shown(state.snapshot.id)
        assert len({other.colour for other in beside}) == len(beside)
        for other in beside:
            seen.setdefault(other.name, set()).add(other.colour)
    assert shown(state) == [f"{i:04}" for i in range(19 - MOST_COMPARED, 19)]
    assert all(len(colours) == 1 for colours in seen.values())


def test_until_the_engine_tells_the_losses_are_those_that_were_seen() -> None:
    state = after(*RESET)
    assert state.courses.shown(id_of(2))[0].course.history == history(falling(100))
    state = reduce(state, told(course(1, falling(103))))
    assert state.courses.shown(id_of(2))[0].course.history == history(falling(103))


def due(state: State) -> tuple[State, set[str]]:
    """Ask the engine, as the desk does; gives what was asked for."""
    ends = state.courses.due(state.snapshot)
    return reduce(state, CoursesAsked(ends)), {id[:4] for id in ends}


def test_each_run_is_asked_for_once_for_each_end_it_came_to() -> None:
    state, asked = due(after(run(1, 0)))
    assert asked == set(), "a run without a step"
    state, asked = due(reduce(state, run(1, 100)))
    assert asked == {"0001"}, "the run in hand, for its changes of settings"
    state, asked = due(reduce(state, run(1, 101)))
    assert asked == set(), "its losses are in the snapshot"
    faster = replace(SETTINGS, learning_rate=5.0)
    state, asked = due(reduce(state, run(1, 120, settings=faster)))
    assert asked == {"0001"}, "its settings were changed"
    state, asked = due(reduce(state, run(2, 0, line(1, 120, faster))))
    assert asked == {"0001"}, "it has an end now"
    state, asked = due(reduce(state, run(2, 9, line(1, 120, faster))))
    assert asked == {"0002"}
    for snap in (run(1, 120, line(2, 9), settings=faster), run(1, 130, line(2, 9))):
        state, _ = due(reduce(state, snap))
    state, asked = due(reduce(state, run(2, 9, line(1, 130))))
    assert asked == {"0001", "0002"}, "the one has gone on, the other is in hand again"
    assert due(state)[1] == set()


def test_a_run_that_was_cleared_away_is_asked_for_again_once_it_is_wanted_again() -> None:
    state, _ = due(after(*RESET))
    state = reduce(state, told(course(1, falling(100))))
    for message in (ComparisonCleared(), run(3, 5, ONE, line(2, 0))):
        state, _ = due(reduce(state, message))
    state, asked = due(reduce(state, ComparisonToggled(id_of(1))))
    assert asked == {"0001"}


def test_speed_and_smoothing_are_no_reason_to_ask() -> None:
    state, _ = due(after(run(1, 100)))
    other = replace(SETTINGS, speed=5.0, smoothing=3.0)
    assert due(reduce(state, run(1, 110, settings=other)))[1] == set()


def test_runs_that_are_gone_are_compared_no_longer() -> None:
    state = after(run(3, 9), RunsCompared((id_of(1), id_of(2))))
    answer = CoursesTold(TellCourses((id_of(1), id_of(2))), (course(2, falling(9)),))
    assert list(reduce(state, answer).courses.colours) == [id_of(2)]


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ((change(0),), ()),
        ((change(0), change(100, learning_rate=10.0)), (Mark(100, "rate 10"),)),
        (
            (change(0), change(9, learning_rate=10.0, regularization=0.0)),
            (Mark(9, "rate 10, reg 0"),),
        ),
        ((change(0), change(100, gradient="gather"), change(200)), ()),
    ],
    ids=["none", "rate", "both", "path"],
)
def test_what_changes_the_course_of_a_run_is_marked(
    changes: tuple[object, ...], marks: tuple[Mark, ...]
) -> None:
    state = after(*TRAINED, told(course(1, falling(100), changes)))  # type: ignore[arg-type]
    assert state.marks == marks


def test_marks_go_and_come_back_with_their_run() -> None:
    changes = (change(0), change(50, learning_rate=10.0))
    state = after(*TRAINED, told(course(1, falling(100), changes)), run(2, 0, ONE))
    assert state.marks == ()
    assert state.courses.marks(id_of(1)) == (Mark(50, "rate 10"),)
    assert reduce(state, run(1, 100)).marks == (Mark(50, "rate 10"),)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, ""),
        ({"learning_rate": 5.0, "regularization": 0.0}, "rate 5, reg 0"),
        ({"seed": 7, "speed": 5.0, "smoothing": 3.0}, "seed 7"),
        ({"order": 3, "dots": 2}, "order 3"),
        ({"device": "cpu"}, ""),
        ({"device": "cuda"}, "device cuda"),
        ({"order": 3}, "order 3"),
        ({"optimizer": "newton", "gradient": "gather"}, "path gather, optimizer newton"),
    ],
)
def test_what_differs_is_said_in_a_few_words(changes: dict[str, object], text: str) -> None:
    assert differing(replace(SETTINGS, **changes), SETTINGS) == text  # type: ignore[arg-type]


def test_the_run_that_is_subtracted_is_the_latest_or_the_one_that_was_chosen() -> None:
    state = after(*AGAIN, run(3, 9, ONE, TWO))
    assert state.other_run == id_of(2)
    state = reduce(state, OtherChosen(id_of(1)))
    assert state.other_run == id_of(1)
    assert reduce(state, run(1, 100, TWO)).other_run == id_of(2), "no run is held against itself"
    assert reduce(state, run(3, 9)).other_run == ""


def test_a_view_of_two_runs_is_there_as_long_as_there_are_two() -> None:
    state = after(*TRAINED, ViewChosen("run_difference"))
    assert state.view != "run_difference"
    assert "run_difference" not in state.views
    state = reduce(reduce(state, run(2, 5, ONE)), ViewChosen("run_difference"))
    assert state.view == "run_difference"
    assert reduce(state, run(3, 5)).view == "network_probabilities"


SLOW = replace(SETTINGS, learning_rate=10.0)

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
