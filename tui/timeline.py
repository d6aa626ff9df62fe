"""Commands of the loss chart and of the time machine: a part of the table in `tui.commands`."""

from __future__ import annotations

from dataclasses import replace

from engine.protocol import Look
from tui.command import Command
from tui.state import State
from tui.state.intents import ChartLook, ComparisonCleared
from tui.state.scrub import FilmLooped, FilmPlayed, Sought, last_step


def _other_window(state: State) -> ChartLook:
    return replace(state.chart, is_recent=not state.chart.is_recent)


def _other_steps(state: State) -> ChartLook:
    return replace(state.chart, is_log_steps=not state.chart.is_log_steps)


def _other_losses(state: State) -> ChartLook:
    return replace(state.chart, is_log_gap=not state.chart.is_log_gap)


def _why_no_log_steps(state: State) -> str:
    if state.chart.is_recent:
        key = TIMELINE[0].key_in(state.keys)
        return f"The latest losses stand on linear steps; press {key} for the whole run."
    return ""


def _why_no_clearing(state: State) -> str:
    if not state.courses.colours:
        return "There are no other runs in the chart; a reset keeps the run before it there."
    return ""


def _why_no_time(state: State) -> str:
    if not last_step(state.snapshot):
        return "The run has taken no step yet: there is nothing to look back at."
    return ""


def _why_not_back(state: State) -> str:
    if reason := _why_no_time(state):
        return reason
    return "" if state.here else "This is the first step: nothing was learnt before it."


def _why_not_on(state: State) -> str:
    if reason := _why_no_time(state) or _why_not_looking(state):
        return reason
    if state.here == last_step(state.snapshot):
        return f"This is the last step so far; press {_key('present', state)} to go on with it."
    return ""


def _why_not_looking(state: State) -> str:
    if not state.is_looking:
        return f"This is the present; press {_key('step_back', state)} to look back."
    return ""


def _stop(state: State) -> str:
    return "stop" if state.scrub.film.is_playing else ""


def _key(name: str, state: State) -> str:
    return next(c for c in TIMELINE if c.id == name).key_in(state.keys)


TIMELINE: tuple[Command, ...] = (
    Command(
        "chart_window", "w", "window", "Show the whole run in the chart, or the latest losses",
        "chart", intent=_other_window,
    ),
    Command(
        "chart_steps", "x", "x-axis", "Lay the chart's steps out evenly, or by their logarithm",
        "chart", _why_no_log_steps, intent=_other_steps,
    ),
    Command(
        "chart_gap", "e", "y-axis", "Show the loss in the chart, or the logarithm of the gap",
        "chart", intent=_other_losses,
    ),
    Command(
        "chart_clear", "c", "clear chart", "Clear the other runs from the chart", "chart",
        _why_no_clearing, intent=lambda state: ComparisonCleared(),
    ),
    Command(
        "step_back", "comma", "step back", "Look at the run as it was a step before", "time",
        _why_not_back, intent=lambda state: Sought(state.here - 1),
    ),
    Command(
        "step_on", "full_stop", "step on", "Look at the run as it was a step later", "time",
        _why_not_on, intent=lambda state: Sought(state.here + 1),
    ),
    Command(
        "keyframe_back", "less_than_sign", "keyframe", "Look at the keyframe before", "time",
        _why_not_back, lambda state: Look(keyframes=-1),
    ),
    Command(
        "keyframe_on", "greater_than_sign", "keyframe on", "Look at the keyframe after", "time",
        _why_not_on, lambda state: Look(keyframes=1),
    ),
    Command(
        "first_step", "left_curly_bracket", "first step", "Look at the initial weights", "time",
        _why_no_time, intent=lambda state: Sought(0),
    ),
    Command(
        "last_step", "right_curly_bracket", "last step", "Look at the last step so far", "time",
        _why_no_time, intent=lambda state: Sought(last_step(state.snapshot)),
    ),
    Command(
        "step_typed", "colon", "go to step", "Type a step, and look at it", "time", _why_no_time,
    ),
    Command(
        "present", "backslash", "present", "Back to the present, from the step looked at", "time",
        _why_not_looking, lambda state: Look(),
    ),
    Command(
        "film", "P", "film", "Play the run as a film, or stop it; + and − change its speed", "time",
        _why_no_time, intent=lambda state: FilmPlayed(), now=_stop,
    ),
    Command(
        "film_back", "J", "film back", "Play the film backwards, or stop it", "time",
        _why_no_time, intent=lambda state: FilmPlayed(is_backwards=True), now=_stop,
    ),
    Command(
        "film_loop", "A", "film again", "Play films again and again, or only once", "time",
        intent=lambda state: FilmLooped(),
    ),
)  # fmt: skip
