"""What is said of runs: in the snapshot, in a line each, and as courses to be held side by side."""

from __future__ import annotations

import math
from dataclasses import replace

from engine.protocol import (
    Course,
    RunLine,
    RunState,
    Snapshot,
)
from engine.training.looking import Looking
from engine.training.others import line_of
from engine.training.runs import Runs
from engine.training.trainer import gradient_norm


def lines(runs: Runs) -> tuple[RunLine, ...]:
    """The runs that can be taken in hand, the earliest first."""
    run = runs.run
    lines = {put.timeline.id: put.line for put in runs.others}
    lines[run.timeline.id] = line_of(run.timeline, run.settings, run.step, run.loss.data)
    return tuple(lines[id] for id in runs.born if id in lines)


def course(runs: Runs, id: str) -> Course | None:
    """The losses of a run at hand; nothing if there is none of that id."""
    if id == runs.run.timeline.id:
        timeline = runs.run.timeline
        histories = runs.run.history.buckets(), runs.run.dev_history.buckets()
    elif id in runs.others:
        other = runs.others[id]
        timeline, histories = other.timeline, (other.saved.history, other.saved.dev_history)
    else:
        return None
    return Course(id, *histories, tuple(timeline.changes), timeline.root.is_drawn)


def describe(runs: Runs, look: Looking, snapshot: Snapshot) -> Snapshot:
    """Fill in what a snapshot says of the run in hand, at the step that is looked at."""
    run = runs.run
    state: RunState = "running" if runs.is_running else "paused" if run.step else "ready"
    loss = look.loss
    return replace(
        snapshot,
        run=runs.number,
        id=run.timeline.id,
        place=runs.keeping.place_of(run),
        state=state,
        step=look.step,
        newest=run.step,
        is_looking=look.is_back,
        look=look.request,
        looked_for=look.wanted,
        replayed=look.replayed,
        then=look.then,
        target=runs.target,
        loss=loss.total,
        data_loss=loss.data,
        dev_loss=math.nan if loss.dev is None else loss.dev,
        floor=runs.objective.floor,
        gap=loss.data - runs.objective.floor,
        regularization_cost=runs.costs.of(run.settings.regularization),
        gradient_norm=gradient_norm(look.moment),
        stability_edge=run.stability_edge(),
        steps_per_second=runs.steps_per_second,
        seconds=runs.seconds,
        device=str(run.device),
        is_saved=runs.is_saved,
        can_undo_reset=runs.others.has_before,
        history=run.history.buckets(),
        recent=run.history.recent(),
        dev_history=run.dev_history.buckets(),
        dev_recent=run.dev_history.recent(),
        has_test=runs.objective.has_test,
        runs=lines(runs),
    )
