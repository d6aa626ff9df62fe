"""Engines are found: by their sockets, by the locks on their runs, and by what they are called."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.protocol import Refusal, Shelf, Snapshot
from engine.remote import engines, sockets
from engine.remote.attach import Attached
from engine.remote.hello import Hello, language
from engine.remote.server import Server
from engine.remote.visit import Visit
from engine.training import lock
from tests import PATIENCE
from tests.engine.remote.test_server import FakeWorker

FIRST, SECOND, OTHER = "0123456789ab", "0123fedcba98", "ffffffffffff"


class Engine:
    """An engine that answers."""

    def __init__(self, name: str, run: str = "") -> None:
        self.worker = FakeWorker()
        self.worker.latest = Snapshot(id=name, state="running", newest=5)
        self.server = Server(self.worker, Visit, now=lambda: 0.0)
        self.server.bind()
        self.worker.latest = Snapshot(id=run or name, state="running", newest=5)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        assert self.worker.looked.acquire(timeout=PATIENCE)

    def attach(self) -> Attached:
        """Attach to it."""
        hello = Hello(language(), "anna@box")
        return Attached(sockets.connect(self.server.path, PATIENCE), hello)

    def close(self) -> None:
        self.server.stop()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


@pytest.fixture
def shelf(place: Path) -> Shelf:
    folder = place / "runs"
    folder.mkdir()
    return Shelf(str(folder))


@pytest.fixture
def first(shelf: Shelf) -> Iterator[Engine]:
    with closing(Engine(FIRST)) as engine:
        yield engine


@pytest.fixture
def silent(place: Path) -> Iterator[socket.socket]:
    """An engine that lets nobody in."""
    with sockets.bind(sockets.path_of(sockets.folder_for_new(), OTHER)) as listening:
        yield listening


def hold(folder: Path, path: str) -> int:
    """Take the lock of a run as an engine does."""
    folder.mkdir()
    (folder / "journal").touch()
    handle = lock.acquire(str(folder / "lock"))
    assert handle is not None
    lock.sign(handle, path)
    return handle


def test_engines_are_told_of_that_which_began_first_first(first: Engine, shelf: Shelf) -> None:
    with closing(Engine(SECOND)) as second:
        found = engines.found(shelf)
    assert [about.name for about in found.values()] == [FIRST, SECOND]
    assert list(found) == [first.server.path, second.server.path]
    about = found[first.server.path]
    assert (about.pid, about.state, about.step) == (os.getpid(), "running", 5)


@pytest.mark.usefixtures("place")
def test_where_none_runs_none_is_found(shelf: Shelf) -> None:
    assert engines.found(shelf) == {}
    with pytest.raises(Refusal, match="makemore-tui serve starts one"):
        engines.chosen(None, shelf)


def test_what_a_dead_engine_left_is_removed(first: Engine, shelf: Shelf) -> None:
    dead = sockets.path_of(sockets.folder_for_new(), OTHER)
    sockets.bind(dead).close()
    assert list(engines.found(shelf)) == [first.server.path]
    assert not os.path.exists(dead)


def test_what_a_lock_names_is_not_removed(shelf: Shelf, place: Path) -> None:
    mine = place / "thesis"
    mine.mkdir(mode=0o755)
    (mine / "chapter").write_text("one")
    dead = mine / OTHER
    sockets.bind(str(dead)).close()
    mine.chmod(0o755)
    for number, named in enumerate((mine / "chapter", dead)):
        handle = hold(Path(shelf.folder, str(number)), str(named))
        engines.found(shelf)
        os.close(handle)
        assert named.exists()
    assert mine.stat().st_mode & 0o777 == 0o755


def test_one_that_does_not_answer_is_told_of_within_a_second(
    first: Engine, silent: socket.socket, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "PATIENCE", 0.1)
    states = {about.name: about.state for about in engines.found(shelf).values()}
    assert states == {FIRST: "running", OTHER: "not answering"}


def test_a_socket_that_was_removed_is_not_the_end_of_an_engine_that_holds_a_run(
    shelf: Shelf, place: Path
) -> None:
    path = str(place / "makemore-tui" / FIRST)
    handle = hold(Path(shelf.folder, FIRST), path)
    try:
        (about,) = engines.found(shelf).values()
        assert (about.name, about.pid, about.state) == (FIRST, os.getpid(), "not answering")
    finally:
        os.close(handle)
    assert engines.found(shelf) == {}, "what a lock says is of account only while it is held"


def test_an_engine_whose_socket_lies_elsewhere_is_found_by_the_lock(
    first: Engine, shelf: Shelf, place: Path
) -> None:
    folder = os.path.dirname(first.server.path)
    elsewhere = str(place / "elsewhere")
    os.rename(folder, elsewhere)
    handle = hold(Path(shelf.folder, FIRST), os.path.join(elsewhere, FIRST))
    try:
        (about,) = engines.found(shelf).values()
        assert about.state == "running"
    finally:
        os.close(handle)
        os.rename(elsewhere, folder)


@pytest.mark.usefixtures("first")
def test_the_only_one_is_meant_if_none_is_named(shelf: Shelf) -> None:
    assert os.path.basename(engines.chosen(None, shelf)) == FIRST


@pytest.mark.usefixtures("first")
def test_several_must_be_told_apart(shelf: Shelf) -> None:
    with closing(Engine(SECOND, run=OTHER)):
        with pytest.raises(Refusal, match=f"2 engines run; say which one: {FIRST}, {SECOND}"):
            engines.chosen(None, shelf)
        with pytest.raises(Refusal, match="2 engines are called 0123; give more of"):
            engines.chosen("0123", shelf)
        for run in (SECOND, "0123f", OTHER, "fff"):
            assert os.path.basename(engines.chosen(run, shelf)) == SECOND
        for run in ("01", "abc", ""):
            with pytest.raises(Refusal, match="No engine has a run"):
                engines.chosen(run, shelf)


def test_a_folder_names_the_engine_that_holds_the_run_in_it(
    first: Engine, shelf: Shelf, place: Path
) -> None:
    handle = hold(place / "mine", first.server.path)
    (place / "nobodys").mkdir()
    try:
        assert engines.chosen(str(place / "mine"), shelf) == first.server.path
        with pytest.raises(Refusal, match="No engine has a run"):
            engines.chosen(str(place / "nobodys"), shelf)
    finally:
        os.close(handle)


def test_a_folder_of_sockets_that_is_somebody_elses_is_refused(shelf: Shelf, place: Path) -> None:
    (place / "elsewhere").mkdir()
    os.symlink(place / "elsewhere", sockets.folder_for_new())
    with pytest.raises(Refusal, match="not a folder of yours"):
        engines.found(shelf)
