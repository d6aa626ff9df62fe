"""An engine of its own: found, found again, rid of strangers, and ended."""

from __future__ import annotations

import errno
import logging
import os
import queue
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import worker
from engine.protocol import Event, KeepingFailed, ScreenLine, Snapshot
from engine.remote import server as serving
from engine.remote import sockets
from engine.remote.hello import About, Hello
from engine.remote.server import Server
from engine.remote.visit import Door
from tests import PATIENCE

NAME = "0123456789ab"


class FakeWorker:
    """A worker with a run that is paused and saved."""

    def __init__(self) -> None:
        self.latest: Snapshot | None = Snapshot(id=NAME, state="paused", newest=7)
        self.has_ended = threading.Event()
        self.happened: list[Event] = []
        self.looked = threading.Semaphore(0)
        """Released whenever somebody has come for the events."""

    def events(self) -> list[Event]:
        taken, self.happened = self.happened, []
        self.looked.release()
        return taken

    def join(self, name: str, *, is_readonly: bool = False) -> Door:
        return worker.Door(queue.SimpleQueue())


class FakeVisit:
    """A screen that is there until it is told otherwise."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.is_over = self.is_started = False
        self.told = ""

    def start(self) -> None:
        self.is_started = True

    def close(self, reason: str) -> None:
        self.told = reason

    def join(self, timeout: float) -> bool:
        self.line.close()
        return True


class Here:
    """A server on a thread of its own, on a clock that is set by hand."""

    def __init__(self, *, stays: bool = False) -> None:
        self.worker = FakeWorker()
        self.visits: list[FakeVisit] = []
        self.came = threading.Condition()
        self.paths: list[str] = []
        self.clock = 0.0
        self.server = Server(
            self.worker, self._receive, self.paths.append, stays=stays, now=lambda: self.clock
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def _receive(
        self, line: socket.socket, _: Callable[[Hello], Door], about: Callable[[], About]
    ) -> FakeVisit:
        with self.came:
            self.visits.append(FakeVisit(line))
            self.came.notify()
        return self.visits[-1]

    def look(self, seconds: float = serving.LOOK) -> None:
        """Let time pass, and have it look."""
        self.clock += seconds
        self.server.wake()

    def visit(self, visits: int = 1) -> socket.socket:
        """Connect, and wait until that is a visit."""
        line = sockets.connect(self.server.path, PATIENCE)
        with self.came:
            assert self.came.wait_for(lambda: len(self.visits) == visits, PATIENCE)
        return line


@pytest.fixture
def here(place: Path) -> Iterator[Here]:
    here = Here()
    here.server.bind()
    here.thread.start()
    assert here.worker.looked.acquire(timeout=PATIENCE)
    yield here
    here.server.stop()
    here.thread.join(PATIENCE)
    assert not here.thread.is_alive()


def wait(is_there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_there():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_it_is_found_under_the_name_of_its_run_and_introduces_itself(here: Here) -> None:
    assert os.path.basename(here.server.path) == NAME
    assert here.paths == [here.server.path]
    about = here.server.about()
    assert (about.name, about.run, about.step, about.pid) == (NAME, NAME, 7, os.getpid())
    with here.visit():
        assert here.visits[0].is_started


def test_a_folder_that_was_removed_is_made_anew(here: Here) -> None:
    path = here.server.path
    shutil.rmtree(os.path.dirname(path))
    here.look()
    wait(lambda: os.path.exists(path))
    here.visit().close()
    assert here.paths == [path]


def test_where_another_runtime_folder_lasts_by_now_it_is_found_there_and_says_so(
    here: Here, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = here.server.path
    monkeypatch.setattr(tempfile, "tempdir", str(place / "other"))
    (place / "other").mkdir()
    os.unlink(first)
    here.look()
    wait(lambda: len(here.paths) == 2)
    assert Path(here.server.path).parent.parent == place / "other"
    here.visit().close()


def test_a_socket_that_another_one_put_there_is_left_alone(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    path = here.server.path
    os.unlink(path)
    with sockets.bind(path) as other:
        here.look()
        wait(lambda: "no screen can find the engine" in caplog.text)
        here.look()
        here.server.stop()
        here.thread.join(PATIENCE)
        assert caplog.text.count("no screen can find the engine") == 1
        assert sockets.identity(path) is not None
        assert other.getsockname() == path


def test_nobody_elses_process_is_let_in(
    here: Here, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sockets, "peer_of", lambda line: os.getuid() + 1)
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        line.connect(here.server.path)
        assert line.recv(1) == b""
    assert not here.visits
    assert "was sent away" in caplog.text


def test_there_are_only_so_many_visits_but_those_that_are_over_make_room(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "MOST_VISITS", 2)
    with here.visit(1), here.visit(2):
        with sockets.connect(here.server.path, PATIENCE) as third:
            third.settimeout(PATIENCE)
            assert third.recv(1) == b""
        here.visits[0].is_over = True
        here.visit(3).close()


def test_it_ends_with_its_engine_and_leaves_no_socket(here: Here) -> None:
    here.worker.has_ended.set()
    here.thread.join(PATIENCE)
    assert not here.thread.is_alive()
    assert not os.path.exists(here.server.path)


def test_an_engine_that_nobody_uses_ends_after_an_hour(here: Here) -> None:
    here.look(serving.UNUSED + 1)
    here.thread.join(PATIENCE)
    assert not here.thread.is_alive()


@pytest.mark.parametrize(
    "use",
    [
        Snapshot(id=NAME, state="running"),
        Snapshot(id=NAME, state="paused", are_all_saved=False),
        Snapshot(id=NAME, state="paused", screens=(ScreenLine("anna", True, False, False),)),
    ],
    ids=["training", "unsaved", "looked at"],
)
def test_an_engine_that_is_of_use_lives_on(here: Here, use: Snapshot) -> None:
    here.worker.latest = use
    for _ in range(3):
        here.look(serving.UNUSED + 1)
        assert here.worker.looked.acquire(timeout=PATIENCE)
    assert here.thread.is_alive()
    here.worker.latest = Snapshot(id=NAME, state="paused")
    here.look(serving.UNUSED - 1)
    assert here.worker.looked.acquire(timeout=PATIENCE)
    assert here.thread.is_alive()


@pytest.mark.usefixtures("place")
def test_one_that_is_told_to_stay_stays() -> None:
    here = Here(stays=True)
    here.server.bind()
    here.thread.start()
    assert here.worker.looked.acquire(timeout=PATIENCE)
    here.look(10 * serving.UNUSED)
    assert here.worker.looked.acquire(timeout=PATIENCE)
    assert here.thread.is_alive()
    here.server.stop()
    here.thread.join(PATIENCE)
    assert not here.thread.is_alive()


def test_what_nobody_may_see_is_logged(here: Here, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    here.worker.happened = [KeepingFailed("The disk is full.")]
    here.look()
    wait(lambda: "The disk is full." in caplog.text)


def test_at_the_end_screens_are_told(here: Here) -> None:
    with here.visit() as line:
        line.settimeout(PATIENCE)
        here.server.send_away("The engine has ended.")
        assert line.recv(1) == b""
    assert here.visits[0].told == "The engine has ended."


def test_what_is_told_of_one_that_trains_is_a_second_old_at_most(here: Here) -> None:
    here.worker.latest = Snapshot(id=NAME, state="running")
    here.look()
    assert here.worker.looked.acquire(timeout=PATIENCE)
    here.look(serving.LOOK_AT_TRAINING)
    assert here.worker.looked.acquire(timeout=PATIENCE)


def test_where_descriptors_have_run_out_it_goes_on_once_there_are_some(
    here: Here, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def accept(_: socket.socket) -> tuple[socket.socket, str]:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(socket.socket, "accept", accept)
    with sockets.connect(here.server.path, PATIENCE) as line:
        line.settimeout(PATIENCE)
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    assert "no screen can be let in: Too many open files" in caplog.text
    monkeypatch.undo()
    here.look()
    wait(lambda: _listens(here.server.path))


def _listens(path: str) -> bool:
    try:
        sockets.connect(path, PATIENCE).close()
    except ConnectionRefusedError:
        return False
    return True
