"""An engine of its own outlives its screens, whatever they do, and holds no more for it.

These are short; `python -m tests.endure` does the same for as long as is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.endure import losses, messages, screens
from tests.endure.vitals import Trial

pytestmark = pytest.mark.terminal

SPARE = 4
"""Descriptors by which the end may differ from the start: a run has come to be kept meanwhile."""


def check(trial: Trial) -> None:
    """See that nothing went wrong, and nothing is left of what has gone."""
    assert trial.faults == []
    if trial.looks:
        first, last = trial.looks[0], trial.looks[-1]
        assert last.descriptors <= first.descriptors + SPARE
        assert last.threads <= first.threads + SPARE


@pytest.mark.slow
def test_screens_are_killed(place: Path) -> None:
    check(screens.kills(place, 5))


@pytest.mark.slow
def test_messages_are_none(place: Path) -> None:
    check(messages.fuzz(place, 300))


@pytest.mark.soak
@pytest.mark.parametrize(
    "put_upon",
    [
        lambda place: screens.kills(place, 20, seed=1),
        lambda place: screens.half_open(place, 20, is_long=False),
        lambda place: messages.fuzz(place, 3000, seed=1),
        lambda place: screens.crowd(place, 2, 0.25, screens=8, apps=1),
        lambda place: losses.killed(place, 1, 3),
        lambda place: losses.full_disk(place, 1),
        lambda place: losses.no_folder(place, 2),
    ],
    ids=["killed", "half open", "fuzzed", "a crowd", "engine killed", "full disk", "no folder"],
)
def test_it_lives_on_or_is_told_dead(put_upon: Callable[[Path], Trial], place: Path) -> None:
    check(put_upon(place))


@pytest.mark.soak
@pytest.mark.parametrize(
    "put_upon",
    [lambda place: screens.half_open(place, 20, is_long=True), losses.stalled],
    ids=["stands still", "reads nothing"],
)
def test_who_takes_nothing_is_let_go(put_upon: Callable[[Path], Trial], place: Path) -> None:
    check(put_upon(place))
