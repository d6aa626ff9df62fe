"""A large file of words described without being held: counted a piece at a time, and indexed.

What is told of it is what `engine.words.dataset` would tell if it held all words, to the last
figure; but how the blocks of `engine.words.filed` lie is noted in place of the words.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from engine.protocol import Progressed, Refusal, WordsFile
from engine.words import hints
from engine.words.cleaning import last_end, printable
from engine.words.corpus.digest import Whole
from engine.words.corpus.distinct import Distinct
from engine.words.corpus.hands import bad_byte
from engine.words.corpus.pairs import END
from engine.words.corpus.reading import Piece, Reader, Unit
from engine.words.corpus.scan import Scanner, Tally
from engine.words.corpus.sources import Source
from engine.words.dataset import Dataset, check_alphabet, no_words
from engine.words.filed import BLOCK, RUN, Filed
from engine.words.opening import refusing
from engine.words.pieces import Pieces, T, aside
from engine.words.vocabulary import Vocabulary

READ = 1 << 18
"""Bytes read and counted between two reports: some milliseconds."""

LOOK = 1 << 20
"""Bytes that are looked at for what the file is: more than the lines that are need."""


def describe(path: str) -> Generator[Progressed, None, tuple[Dataset, Tally]]:
    """Read a file of words, saying how far it has come; gives what was counted, too.

    Args:
        path: of a regular file, one word a line, of at least one byte.

    Raises:
        Refusal: it cannot be used, or has changed meanwhile.
    """
    status, shown = os.stat(path), printable(path)
    size = status.st_size
    source, whole, scanner = (
        Source(path, shown, size, is_plain=True),
        Whole(),
        Scanner(distinct=Distinct(size, size)),
    )
    index = _Index(scanner)
    with refusing(shown), open(path, "rb") as beginning:
        start = beginning.read(LOOK)
    if foreign := hints.foreign(start[: hints.START]):
        raise Refusal(f"{shown} {foreign}")
    looks = hints.of(start.decode("utf-8-sig", errors="ignore"))
    reader, done = Reader(source, Unit(0, 0, 0, size), _unheard, READ, whole), 0
    for piece in reader.pieces():
        try:
            yield from _telling(index.take(piece), done, size)
        except UnicodeDecodeError as error:
            raise bad_byte(source, piece, error, 0) from None
        done = piece.at - 1 + len(piece.text)
        piece.text.release()
        yield Progressed("reading", min(done, size), size)
    tally = scanner.tally()
    hint = hints.told(looks, tally.words, tally.cleaned)
    if not tally.words:
        raise Refusal(no_words(shown, hint))
    symbols = [chr(code) for code in tally.symbols.tolist() if code != END]
    check_alphabet(symbols, shown)
    assert tally.distinct is not None
    distinct = yield from _telling(aside(tally.distinct.count), size - 1, size)
    # Its hashes are of no use any more.
    tally.distinct = None
    now = os.stat(path)
    if _state(now) != _state(status):
        raise Refusal(f"{shown} changed while it was read; open it again.")
    file = WordsFile(
        str(Path(path).resolve()),
        shown,
        *_state(status),
        int(tally.counts.sum()) + 1,
        *index.columns(size),
    )
    lengths = tuple(sorted(tally.lengths.items()))
    cleaned: dict[str, Any] = tally.cleaned
    dataset = Dataset(
        source=shown,
        sha256=whole.digests()[0].hex(),
        words=Filed(file),
        offsets=b"",
        vocabulary=Vocabulary.of(symbols),
        distinct=distinct,
        shortest=lengths[0][0],
        longest=lengths[-1][0],
        lengths=lengths,
        hint=f"{shown} {hint}" if hint else "",
        files=(),
        **cleaned,
    )
    return dataset, tally


def _telling(work: Pieces[T], done: int, size: int) -> Generator[Progressed, None, T]:
    """Say, at each pause of some work, how many bytes have been read."""
    try:
        while True:
            next(work)
            yield Progressed("reading", done, size)
    except StopIteration as stop:
        made: T = stop.value
        return made


def _unheard(_: int) -> None:
    """Note nothing: pieces tell how far it has come."""


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino


class _Index:
    """Notes where blocks of lines begin, while their words are counted."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner
        self._words = 0
        self._starts: list[np.ndarray] = []
        self._firsts: list[np.ndarray] = []

    def columns(self, size: int) -> tuple[bytes, bytes]:
        """Give starts and firsts of `WordsFile`, for a file of so many bytes."""
        starts = np.concatenate([*self._starts, [size]])
        firsts = np.concatenate([*self._firsts, [self._words]])
        return starts.astype(np.int64).tobytes(), firsts.astype(np.int64).tobytes()

    def take(self, piece: Piece) -> Pieces[None]:
        """Count lines; UnicodeDecodeError if they are not UTF-8."""
        if self._scanner.take_plain(piece.text):
            self._note_plain(piece)
            return
        data = bytes(piece.text)
        data.decode()
        starts, firsts, words = [], [], []
        start, paused = 1, 1
        while start < len(data):
            stop = data.find(b"\n", start + BLOCK) + 1 or len(data)
            starts.append(piece.at - 1 + start)
            firsts.append(self._words)
            made = self._scanner.words(_without_end(data[start:stop]))
            words += made
            self._words += len(made)
            start = stop
            if start - paused >= RUN or start == len(data):
                self._scanner.take_words(words)
                words, paused = [], start
                yield
        self._starts.append(np.array(starts, np.int64))
        self._firsts.append(np.array(firsts, np.int64))

    def _note_plain(self, piece: Piece) -> None:
        """Note blocks of lines that are words as they stand, or blank."""
        ends = np.flatnonzero(np.frombuffer(piece.text, np.uint8) == END)
        words = np.cumsum(np.diff(ends) > 1)
        # Of the lines that begin within the same so many bytes the first begins a block.
        lines = np.flatnonzero(np.diff(ends[:-1] // BLOCK, prepend=-1))
        self._starts.append(piece.at + ends[lines])
        self._firsts.append(self._words + np.where(lines > 0, words[lines - 1], 0))
        self._words += int(words[-1])


def _without_end(lines: bytes) -> str:
    """Lines as text, without the end of the last one."""
    text = lines.decode()
    text = text[: len(text) - last_end(text)]
    return text.replace("\r\n", "\n") if "\r" in text else text
