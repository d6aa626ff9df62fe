"""Sentences and figures: the status line, and what to tell the user when something happened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from engine import record
from engine.protocol import (
    CheckpointLoaded,
    CheckpointSaved,
    CommandRefused,
    DataReport,
    DatasetLoaded,
    EngineFailed,
    Event,
    KeepingFailed,
    KeptRun,
    NetworkRefused,
    OpenChapter,
    RunStarted,
    Settings,
    TrainingDiverging,
    TrainingPaused,
)
from engine.text.numbers import number
from tui.commands import BY_ID
from tui.state import NO_TORCH, State
from tui.state.scrub import last_step
from tui.storage import log_file
from tui.text.numbers import figure, reading
from tui.text.paths import tilde
from tui.text.rows import Row, Run

Severity = Literal["information", "warning", "error"]

STATES: dict[str, Run] = {
    "starting": ("starting", "dim"),
    "ready": ("ready", "accent"),
    "running": ("running", "good"),
    "paused": ("paused", "warn"),
}


@record
class Notice:
    """Something to tell the user."""

    text: str
    severity: Severity = "information"


def notice(event: Event, keys: Mapping[str, str] | None = None) -> Notice | None:
    """Say in a sentence what happened; nothing if the screen shows it anyway.

    Args:
        event: what happened.
        keys: those that the user chose, by command id.
    """

    def key(name: str) -> str:
        """The key of a command as it is printed."""
        return BY_ID[name].key_in(keys or {})

    match event:
        case CommandRefused(OpenChapter(), _):
            return None
        case DatasetLoaded(report=DataReport(hint=hint)) if hint:
            return Notice(hint, "warning")
        case CommandRefused(_, reason):
            return Notice(reason, "error")
        case NetworkRefused(reason):
            return Notice(reason, "warning")
        case EngineFailed("importing torch", message):
            return Notice(f"{message} Details are in {log_file()}", "error")
        case EngineFailed(doing, message):
            return Notice(f"A fault in {doing}: {message}. Details are in {log_file()}", "error")
        case TrainingDiverging(_, _, loss, edge, rate) if rate > edge:
            return Notice(
                f"The loss ({figure(loss)}) stays above where it started: the learning rate, "
                f"{number(rate)}, is above the edge of stability, {figure(edge, 1)}. Lower it.",
                "warning",
            )
        case TrainingDiverging(_, _, loss, edge, rate) if math.isnan(edge):
            return Notice(
                f"The loss ({figure(loss)}) is still above where it started. Whether the learning "
                f"rate, {number(rate)}, is too high is not known here; lower it, or press "
                f"{key('reset')} to start again.",
                "warning",
            )
        case TrainingDiverging(_, _, loss, _, rate):
            return Notice(
                f"The loss ({figure(loss)}) is still above where it started. The learning rate, "
                f"{number(rate)}, is not too high; the way back is long. Press {key('reset')} to "
                "start again.",
                "warning",
            )
        case TrainingPaused(_, step, "diverged", _):
            return Notice(
                f"The loss stopped being a number after step {step:,}; the last finite weights "
                f"are kept. Lower the learning rate, or press {key('reset')} to start again.",
                "error",
            )
        case TrainingPaused(_, step, "failed", _, fault):
            return Notice(
                f"{fault} The run is paused at step {step:,}; {key('train')} goes on on the CPU.",
                "error",
            )
        case RunStarted(_, _, "reset"):
            text = f"New first weights. Press {key('undo')} to go back to the run before."
            return Notice(text)
        case RunStarted(_, step, "undo" | "back"):
            return Notice(f"Back to the run before, at step {step:,}.")
        case RunStarted(_, step, "branch"):
            return Notice(f"A run of its own from step {step:,}. {key('undo')} goes back.")
        case RunStarted(_, step, "taken up"):
            return Notice(f"Taken up at step {step:,}.")
        case KeepingFailed(reason):
            return Notice(f"The run is not being kept: {reason} Training goes on.", "warning")
        case CheckpointSaved(path, step):
            return Notice(f"Saved at step {step:,}: {tilde(path)}")
        case CheckpointLoaded(path, step, warning):
            told = f"Going on from step {step:,}: {tilde(path)}"
            return Notice(
                f"{warning} {told}" if warning else told, "warning" if warning else "information"
            )
    return None


def cut_off(run: KeptRun, keys: Mapping[str, str]) -> str:
    """Say that a run was cut off, and how to go on with it."""
    key = BY_ID["open"].key_in(keys)
    return f"A run was cut off at step {run.line.step:,} and is kept; {key} goes on with it."


def how_to_quit(keys: Mapping[str, str]) -> str:
    """Say how to quit to somebody who wants to."""
    return f"{BY_ID['quit'].key_in(keys)} quits; a run is saved first."


def trouble(state: State) -> str:
    """Say in a word or two what is wrong with the run; empty if nothing is."""
    if state.has_diverged:
        return "stopped, loss not finite"
    if not state.is_diverging:
        return ""
    is_low = state.snapshot.settings.learning_rate <= state.stability_edge
    return "above its start" if is_low else "diverging"


def status(state: State, width: int) -> Row:
    """Write the status line: as much of it as fits, the most important first."""
    s = state.snapshot
    lead: list[Run] = [standing(state)]
    if state.progress:
        lead = [(state.progress, "accent")]
    parts: list[list[Run]] = [lead, *_steps(state)]
    if math.isfinite(s.data_loss):
        parts += [
            [("loss ", "dim"), (reading(s.data_loss), "strong")],
            [("gap ", "dim"), (reading(s.gap), "strong")],
        ]
    if math.isfinite(s.dev_loss):
        parts.insert(-1, [("dev ", "dim"), (reading(s.dev_loss), "strong")])
    if s.state == "running":
        parts.append([(number(s.steps_per_second, ",.0f"), "strong"), (" steps/s", "dim")])
    parts.append([(f"{state.sample.sampler} sampler", "dim")])
    if s.device != "cpu":
        parts.append([(s.device, "accent")])
    if not s.settings.is_bigram:
        parts.insert(1, [(objective(s.settings), "accent")])
    if state.is_saving_link:
        parts.insert(1, [("saving the link", "warn")])
    if state.is_diverging:
        parts.insert(1, [(trouble(state), "bad")])
    return _joined(parts, width)


def _steps(state: State) -> list[list[Run]]:
    """The step that all figures are of; a click on one that is looked at ends in the present."""
    s = state.snapshot
    if not s.is_looking:
        return [[("step ", "dim"), (f"{s.step:,}", "strong")]]
    film, back = state.scrub.film, "app.command('present')"
    doing = "looking at"
    if film.is_playing:
        doing = "playing back" if film.is_backwards else "playing"
    parts: list[list[Run]] = [[(f"{doing} {looked_at(state)} of {last_step(s):,}", "warn", back)]]
    if s.looked_for is not None:
        parts.append([(f"replaying {s.replayed:,} of {s.looked_for:,}", "accent", back)])
    return parts


def looked_at(state: State) -> str:
    """Say which step is shown, and whether it is but the nearest to the one that is looked at."""
    s = state.snapshot
    return f"{'' if s.looked_for is None else '≈ '}step {s.step:,}"


def objective(settings: Settings) -> str:
    """What is trained, and on what, where it is not the table of the bigrams of all words."""
    network = settings.objective[-1]
    kind = f"{network}, " if network != "neural" else ""
    dots = f", {settings.dots} dots" if settings.dots != settings.order - 1 else ""
    split = f", split {settings.split}" if settings.split != "none" else ""
    return f"{kind}order {settings.order}{dots}{split}"


def standing(state: State) -> Run:
    """What the run is doing; without torch there never is one, nor of too many symbols."""
    has_none = state.torch_failed or state.no_network
    return ("no network", "bad") if has_none else STATES[state.snapshot.state]


def until_torch(state: State, waiting: str) -> str:
    """What to say where something needs torch: `waiting`, unless it never comes."""
    return NO_TORCH if state.torch_failed else waiting


def _joined(parts: list[list[Run]], width: int) -> Row:
    row: list[Run] = [(" ", "plain")]
    used = 1
    for part in parts:
        length = sum(len(run[0]) for run in part) + 3 * (used > 1)
        if used + length > width:
            break
        row += [(" · ", "dim"), *part] if used > 1 else part
        used += length
    return row
