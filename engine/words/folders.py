"""What a folder holds where the engine lives: read for a screen on which a file is chosen."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from engine.protocol import FolderEntry, FolderListed, ListFolder
from engine.words.cleaning import printable

MOST = 20_000
"""Entries of one folder that are read; more cannot be looked through anyway."""

LOOK = 0.002
"""Seconds between two looks whether it is read."""

PATIENCE = 10.0
"""Seconds after which a file system that does not answer is waited for no more."""


def here() -> str:
    """The folder one works in; the home folder where that was removed meanwhile."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")


def absolute(path: str) -> str:
    """Write a path out in full, a tilde at its beginning included."""
    return os.path.normpath(os.path.join(here(), os.path.expanduser(path)))


def listing(command: ListFolder, patience: float = PATIENCE) -> Iterator[FolderListed | None]:
    """Read a folder in pieces, on a thread of its own: the file system may not answer.

    Args:
        command: which.
        patience: seconds after which it is given up.

    Yields:
        Nothing while it is being read, then what it holds.
    """
    found: list[FolderListed] = []
    reader = threading.Thread(
        target=lambda: found.append(listed(command)), name="folder", daemon=True
    )
    reader.start()
    end = time.monotonic() + patience
    reader.join(LOOK)
    while reader.is_alive() and time.monotonic() < end:
        yield None
        reader.join(LOOK)
    yield found[0] if found else _unread(command, "nothing was heard of it", is_whole=False)


def listed(command: ListFolder) -> FolderListed:
    """Read a folder."""
    try:
        with os.scandir(absolute(command.path)) as items:
            read = list(islice(items, MOST + 1))
    except (FileNotFoundError, NotADirectoryError) as error:
        return _unread(command, error.strerror or str(error))
    except (OSError, ValueError) as error:
        # A path may hold what no path can.
        reason = isinstance(error, OSError) and error.strerror
        return _unread(command, reason or str(error), is_whole=False)
    pairs = ((item.name, _entry(item)) for item in read[:MOST])
    # A folder that cannot be written in a field cannot be gone into.
    found = [entry for name, entry in pairs if not entry.is_folder or entry.name == name]
    found.sort(key=lambda entry: (not entry.is_folder, entry.name.casefold()))
    return replace(_unread(command, ""), entries=tuple(found), is_whole=len(read) <= MOST)


def _unread(command: ListFolder, reason: str, *, is_whole: bool = True) -> FolderListed:
    """Tell of a folder without what it holds."""
    folder, home = absolute(command.path), os.path.expanduser("~")
    return FolderListed(command, folder, home, reason=reason, is_whole=is_whole)


def _entry(item: os.DirEntry[str]) -> FolderEntry:
    try:
        is_folder = item.is_dir()
        size = 0 if is_folder else item.stat().st_size
    except OSError:
        is_folder, size = False, 0
    return FolderEntry(printable(item.name), item.path, is_folder, size)
