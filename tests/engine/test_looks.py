"""Looking back, as a screen sees it: which look is answered, and of which step names are."""

from __future__ import annotations

import pytest

from engine import Session
from engine.protocol import Look, NamesSampled, Reset, Sample, Train
from tests.conftest import WriteWords, act, ready


@pytest.fixture
def session(words_file: WriteWords) -> Session:
    """A run of 40 steps."""
    session = ready(words_file("emma\nolivia\nava\n"))
    act(session, Train(40))
    return session


@pytest.mark.parametrize("look", [Look(17, request=5), Look(99, request=5), Look(request=5)])
def test_a_look_is_answered_by_its_number_whatever_is_shown(session: Session, look: Look) -> None:
    act(session, look)
    shown = session.snapshot()
    assert (shown.look, shown.looked_for) == (5, None)
    assert shown.step == min(40 if look.step is None else look.step, 40)


def test_of_a_step_that_takes_long_the_keyframe_is_the_first_answer(session: Session) -> None:
    look = session.seats.own.look
    assert look is not None
    next(look.answer(Look(39, request=6)))
    shown = session.snapshot()
    assert (shown.look, shown.looked_for, shown.is_looking) == (6, 39, True)
    assert shown.step <= shown.replayed <= 39


def test_after_a_fault_nobody_is_on_the_way_to_a_step(session: Session) -> None:
    act(session, Train(4000))
    list(session.handle(Look(3999)))
    assert session.snapshot().looked_for == 3999
    session.halt()
    assert session.snapshot().looked_for is None


def test_another_run_has_answered_no_look(session: Session) -> None:
    act(session, Look(17, request=5), Reset())
    assert session.snapshot().look == 0


def test_names_are_of_the_step_that_is_looked_at(session: Session) -> None:
    steps = []
    for look in (Look(17), Look()):
        events = act(session, look, Sample(model="neural", number=3))
        steps += [event.step for event in events if isinstance(event, NamesSampled)]
    assert steps == [17, 40]
