"""The training pane's words and figures, laid out for any width from 30 columns.

Every figure has a place of its own that does not depend on the others, so nothing jumps while they
change.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from engine.protocol import SETTINGS
from engine.text.numbers import number
from tui.plot.decimate import pairs
from tui.plot.spans import latest
from tui.state import State
from tui.state.ladders import written
from tui.state.scrub import last_step
from tui.text.numbers import reading as compact
from tui.text.numbers import short
from tui.text.rows import Role, Row, Run, paragraph, width_of
from tui.wording import standing, trouble

Cell = tuple[str, str, Role]
"""Label, value, and the value's role."""

LABEL = 8
"""Columns of a label."""

NARROWEST_CELL, WIDEST_CELL = 17, 24
"""Columns of a label, its value and a gap."""

ONE_LINE_HEAD = 48
"""Columns from which state and step stand on one line."""


MOVING = ("learning_rate", "regularization", "gradient", "optimizer")
"""Settings that move the weights: those that may have been others at an earlier step."""


def readings(state: State, width: int) -> list[Row]:
    """State, step, losses and pace of the run."""
    rows = list(_table(_cells(state), width))
    return [*_head(state, width, width_of(rows[0][:2])), *rows]


def _head(state: State, width: int, cell: int) -> Iterator[Row]:
    """State, step and target, on one line where there is room; there the step is over a column."""
    s = state.snapshot
    label, role = standing(state)[:2]
    end = last_step(s) if s.is_looking else s.target
    goal = f" of {end:,}" if end is not None else ""
    step = f"{s.step:>{len(f'{end:,}') if goal else 1},}"
    unsaved: Run = ("" if s.is_saved else "unsaved", "dim")
    steps: list[Run] = [(f"{'step':<{LABEL}}", "dim"), (step, "strong"), (goal, "plain")]
    if s.is_looking:
        near = "looking" if s.looked_for is None else "near"
        steps[0] = (f"{near:<{LABEL}}", "warn", "app.command('present')")
    name: Run = (f"{label:<{cell}}", role)
    if width >= ONE_LINE_HEAD and width_of([name, *steps, unsaved]) < width:
        yield _pushed([name, *steps], unsaved, width)
        return
    yield _pushed([(label, role)], unsaved, width)
    if end is not None and width_of(steps) > width:
        steps[-1] = (f" of {short(end)}", "plain")
    yield tuple(steps)


def _pushed(left: list[Run], right: Run, width: int) -> Row:
    """Put one run at the right end of a line, if there is room."""
    room = width - width_of(left) - width_of([right])
    return (*left, (" " * room, "plain"), right) if room > 0 else tuple(left)


def _cells(state: State) -> list[list[Cell]]:
    """Two groups; loss less floor is gap, which is what regularization costs and what is left."""
    s = state.snapshot
    pace = (
        number(s.steps_per_second, ",.0f")
        if s.steps_per_second < 1e6
        else short(s.steps_per_second)
    )
    last: Cell = ("for reg", compact(s.regularization_cost), "plain")
    if math.isfinite(s.dev_loss):
        # What is judged by comes before what of the gap the regularization costs.
        last = ("dev", compact(s.dev_loss), "strong")
    return [
        [
            ("loss", compact(s.data_loss), "strong"),
            ("floor", compact(state.floor), "good"),
            ("gap", compact(s.gap), "strong"),
            ("left", compact(s.to_learn), "plain"),
        ],
        [
            ("total", compact(s.loss), "plain"),
            ("|grad|", compact(s.gradient_norm, 5), "plain"),
            ("steps/s", pace if s.state == "running" else "–", "plain"),
            last,
        ],
    ]


def _table(groups: list[list[Cell]], width: int) -> Iterator[Row]:
    """Lay groups out side by side, or one below the other, or all in one line."""
    flat = [cell for group in groups for cell in group]
    if width >= NARROWEST_CELL * len(flat):
        rows: Sequence[Sequence[Cell]] = [flat]
    elif width >= NARROWEST_CELL * len(groups[0]):
        rows = groups
    elif width >= NARROWEST_CELL * len(groups) - 1:
        rows = list(zip(*groups, strict=True))
    else:
        rows = [[cell] for cell in flat]
    step = min(WIDEST_CELL, max(NARROWEST_CELL, width // len(rows[0])))
    for row in rows:
        yield tuple(run for cell in row for run in _cell(cell, step))


def _cell(cell: Cell, width: int) -> tuple[Run, Run]:
    label, value, role = cell
    return (f"{label:<{LABEL}}", "dim"), (f"{value:<{width - LABEL}}", role)


def notes(state: State, width: int) -> list[Row]:
    """What is out of the ordinary: divergence, and what waits for the next reset."""
    s = state.snapshot.settings
    rows: list[Row] = []
    if what := trouble(state):
        rate, edge = s.learning_rate, state.stability_edge
        sign = ">" if rate > edge else "≤"
        tail = (
            f": rate {number(rate)} {sign} 2/λmax {number(edge, '.3g')}"
            if math.isfinite(edge)
            else ""
        )
        rows += paragraph(what + tail, width, "bad")
    elif state.snapshot.stability_edge < s.learning_rate and s.optimizer == "plain":
        edge, rungs = state.snapshot.stability_edge, SETTINGS["learning_rate"].rungs
        lower = max((rung for rung in rungs if rung < edge), default=edge)
        text = (
            f"A rate of {number(s.learning_rate)} is above {number(edge, '.3g')}, the edge of "
            f"stability: the loss rings and does not settle. At {number(lower)} it does."
        )
        rows += paragraph(text, width, "warn")
    if state.at_next_reset:
        waiting = ", ".join(f"{name} {getattr(s, name)}" for name in state.at_next_reset)
        rows += paragraph(f"from the next reset (r): {waiting}", width, "accent")
    if changed := _then(state):
        rows += paragraph(f"at this step: {changed}", width, "warn")
    if state.opened is not None and state.opened.run == state.snapshot.run:
        told = f"test {compact(state.opened.loss)} at step {state.opened.step:,}, opened"
        rows.append(((told[:width], "good"),))
    return rows or [()]


def _then(state: State) -> str:
    """Settings that were others at the step that is looked at, as they were then."""
    s = state.snapshot
    if s.then is None:
        return ""
    then = ((name, getattr(s.then, name), getattr(s.settings, name)) for name in MOVING)
    others = (
        f"{SETTINGS[name].label} {written(name, was)}" for name, was, now in then if was != now
    )
    return ", ".join(others)


def choices(state: State, width: int) -> Row:
    """How the chart is laid out, and the keys that change it; a click does, too."""
    look, beside = state.chart, len(state.courses.shown(state.snapshot.id))
    span = f"last {_latest_steps(state)} steps" if look.is_recent else "whole run"
    axis = "log steps" if look.is_log_steps and not look.is_recent else "linear steps"
    kind = "log gap" if look.is_log_gap else "loss"
    texts = [("w", span, "window"), ("x", axis, "steps"), ("e", kind, "gap")]
    if beside:
        texts.append(("c", f"clear {beside} other{'s' * (beside > 1)}", "clear"))
    for gap in ("  ", " "):
        for words in (" steps", " others", " other", f" {beside}", " run", "clear"):
            row = [run for text in texts for run in _choice(*text, gap, look.is_recent)]
            if width_of(row) - len(gap) <= width:
                return (*row, *_time(state, width - width_of(row)))
            texts = [(key, text.replace(words, ""), name) for key, text, name in texts]
    return tuple(row)


def _time(state: State, room: int) -> Iterator[Run]:
    """What plays the film and what ends in the present, by a click, too, where there is room."""
    film = state.scrub.film
    pace = f" {number(film.seconds)} s" + ", again" * film.is_looping
    texts = [("\\", "now", "present")] if state.is_looking else []
    if film.is_playing:
        texts.insert(0, ("P", f"stop{pace}", "film"))
    elif last_step(state.snapshot):
        texts.append(("P", "film", "film"))
    for key, text, name in texts:
        room -= len(key) + len(text) + 3
        if room >= -2:
            yield (key, "accent", f"app.command('{name}')")
            yield (f" {text}  ", "dim", f"app.command('{name}')")


def _latest_steps(state: State) -> str:
    recent = pairs(state.snapshot.recent)
    if not recent:
        return "0"
    first, last = latest(recent[0][0], recent[-1][0])
    return short(last - first)


def _choice(key: str, text: str, name: str, gap: str, is_recent: bool) -> tuple[Run, Run]:
    action = f"app.command('chart_{name}')"
    is_off = name == "steps" and is_recent
    role: Role = "dim" if is_off else "accent"
    return (key, role, action), (f" {text}{gap}", "dim", action)
