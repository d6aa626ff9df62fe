"""Where the sockets of engines lie, and who may be at the other end of one.

Only the user's own: the folder is nobody else's to enter, the socket nobody else's to open, and who
comes is asked of the kernel.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import stat
import struct
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.protocol import Refusal
from engine.words.cleaning import printable

NAME = "makemore-tui"

LINGERING = Path("/var/lib/systemd/linger")
"""Holds a file for each user whose runtime folder outlives the login."""

MOST_PATH = 100
"""Bytes that the path of a socket stays below: a system may take no more than 104."""

WAITING = 16
"""Connections that may wait to be accepted."""

LOOK = 0.01
"""Seconds between two tries to be one of them."""


def folder_for_new() -> str:
    """Folder in which an engine puts its socket: the first of `folders` that lasts."""
    runtime = _runtime()
    return runtime if runtime and lingers() else _temporary()


def folders() -> list[str]:
    """All folders in which sockets may lie, be they there or not."""
    runtime = _runtime()
    return [*([runtime] if runtime else []), _temporary()]


def lingers() -> bool:
    """Whether the user's runtime folder stays when the last login ends."""
    import pwd

    try:
        return (LINGERING / pwd.getpwuid(os.getuid()).pw_name).exists()
    except (KeyError, OSError):
        return False


def _runtime() -> str:
    """In the user's runtime folder; empty if there is none of this user's."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    try:
        found = os.stat(runtime)
    except OSError:
        return ""
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return os.path.join(runtime, NAME) if is_own else ""


def _temporary() -> str:
    return os.path.join(tempfile.gettempdir(), f"{NAME}-{os.getuid()}")


def path_of(folder: str, name: str) -> str:
    """Path of a socket.

    Args:
        folder: that it lies in.
        name: of the engine.

    Raises:
        Refusal: it would be too long for a socket.
    """
    path = os.path.join(folder, name)
    if len(os.fsencode(path)) >= MOST_PATH:
        raise Refusal(
            f"A socket in {printable(folder)} would have too long a path; set TMPDIR to a shorter "
            "one, such as /tmp."
        )
    return path


def is_name(name: str) -> bool:
    """Whether an engine may be called so."""
    return re.fullmatch("[0-9a-f]{12}", name) is not None


@contextmanager
def _held(folder: str) -> Iterator[None]:
    """Have a folder checked, and for oneself, so that no two processes change what is in it.

    Raises:
        Refusal: it is somebody else's, or no folder.
        OSError: it is not there, or cannot be opened.
    """
    import fcntl

    shown = printable(folder)
    is_strange = Refusal(
        f"{shown} is not a folder of yours, so no engine can be reached there; remove it, or set "
        "TMPDIR to another place."
    )
    try:
        # What is checked is what was opened, and a link is not followed.
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EACCES):
            raise is_strange from None
        raise
    try:
        found = os.fstat(handle)
        if found.st_uid != os.getuid():
            raise is_strange
        if stat.S_IMODE(found.st_mode) != 0o700:
            os.fchmod(handle, 0o700)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def bind(path: str) -> socket.socket:
    """Listen at a path, its folder made if it is not there; what a dead engine left is replaced.

    Raises:
        Refusal: an engine listens there, or the folder is somebody else's.
        OSError: there can be no socket there.
    """
    folder = os.path.dirname(path)
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
        os.chmod(folder, 0o700)  # Whatever the umask took away.
    listening = socket.socket(socket.AF_UNIX)
    try:
        with _held(folder):
            if not _remove_dead(path):
                raise Refusal(
                    f"An engine listens at {printable(path)} already; makemore-tui attach "
                    f"{printable(os.path.basename(path))} opens it."
                )
            # On Linux it is made as it shall be, whatever the umask, which is of the whole
            # process: other threads make files meanwhile.
            with suppress(OSError):
                os.fchmod(listening.fileno(), 0o600)
            listening.bind(path)
            os.chmod(path, 0o600)
            listening.listen(WAITING)
    except BaseException:
        listening.close()
        raise
    return listening


def _remove_dead(path: str) -> bool:
    """Remove a socket that nobody listens at; whether there is none now."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return True
    if stat.S_ISSOCK(found.st_mode):
        with socket.socket(socket.AF_UNIX) as asking:
            asking.setblocking(False)
            try:
                asking.connect(path)
            except ConnectionRefusedError:
                pass
            except FileNotFoundError:
                return True
            except OSError:
                return False  # So many wait for it to be answered that there is no room.
            else:
                return False
    os.unlink(path)
    return True


def lying_in(folder: str) -> list[str]:
    """Give the sockets that lie in a folder, of dead engines, too.

    Raises:
        Refusal: it is somebody else's.
    """
    with suppress(OSError), _held(folder):
        return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if is_name(name)]
    return []


def remove_dead(path: str) -> None:
    """Remove a socket that lies in one of `folders`, if nobody listens at it."""
    folder, name = os.path.split(path)
    # A path may be what anybody has written into a lock.
    if is_name(name) and folder in map(os.path.realpath, folders()):
        with suppress(OSError, Refusal), _held(folder):
            _remove_dead(path)


def connect(path: str, timeout: float) -> socket.socket:
    """Connect to an engine of the user's own.

    Args:
        path: of its socket.
        timeout: seconds it may take.

    Raises:
        OSError: nobody listens there, or somebody else does.
    """
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(timeout)
        end = time.monotonic() + timeout
        while True:
            try:
                line.connect(path)
                break
            except BlockingIOError:
                # As many wait to be let in as may: the system does not wait for room by itself.
                if time.monotonic() > end:
                    raise TimeoutError(errno.ETIMEDOUT, "nobody is let in", path) from None
                time.sleep(LOOK)
        if not is_own(line):
            raise PermissionError(errno.EPERM, "it is another user's", path)
        line.settimeout(None)
    except BaseException:
        line.close()
        raise
    return line


def is_own(line: socket.socket) -> bool:
    """Whether a process of this user's is at the other end."""
    return peer_of(line) == os.getuid()


def peer_of(line: socket.socket) -> int:
    """Number of the user at the other end, which the kernel knows.

    Raises:
        OSError: it cannot be told.
    """
    if hasattr(socket, "SO_PEERCRED"):  # Linux.
        told = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", told)[1])
    import ctypes

    user, group = ctypes.c_uint32(), ctypes.c_uint32()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.getpeereid(line.fileno(), ctypes.byref(user), ctypes.byref(group)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(user.value)


def identity(path: str) -> tuple[int, int] | None:
    """What tells a socket that lies at a path from any other; nothing if there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
