"""Runs handed over to another engine, which goes on with them at the very step."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import suppress

from engine.protocol import Refusal, RunStarted, Settings
from engine.training import folder
from engine.training.estate import Heritage
from engine.training.folder import Kept
from engine.training.keyframes import Known
from engine.training.objectives import Objectives, Work
from engine.training.others import PutAway
from engine.training.runs import Runs
from engine.training.saving import bound, packed, reopened, settings_of
from engine.training.trainer import Trainer


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

    Args:
        objectives: on the same words; none of their runs has taken a step.
        heritages: on each objective; that in force last.
        known: what was read before of their keyframes.

    Raises:
        Refusal: one cannot be gone on with.
    """
    *others, mine = heritages
    runs = objectives.in_hand
    yield from _take_in_hand(runs, mine, known)
    yield RunStarted(runs.number, runs.run.step, "first")
    yield from _adopt(runs, mine, known)
    for heritage in others:
        if (settings := _settings_in(heritage)) is not None:
            runs = yield from objectives.made(settings)
            yield from _take_in_hand(runs, heritage, known)
            yield from _adopt(runs, heritage, known)
            objectives.lay_aside(runs)


def _settings_in(heritage: Heritage) -> Settings | None:
    """Those of one of the runs, which all have the same objective; nothing if there are none."""
    for left in (heritage.in_hand, *heritage.others):
        if left is not None:
            return settings_of(folder.read(left.path, has_frames=False))
    return None


def _take_in_hand(runs: Runs, heritage: Heritage, known: Known) -> Iterator[None]:
    """Go on, in pieces, with the run that another engine had in hand, if it had taken a step.

    Args:
        runs: those on the same objective, of which none has taken a step.
        heritage: where it is.
        known: what was read before of its keyframes.

    Raises:
        Refusal: it cannot be gone on with.
    """
    left = heritage.in_hand
    if left is None:
        return
    kept = folder.read(left.path, known=known)
    if why := bound(kept, runs.bases) or runs.keeping.hold(kept):
        raise Refusal(why)
    runs.continue_with((yield from _reopened(runs, kept, "")), left.seconds)


def _adopt(runs: Runs, heritage: Heritage, known: Known) -> Iterator[None]:
    """Put away, in pieces, what another engine had put away.

    Args:
        runs: those on the same objective.
        heritage: where they are.
        known: what was read before of their keyframes.

    Raises:
        Refusal: one cannot be read.
    """
    changes = deque(heritage.changes)
    for left in sorted(heritage.others, key=lambda left: left.trail):
        while changes and changes[0][0] < left.trail:
            runs.others.note(changes.popleft()[1])
        kept = folder.read(left.path, known=known)
        why = bound(kept, runs.bases)
        run = yield from _reopened(runs, kept, why)
        runs.keeping.note(left)
        saved = packed(run, runs.dataset)
        put = PutAway(saved, run.timeline, left.seconds, run.saved_step, why, run.is_replayable)
        runs.others.put(put, is_on_trail=bool(left.trail))
    for _, back in changes:
        runs.others.note(back)
    there = {run.timeline.id for run in runs.others} | {runs.run.timeline.id}
    runs.born = [id for id in dict.fromkeys((*heritage.born, *runs.born)) if id in there]


def _reopened(runs: Runs, kept: Kept, why_bound: str) -> Generator[None, None, Trainer]:
    run = None
    for run in reopened(kept, runs.objective, why_bound):
        if run is None:
            yield None
    assert run is not None
    return run
