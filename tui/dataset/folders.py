"""What a folder holds, as it is looked through: pure, for the folder lies where the engine is."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence

from engine import parts_among
from engine.protocol import FolderEntry
from tui.text.numbers import short


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
    if not re.search(r"[\\'\"]", line):
        return line
    try:
        return next(iter(shlex.split(line)), "")
    except ValueError:
        return line


def split(typed: str) -> tuple[str, str]:
    """Take what was typed apart: the folder, and how the name in it begins."""
    if typed == "~":
        return typed, ""
    head, slash, begin = typed.rpartition(os.sep)
    return head + slash, begin


def together(folder: str, found: Sequence[FolderEntry]) -> list[FolderEntry]:
    """The files of train, dev and test of a folder as one entry, if it holds such."""
    sizes = {entry.name: entry.size for entry in found if not entry.is_folder}
    names = parts_among(sizes).values()
    size = sum(sizes[name] for name in names)
    return [FolderEntry(" + ".join(names), folder, is_folder=False, size=size)] if names else []


def beginning(found: Sequence[FolderEntry], begin: str) -> list[FolderEntry]:
    """Those entries whose names begin so; hidden ones only if a full stop was typed."""
    is_small = begin == begin.lower()
    return [
        entry
        for entry in found
        if (entry.name.lower() if is_small else entry.name).startswith(begin)
        and (begin.startswith(".") or not entry.name.startswith("."))
    ]


def completed(found: Sequence[FolderEntry], begin: str) -> str:
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
