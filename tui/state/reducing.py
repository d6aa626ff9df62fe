"""How each message changes what the screen shows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import assert_never

from engine import Words, listed
from engine.protocol import (
    BigramsListed,
    ChapterClosed,
    ChapterOpened,
    CheckpointLoaded,
    CheckpointSaved,
    ClimbLadder,
    CommandRefused,
    Configure,
    ContextsCounted,
    CoursesTold,
    DataReport,
    DatasetLoaded,
    DrawingShown,
    EngineFailed,
    EngineLost,
    EngineReady,
    Event,
    ExerciseWorked,
    ExhibitShown,
    FolderListed,
    Guessed,
    Joined,
    KeepingFailed,
    LadderClimbed,
    LoadDataset,
    LossOnTest,
    MachineTold,
    MatrixTold,
    ModelTuned,
    NamesCompared,
    NamesExpected,
    NamesSampled,
    NamesStreamed,
    NetworkRefused,
    Ngrams,
    OpenChapter,
    Progressed,
    RunsListed,
    RunStarted,
    Sample,
    Settings,
    SettingsChanged,
    Snapshot,
    SteeringPassed,
    TrainingDiverging,
    TrainingPaused,
    Undone,
    WordsArrived,
    WordsParted,
    WordsRanked,
    WordsScored,
    WordsSorted,
    WordTakenApart,
)
from tui.state import NO_TORCH, State
from tui.state.courses import Courses
from tui.state.engine import EngineAwaited
from tui.state.hand import Hand, HandMoved, HandScaled, HandTaken, HandUndone
from tui.state.intents import (
    CentringToggled,
    ChartLook,
    ComparisonChosen,
    ComparisonCleared,
    ComparisonToggled,
    ContextChosen,
    CoursesAsked,
    Intent,
    LadderAsked,
    Moved,
    OrderChosen,
    OtherChosen,
    RampChosen,
    RunsCompared,
    SampleChosen,
    SettingsAsked,
    StageToggled,
    StepsChosen,
    ViewChosen,
    WordPicked,
)
from tui.state.lesson import ChapterChosen
from tui.state.scrub import FilmLooped, FilmPaced, FilmPlayed, FilmStopped, LookAsked, Sought
from tui.state.views import VIEWS


def reduce(state: State, message: Event | Snapshot | Intent) -> State:
    """Give the state after a message."""
    match message:
        case Snapshot():
            looked = _look(state, message)
            # It may be the last one of an engine that is known to be lost by now.
            return looked if state.engine.lost is None else _stand_still(looked)
        case _ if isinstance(message, Intent):
            return _intend(state, message)
        case DatasetLoaded() if state.engine.is_joining and message.report == state.report:
            # The engine is another one, the words are those on the screen: all of it stays.
            stays = replace(state, engine=state.engine.hear(message))
            return replace(stays, progress=_awaited(stays))
        case _:
            replies, rankings = state.replies.hear(message), state.rankings.hear(message)
            heard = replace(state, replies=replies, rankings=rankings)
            heard = replace(heard, scrub=state.scrub.hear(message))
            return _happen(replace(heard, engine=state.engine.hear(message)), message)


def _look(state: State, snapshot: Snapshot) -> State:
    """Take over what is true now.

    When training starts, view and names follow the network, unless the user chose otherwise.
    """
    starts = snapshot.state == "running" and not state.is_running
    view, sample = state.view, state.sample
    if starts and not state.has_chosen_view and not VIEWS[view].needs_network:
        view = "network_probabilities"
    if starts and not state.has_chosen_model:
        sample = replace(sample, model="neural")
    courses, before, word = state.courses.look(state.snapshot, snapshot), state.before, state.word
    if snapshot.settings.objective != state.snapshot.settings.objective:
        before, word, sample = (), state.lasting_word, _fitting(sample, snapshot.settings)
    elif VIEWS[view].is_of_whole_contexts and snapshot.window is not None:
        # Where a context was not given whole, the engine has chosen one.
        before = max(before, snapshot.window.before, key=len)
    looked = replace(state, snapshot=snapshot, view=view, sample=sample, courses=courses)
    return _visible(replace(looked, before=before, word=word, scrub=state.scrub.look(snapshot)))


def _visible(state: State) -> State:
    """Leave a view of two runs where there is only one."""
    is_gone = VIEWS[state.view].needs_other_run and not state.other_run
    return replace(state, view="network_probabilities") if is_gone else state


def _intend(state: State, intent: Intent) -> State:
    match intent:
        case Moved(row, column):
            last = max(0, len(state.symbols) - 1)
            row, column = max(0, min(row, last)), max(0, min(column, last))
            return replace(state, row=row, column=column)
        case ContextChosen(before, row):
            before = before[max(0, len(before) - state.most_before) :]
            return replace(state, before=before, row=max(0, min(row, len(state.symbols) - 1)))
        case ViewChosen(view, is_of_user):
            view = view if view in state.views else state.view
            return replace(state, view=view, has_chosen_view=is_of_user)
        case CentringToggled():
            return replace(state, is_centred=not state.is_centred)
        case StageToggled():
            return replace(state, is_on_stage=not state.is_on_stage)
        case RampChosen(ramp):
            return replace(state, ramp=ramp)
        case HandTaken() | HandMoved() | HandUndone() | HandScaled():
            hand = state.hand.intend(intent, state.hand_place, state.column)
            return replace(state, hand=hand)
        case WordPicked(word):
            return replace(state, word=word)
        case OrderChosen(order):
            return replace(state, rankings=replace(state.rankings, order=order))
        case SampleChosen(sample):
            chosen = state.has_chosen_model or sample.model != state.sample.model
            return replace(state, sample=sample, has_chosen_model=chosen)
        case ComparisonChosen(is_comparing):
            return replace(state, replies=replace(state.replies, is_comparing=is_comparing))
        case LadderAsked(command):
            return _rest(replace(state, replies=state.replies.climb(command)))
        case StepsChosen(steps):
            return replace(state, steps=steps)
        case ChartLook():
            return replace(state, chart=intent)
        case ChapterChosen(command):
            return replace(state, lesson=state.lesson.ask(command))
        case SettingsAsked(command):
            return replace(state, asked=(*state.asked, command))
        case ComparisonCleared():
            return replace(state, courses=replace(state.courses, colours={}, chosen=frozenset()))
        case ComparisonToggled() | RunsCompared() | CoursesAsked() | OtherChosen():
            return replace(state, courses=state.courses.want(intent))
        case EngineAwaited():
            return replace(state, engine=replace(state.engine, awaited=intent))
        case Sought() | LookAsked() | FilmPlayed() | FilmStopped() | FilmPaced() | FilmLooped():
            return replace(state, scrub=state.scrub.intend(intent, state.snapshot))
        case _:
            assert_never(intent)


def _happen(state: State, event: Event) -> State:
    match event:
        case Progressed(_, done, total) if 0 < total <= done:
            return _rest(state)
        case Progressed(task, done, total):
            return replace(state, progress=f"{task} {100 * done // max(1, total)} %")
        case DatasetLoaded(report, symbols, text, offsets, file):
            return _begin(state, report, symbols, listed(text, offsets, file))
        case WordsArrived(sha256, text, offsets, file):
            is_of_these = state.report is not None and state.report.sha256 == sha256
            return replace(state, words=listed(text, offsets, file)) if is_of_these else state
        case EngineReady(version, _):
            return replace(state, torch_version=version)
        case RunStarted():
            return _calm(replace(state, progress="", is_ready=True, at_next_reset=()))
        case NetworkRefused(reason):
            return _without_network(state, reason)
        case SettingsChanged():
            return _change(state, event)
        case TrainingDiverging(stability_edge=edge):
            return replace(state, is_diverging=True, stability_edge=edge)
        case TrainingPaused(reason=reason, stability_edge=edge):
            # Whoever pauses looks at how dev stands, and chooses by it what comes next.
            looks = state.replies.climbs.looks + math.isfinite(state.snapshot.dev_loss)
            climbs = replace(state.replies.climbs, looks=looks)
            looked = replace(state, replies=replace(state.replies, climbs=climbs))
            if reason == "diverged":
                return replace(looked, has_diverged=True, stability_edge=edge)
            return looked
        case CoursesTold() | RunsListed():
            return replace(state, courses=state.courses.hear(event))
        case LossOnTest():
            return replace(state, opened=event)
        case NamesSampled():
            return _sampled(state, event)
        case EngineFailed(doing, _) if doing == "importing torch":
            return replace(state, progress=NO_TORCH, torch_failed=True)
        case EngineFailed():
            return replace(state, asked=())
        case CommandRefused(command, _) if isinstance(command, Sample):
            return replace(state, is_drawing=False)
        case ChapterOpened() | ExhibitShown() | Guessed() | ChapterClosed():
            return replace(state, lesson=state.lesson.hear(event))
        case CommandRefused(command, reason) if isinstance(command, OpenChapter):
            return replace(state, lesson=state.lesson.refuse(command, reason))
        case CommandRefused(command, _) if isinstance(command, LoadDataset):
            return replace(state, progress=_awaited(state))
        case CommandRefused(command, reason) if isinstance(command, Configure):
            state = replace(_rest(state), refusal=reason, answers=state.answers + 1)
            return replace(state, asked=state.asked[1:])
        case (
            ContextsCounted() | ModelTuned() | LadderClimbed() | CommandRefused(ClimbLadder())
            | WordsScored() | WordsRanked() | NamesCompared() | WordTakenApart() | DrawingShown()
        ):  # fmt: skip
            # What they took was counted before, and it was said how far that had come.
            return _rest(state)
        case (
            CommandRefused() | Undone() | WordsSorted() | WordsParted() | BigramsListed()
            | MatrixTold() | MachineTold() | ExerciseWorked() | NamesExpected() | NamesStreamed()
            | CheckpointSaved() | CheckpointLoaded() | FolderListed() | KeepingFailed()
        ):  # fmt: skip
            return state
        case SteeringPassed(is_own=is_own):  # Who steers now is told of what was begun before.
            return state if is_own else replace(_rest(state), asked=())
        case Joined():
            # What the one before has told of itself is not known of this one.
            fresh = replace(_stand_still(state), is_ready=False, torch_version="", no_network="")
            courses = replace(state.courses, asked={})
            return replace(fresh, torch_failed=False, courses=courses)
        case EngineLost():
            return replace(_stand_still(state), progress="")
        case _:
            assert_never(event)


def _begin(state: State, report: DataReport, symbols: tuple[str, ...], words: Words) -> State:
    """Start on new data: what was about the old ones is gone, and the network knows nothing yet."""
    sample = state.sample if state.has_chosen_model else replace(state.sample, model="counts")
    fresh = replace(state, report=report, symbols=symbols, words=words, progress=_awaited(state))
    fresh = replace(fresh, courses=Courses(settings=state.courses.settings), is_drawing=False)
    return replace(
        fresh,
        row=0,
        column=min(1, len(symbols) - 1),
        before=(),
        hand=Hand(),
        no_network="",
        word="",
        names=(),
        drawn=None,
        sample=sample,
    )


def _stand_still(state: State) -> State:
    """Wait for nothing that the engine was asked for; figures stay as they are."""
    snapshot = state.snapshot
    if state.is_running:
        snapshot = replace(snapshot, state="paused")
    return replace(state, snapshot=snapshot, is_drawing=False, asked=())


def _awaited(state: State) -> str:
    """What the user still waits for once words are read or refused."""
    waits = NO_TORCH if state.torch_failed else "importing torch"
    return "" if state.torch_version else waits


def _rest(state: State) -> State:
    """Say no longer how far something is that has ended, or is of no use."""
    return replace(state, progress=_awaited(state)) if state.report else state


def _change(state: State, event: SettingsChanged) -> State:
    courses = replace(state.courses, settings=event.settings)
    changed = replace(state, courses=courses, answers=state.answers + 1, refusal="")
    changed = replace(changed, asked=state.asked[1:], at_next_reset=event.at_next_reset)
    old = state.courses.settings or state.snapshot.settings
    changed = replace(changed, sample=_fitting(changed.sample, event.settings))
    same = replace(event.settings, speed=old.speed, smoothing=old.smoothing) == old
    return changed if same else _calm(changed)


def _fitting(sample: Sample, settings: Settings) -> Sample:
    """Have names drawn, and words scored, by what is trained on."""
    ngrams = Ngrams(settings.order, settings.dots, settings.split)
    return replace(sample, ngrams=Ngrams() if settings.is_bigram else ngrams)


def _without_network(state: State, reason: str) -> State:
    """Show what is made of counts: there is nothing else."""
    state = replace(state, no_network=reason, is_ready=True, progress="")
    return replace(
        state,
        view=state.view if state.view in state.views else "counts",
        sample=replace(state.sample, model="counts"),
        replies=replace(state.replies, is_comparing=False),
    )


def _calm(state: State) -> State:
    """Take back that the run diverges: it is another one, or has other settings."""
    return replace(state, is_diverging=False, has_diverged=False, stability_edge=math.nan)


def _sampled(state: State, event: NamesSampled) -> State:
    """Add names to those of the same request; drop those of a request that is no longer wanted."""
    if event.request < (state.drawn.request if state.drawn else 0):
        return state
    state = _rest(state)
    is_more = state.drawn is not None and state.drawn.request == event.request
    before, names = state.names, (*state.names, *event.names) if is_more else event.names
    again = state.are_again if is_more else bool(names) and names == before[: len(names)]
    drawn = replace(state, names=names, drawn=event.command, drawn_at=event.step)
    return replace(drawn, are_again=again, is_drawing=not event.is_last)
