"""One engine in place of another: what it leaves, and how that is gone on with.

Who leaves goes on himself if nobody comes: with the next step his run is held again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.answers.shared import Shared
from engine.answers.slow import OBJECTIVE
from engine.protocol import Event, Refusal, Train
from engine.training.estate import Estate
from engine.training.safekeeping import Safekeeping


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


def bequeath(shared: Shared, keeping: Safekeeping, timeout: float) -> Estate:
    """Leave everything: all runs are on disk then, and held by nobody.

    Args:
        shared: words, settings and runs.
        keeping: what keeps the runs.
        timeout: seconds that the disk may take.

    Raises:
        Refusal: a run would be lost.
    """
    estate, objectives, runs = foretell(shared, keeping), shared.objectives, shared.runs
    assert objectives is not None
    assert runs is not None
    from engine.training import handing

    left = tuple(map(handing.bequeath, objectives.at_hand))
    keeping.settle(timeout)
    return replace(
        estate,
        shelf=keeping.handed_over(),  # The first run may have taken its place just now.
        runs=left,
        is_running=runs.is_running,
        steps=None if runs.target is None else runs.target - runs.run.step,
    )


def inherit(shared: Shared, keeping: Safekeeping, estate: Estate) -> Iterator[Event | None]:
    """Take over what was left: first the run in hand, which is told, then all others, in pieces.

    Raises:
        Refusal: it cannot be gone on with on these words.
    """
    if shared.ground is None or shared.objectives is None:
        raise Refusal("There are no words to go on with.")
    if shared.ground.dataset.sha256 != estate.sha256:
        raise Refusal("The words have changed since they were read.")
    keeping.take_over(estate.shelf)
    from engine.training import handing

    yield from handing.inherit(shared.objectives, estate.runs)


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
