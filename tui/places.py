"""Where files go: whether one can be written, under which name, and whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar

from engine import printable
from engine.protocol import Refusal

T = TypeVar("T")

MOST_NAMES = 10_000
"""Names that are tried for a file beside those that are there."""


_unfinished: dict[str, list[str]] = {}
"""Files that are being written, and what there is of each meanwhile that must not stay."""


def check_place(path: str) -> None:
    """Refuse a path that cannot be saved to, before hours of training rather than after."""
    shown = printable(path) or "“”"
    folder = os.path.dirname(path) or "."
    if not path or os.path.isdir(path):
        raise Refusal(f"{shown} is a directory; give a file name to save to.")
    if not os.path.isdir(folder):
        raise Refusal(f"{shown} cannot be written: there is no folder {printable(folder)}.")
    if not os.access(folder, os.W_OK):
        raise Refusal(f"{shown} cannot be written: no permission in {printable(folder)}.")


def free(path: str) -> str:
    """Give a path at which nothing is: this one, or one with a number before its suffix."""
    stem, suffix = os.path.splitext(path)
    names = (path, *(f"{stem}-{number}{suffix}" for number in range(2, MOST_NAMES)))
    return next((name for name in names if not os.path.lexists(name)), path)


def write(path: str, fill: Callable[[BinaryIO], T], *, replaces: bool) -> T:
    """Write a file; where that fails, what was there stays, and nothing of the new one.

    Args:
        path: of the file.
        fill: writes into it.
        replaces: whether it takes the place of a file that is there.

    Returns:
        What `fill` does.

    Raises:
        Refusal: it cannot be written, or there is one that it must not replace.
    """
    check_place(path)
    path, shown = os.path.realpath(path), printable(path)
    try:
        is_new = _claim(path, replaces=replaces)
        _unfinished[path] = [path] * is_new
        try:
            filled = _write_beside(path, fill)
        except BaseException:
            sweep(path)
            raise
        del _unfinished[path]
        return filled
    except FileExistsError:
        raise Refusal(f"{shown} is there already; give another name.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal(f"{shown} cannot be written: {reason}. Write elsewhere.") from None


def _claim(path: str, *, replaces: bool) -> bool:
    """Make an empty file where none may be replaced, so that nobody else takes the name.

    Returns:
        Whether it was made.

    Raises:
        FileExistsError: there is one that must not be replaced, or something that is no file.
    """
    if replaces and (os.path.isfile(path) or not os.path.lexists(path)):
        return False
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    return True


def _write_beside(path: str, fill: Callable[[BinaryIO], T]) -> T:
    """Write into a file beside that path, and put it in its place once it is whole on the disk."""
    beside = os.path.join(os.path.dirname(path), f".figure-{secrets.token_hex(8)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    _unfinished[path].append(beside)
    with open(handle, "wb") as file:
        filled = fill(file)
        file.flush()
        os.fsync(handle)
    with suppress(FileNotFoundError):
        os.chmod(beside, os.stat(path).st_mode & 0o777)
    os.replace(beside, path)
    return filled


def sweep(*paths: str) -> list[str]:
    """Remove what is not finished: of some files, or of all that are being written.

    Returns:
        Those files.
    """
    left = [path for path in paths or [*_unfinished] if path in _unfinished]
    for path in left:
        for name in _unfinished.pop(path):
            with suppress(OSError):
                os.unlink(name)
    return left
