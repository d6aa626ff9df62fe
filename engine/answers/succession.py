"""One engine in place of another: what it leaves, and how that is gone on with.

Who leaves goes on himself if nobody comes: with the next step his run is held again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.answers.shared import Shared
from engine.answers.slow import OBJECTIVE
from engine.protocol import Event, Refusal, Train
from engine.training.estate import Estate, Heritage
from engine.training.safekeeping import Safekeeping

if TYPE_CHECKING:
    from engine.training.keyframes import Known


def foretell(shared: Shared, keeping: Safekeeping) -> Estate:
    """Say what would be left, but for the runs.

    Raises:
        Refusal: there are none, they are just being changed, or they are not kept on disk.
    """
    if shared.ground is None or shared.runs is None:
        raise Refusal("There is no run yet that could be handed over.")
    if shared.tasks:
        raise Refusal("Words or runs are being read or counted; hand over once that is done.")
    if shared.runs.run.bound:
        id = shared.runs.run.timeline.id
        raise Refusal(
            f"The run {id} can only be looked at, not handed over; branch from it, or reset, first."
        )
    sha256 = shared.ground.dataset.sha256
    return Estate(shared.words, sha256, shared.settings, keeping.handed_over())


def prepare(shared: Shared, keeping: Safekeeping) -> Estate:
    """Have everything written that would be left, so that little is left to write then.

    Raises:
        Refusal: a run would be lost.
    """
    return replace(foretell(shared, keeping), runs=_left(shared, is_for_good=False))


def bequeath(shared: Shared, keeping: Safekeeping, timeout: float) -> Estate:
    """Leave everything: all runs are on disk then, and held by nobody.

    Args:
        shared: words, settings and runs.
        keeping: what keeps the runs.
        timeout: seconds that the disk may take.

    Raises:
        Refusal: a run would be lost.
    """
    estate, runs = foretell(shared, keeping), shared.runs
    assert runs is not None
    left = _left(shared, is_for_good=True)
    keeping.settle(timeout)
    return replace(
        estate,
        shelf=keeping.handed_over(),  # The first run may have taken its place just now.
        runs=left,
        is_running=runs.is_running,
        steps=None if runs.target is None else runs.target - runs.run.step,
    )


def _left(shared: Shared, *, is_for_good: bool) -> tuple[Heritage, ...]:
    assert shared.objectives is not None
    from engine.training import handing

    at_hand = shared.objectives.at_hand
    return tuple(handing.bequeath(runs, is_for_good=is_for_good) for runs in at_hand)


def foresee(estate: Estate) -> Known:
    """Read of what is to be left what can be read before; on any thread, with torch."""
    from engine.training import handing

    return handing.foresee(estate.runs)


def inherit(
    shared: Shared, keeping: Safekeeping, estate: Estate, known: Known
) -> Iterator[Event | None]:
    """Take over what was left: first the run in hand, which is told, then all others, in pieces.

    Args:
        shared: words, settings and runs.
        keeping: what keeps the runs from now on.
        estate: what was left.
        known: what was read of that before.

    Raises:
        Refusal: it cannot be gone on with on these words.
    """
    if shared.ground is None or shared.objectives is None:
        raise Refusal("There are no words to go on with.")
    if shared.ground.dataset.sha256 != estate.sha256:
        raise Refusal("The words have changed since they were read.")
    keeping.take_over(estate.shelf)
    from engine.training import handing

    yield from handing.inherit(shared.objectives, estate.runs, known)


def go_on(shared: Shared, estate: Estate, rest: Iterator[Event | None]) -> Iterator[Event]:
    """Train on, if that was done before, and take over the other runs meanwhile.

    Args:
        shared: words, settings and runs.
        estate: what was left.
        rest: the rest of what `inherit` does.
    """
    if estate.is_running and shared.runs is not None:
        yield from shared.runs.start(Train(estate.steps))
    shared.tasks.start(OBJECTIVE, rest)
