"""A file that words are to be read from: found, looked at, and refused in a sentence if it must."""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.protocol import Refusal
from engine.text.numbers import number
from engine.words import hints
from engine.words.files import holds_table

MOST_BYTES = 1 << 30
"""Largest file that is read."""


def look(file: Path, shown: str) -> os.stat_result:
    """Look at a file, under the name that is shown; Refusal if it is none that can be read."""
    with refusing(shown or str(file)):
        status = os.stat(file)
    if stat.S_ISDIR(status.st_mode):
        raise Refusal(
            f"{shown} is a directory; give a text file with one word a line, or a directory "
            "that holds train.txt and dev.txt or test.txt."
        )
    if not stat.S_ISREG(status.st_mode):
        raise Refusal(f"{shown} is not a regular file; save the words to a file first.")
    if status.st_size > MOST_BYTES:
        size = status.st_size / (1 << 30)
        raise Refusal(
            f"{shown} has {number(size, '.1f')} GiB; at most 1 GiB can be read. Take a part."
        )
    return status


def read_bytes(file: Path, shown: str) -> bytes:
    """Read a whole file; Refusal if it cannot be read, or is empty."""
    with refusing(shown or str(file)):
        data = file.read_bytes()
    if not data:
        raise empty(shown)
    return data


@contextmanager
def refusing(shown: str, *faults: type[Exception]) -> Iterator[None]:
    """Refuse a file that cannot be read, in a sentence.

    Args:
        shown: its name.
        faults: what else is raised where it is damaged.
    """
    damaged: tuple[type[Exception], ...] = (OSError, ValueError, EOFError, zlib.error, *faults)
    try:
        yield
    except FileNotFoundError:
        raise Refusal(f"There is no file {shown}; check the path.") from None
    except PermissionError:
        raise Refusal(f"No permission to read {shown}; check its rights (ls -l).") from None
    except damaged as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refusal(f"{shown} cannot be read: {reason}. Check the file.") from None


def empty(shown: str, *, is_text: bool = False) -> Refusal:
    """Refuse a file that holds nothing, neither words nor running text."""
    wanted = "a file of running text" if is_text else "a text file with one word a line"
    return Refusal(f"{shown} is empty; give {wanted}.")


def decode(data: bytes, source: str) -> str:
    """Decode a whole file; Refusal if it is no text in UTF-8."""
    if holds_table(data):
        raise Refusal(
            f"{source} is a table file, which holds no words; makemore-tui --counts {source} "
            "opens the app on it."
        )
    if foreign := hints.foreign(data):
        raise Refusal(f"{source} {foreign}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a BOM the codec counts from behind it.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, at) + 1
        column = at - data.rfind(b"\n", 0, at)
        raise not_utf8(source, data[at], line, column) from None


def not_utf8(source: str, byte: int, line: int, column: int) -> Refusal:
    """Refuse a file for its first bad byte; line and column count from 1, columns in bytes."""
    return Refusal(
        f"{source} is not UTF-8: byte 0x{byte:02x} in line {line:,}, byte {column:,} of "
        "that line; convert the file, for example from Western European with "
        "iconv -f CP1252 -t UTF-8 FILE > words.txt."
    )
