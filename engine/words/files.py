"""Train, dev and test as files of their own: what they are called in a folder."""

from __future__ import annotations

import os
from collections.abc import Collection

from engine.protocol import PartName, Refusal
from engine.words.cleaning import printable

TABLE = b'"count_table"'
"""What stands at the beginning of a table file, as `engine.models.tables` writes it."""

START = 4_096
"""Bytes of a file that are looked at to tell."""

Files = dict[PartName, str]
"""Paths or names, in the order train, dev, test."""

NAMES: dict[PartName, tuple[str, ...]] = {
    "train": ("train.txt",),
    "dev": ("dev.txt", "val.txt", "valid.txt", "validation.txt"),
    "test": ("test.txt",),
}
"""What the files of a folder are called; of several the first one counts."""


def is_table(path: str | None) -> bool:
    """Whether a file is a table file, by how it begins; where it cannot be read, it is none."""
    try:
        with open(path or "", "rb") as file:
            return holds_table(file.read(START))
    except (OSError, ValueError):
        return False


def holds_table(data: bytes) -> bool:
    """Whether a table file begins so: with its size in eight bytes, and then its head."""
    return data[8:9] == b"{" and TABLE in data[:START]


def parts_among(names: Collection[str]) -> Files:
    """Find train.txt with a dev or a test beside it; nothing if they are not there."""
    found = ((part, next((n for n in each if n in names), "")) for part, each in NAMES.items())
    files = {part: name for part, name in found if name}
    return files if "train" in files and len(files) > 1 else {}


def chosen(path: str | None, dev: str | None, test: str | None) -> Files:
    """Give the files of the parts; nothing where one file, or the bundled list, is all there is.

    Args:
        path: all words, or those of train; or a folder that holds the files.
        dev: words of dev, if they are in another file.
        test: the same of test.

    Raises:
        Refusal: there is a dev or a test without a file of train.
    """
    beside: Files = {}
    if dev is not None:
        beside["dev"] = dev
    if test is not None:
        beside["test"] = test
    if not beside:
        return _inside(path) if path and os.path.isdir(path) else {}
    if path is None:
        (part, file), *_ = beside.items()
        shown = printable(file) or "“”"
        raise Refusal(f"{shown} is to be {part}, but of what? Give the file of train, too.")
    if os.path.isdir(path):
        others = " and ".join(beside)
        raise Refusal(f"{printable(path)} is a directory; beside {others} give the file of train.")
    return {"train": path, **beside}


def _inside(folder: str) -> Files:
    paths = {name: os.path.join(folder, name) for each in NAMES.values() for name in each}
    found = parts_among([name for name, path in paths.items() if os.path.isfile(path)])
    return {part: paths[name] for part, name in found.items()}
