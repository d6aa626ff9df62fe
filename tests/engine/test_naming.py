"""Names drawn in the session: tallies, theory, stopping, both models side by side."""

from __future__ import annotations

from typing import TypeVar

import pytest

from engine import Session
from engine.protocol import (
    Command,
    CommandRefused,
    Compare,
    DrawingShown,
    DrawNext,
    Event,
    ForceSymbol,
    NamesCompared,
    NamesExpected,
    NamesSampled,
    OpenDrawing,
    Retune,
    Sample,
    StopSampling,
    Train,
    UndoDraw,
)
from tests.conftest import act, ready

T = TypeVar("T")


def of_kind(kind: type[T], events: list[Event]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def test_theory_is_told_once_and_only_when_wanted(session: Session) -> None:
    quiet = act(session, Sample(request=1))
    assert not of_kind(NamesExpected, quiet)
    told = of_kind(NamesExpected, act(session, Sample(request=2, wants_theory=True)))
    assert [event.request for event in told] == [2]
    assert told[0].theory.length > 0


def test_the_tally_runs_through_the_parts(session: Session) -> None:
    parts = of_kind(NamesSampled, act(session, Sample(number=450)))
    assert [part.is_last for part in parts] == [*[False] * (len(parts) - 1), True]
    counted = 0
    for part in parts:
        counted += len(part.names)
        assert part.tally.names == counted
    assert counted == 450


def test_drawing_can_be_stopped_and_what_there_is_stands(session: Session) -> None:
    events = [*session.handle(Sample(number=1_000_000, listed=0)), *session.work()]
    events += session.handle(StopSampling())
    while session.is_busy:
        events += session.work()
    parts = of_kind(NamesSampled, events)
    assert parts[-1].is_last
    assert 0 < parts[-1].tally.names < 1_000_000


def test_stopping_what_is_not_drawn_is_nothing(session: Session) -> None:
    assert act(session, StopSampling()) == []
    assert of_kind(NamesSampled, act(session, Sample(number=3)))[-1].tally.names == 3


def test_both_models_draw_from_one_seed_and_come_to_the_same() -> None:
    session = ready()

    def alike() -> int:
        (event,) = of_kind(NamesCompared, act(session, Compare()))
        pairs = zip(event.counts, event.neural, strict=True)
        return sum(a.name == b.name for a, b in pairs)

    before = alike()
    act(session, Train(300))
    assert before < 2
    assert alike() >= 6


def test_a_comparison_is_bounded(session: Session) -> None:
    (event,) = of_kind(NamesCompared, act(session, Compare(Sample(number=100_000))))
    assert len(event.counts) == len(event.neural) == 200


def test_a_name_is_drawn_letter_by_letter_as_in_a_batch(session: Session) -> None:
    (batch,) = of_kind(NamesSampled, act(session, Sample(number=1)))
    shown = of_kind(DrawingShown, act(session, OpenDrawing(Sample()), DrawNext(to_end=True)))[-1]
    assert "".join(step.symbol for step in shown.trail) == batch.names[0].name + "."


@pytest.mark.parametrize("command", [DrawNext(), UndoDraw(), ForceSymbol("a"), Retune()])
def test_moves_without_a_drawing_are_refused(session: Session, command: Command) -> None:
    (event,) = act(session, command)
    assert isinstance(event, CommandRefused)
    assert "open the drawing first" in event.reason


def test_retuning_takes_the_network_as_it_is_now(session: Session) -> None:
    act(session, OpenDrawing(Sample(model="neural")), DrawNext())
    before = of_kind(DrawingShown, act(session, Retune()))[-1]
    act(session, Train(20))
    after = of_kind(DrawingShown, act(session, Retune()))[-1]
    assert (before.step, after.step) == (0, 20)
    assert before.uniform == after.uniform
    assert before.probabilities != after.probabilities


def test_a_drawing_with_impossible_settings_is_refused(session: Session) -> None:
    (event,) = act(session, OpenDrawing(Sample(prefix="é")))
    assert isinstance(event, CommandRefused)
    assert "prefix" in event.reason
