"""A lock on a folder that ends with the process that holds it, however that ends."""

from __future__ import annotations

import os

try:
    import fcntl
except ImportError:  # There is none where there is no flock; runs are not shared there.
    fcntl = None  # type: ignore[assignment]


def acquire(path: str) -> int | None:
    """Take a lock file, made if it is not there; its descriptor, or nothing if another has it.

    Raises:
        OSError: the file cannot be made.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.chmod(path, 0o600)  # Whatever the umask took away.
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:
        # A file system that knows no locks: then nobody else holds one either.
        return handle
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
