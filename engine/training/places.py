"""Where runs lie on disk, and which one is meant; needs no torch."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from platform import node

from engine.protocol import STEP, Refusal, Shelf
from engine.text.alike import meant
from engine.training import lock
from engine.words.cleaning import printable

JOURNAL, KEYFRAMES, NEWEST, LOCK = "journal", "keyframes", "newest.safetensors", "lock"
"""Files of a run, in its folder."""

UNFINISHED = tuple(f".{name}." for name in (JOURNAL, KEYFRAMES, NEWEST))
"""How those begin that are being written, which who is killed leaves behind."""

LEAST_ID = 3
"""Digits of an id that are enough where no other run begins with them."""


def is_run(path: str) -> bool:
    """Whether there is a run in a folder, be it damaged."""
    return Path(path, JOURNAL).is_file()


def is_free(path: str) -> bool:
    """Whether there is no folder, or nothing in it but what a run cut off before it began left."""
    try:
        names = os.listdir(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return all(name in (LOCK, KEYFRAMES) or name.startswith(UNFINISHED) for name in names)


def folders(shelf: Shelf) -> list[str]:
    """Folders of the runs on the shelf, that written last first."""
    found = [str(each) for each in _entries(shelf) if is_run(str(each))]
    return sorted(found, key=written, reverse=True)


def files(shelf: Shelf) -> list[str]:
    """Files that runs were saved to there by name, that written last first."""
    found = [str(each) for each in _entries(shelf) if each.suffix == ".safetensors"]
    return sorted(found, key=written, reverse=True)


def _entries(shelf: Shelf) -> Iterator[Path]:
    try:
        yield from Path(shelf.folder).iterdir()
    except OSError:
        return


def new_file(shelf: Shelf, source: str) -> str:
    """Name a file to hand a run on: by its words, the time, and `STEP`.

    Args:
        shelf: where it will lie; its folder is made if it is not there.
        source: what the words are called.

    Raises:
        Refusal: the folder cannot be made.
    """
    stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(source).stem)[:40] or "run"
    try:
        os.makedirs(shelf.folder, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(f"{printable(shelf.folder)}, for runs, cannot be made: {reason}.") from None
    now = time.strftime("%Y%m%d-%H%M%S")
    return os.path.join(shelf.folder, f"{stem}-{now}-step{STEP}.safetensors")


def written(path: str) -> float:
    """When a run was written last, in seconds since 1970; 0 if it is gone."""
    for file in (Path(path, NEWEST), Path(path, JOURNAL), Path(path)):
        with suppress(OSError):
            return file.stat().st_mtime
    return 0.0


def size_of(path: str) -> int:
    """Bytes that a run takes on disk."""
    folder, size = Path(path), 0
    with suppress(OSError):
        for file in folder.iterdir() if folder.is_dir() else [folder]:
            size += file.stat().st_size
    return size


def find(run: str, shelf: Shelf | None) -> str:
    """Say where a run is.

    Args:
        run: its id, or how that begins; a folder; or a file; a tilde is the home folder.
        shelf: where ids are looked for.

    Raises:
        Refusal: there is no such run, or more than one.
    """
    if os.path.exists(path := os.path.expanduser(run)):
        return path
    found = [] if shelf is None or len(run) < LEAST_ID else folders(shelf)
    found = [each for each in found if Path(each).name.startswith(run)]
    if len(found) == 1:
        return found[0]
    shown = printable(run)[:60] or "“”"
    guess = meant(run, [Path(each).name for each in folders(shelf)] if shelf else [])
    if found:
        ids = ", ".join(Path(each).name for each in found[:5])
        raise Refusal(f"{len(found)} runs begin with {shown} ({ids}); give more of the id.")
    raise Refusal(
        f"There is no run {shown}{guess}: neither a folder nor a file, nor an id of those that "
        "makemore-tui runs lists."
    )


def instead(path: str) -> str:
    """Say what can be done about a lock that another process holds.

    Args:
        path: of the lock.
    """
    holder = lock.holder(path)
    if holder is None:
        return "end it first"
    is_here = holder.machine == node()
    process = f"process {holder.pid}" + ("" if is_here else f" on {printable(holder.machine)}")
    if not holder.socket:
        return f"end {process} first"
    where = "" if is_here else f"ssh://{holder.machine}/"
    return f"makemore-tui attach {printable(where + Path(holder.socket).name)} opens it ({process})"


def check_free(path: str) -> None:
    """Refuse a run that another process trains."""
    if lock.is_held(held := str(Path(path, LOCK))):
        shown = printable(path)
        raise Refusal(f"Another process trains the run in {shown}; {instead(held)}.")


def delete(path: str) -> None:
    """Delete a run from disk.

    Raises:
        Refusal: it is no run, or another process trains it.
        OSError: it cannot be deleted.
    """
    folder, shown = Path(path), printable(path)
    if not folder.is_dir():
        folder.unlink()
        return
    handle = lock.acquire(str(folder / LOCK))
    if handle is None:
        told = instead(str(folder / LOCK))
        raise Refusal(f"Another process trains the run in {shown}; {told}.")
    try:
        for name in (NEWEST, KEYFRAMES, JOURNAL, LOCK):
            with suppress(FileNotFoundError):
                (folder / name).unlink()
        for left in folder.glob(".*"):
            left.unlink()
        folder.rmdir()
    finally:
        os.close(handle)
