"""A lock on a folder that ends with the process that holds it, however that ends.

The file says who holds it. That is of account only while somebody does: whoever is killed leaves
what is written there behind.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from platform import node

from engine.records import record

try:
    import fcntl
except ImportError:  # There is none where there is no flock; runs are not shared there.
    fcntl = None  # type: ignore[assignment]

TRIES, PAUSE = 5, 0.002
"""Times that a lock is tried to be taken, so many seconds apart: who only looks whether it is held
holds it for a moment."""

MOST_SIGNED = 4_000
"""Bytes of a signature from which on it is none of ours."""


@record
class Holder:
    """Who holds a lock."""

    pid: int
    machine: str
    socket: str = ""
    """Where screens find the engine; empty if none can."""


def acquire(path: str) -> int | None:
    """Take a lock file, made if it is not there; its descriptor, or nothing if another has it.

    Raises:
        OSError: the file cannot be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.chmod(path, 0o600)  # Whatever the umask took away.
    for left in reversed(range(TRIES)):
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left:
                time.sleep(PAUSE)
                continue
            os.close(handle)
            return None
        except OSError:
            pass  # A file system that knows no locks: then nobody else holds one either.
        break
    return handle


def is_held(path: str) -> bool:
    """Whether another process, or this one, holds a lock file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False


def sign(handle: int, socket: str = "") -> None:
    """Write into a lock that is held who holds it; one that cannot be written is as good.

    Args:
        handle: of the lock.
        socket: where screens find this process, if they can.
    """
    line = json.dumps({"pid": os.getpid(), "socket": socket, "machine": node()}) + "\n"
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, line.encode())


def holder(path: str) -> Holder | None:
    """Say who holds a lock file; nothing if nobody does, or it does not say."""
    if not is_held(path):
        return None
    try:
        with open(path, "rb") as file:
            told = json.loads(file.read(MOST_SIGNED))
        return Holder(int(told["pid"]), str(told["machine"]), str(told["socket"]))
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
