"""Several screens at one engine: what each has for itself, what they share, and who steers."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator

import pytest

from engine import Session, Worker
from engine.answers.seat import Seat
from engine.door import MOST_COMMANDS, MOST_EVENTS, Door
from engine.protocol import (
    Branch,
    CloseChapter,
    Command,
    CommandRefused,
    Configure,
    DatasetLoaded,
    EngineReady,
    Event,
    LoadDataset,
    Look,
    NamesSampled,
    OpenChapter,
    Pause,
    Progressed,
    Reset,
    RunStarted,
    Sample,
    Settings,
    SettingsChanged,
    Shutdown,
    Snapshot,
    Steer,
    SteeringPassed,
    Train,
    TrainingDiverging,
    TrainingPaused,
    Watch,
)
from tests import PATIENCE
from tests.conftest import WriteWords, act


@pytest.fixture
def session(words_file: WriteWords) -> Session:
    """A run of 40 steps, and nobody to look at it yet."""
    session = Session(Settings(learning_rate=1.0))
    act(session, LoadDataset(words_file("emma\nolivia\nava\n")))
    session.import_torch()
    list(session.become_ready())
    act(session, Train(40))
    return session


@pytest.fixture
def first(session: Session) -> Seat:
    return session.join("anna@box pts/1")


@pytest.fixture
def second(session: Session, first: Seat) -> Seat:
    return session.join("bert@box pts/2")


def refused(session: Session, command: Command, seat: Seat) -> str:
    (event,) = session.handle(command, seat)
    assert isinstance(event, CommandRefused)
    return event.reason


def do(session: Session, command: Command, seat: Seat) -> list[Event]:
    """Carry out a command to its end; what the seat is told."""
    told = list(session.handle(command, seat))
    while session.is_busy:
        list(session.work_shared())
        told += seat.work()
    return told


# What each has for itself


def test_who_looks_back_moves_nobody_elses_table(
    session: Session, first: Seat, second: Seat
) -> None:
    for seat in (first, second):
        do(session, Watch("logits"), seat)
    before = session.snapshot(first)
    do(session, Look(3, request=1), second)
    here, there = session.snapshot(first), session.snapshot(second)
    assert (there.step, there.is_looking) == (3, True)
    assert (here.step, here.is_looking, here.window) == (40, False, before.window)
    assert there.window != before.window


def test_each_watches_its_own_part(session: Session, first: Seat, second: Seat) -> None:
    list(session.handle(Watch("counts", 1, 2, 3, 4), first))
    list(session.handle(Watch("count_probabilities", rows=2), second))
    windows = [session.snapshot(seat).window for seat in (first, second)]
    assert [(w.matrix, w.row, w.rows) for w in windows if w] == [
        ("counts", 1, 3),
        ("count_probabilities", 0, 2),
    ]


def test_names_are_drawn_at_each_screens_own_step(
    session: Session, first: Seat, second: Seat
) -> None:
    do(session, Look(3), second)
    told = [do(session, Sample(1, model="neural"), seat) for seat in (first, second)]
    steps = [[each.step for each in some if isinstance(each, NamesSampled)] for some in told]
    assert steps == [[40], [3]]


def test_a_branch_is_made_where_the_one_who_steers_looks(
    session: Session, first: Seat, second: Seat
) -> None:
    do(session, Look(7), first)
    do(session, Look(3), second)
    do(session, Branch(), first)
    assert session.snapshot(first).newest == 7
    assert not session.snapshot(second).is_looking, "another run is in hand"


def test_other_words_are_everybodys(
    session: Session, first: Seat, second: Seat, words_file: WriteWords
) -> None:
    list(session.handle(Sample(1, number=1_000_000), second))
    list(session.handle(LoadDataset(words_file("abba\n")), first))
    while session.is_busy:
        list(session.work())
    for seat in (first, second):
        window = session.snapshot(seat).window
        assert window is not None
        assert window.rows == 3


# What is told


def test_who_comes_late_is_told_what_was_missed(session: Session) -> None:
    kinds = [type(event) for event in session.greeting()]
    assert kinds == [DatasetLoaded, EngineReady, SettingsChanged, RunStarted]
    assert session.snapshot(session.join("late")).newest == 40


def test_who_comes_late_knows_what_waits_for_a_reset_and_that_the_run_diverges(
    session: Session,
) -> None:
    act(session, Configure(seed=5), Configure(learning_rate=2000.0))
    told = [event for event in act(session, Train(900)) if isinstance(event, TrainingDiverging)]
    assert len(told) == 1
    *_, started, waits, diverges = session.greeting()
    assert isinstance(started, RunStarted)
    assert isinstance(waits, SettingsChanged)
    assert (waits.settings, waits.at_next_reset) == (session.settings, ("seed",))
    assert isinstance(diverges, TrainingDiverging)
    assert diverges.step == session.snapshot().step
    act(session, Reset())
    assert isinstance(list(session.greeting())[-1], RunStarted)


def test_who_comes_before_torch_waits_with_its_questions(words_file: WriteWords) -> None:
    session = Session()
    act(session, LoadDataset(words_file("emma\n")))
    seat = session.join("early")
    assert not list(session.handle(Sample(4, model="neural"), seat))
    session.import_torch()
    assert not any(isinstance(each, NamesSampled) for each in session.become_ready())
    told: list[Event] = []
    while seat.is_busy:
        told += seat.work()
    assert {each.request for each in told if isinstance(each, NamesSampled)} == {4}


# Steering


def test_the_first_one_steers_and_others_are_told_who_does(
    session: Session, first: Seat, second: Seat
) -> None:
    for command in (Train(), Configure(learning_rate=2.0), Reset(), Shutdown()):
        assert refused(session, command, second).startswith("anna@box pts/1 steers")
    assert not session.is_over
    assert session.snapshot(first).newest == 40
    list(session.handle(Configure(learning_rate=2.0), first))
    assert session.settings.learning_rate == 2.0
    mine, theirs = session.snapshot(first), session.snapshot(second)
    assert not mine.is_steered_elsewhere
    assert theirs.is_steered_elsewhere
    assert [(line.name, line.is_steering, line.is_own) for line in theirs.screens] == [
        ("anna@box pts/1", True, False),
        ("bert@box pts/2", False, True),
    ]


def test_the_steering_can_be_taken_over(session: Session, first: Seat, second: Seat) -> None:
    (passed,) = session.handle(Steer(), second)
    assert passed == SteeringPassed("bert@box pts/2", is_own=False, reason="taken")
    assert not list(session.handle(Steer(), second)), "it has it already"
    assert refused(session, Pause(), first).startswith("bert@box pts/2 steers")


def test_the_steering_passes_on_when_a_screen_vanishes(
    session: Session, first: Seat, second: Seat
) -> None:
    third = session.join("carl@box", is_readonly=True)
    assert list(session.leave(first)) == [SteeringPassed("bert@box pts/2", False, "left")]
    assert not list(session.leave(second)), "who only looks on never steers"
    assert refused(session, Train(), third).startswith("This screen is read-only")
    assert refused(session, Steer(), third).startswith("This screen is read-only")
    assert session.join("dora@box").steers


def test_a_run_that_rests_for_a_chapter_goes_on_though_another_one_steers_by_then(
    session: Session, first: Seat, second: Seat
) -> None:
    list(session.handle(Train(), first))
    list(session.handle(OpenChapter("race"), second))
    assert session.is_training, "who looks on makes nothing rest"
    list(session.handle(OpenChapter("race"), first))
    assert not session.is_training
    list(session.handle(Steer(), second))
    list(session.handle(CloseChapter(), first))
    assert session.is_training


def test_the_engines_own_process_always_may(session: Session, first: Seat) -> None:
    act(session, Train(1))
    assert session.snapshot(first).newest == 41
    assert not session.snapshot().screens[0].is_own


def test_only_who_steers_makes_the_main_run_rest_for_a_chapter(
    session: Session, first: Seat, second: Seat
) -> None:
    list(session.handle(Train(), first))
    told = list(session.handle(OpenChapter("race"), second))
    assert not any(isinstance(event, TrainingPaused) for event in told)
    told = list(session.handle(OpenChapter("race"), first))
    assert any(isinstance(event, TrainingPaused) for event in told)
    list(session.leave(first))
    assert session.is_training, "what rested for who is gone goes on"


def test_nothing_is_left_of_what_a_screen_asked_once_it_is_gone(session: Session) -> None:
    seat = session.join("anna@box pts/1")
    list(session.handle(Sample(model="neural"), seat))
    while session.is_busy:
        list(session.work())
    asked = weakref.ref(seat.answers)
    gc.disable()
    try:
        list(session.leave(seat))
        assert asked() is None
    finally:
        gc.enable()


# At the doors of a worker


class Screen:
    """A screen at a worker's door."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.heard: list[Event] = []
        self._news = threading.Event()
        door.start(self._news.set)

    @property
    def now(self) -> Snapshot:
        return self.door.latest or Snapshot()

    def wait(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, [type(each).__name__ for each in self.heard]
            self._news.wait(0.02)
            self._news.clear()
            self.heard += self.door.events()

    def wait_for(self, kind: type) -> None:
        self.wait(lambda: any(isinstance(each, kind) for each in self.heard))


@pytest.fixture
def worker(words_file: WriteWords) -> Iterator[Worker]:
    worker = Worker(Session())
    worker.send(LoadDataset(words_file("emma\nolivia\nava\n")))
    worker.start()
    yield worker
    assert worker.close(PATIENCE)


def test_screens_come_and_go_while_a_worker_trains(worker: Worker) -> None:
    anna, bert = Screen(worker.join("anna")), Screen(worker.join("bert"))
    anna.wait_for(RunStarted)
    bert.wait_for(RunStarted)
    anna.door.send(Train())
    bert.wait(lambda: bert.now.newest > 10)
    bert.door.send(Look(2))
    bert.wait(lambda: bert.now.step == 2)
    assert anna.now.step > 2
    bert.door.send(Sample(7))
    bert.wait_for(NamesSampled)
    assert anna.door.close(1.0)
    bert.wait_for(SteeringPassed)
    assert [e.is_own for e in bert.heard if isinstance(e, SteeringPassed)] == [True]
    bert.door.send(Pause())
    bert.wait_for(TrainingPaused)
    anna.heard += anna.door.events()
    assert not any(isinstance(each, NamesSampled | TrainingPaused) for each in anna.heard)


def test_a_screen_that_steers_ends_the_engine_and_all_are_told(worker: Worker) -> None:
    anna, bert = Screen(worker.join("anna")), Screen(worker.join("bert"))
    bert.wait_for(RunStarted)
    bert.door.send(Shutdown())
    bert.wait_for(CommandRefused)
    assert not worker.has_ended.is_set()
    anna.door.send(Shutdown())
    assert worker.has_ended.wait(PATIENCE)


def test_who_does_not_fetch_the_news_is_given_up(worker: Worker) -> None:
    door = worker.join("asleep")
    Screen(worker.join("awake")).wait_for(RunStarted)
    door.events()
    for done in range(MOST_EVENTS):
        door.tell(Progressed("work", done, MOST_EVENTS))
    assert not door.is_overrun
    door.tell(Progressed("work", MOST_EVENTS, MOST_EVENTS))
    assert door.is_overrun
    assert not door.events()


def test_who_says_more_than_the_engine_can_do_is_told_to_hold_back(worker: Worker) -> None:
    flood, may_go_on = Screen(worker.join("flood")), threading.Event()

    def hold(_: Session) -> list[Event]:
        may_go_on.wait(PATIENCE)
        return []

    worker.call(hold)
    for _ in range(MOST_COMMANDS):
        assert not flood.door.is_full
        flood.door.send(Watch(row=1))
    assert flood.door.is_full
    may_go_on.set()
    flood.wait(lambda: not flood.door.is_full)


def test_who_never_stops_talking_stops_no_training(worker: Worker) -> None:
    anna, flood, is_enough = Screen(worker.join("anna")), worker.join("flood"), threading.Event()
    anna.wait_for(RunStarted)

    def talk() -> None:
        while not is_enough.is_set():
            flood.send(Watch(row=1))

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        anna.door.send(Train(3))
        anna.wait(lambda: anna.now.step == 3)
    finally:
        is_enough.set()
        talking.join()


def test_what_is_sent_to_one_that_has_ended_goes_to_the_next(words_file: WriteWords) -> None:
    worker, heard = Worker(Session()), list[Command]()
    worker.send(LoadDataset(words_file("emma\n")))
    worker.start()
    worker.send(Shutdown())
    worker.send(Pause())
    assert worker.has_ended.wait(PATIENCE)
    worker.send(Look(3))
    worker.pass_on(heard.append)
    worker.send(Reset())
    assert heard[-2:] == [Look(3), Reset()]
    assert worker.close(PATIENCE)
    assert Shutdown() not in heard, "that one is not to end with it"
