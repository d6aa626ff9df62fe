"""Where text comes from: files, folders, patterns and standard input, packed or not."""

from __future__ import annotations

import glob
import gzip
import io
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from engine.protocol import Refusal
from engine.records import record
from engine.words import hints
from engine.words.cleaning import printable
from engine.words.dataset import bundled_path
from engine.words.files import chosen
from engine.words.opening import refusing

STDIN = "-"
"""Names standard input."""

LARGE = 1 << 26
"""Bytes from which a file is counted without being held."""

GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
"""How packed files begin."""


@record
class Source:
    """A text."""

    path: str
    shown: str
    size: int = 0
    """Bytes as it lies; 0 where that is not known."""
    is_plain: bool = False
    """Whether it can be read from anywhere: a file that is not packed."""

    @property
    def is_file(self) -> bool:
        """Whether it can be opened again, by others too: no pipe."""
        return self.is_plain or self.size > 0


def find(paths: Sequence[str]) -> list[Source]:
    """Find texts.

    Args:
        paths: files, folders, whose files are meant and those of their folders, patterns as a
            shell knows them, with ** for folders, and - for standard input.

    Raises:
        Refusal: there is none such, or it cannot be read.
    """
    return [_source(each) for path in paths for each in _expanded(path)]


def is_held(paths: Sequence[str]) -> bool:
    """Whether this is one file, or folder of parts, that is small enough to be read at once."""
    if len(paths) != 1:
        return not paths
    if paths[0] == STDIN or is_pattern(paths[0]):
        return False
    if os.path.isdir(paths[0]):
        return bool(chosen(paths[0], None, None))
    try:
        (source,) = find(paths)
    except Refusal:
        return True  # It is refused where it is read.
    return source.is_plain and source.size < LARGE


def size_of(paths: Sequence[str]) -> int:
    """Bytes of files that were read at once; the bundled list if none is named."""
    files = paths or [str(bundled_path())]
    return sum(os.stat(path).st_size for path in files if os.path.isfile(path))


def is_pattern(path: str) -> bool:
    """Whether it may stand for several files."""
    return any(sign in path for sign in "*?[") and not os.path.exists(path)


def _expanded(path: str) -> Iterator[str]:
    if path == "":
        raise Refusal("An empty path names no file; give a text file.")
    shown = printable(path)
    if is_pattern(path):
        found = sorted(name for name in glob.iglob(path, recursive=True) if os.path.isfile(name))
        if not found:
            raise Refusal(f"No file is named like {shown}; check the pattern.")
        yield from found
    elif os.path.isdir(path):
        is_empty = True
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    is_empty = False
                    yield os.path.join(folder, name)
        if is_empty:
            raise Refusal(f"{shown} holds no file; give a folder of text files.")
    else:
        yield path


def _source(path: str) -> Source:
    if path == STDIN:
        return Source(path, "standard input")
    shown = printable(path) or "“”"
    with refusing(shown):
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return Source(path, shown)  # A pipe is opened once: who writes is gone after that.
    with refusing(shown), open(path, "rb", buffering=0) as file:
        start = file.read(hints.START)
        is_packed = start.startswith((GZIP, ZSTD))
        return Source(path, shown, status.st_size, is_plain=not is_packed)


class Flow:
    """A text that is read from its beginning on, and unpacked if it is packed."""

    def __init__(self, source: Source) -> None:
        self._shown = source.shown
        with refusing(source.shown):
            if source.path == STDIN:
                self._file: Any = io.BufferedReader(io.FileIO(sys.stdin.fileno(), closefd=False))
            else:
                self._file = open(source.path, "rb")  # noqa: SIM115
            self._text, self._faults = _unpacked(self._file, source.shown)
        self._is_seekable = self._file.seekable()

    def read_into(self, view: memoryview) -> int:
        """Read what comes next; gives its bytes, 0 at the end."""
        with refusing(self._shown, *self._faults):
            return int(self._text.readinto(view) or 0)

    def at(self) -> int:
        """Bytes of the file that have been read, as it lies."""
        return self._file.tell() if self._is_seekable else 0

    def close(self) -> None:
        """Close the file."""
        self._text.close()
        self._file.close()


def _unpacked(file: Any, shown: str) -> tuple[Any, tuple[type[Exception], ...]]:  # noqa: ANN401
    """What reads the text of a file, and what it raises of its own where that is damaged."""
    start = file.peek(len(ZSTD))[: len(ZSTD)]
    if start.startswith(GZIP):
        return gzip.GzipFile(fileobj=file), ()
    if start.startswith(ZSTD):
        zstd = _zstd(shown)
        return zstd.ZstdFile(file), (zstd.ZstdError,)
    return file, ()


def _zstd(shown: str) -> Any:  # noqa: ANN401
    """Import what unpacks zstd: Python's own from 3.14 on, before that the very same, packaged."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise Refusal(
            f"{shown} is packed by zstd; pip install 'makemore-tui[zstd]', or give it unpacked: "
            "zstd -dc FILE | makemore-tui count -."
        ) from None
    return zstd
