"""An engine at the other end of a line is an engine like any other, until the line ends."""

from __future__ import annotations

import gc
import logging
import os
import random
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest

from engine import Session, Words, Worker, corpora
from engine.protocol import (
    ChapterClosed,
    Command,
    DatasetLoaded,
    EngineLost,
    EngineReady,
    Event,
    Joined,
    LoadDataset,
    Pause,
    Refusal,
    Snapshot,
    Toggle,
    Train,
    TrainingPaused,
    Watch,
    WordsArrived,
)
from engine.protocol.codec import encode
from engine.remote import visit as visiting
from engine.remote import wire
from engine.remote.attach import Attached, ask
from engine.remote.gathering import UNKNOWN
from engine.remote.hello import About, Hello, language
from engine.remote.messages import TellWords, Took
from engine.remote.visit import Visit
from engine.remote.wire import MOST_FROM_ENGINE, Line
from engine.words.dataset import finish
from tests import PATIENCE
from tests.conftest import WriteWords
from tests.engine.remote.doors import ABOUT, FakeDoor, attached, heard, hello, until, visit

BOTH = pytest.mark.parametrize("is_far", [False, True], ids=["near", "far"])


class Doorway(Worker):
    """A worker as its only screen has it."""

    is_overrun = is_full = False


@BOTH
def test_commands_go_there_and_news_come_back(is_far: bool) -> None:
    door = FakeDoor()
    door.latest = Snapshot(step=4, state="paused")
    with attached(door, is_far=is_far) as (screen, _):
        commands: list[Command] = [Train(3), Watch("logits", cursor_row=2), Pause()]
        for command in commands:
            screen.send(command)
        until(lambda: door.sent == commands)
        until(lambda: screen.latest is not None)
        assert repr(screen.latest) == repr(door.latest)
        door.say(EngineReady("2.0", 1), ChapterClosed("counting"))
        machine = "box" if is_far else ""
        assert heard(screen, ChapterClosed) == [
            Joined(ABOUT.name, machine, ABOUT.pid, ABOUT.since),
            EngineReady("2.0", 1),
            ChapterClosed("counting"),
        ]
    assert door.is_left


def test_the_screen_is_told_when_there_are_news() -> None:
    door, news = FakeDoor(), threading.Event()
    with visit(door) as (_, there):
        screen = Attached(there, hello())
        screen.start(news.set)
        assert news.wait(PATIENCE)
        news.clear()
        door.show(Snapshot(step=1))
        assert news.wait(PATIENCE)
        news.clear()
        door.say(EngineReady("2", 1))
        assert news.wait(PATIENCE)
        screen.close(PATIENCE)


def test_what_was_sent_arrives_though_the_screen_leaves_at_once() -> None:
    door = FakeDoor()
    with attached(door) as (screen, visited):
        screen.send(Train(1))
        assert screen.close(PATIENCE)
        assert visited.join(PATIENCE)
        assert door.sent == [Train(1)]
        assert not any(isinstance(event, EngineLost) for event in screen.events())


def test_a_screen_that_was_never_started_leaves_nothing() -> None:
    with visit(FakeDoor()) as (visited, there):
        assert Attached(there, hello()).close(PATIENCE)
        assert visited.join(PATIENCE)


# How it ends


def test_an_engine_that_says_goodbye_will_not_come_back() -> None:
    with attached(FakeDoor()) as (screen, visited):
        visited.close("It was ended by ben@sofa.")
        *_, lost = heard(screen, EngineLost)
        reason, run = "It was ended by ben@sofa.", ABOUT.run
        assert lost == EngineLost(reason, ABOUT.name, run, ABOUT.step, is_cut=False)
        screen.send(Train(1))


def test_the_last_snapshot_comes_before_the_goodbye() -> None:
    door = FakeDoor()
    with attached(door) as (screen, visited):
        door.show(Snapshot(id="abc", place="/runs/mine", newest=5))
        until(lambda: screen.latest)
        door.latest = Snapshot(id="abc", place="/runs/mine", newest=9)
        visited.close()
        *_, lost = heard(screen, EngineLost)
        assert isinstance(lost, EngineLost)
        assert (lost.name, lost.run, lost.step) == (ABOUT.name, "/runs/mine", 9)


@BOTH
def test_a_line_that_is_cut_may_be_mended(is_far: bool) -> None:
    here, there = socket.socketpair()
    about = replace(ABOUT, pid=os.getpid())
    door = FakeDoor()
    visited = Visit(here, lambda hello: door, lambda: about)
    visited.start()
    screen = Attached(there, hello(is_far=is_far), held=lambda run: 5 if run == ABOUT.run else None)
    screen.start()
    here.shutdown(socket.SHUT_RDWR)
    *_, lost = heard(screen, EngineLost)
    assert isinstance(lost, EngineLost)
    assert (lost.run, lost.step, lost.is_cut) == (ABOUT.run, 5, True)
    assert "cut" in lost.reason
    assert visited.join(PATIENCE)
    assert screen.close(PATIENCE)
    assert screen.events() == []


def test_an_engine_whose_process_has_ended_is_known_to_be_gone() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    with visit(FakeDoor(), replace(ABOUT, pid=child.pid)) as (visited, there):
        screen = Attached(there, hello())
        screen.start()
        # Nobody has waited for it yet, so that its number is still taken.
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        visited._line.hang_up()
        *_, lost = heard(screen, EngineLost)
        assert isinstance(lost, EngineLost)
        assert not lost.is_cut
        assert screen.close(PATIENCE)
    child.wait()


# Who comes


def test_who_asks_is_told_who_is_there_and_is_no_screen() -> None:
    with visit(FakeDoor()) as (visited, there):
        assert ask(there, PATIENCE) == ABOUT
        assert visited.join(PATIENCE)
        assert visited._door is None


def test_who_speaks_another_language_is_turned_away_with_a_sentence() -> None:
    with visit(FakeDoor()) as (visited, there):
        with pytest.raises(Refusal, match="another version of the program"):
            Attached(there, Hello("0ther", "anna"))
        assert visited.join(PATIENCE)


def test_an_engine_may_turn_a_screen_away() -> None:
    def refuse(hello: Hello) -> FakeDoor:
        raise Refusal("It is about to end.")

    here, there = socket.socketpair()
    visited = Visit(here, refuse, lambda: ABOUT)
    visited.start()
    with pytest.raises(Refusal, match="about to end"):
        Attached(there, hello())
    assert visited.join(PATIENCE)


def test_what_answers_and_is_no_engine_is_refused() -> None:
    here, there = socket.socketpair()
    with Line(here, 1000) as line:
        line.send(b"220 box ESMTP")
        with pytest.raises(Refusal, match="no engine, or one of another version"):
            Attached(there, hello())


def test_who_does_not_answer_is_not_waited_for() -> None:
    here, there = socket.socketpair()
    with here, pytest.raises(Refusal, match="says nothing"):
        Attached(there, hello(), patience=0.05)


def test_who_does_not_introduce_itself_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "GREETING", 0.05)
    with visit(FakeDoor()) as (visited, there):
        there.sendall(b"\0")
        assert visited.join(PATIENCE)


def test_a_screen_that_comes_for_nothing_is_let_go(caplog: pytest.LogCaptureFixture) -> None:
    door = FakeDoor()
    with attached(door) as (screen, visited):
        door.is_overrun = True
        door.say()
        assert visited.join(PATIENCE)
        heard(screen, EngineLost)
    assert caplog.messages == [
        "anna@box is let go: Too much has happened that it has not come for."
    ]


def test_a_screen_that_says_too_much_is_heard_as_fast_as_it_is_obeyed() -> None:
    door = FakeDoor()
    with attached(door) as (screen, visited):
        screen.send(Train(1))
        until(lambda: door.sent == [Train(1)])
        door.is_full = True
        for steps in range(2, 5):
            screen.send(Train(steps))
        time.sleep(10 * visiting.HOLDING_BACK)
        assert door.sent == [Train(1)]
        door.is_full = False
        until(lambda: door.sent == [Train(steps) for steps in range(1, 5)])
        door.is_full = True
        screen.send(Train(5))
        visited.close()
        assert visited.join(PATIENCE)


def test_a_screen_that_speaks_nonsense_is_let_go_with_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    door = FakeDoor()
    with visit(door) as (visited, there), Line(there, MOST_FROM_ENGINE) as line:
        line.send(encode(hello(name="anna\x1b[2J@box")))
        line.receive()
        line.send(b"\x91\xa8\x1b]0;pwn\x07")
        assert visited.join(PATIENCE)
    (message,) = caplog.messages
    assert message.startswith("anna[2J@box is let go: This is no message")
    assert message.isprintable()
    assert door.is_left


def test_a_screen_that_leaves_is_not_worth_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with attached(FakeDoor()) as (screen, visited):
        screen.close(PATIENCE)
        assert visited.join(PATIENCE)
    assert caplog.messages == []


def test_a_screen_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "STALLED", 0.1)
    monkeypatch.setattr(wire, "LOOK", 0.01)
    door = FakeDoor()
    with visit(door) as (visited, there):
        line = Line(there, MOST_FROM_ENGINE)
        line.send(encode(hello()))
        line.receive()
        door.show(Snapshot(history=os.urandom(1 << 22)))
        assert visited.join(PATIENCE)
        line.close()
    assert door.is_left


# Whatever comes


def lines_of_screens(random: random.Random) -> bytes:
    """A message that a screen may send, or hardly."""
    messages = [Train(3), Watch("counts", 1, 2), Took(), TellWords("1234", 0, 5), Pause()]
    data = bytearray(encode(random.choice(messages)))
    for _ in range(random.choice([0, 0, 1, 2, 8])):
        match random.randrange(3):
            case 0 if data:
                data[random.randrange(len(data))] = random.randrange(256)
            case 1:
                data[random.randrange(len(data) + 1) :] = b""
            case _:
                data += random.randbytes(random.randrange(20))
    return bytes(data)


@pytest.mark.parametrize("number", [10_000, pytest.param(100_000, marks=pytest.mark.soak)], ids=str)
def test_whatever_screens_send_the_engine_goes_on(
    number: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    chance, sent, visits = random.Random(number), 0, 0
    while sent < number:
        door, visits = FakeDoor(), visits + 1
        door.latest = Snapshot(step=visits)
        with visit(door) as (visited, there):
            there.settimeout(PATIENCE)
            line, is_far = Line(there, MOST_FROM_ENGINE), chance.random() < 0.3
            if chance.random() < 0.9:
                line.send(encode(hello(is_far=is_far)))
                if is_far:
                    line.pack()
            with suppress(wire.Gone):
                while chance.random() > 0.01:
                    sent += 1
                    line.send(lines_of_screens(chance))
            line.close()
            assert visited.join(PATIENCE)
            assert door.is_left == (visited._door is not None)
    # A sentence a visit, and no traceback.
    assert not [record for record in caplog.records if record.exc_info]
    assert len(caplog.records) <= 3 * visits
    door = FakeDoor()
    with attached(door) as (screen, _):
        screen.send(Train(1))
        until(lambda: door.sent)


@pytest.mark.slow
def test_screens_that_come_and_go_leave_nothing_behind() -> None:
    def come_and_go(number: int) -> None:
        for i in range(number):
            door = FakeDoor()
            door.latest = Snapshot(step=i, history=bytes(24_000))
            with attached(door, is_far=bool(i % 2)) as (screen, visited):
                if i % 3:
                    until(partial(getattr, screen, "latest"))
                if i % 5 == 0:
                    visited.close()

    come_and_go(20)
    threads, files = threading.active_count(), len(os.listdir("/proc/self/fd"))
    tracemalloc.start()
    come_and_go(20)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    come_and_go(180)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    assert threading.active_count() == threads
    assert len(os.listdir("/proc/self/fd")) <= files
    assert grown < 200_000


# Words over a slow line


def engine_of(path: str | None) -> Doorway:
    """An engine with words."""
    worker = Doorway(Session())
    worker.send(LoadDataset(path))
    return worker


@pytest.mark.parametrize("is_here", [True, False], ids=["a file here", "none here"])
def test_all_words_come_over_a_slow_line(words_file: WriteWords, is_here: bool) -> None:
    words = [f"w{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}" for i in range(900)]
    path = words_file("\n".join(words))
    session = Session()
    (told,) = [e for e in session.run(LoadDataset(path)) if isinstance(e, DatasetLoaded)]
    if not is_here:
        words_file("others\n")
    door = FakeDoor()
    with attached(door, is_far=True) as (screen, _):
        door.say(told)
        events: list[Event] = []
        known = -1
        while known < 900:
            events += screen.events()
            for event in events:
                if isinstance(event, DatasetLoaded | WordsArrived):
                    before, arrived = known, Words(event.text, event.offsets)
                    known = 900 - list(arrived).count(UNKNOWN)
                    assert known > before
                    assert arrived[:known] == words[:known]
            events.clear()
        assert (arrived.text, arrived.offsets) == (told.text, told.offsets)


def test_the_bundled_words_are_known_to_the_screen() -> None:
    (told,) = [e for e in Session().run(LoadDataset()) if isinstance(e, DatasetLoaded)]
    door = FakeDoor()
    with attached(door, is_far=True) as (screen, _):
        door.say(told)
        (arrived,) = [e for e in heard(screen, WordsArrived) if isinstance(e, WordsArrived)]
        assert (arrived.text, arrived.offsets) == (told.text, told.offsets)


@BOTH
def test_of_a_table_no_words_are_asked_for(words_file: WriteWords, is_far: bool) -> None:
    table, _ = finish(corpora.count([words_file("emma\nolivia\nava\n")], corpora.Wanted(1)))
    path = words_file(table.to_bytes())
    (told,) = [e for e in Session().run(LoadDataset(path)) if isinstance(e, DatasetLoaded)]
    door = FakeDoor()
    with attached(door, is_far=is_far) as (screen, _):
        door.say(told, ChapterClosed("counting"))
        _, loaded, _ = heard(screen, ChapterClosed)
        assert loaded == told
        assert len(Words(told.text, told.offsets)) == 0


# The real one


@BOTH
def test_an_engine_trains_and_is_looked_at(words_file: WriteWords, is_far: bool) -> None:
    worker = engine_of(words_file("emma\nolivia\nava\n"))
    here, there = socket.socketpair()
    visited = Visit(here, lambda hello: worker, lambda: About(language(), "a", "b", 1, 0.0))
    visited.start()
    screen = Attached(there, hello(is_far=is_far))
    screen.start()
    screen.send(Watch("logits"))
    heard(screen, EngineReady)
    until(lambda: screen.latest is not None and screen.latest.state == "ready")
    screen.send(Train(50))
    heard(screen, TrainingPaused)
    until(lambda: repr(screen.latest) == repr(worker.latest))
    screen.send(Toggle())
    until(lambda: screen.latest is not None and screen.latest.step > 60)
    screen.send(Pause())
    heard(screen, TrainingPaused)
    until(lambda: screen.latest is not None and screen.latest.state == "paused")
    until(lambda: repr(screen.latest) == repr(worker.latest))
    assert screen.close(PATIENCE)
    assert visited.join(PATIENCE)
