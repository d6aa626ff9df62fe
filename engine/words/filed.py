"""Words that stay in their file, and are read when they are asked for, a block of lines at a time.

A block is some whole lines, so its words are what the rules of cleaning make of these alone. All
that is held is where each block begins, and the number of its first word: 4 bytes a kilobyte. It
is read and not mapped: whoever looks into a mapped file that is cut short meanwhile is ended.
"""

from __future__ import annotations

import os
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import overload

from engine.protocol import PartName, Refusal, WordsFile
from engine.words.cleaning import Cleaner
from engine.words.dataset import Words
from engine.words.vocabulary import BOUNDARY

BLOCK = 1 << 12
"""Bytes of a block, and as many more as its last line needs."""

RUN = 1 << 16
"""Bytes read at once where all words are wanted: some milliseconds, if all must be cleaned."""


PLAIN = bytes(code for code in range(33, 127) if chr(code) != BOUNDARY) + b"\n"
"""Bytes of lines that are words as they stand, or blank: those that are seen at a glance."""


class Filed(Words):
    """A list of words that are in a file.

    Whatever reads a word raises Refusal if the file is not what it was.
    """

    def __init__(self, file: WordsFile, cuts: Mapping[PartName, int] | None = None) -> None:
        super().__init__("", b"", cuts)
        self._file = file
        self._starts = memoryview(file.starts).cast("q")
        self._firsts = memoryview(file.firsts).cast("q")
        self._handle = -1
        self._last: tuple[int, list[str]] = (-1, [])
        """The block that was read last, and its words."""

    @property
    def file(self) -> WordsFile:
        """Where they are."""
        return self._file

    @property
    def places(self) -> int:
        """Symbols of all words, with the boundary before each and that behind the last."""
        return self._file.places

    @property
    def text(self) -> str:
        """All words joined by line feeds, read at once."""
        return "\n".join(text for _, text in self.pieces(len(self)))

    def __len__(self) -> int:
        return self._firsts[-1]

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            start, end, step = index.indices(len(self))
            if step != 1 or start >= end:
                return self.pick(range(start, end, step))
            first, last = self._block_of(start), self._block_of(end - 1)
            before = self._firsts[first]
            words = self._block(first) if first == last else self._words(first, last + 1)
            return words[start - before : end - before]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        block = self._block_of(index)
        return self._block(block)[index - self._firsts[block]]

    def __iter__(self) -> Iterator[str]:
        for _, text in self.pieces(0):
            yield from text.split("\n")

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or "\n" in word or not word:
            return False
        line = f"\n{word}\n"
        return any(word in text and line in f"\n{text}\n" for _, text in self.pieces(0))

    def pieces(self, size: int) -> Iterator[tuple[int, str]]:
        """The text in pieces of so many words or a few more, and of no fewer bytes than a run."""
        first, blocks = 0, len(self._starts) - 1
        while first < blocks:
            last = bisect_right(self._starts, self._starts[first] + RUN) - 1
            last = max(last, bisect_right(self._firsts, self._firsts[first] + size) - 1, first + 1)
            last = min(last, blocks)
            if self._firsts[last] > self._firsts[first]:
                yield self._firsts[last], text_of(self._read(first, last))
            first = last

    def pick(self, numbers: Iterable[int]) -> list[str]:
        """Words of these numbers, which count from 0, in their order; each block is read once."""
        numbers = list(numbers)
        words = [""] * len(numbers)
        for place in sorted(range(len(numbers)), key=numbers.__getitem__):
            words[place] = self[numbers[place]]
        return words

    def _block_of(self, number: int) -> int:
        """The block that a word is in: of several that begin with it the last, which has it."""
        return bisect_right(self._firsts, number) - 1

    def _block(self, block: int) -> list[str]:
        number, words = self._last
        if number != block:
            words = self._words(block, block + 1)
            self._last = block, words
        return words

    def _words(self, first: int, last: int) -> list[str]:
        """Words from a block to before another."""
        words = words_of(self._read(first, last))
        if len(words) != self._firsts[last] - self._firsts[first]:
            raise self._changed()
        return words

    def _read(self, first: int, last: int) -> bytes:
        """Bytes from a block to before another."""
        if self._handle < 0:
            self._open()
        start, end = self._starts[first], self._starts[last]
        try:
            data = os.pread(self._handle, end - start, start)
            while 0 < len(data) < end - start:
                more = os.pread(self._handle, end - start - len(data), start + len(data))
                data = data + more if more else b""
            is_same = _state(self._handle) == (self._file.size, self._file.changed)
        except OSError as error:
            raise self._unreadable(error) from None
        if len(data) < end - start or not is_same:
            raise self._changed()
        return data

    def _open(self) -> None:
        """Open the file: from here on it may be put elsewhere, and another one in its place."""
        try:
            handle = os.open(self._file.path, os.O_RDONLY | os.O_CLOEXEC)
            weakref.finalize(self, os.close, handle)
            node = os.fstat(handle).st_ino
        except OSError as error:
            raise self._unreadable(error) from None
        if node != self._file.node:
            raise self._changed()
        self._handle = handle

    def _changed(self) -> Refusal:
        return Refusal(f"{self._file.source} has changed since it was read; open it again.")

    def _unreadable(self, error: OSError) -> Refusal:
        return Refusal(f"{self._file.source} cannot be read any more: {error.strerror}.")


def listed(text: str, offsets: bytes, file: WordsFile | None) -> Words:
    """Give the words that an event tells of: those it brings, or those that are in a file."""
    return Words(text, offsets) if file is None else Filed(file)


def words_of(lines: bytes) -> list[str]:
    """Make words of whole lines."""
    if lines.isascii() and not lines.translate(None, PLAIN):
        has_blanks = lines.startswith(b"\n") or b"\n\n" in lines
        words = lines.decode().split("\n")
        if words[-1] == "":
            words.pop()
        return list(filter(None, words)) if has_blanks else words
    return Cleaner().words(_decoded(lines))


def text_of(lines: bytes) -> str:
    """Make words of whole lines, joined by line feeds."""
    return "\n".join(words_of(lines))


def _decoded(lines: bytes) -> str:
    # Bytes that are no text any more make other words, and other words are noticed.
    text = lines.decode(errors="replace")
    return text.replace("\r\n", "\n") if "\r" in text else text


def _state(handle: int) -> tuple[int, int]:
    status = os.fstat(handle)
    return status.st_size, status.st_mtime_ns
