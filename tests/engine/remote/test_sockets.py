"""Where sockets lie, and whose they are."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.protocol import Refusal
from engine.remote import sockets
from tests import PATIENCE

NAME = "0123456789ab"


@pytest.fixture
def folder(place: Path) -> str:
    return str(place / "makemore-tui")


@pytest.fixture
def listening(folder: str) -> Iterator[socket.socket]:
    with sockets.bind(sockets.path_of(folder, NAME)) as found:
        yield found


def mode(path: str) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_folder_and_socket_are_the_users_alone_whatever_the_umask(folder: str, umask: int) -> None:
    path = sockets.path_of(folder, NAME)
    before = os.umask(umask)
    try:
        with sockets.bind(path):
            assert (mode(folder), mode(path)) == (0o700, 0o600)
    finally:
        os.umask(before)


def test_a_folder_that_others_may_enter_is_closed_to_them(folder: str) -> None:
    os.mkdir(folder)
    os.chmod(folder, 0o755)
    with sockets.bind(sockets.path_of(folder, NAME)):
        assert mode(folder) == 0o700


def test_a_link_in_place_of_the_folder_is_not_followed(folder: str, place: Path) -> None:
    (place / "elsewhere").mkdir(mode=0o700)
    os.symlink(place / "elsewhere", folder)
    with pytest.raises(Refusal, match="not a folder of yours"):
        sockets.bind(sockets.path_of(folder, NAME))
    with pytest.raises(Refusal, match="not a folder of yours"):
        sockets.lying_in(folder)
    assert list((place / "elsewhere").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_refused(folder: str) -> None:
    Path(folder).touch()
    with pytest.raises(Refusal, match="not a folder of yours"):
        sockets.bind(sockets.path_of(folder, NAME))


def test_the_folder_of_somebody_else_is_refused(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkdir(folder)
    somebody_else = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)
    with pytest.raises(Refusal, match="not a folder of yours"):
        sockets.bind(sockets.path_of(folder, NAME))


def test_what_a_dead_engine_left_is_replaced(folder: str) -> None:
    path = sockets.path_of(folder, NAME)
    sockets.bind(path).close()
    assert os.path.exists(path)
    with sockets.bind(path), sockets.connect(path, 1.0) as line:
        assert sockets.is_own(line)


def test_where_an_engine_lives_no_other_one_listens(folder: str, listening: socket.socket) -> None:
    with pytest.raises(Refusal, match=f"makemore-tui attach {NAME} opens it"):
        sockets.bind(sockets.path_of(folder, NAME))
    sockets.remove_dead(sockets.path_of(folder, NAME))
    assert sockets.lying_in(folder) == [os.path.join(folder, NAME)]


def test_only_what_is_called_as_an_engine_lies_there(folder: str, listening: socket.socket) -> None:
    for name in ("0123456789AB", "0123456789ab.tmp", "notes"):
        Path(folder, name).touch()
    assert sockets.lying_in(folder) == [os.path.join(folder, NAME)]


def test_a_path_too_long_for_a_socket_is_refused(place: Path) -> None:
    with pytest.raises(Refusal, match="set TMPDIR"):
        sockets.path_of(str(place / ("x" * 80)), NAME)


def test_who_is_at_the_other_end_is_known(
    folder: str, listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sockets.path_of(folder, NAME)
    with sockets.connect(path, 1.0) as line:
        assert sockets.peer_of(line) == os.getuid()
    somebody_else = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody_else)
    with pytest.raises(PermissionError, match="another user's"):
        sockets.connect(path, 1.0)


def test_who_comes_when_many_wait_waits_too(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "WAITING", 0)
    path = sockets.path_of(folder, NAME)
    with sockets.bind(path) as listening, sockets.connect(path, PATIENCE):
        with pytest.raises(TimeoutError):
            sockets.connect(path, 0.05)
        came: list[socket.socket] = []
        coming = threading.Thread(target=lambda: came.append(sockets.connect(path, PATIENCE)))
        coming.start()
        with listening.accept()[0]:
            coming.join(PATIENCE)
            came.pop().close()


def test_the_runtime_folder_is_taken_where_it_outlives_the_login(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    lingering = place / "linger"
    lingering.mkdir()
    monkeypatch.setattr(sockets, "LINGERING", lingering)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    temporary = f"/tmp/makemore-tui-{os.getuid()}"
    assert sockets.folder_for_new() == temporary
    assert sockets.folders() == [str(place / "makemore-tui"), temporary]
    (lingering / pwd.getpwuid(os.getuid()).pw_name).touch()
    assert sockets.folder_for_new() == str(place / "makemore-tui")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place / "gone"))
    assert sockets.folder_for_new() == temporary
