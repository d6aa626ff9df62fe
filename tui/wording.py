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
    Configure,
    DataReport,
    DatasetLoaded,
    EngineFailed,
    Event,
    KeepingFailed,
    KeptRun,
    NetworkRefused,
    OpenChapter,
    RunLine,
    RunStarted,
    Settings,
    SteeringPassed,
    TrainingDiverging,
    TrainingPaused,
    Undone,
)
from engine.text.numbers import number
from tui.commands import BY_ID
from tui.objectives import objective, way_back
from tui.state import NO_TORCH, State
from tui.state.engine import Attachment, called, steering
from tui.state.ladders import taken_back
from tui.state.scrub import last_step
from tui.storage import log_file
from tui.text.numbers import figure, reading
from tui.text.paths import placed
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


def notice(
    event: Event,
    keys: Mapping[str, str] | None = None,
    machine: str = "",
    *,
    settings: Settings | None = None,
    is_readonly: bool = False,
) -> Notice | None:
    """Say in a sentence what happened; nothing if the screen shows it anyway.

    Args:
        event: what happened.
        keys: those that the user chose, by command id.
        machine: where the engine is, and its files; empty if that is this machine.
        settings: those in force; if not given, the usual ones.
        is_readonly: whether the screen can never steer.
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
        case RunStarted(_, _, "first", RunLine() as kept):
            of, back = objective(kept.settings), way_back(kept.settings, settings or Settings())
            return Notice(f"The run of {of} is kept at step {kept.step:,}; {key(back)} leads back.")
        case RunStarted(_, _, "reset"):
            text = "Begun again, with the initial weights of the seed; another seed draws others. "
            return Notice(f"{text}{key('undo')} goes back.")
        case RunStarted(_, step, "undo"):
            return Notice(f"Back to the run before, at step {step:,}.")
        case Undone(back) if back != Configure():
            told = taken_back(back)
            return Notice(f"{told[0].upper()}{told[1:]}.")
        case RunStarted(_, step, "back"):
            of = objective(settings or Settings())
            return Notice(f"Back to the run of {of}, at step {step:,}.")
        case RunStarted(_, step, "branch"):
            return Notice(f"A run of its own from step {step:,}. {key('undo')} goes back.")
        case RunStarted(_, step, "taken up"):
            return Notice(f"Taken up at step {step:,}.")
        case SteeringPassed(_, True, "taken"):
            return Notice("This screen steers now; what it changes is changed on every screen.")
        case SteeringPassed(_, True, "left"):
            return Notice("The screen that steered is gone; this one steers now.")
        case SteeringPassed(name, False, reason):
            told = f"{name} took the steering"
            if reason == "left":
                told = f"The screen that steered is gone, and {name} steers now"
            over = "" if is_readonly else f"; {key('steer')} takes it over"
            return Notice(f"{told}{over}.", "warning")
        case KeepingFailed(reason):
            return Notice(f"The run is not being kept: {reason} Training goes on.", "warning")
        case CheckpointSaved(path, step):
            return Notice(f"Saved at step {step:,}: {placed(path, machine)}")
        case CheckpointLoaded(path, step, warning):
            told = f"Going on from step {step:,}: {placed(path, machine)}"
            return Notice(
                f"{warning} {told}" if warning else told, "warning" if warning else "information"
            )
    return None


def cut_off(run: KeptRun, keys: Mapping[str, str]) -> str:
    """Say that a run was cut off, and how to go on with it."""
    key = BY_ID["open"].key_in(keys)
    return f"A run was cut off at step {run.line.step:,} and is kept; {key} goes on with it."


def how_to_leave_the_stage(state: State) -> str:
    """Say what no small print says on stage."""
    leave, help = (BY_ID[name].key_in(state.keys) for name in ("stage", "help"))
    return f"{leave} leaves the stage, {help} tells every key."


def how_to_quit(state: State) -> str:
    """Say how to quit to somebody who wants to."""
    key = BY_ID["quit"].key_in(state.keys)
    if state.engine.is_attached:
        return f"{key} leaves; the engine goes on."
    return f"{key} quits; a run is saved first."


def where_to_paste(state: State, *, is_covered: bool) -> str:
    """Say what takes pasted text to somebody who pastes it where nothing does.

    Args:
        state: what is shown.
        is_covered: whether another screen lies over the laboratory, whose keys are others.
    """
    told = "Pasted text goes into a field, and none is in use"
    if is_covered:
        return f"{told}."
    keys = {name: BY_ID[name].key_in(state.keys) for name in ("filter", "apart")}
    return f"{told}: {keys['filter']} filters the words, {keys['apart']} takes one apart."


def goodbye(state: State) -> str:
    """Say how to come back to an engine that lives in a process of its own; else nothing."""
    engine = state.engine
    if engine.home is None:
        return ""
    if engine.lost is not None and not engine.lost.is_cut:
        run = engine.lost.run
        goes_on = f"makemore-tui --run {run} goes on with it." if run else ""
        return " ".join(filter(None, [engine.lost.reason, kept(engine), goes_on]))
    goes_on = "may go on" if engine.lost else "goes on"
    on = f" on {engine.home.machine}" if engine.home.machine else ""
    return f"The engine{on} {goes_on}; makemore-tui attach {engine.address} comes back to it."


def kept(engine: Attachment) -> str:
    """Say how far the run of an engine that is lost is kept; empty if there was none."""
    lost, home = engine.lost, engine.home
    if lost is None or not lost.run:
        return ""
    if home is not None and home.machine:
        return f"The run had come to step {lost.step:,}; its journal is on {home.machine}."
    return f"The run is kept up to step {lost.step:,}."


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
    if progress := state.engine.awaited.doing or state.progress:
        lead = [(progress, "accent")]
    parts: list[list[Run]] = [[*lead, *_place(state)], *_steps(state)]
    if math.isfinite(s.data_loss):
        parts += [
            [("loss ", "dim"), (reading(s.data_loss), "strong")],
            [("gap ", "dim"), (reading(s.gap), "strong")],
        ]
    if math.isfinite(s.dev_loss):
        parts.insert(-1, [("dev ", "dim"), (reading(s.dev_loss), "strong")])
    if s.state == "running":
        parts.append([(number(s.steps_per_second, ",.0f"), "strong"), (" steps/s", "dim")])
    if others := _others(state):
        parts.append([(others, "dim")])
    parts.append([(f"{state.sample.sampler} sampler", "dim")])
    if s.device != "cpu":
        parts.append([(s.device, "accent")])
    if not s.settings.is_bigram:
        parts.insert(1, [(objective(s.settings), "accent")])
    if mark := _share(state):
        parts.insert(1, [mark])
    if state.is_saving_link:
        parts.insert(1, [("slow line: less is drawn", "warn")])
    if state.is_diverging:
        parts.insert(1, [(trouble(state), "bad")])
    return _joined(parts, width)


def _place(state: State) -> list[Run]:
    """Where the run is trained, if that goes on without this screen."""
    engine = state.engine
    if engine.home is None or engine.lost is not None:
        return []
    return [(f" on {engine.home.machine}" if engine.home.machine else ", attached", "dim")]


def _share(state: State) -> Run | None:
    """What of the run is not this screen's to change."""
    screens = state.snapshot.screens
    if state.engine.is_readonly:
        return ("read-only", "dim")
    if state.engine.lost is not None:
        return None
    if state.snapshot.is_steered_elsewhere and (other := steering(screens)) is not None:
        return (f"{called(other, screens)} steers", "warn", "app.command('engine')")
    return None


def _others(state: State) -> str:
    """How many screens look on while this one steers."""
    others = len(state.snapshot.screens) - 1
    if others < 1 or state.snapshot.is_steered_elsewhere or state.engine.lost is not None:
        return ""
    return f"you steer, {others} look{'s' * (others == 1)} on"


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


def standing(state: State) -> Run:
    """What the run is doing; without torch there never is one, nor of too many symbols."""
    if state.engine.lost is not None:
        return ("engine lost", "bad")
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
