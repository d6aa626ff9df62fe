"""What a folder holds, for choosing a file: folders first, what is hidden left out."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence

from engine import parts_among, printable, record
from tui.text.numbers import short

MOST = 20_000
"""Entries of one folder that are read; more cannot be looked through anyway."""


@record
class Entry:
    """A file or a folder."""

    name: str
    """As it may be shown."""
    path: str
    is_folder: bool
    size: int = 0
    """In bytes; of a file."""


def here() -> str:
    """The folder one works in; the home folder where that was removed meanwhile."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.expanduser("~")


def absolute(path: str) -> str:
    """Write a path out in full."""
    return os.path.normpath(os.path.join(here(), path))


def restarted(typed: str) -> str:
    """Drop what stands before a second slash in a row, or before a tilde: there a path begins."""
    return re.sub(r"^.*/(?=/|~(/|$))", "", typed)


def dropped(text: str) -> str:
    """Read a path as terminals and file managers give one that is dropped or copied.

    It may stand in quotation marks, have a backslash before what a shell would take for something
    else, or be an address. Of several files the first one is taken.
    """
    line = next(filter(None, map(str.strip, text.splitlines())), "")
    if line.startswith("file://"):
        # Only here: it is not needed to open the app.
        from urllib.parse import unquote, urlsplit

        return unquote(urlsplit(line).path)
    if os.path.lexists(os.path.expanduser(line)) or not re.search(r"[\\'\"]", line):
        return line
    try:
        return next(iter(shlex.split(line)), "")
    except ValueError:
        return line


def split(typed: str) -> tuple[str, str]:
    """Take what was typed apart: the folder, and how the name in it begins."""
    folder, begin = os.path.split(os.path.expanduser(typed))
    return absolute(folder), begin


def entries(folder: str) -> list[Entry]:
    """Read a folder; OSError if that cannot be done."""
    found: list[Entry] = []
    with os.scandir(folder) as items:
        for item in items:
            entry = _entry(item)
            # A folder that cannot be written in the field cannot be gone into.
            if not entry.is_folder or entry.name == item.name:
                found.append(entry)
            if len(found) == MOST:
                break
    return sorted(found, key=lambda entry: (not entry.is_folder, entry.name.casefold()))


def _entry(item: os.DirEntry[str]) -> Entry:
    try:
        is_folder = item.is_dir()
        size = 0 if is_folder else item.stat().st_size
    except OSError:
        is_folder, size = False, 0
    return Entry(printable(item.name), item.path, is_folder, size)


def together(folder: str, found: Sequence[Entry]) -> list[Entry]:
    """The files of train, dev and test of a folder as one entry, if it holds such."""
    sizes = {entry.name: entry.size for entry in found if not entry.is_folder}
    names = parts_among(sizes).values()
    size = sum(sizes[name] for name in names)
    return [Entry(" + ".join(names), folder, is_folder=False, size=size)] if names else []


def beginning(found: Sequence[Entry], begin: str) -> list[Entry]:
    """Those entries whose names begin so; hidden ones only if a full stop was typed."""
    is_small = begin == begin.lower()
    return [
        entry
        for entry in found
        if (entry.name.lower() if is_small else entry.name).startswith(begin)
        and (begin.startswith(".") or not entry.name.startswith("."))
    ]


def completed(found: Sequence[Entry], begin: str) -> str:
    """How far the name goes on in the same way in all that begin so; a folder's ends in a slash."""
    matching = beginning(found, begin)
    if not matching:
        return begin
    common = matching[0].name
    while not all(entry.name.startswith(common) for entry in matching):
        common = common[:-1]
    if len(matching) == 1 and matching[0].is_folder:
        return common + os.sep
    return common if len(common) >= len(begin) else begin


def size_text(size: int) -> str:
    """A size in bytes, in a few characters: 512 B, 228 kB, 1.5 MB."""
    text = short(size)
    return f"{text[:-1]} {text[-1]}B" if text[-1].isalpha() else f"{text} B"
