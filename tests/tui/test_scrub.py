"""Which step is looked at, and what the engine is asked for, as tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.protocol import CommandRefused, EngineFailed, Event, Look, RunStarted, Snapshot
from tui.commands import BY_ID
from tui.state import State
from tui.state.intents import Intent
from tui.state.reducing import reduce
from tui.state.scrub import FilmPlayed, LookAsked, Sought

PRESENT = Snapshot(run=1, step=1000, newest=1000, state="paused")


def at(step: int, **changes: object) -> Snapshot:
    """What an engine tells that shows a step."""
    return replace(PRESENT, step=step, is_looking=True, **changes)  # type: ignore[arg-type]


def after(*messages: Snapshot | Event | Intent, state: State | None = None) -> State:
    """A state to which something has happened."""
    state = state or State(snapshot=PRESENT)
    for message in messages:
        state = reduce(state, message)
    return state


def asked(state: State) -> State:
    """A state in which the engine was asked for the step that is sought."""
    assert state.scrub.due is not None
    return replace(state, scrub=state.scrub.ask())


@pytest.mark.parametrize(("wanted", "step"), [(137, 137), (-5, 0), (1000, 1000), (5000, 1000)])
def test_a_step_is_sought_among_those_there_are(wanted: int, step: int) -> None:
    state = after(Sought(wanted))
    assert (state.scrub.due, state.here, state.is_looking) == (step, step, True)


def test_the_next_is_asked_for_once_the_one_before_is_shown() -> None:
    state = after(Sought(100), state=asked(after(Sought(137))))
    assert state.scrub.due is None
    state = after(at(136), state=state)
    assert state.scrub.due is None
    state = after(at(137, look=1), state=state)
    assert state.scrub.due == 100
    state = after(at(100, look=2), state=asked(state))
    assert (state.scrub.sought, state.scrub.due, state.here) == (None, None, 100)


def test_a_step_that_is_long_in_coming_is_not_waited_for() -> None:
    state = after(at(100, looked_for=137, look=1), state=asked(after(Sought(137))))
    assert after(Sought(99), state=state).scrub.due is None
    state = after(at(100, looked_for=137, look=1, replayed=120), state=state)
    assert (state.scrub.sought, state.here) == (None, 137)
    assert after(Sought(99), state=state).scrub.due == 99


def test_a_step_that_is_there_right_after_its_keyframe_is() -> None:
    state = after(at(100, looked_for=137, look=1), state=asked(after(Sought(137))))
    state = after(at(137, look=1), Sought(99), state=state)
    assert state.scrub.due == 99


def test_where_the_step_cannot_be_had_that_which_is_shown_is_as_far_as_it_goes() -> None:
    state = after(at(400, look=1), state=asked(after(Sought(137))))
    assert (state.here, state.scrub.sought) == (400, None)


@pytest.mark.parametrize(
    "event",
    [
        RunStarted(2, 0, "reset"),
        RunStarted(2, 5, "branch"),
        CommandRefused(Look(137), "No."),
        EngineFailed("the last command", "a fault"),
    ],
)
def test_nothing_is_sought_in_another_run_nor_what_was_refused(event: Event) -> None:
    state = after(FilmPlayed(), state=asked(after(Sought(137))))
    scrub = after(event, state=state).scrub
    assert (scrub.sought, scrub.asked, scrub.film.is_playing) == (None, None, False)


@pytest.mark.parametrize("intent", [Sought(3), LookAsked(Look()), LookAsked(Look(keyframes=1))])
def test_a_film_stops_where_one_scrubs(intent: Intent) -> None:
    playing = after(FilmPlayed())
    assert playing.scrub.film.is_playing
    assert not after(intent, state=playing).scrub.film.is_playing


def test_the_key_of_a_film_stops_it_and_that_of_the_other_way_turns_it() -> None:
    playing = after(at(137), FilmPlayed())
    assert not after(FilmPlayed(), state=playing).scrub.film.is_playing
    turned = after(FilmPlayed(is_backwards=True), state=playing).scrub.film
    assert turned.is_backwards
    assert turned.step == 137


def test_from_the_present_a_film_begins_with_the_first_step() -> None:
    assert after(FilmPlayed()).scrub.film.step == 0
    assert after(FilmPlayed(is_backwards=True)).scrub.film.step == 1000


def test_a_film_waits_for_each_frame_and_leaves_out_those_it_is_too_late_for() -> None:
    state = after(FilmPlayed())
    scrub = state.scrub.roll(0.0, PRESENT)
    assert scrub.due == 0
    scrub = scrub.ask()
    assert scrub.roll(1.0, PRESENT) == scrub
    shown = scrub.look(at(0, look=1))
    assert shown.roll(5.0, at(0)).due == 31


KEYS = {
    "step_back": (999, 136, None), "step_on": (None, 138, None), "first_step": (0, 0, 0),
    "last_step": (1000, 1000, 1000),
}  # fmt: skip
"""Steps sought by keys in the present, at step 137, and at the first (back) or the last (on)."""


@pytest.mark.parametrize("name", KEYS)
def test_each_key_seeks_its_step_or_says_why_not(name: str) -> None:
    edge = after(at(0 if name != "step_on" else 1000))
    for state, step in zip((after(), after(at(137)), edge), KEYS[name], strict=True):
        command = BY_ID[name]
        assert command.intent is not None
        assert bool(command.why_not(state)) == (step is None)
        if step is not None:
            assert command.intent(state) == Sought(step)


def test_presses_in_a_row_go_on_from_each_other() -> None:
    back = BY_ID["step_back"].intent
    assert back is not None
    state = after()
    for _ in range(3):
        state = after(back(state), state=state)
    assert state.here == 997


@pytest.mark.parametrize(
    ("name", "state", "why"),
    [
        ("present", after(), "press , to look back"),
        ("keyframe_on", after(), "press , to look back"),
        ("step_on", after(at(1000)), r"press \ to go on with it"),
        ("keyframe_back", after(at(0)), "the first step"),
        ("film", State(), "no step yet"),
        ("step_typed", State(), "no step yet"),
    ],
)
def test_what_makes_no_sense_is_said(name: str, state: State, why: str) -> None:
    assert why in BY_ID[name].why_not(state)
