"""The command lines that bring back what is on the screen."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

from textual.constants import DEFAULT_THEME

from engine.protocol import FILES, SETTINGS, Change, Course, Ngrams, Sample, Settings, flag
from tui.options import START_SPEED
from tui.state import State
from tui.state.views import VIEWS
from tui.text.numbers import speed

PROGRAM = "makemore-tui"
"""The command as it is installed."""

STEERING = tuple(f.name for f in fields(Change) if f.name != "step")
"""Settings that may change in the midst of a run."""

LATE = tuple(name for name, setting in SETTINGS.items() if setting.is_late)
"""Settings that a run was begun with, though others may wait for the next one."""

BUNDLED = "names.txt"
"""What the list that comes with the program is called, which need not be said."""


def command_lines(
    state: State, theme: str = DEFAULT_THEME, course: Course | None = None
) -> list[str]:
    """One line for the app as it stands; further ones for the run and for the names.

    Only what differs from the defaults is said. The run's line brings back the step on the screen.

    Args:
        state: what is on the screen.
        theme: in which colours.
        course: the recipe of the run; one whose settings never changed if not given.
    """
    settings = state.snapshot.settings
    lines = [_line(*_data(state), *_settings(state, settings), *_screen(state, theme))]
    step = state.snapshot.step
    if step and (course is None or course.is_drawn):
        first, *changes = _wished(course.changes, state) if course else (settings,)
        drawn = {name: getattr(_in_hand(state), name) for name in LATE}
        begun = replace(settings, **drawn, **{name: getattr(first, name) for name in STEERING})
        run = ("--steps", str(step), *_settings(state, begun), *_changes(first, changes, step))
        lines.append(_line("train", *_data(state), *run))
    if state.drawn is not None and state.drawn.model != "neural":
        lines.append(_line("sample", *_data(state), *_sample(state.drawn, _split(state))))
    return lines


def _in_hand(state: State) -> Settings:
    """The settings of the run in hand, without those that wait for the next one."""
    snapshot = state.snapshot
    lines = (line.settings for line in snapshot.runs if line.id == snapshot.id)
    return next(lines, snapshot.settings)


def _wished(changes: Iterable[Change], state: State) -> Iterator[Change]:
    """Changes with the device as it was asked for, where that means the one they name."""
    wish, here = state.snapshot.settings.device, state.snapshot.device
    for change in changes:
        yield replace(change, device=wish) if change.device == here else change


def _changes(before: Change | Settings, changes: Iterable[Change], step: int) -> Iterator[str]:
    """Say at which steps settings were changed, and to what; no later than a step matters."""
    for change in changes:
        told = ",".join(
            f"{name}={_text(getattr(change, name))}"
            for name in STEERING
            if getattr(change, name) != getattr(before, name)
        )
        # What was taken back before the next step has changed nothing.
        if told and change.step < step:
            yield from ("--at", f"{change.step}:{told}")
        before = change


def _line(*words: str) -> str:
    return shlex.join((PROGRAM, *words))


def _data(state: State) -> Iterator[str]:
    report = state.report
    if report is not None and report.files:
        for file in report.files:
            yield from ("--data" if file.name == "train" else f"--{file.name}", file.source)
    elif report is not None and report.source != BUNDLED:
        yield from ("--data" if report.has_words else "--counts", report.source)


def _split(state: State) -> str:
    """The split that goes without saying for these words."""
    return FILES if state.report is not None and state.report.files else Settings().split


def _settings(state: State, now: Settings) -> Iterator[str]:
    # An order that is given brings its dots along.
    usual = Settings(dots=now.order - 1, split=_split(state))
    for name in (f.name for f in fields(Settings) if SETTINGS[f.name].moves_weights):
        value = getattr(now, name)
        if value != getattr(usual, name):
            yield from (flag(name), _text(value))


def _screen(state: State, theme: str) -> Iterator[str]:
    """What only the app takes."""
    now = state.snapshot.settings
    if now.speed != START_SPEED:
        yield from ("--speed", speed(now.speed))
    if now.smoothing != Settings().smoothing:
        yield from ("--smoothing", _text(now.smoothing))
    if state.view != State().view and not VIEWS[state.view].needs_other_run:
        yield from ("--view", state.view)
    if theme != DEFAULT_THEME:
        yield from ("--theme", theme)
    if state.ramp != State().ramp:
        yield from ("--ramp", state.ramp)


def _sample(drawn: Sample, split: str) -> Iterator[str]:
    usual = Sample(ngrams=Ngrams(split=split))
    for name in ("number", "seed", "sampler", "temperature", "prefix", "smoothing"):
        value = getattr(drawn, name)
        if value != getattr(usual, name):
            yield from (flag(name), _text(value))
    if drawn.model != "counts":
        yield from ("--model", drawn.model)
    for name in ("order", "dots", "split"):
        value = getattr(drawn.ngrams, name)
        if value != getattr(usual.ngrams, name):
            yield from (flag(name), _text(value))


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
