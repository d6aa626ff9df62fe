"""A lock on a folder that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os
import time

try:
    import fcntl
except ImportError:  # There is none where there is no flock; runs are not shared there.
    fcntl = None  # type: ignore[assignment]

TRIES, PAUSE = 5, 0.002
"""Times that a lock is tried to be taken, so many seconds apart: who only looks whether it is held
holds it for a moment."""


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
