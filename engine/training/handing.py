"""Runs handed over to another engine, which goes on with them at the very step."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress

from engine.protocol import CommandRefused, Event, Refusal, RunStarted, TakeUp
from engine.training import folder
from engine.training.estate import Heritage, Left
from engine.training.folder import Kept
from engine.training.keyframes import Known
from engine.training.objectives import Objectives, Work
from engine.training.others import PutAway
from engine.training.runs import Runs
from engine.training.saving import bound, packed, reopened, settings_of
from engine.training.trainer import Trainer

log = logging.getLogger(__name__)


def bequeath(runs: Runs, *, is_for_good: bool) -> Heritage:
    """Leave runs on disk, for another engine to hold; whether they run stays as it is.

    Args:
        runs: those on one objective.
        is_for_good: whether they are let go of; else they are only written, so that later, when
            they are, little is left to write.

    Raises:
        Refusal: one of them would be lost.
    """
    if is_for_good:
        runs.leave()
    else:
        runs.keeping.keep(runs.run)
    for run in (runs.run, *runs.others):
        # What is in a file as it is was not kept: who takes over looks for folders.
        if not runs.keeping.keeps(run):
            again = run if isinstance(run, Trainer) else _resumed(runs, run)
            runs.keeping.keep(again, is_last=True, is_in_file=False)
    left = runs.keeping.left
    others = (left(p, p.seconds, runs.others.place_on_trail(p.timeline.id)) for p in runs.others)
    return Heritage(
        in_hand=left(runs.run, runs.seconds),
        others=tuple(each for each in others if each is not None),
        born=tuple(runs.born),
        changes=runs.others.changes,
    )


def _resumed(runs: Runs, put: PutAway) -> Trainer:
    run = Trainer.resumed(runs.objective, put.saved.settings, put.saved, put.timeline)
    run.bound = put.bound
    return run


def foresee(heritages: tuple[Heritage, ...]) -> Known:
    """Read the keyframes of runs that another engine still trains, and is to leave."""
    known: Known = {}
    for heritage in heritages:
        for left in (heritage.in_hand, *heritage.others):
            if left is not None:
                with suppress(Refusal):  # It is said when the run is to be taken over.
                    folder.read(left.path, known=known)
    return known


def inherit(objectives: Objectives, heritages: tuple[Heritage, ...], known: Known) -> Work:
    """Take over the runs that another engine has left, in pieces; that in hand first.

    Behind it, what cannot be taken over is left where it is, and told of: training goes on.

    Args:
        objectives: on the same words; none of their runs has taken a step.
        heritages: on each objective; that in force last.
        known: what was read before of their keyframes.

    Raises:
        Refusal: that in hand cannot be gone on with.
    """
    *others, mine = heritages
    runs = objectives.in_hand
    if mine.in_hand is not None:
        yield from _take_in_hand(runs, mine.in_hand, known)
    yield RunStarted(runs.number, runs.run.step, "first")
    yield from _adopt(runs, mine, known)
    for heritage in others:
        runs_there = yield from _made(objectives, heritage)
        if runs_there is not None:
            if (left := heritage.in_hand) is not None:
                yield from _or_told(left, _take_in_hand(runs_there, left, known))
            yield from _adopt(runs_there, heritage, known)
            objectives.lay_aside(runs_there)


def _or_told(left: Left, work: Iterator[None]) -> Work:
    """Take a run over, in pieces, or tell why it is left where it is."""
    try:
        yield from work
    except Refusal as refusal:
        yield _told(left, refusal)


def _told(left: Left, refusal: Refusal) -> CommandRefused:
    reason = f"The run {left.id} was not taken over: {refusal}"
    log.warning(reason)  # There may be no screen yet.
    return CommandRefused(TakeUp(left.id), reason)


def _made(objectives: Objectives, heritage: Heritage) -> Generator[Event | None, None, Runs | None]:
    """Make room for runs, which all have the same objective; none, which is told, if none fits."""
    told = []
    for left in (heritage.in_hand, *heritage.others):
        if left is not None:
            try:
                settings = settings_of(folder.read(left.path, has_frames=False))
                return (yield from objectives.made(settings))
            except Refusal as refusal:
                told.append((left, refusal))
    for each in told:
        yield _told(*each)
    return None


def _take_in_hand(runs: Runs, left: Left, known: Known) -> Iterator[None]:
    """Go on, in pieces, with the run that another engine had in hand.

    Args:
        runs: those on the same objective, of which none has taken a step.
        left: where it is.
        known: what was read before of its keyframes.

    Raises:
        Refusal: it cannot be gone on with.
    """
    kept = folder.read(left.path, known=known)
    if why := bound(kept, runs.bases) or runs.keeping.hold(kept):
        raise Refusal(why)
    try:
        run = yield from _reopened(runs, kept, "")
    except BaseException:  # Left in its midst, too.
        runs.keeping.let_go(kept)
        raise
    runs.continue_with(run, left.seconds)


def _adopt(runs: Runs, heritage: Heritage, known: Known) -> Work:
    """Put away, in pieces, what another engine had put away.

    Args:
        runs: those on the same objective.
        heritage: where they are.
        known: what was read before of their keyframes.
    """
    changes = deque(heritage.changes)
    for left in sorted(heritage.others, key=lambda left: left.trail):
        while changes and changes[0][0] < left.trail:
            runs.others.note(changes.popleft()[1])
        yield from _or_told(left, _put_away(runs, left, known))
    for _, back in changes:
        runs.others.note(back)
    there = {run.timeline.id for run in runs.others} | {runs.run.timeline.id}
    runs.born = [id for id in dict.fromkeys((*heritage.born, *runs.born)) if id in there]


def _put_away(runs: Runs, left: Left, known: Known) -> Iterator[None]:
    """Put one of them away, in pieces; Refusal if it cannot be read."""
    kept = folder.read(left.path, known=known)
    why = bound(kept, runs.bases)
    run = yield from _reopened(runs, kept, why)
    runs.keeping.note(left)
    saved = packed(run, runs.dataset)
    put = PutAway(saved, run.timeline, left.seconds, run.saved_step, why, run.is_replayable)
    runs.others.put(put, is_on_trail=bool(left.trail))


def _reopened(runs: Runs, kept: Kept, why_bound: str) -> Generator[None, None, Trainer]:
    run = None
    for run in reopened(kept, runs.objective, why_bound):
        if run is None:
            yield None
    assert run is not None
    return run
