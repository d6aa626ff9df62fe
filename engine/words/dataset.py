"""Reading words from a file that may be anything: cleaned once, here, and described.

A word is a line without its line end (LF or CRLF) and outer blanks. What comes out of this module
is safe to show on a terminal: no control, bidirectional or other unprintable character is left.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from array import array
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeVar, overload

from engine.protocol import Progressed, Refusal
from engine.records import record
from engine.words.vocabulary import BOUNDARY, Vocabulary

MOST_SYMBOLS = 1_000
"""Largest alphabet, the boundary symbol not counted: a table of a million cells."""

MOST_BYTES = 1 << 30
"""Largest file that is read into memory."""

CHUNK = 1 << 18
"""Characters cleaned between two reports of progress; short enough to keep the screen fluent."""

BLANKS = " \t\r\v\f\u00a0\u1680\u2028\u2029\u202f\u205f\u3000"
"""What counts as blank around a word; control characters do not, so that they are reported."""

BUNDLED = "names.txt"
"""Name under which the list that comes with the program is shown."""

T = TypeVar("T")


class Words(Sequence[str]):
    """A list of words held as one text, so that a million of them stay small and quick to search.

    Args:
        text: the words joined by line feeds.
        offsets: uint32, where each word starts, and one past the end of the text.
    """

    def __init__(self, text: str, offsets: bytes) -> None:
        self.text = text
        self._starts = memoryview(offsets).cast("I")

    @classmethod
    def of(cls, words: Sequence[str]) -> Words:
        """Join words that are clean already."""
        return cls("\n".join(words), _offsets(words).tobytes())

    def __len__(self) -> int:
        return len(self._starts) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            start, end, step = index.indices(len(self))
            if step == 1 and start < end:
                return self.text[self._starts[start] : self._starts[end] - 1].split("\n")
            return [self[i] for i in range(start, end, step)]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.text[self._starts[index] : self._starts[index + 1] - 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.text.split("\n")) if len(self) else iter(())

    def pieces(self, size: int) -> Iterator[tuple[int, str]]:
        """The text in pieces of so many words: (words done, words joined by line feeds)."""
        for start in range(0, len(self), size):
            end = min(start + size, len(self))
            yield end, self.text[self._starts[start] : self._starts[end] - 1]

    def pick(self, numbers: Iterable[int]) -> list[str]:
        """Words of these numbers, which count from 0, in their order."""
        text, starts = self.text, self._starts
        return [text[starts[i] : starts[i + 1] - 1] for i in numbers]

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or "\n" in word or not word:
            return False
        at = self.text.find(word)
        while at >= 0:
            end = at + len(word)
            if (at == 0 or self.text[at - 1] == "\n") and self.text[end : end + 1] in ("", "\n"):
                return True
            at = self.text.find("\n" + word, at)
            at += at >= 0
        return False


@record
class Dataset:
    """Words, their alphabet, and what was done to the file on the way."""

    source: str
    sha256: str
    words: Words
    offsets: bytes
    vocabulary: Vocabulary
    distinct: int
    shortest: int
    longest: int
    blank_lines: int
    removed_characters: int
    dropped_words: int
    lengths: tuple[tuple[int, int], ...]
    """Each length there is, and how many words have it."""


def holding(part: str, words: Sequence[str], *, is_exact: bool = False) -> list[int]:
    """Positions of the words that hold a part.

    A full stop is the boundary, as in the table of bigrams: `.em` begins a word and `na.` ends one,
    for no word can hold a full stop itself. A part in small letters is found in capitals, too,
    unless it `is_exact`.
    """
    if part.islower() and not is_exact:
        words = [word.lower() for word in words]
    if BOUNDARY in part:
        return [i for i, word in enumerate(words) if part in f"{BOUNDARY}{word}{BOUNDARY}"]
    return [i for i, word in enumerate(words) if part in word]


def bundled_path() -> Path:
    """Find the list that comes with the program: in the package, or beside it in a checkout."""
    here = Path(__file__).resolve().parents[1]
    packaged = here / BUNDLED
    return packaged if packaged.exists() else here.parent / BUNDLED


def printable(text: str) -> str:
    """Remove every character that a terminal could take for anything but itself."""
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def clean(text: str) -> str:
    """Bring text that somebody typed into the form that words of a dataset have."""
    return unicodedata.normalize("NFC", printable(text))


def load(path: str | None) -> Generator[Progressed, None, Dataset]:
    """Read and clean a file, saying how far it has come.

    Args:
        path: a text file in UTF-8, one word a line; `None` for the bundled list.

    Raises:
        Refusal: the file cannot be used; the message says why and what to do.
    """
    data = _read_bytes(path)
    source = BUNDLED if path is None else printable(path)
    cleaner = _Cleaner()
    for done, chunk in _chunks(_decode(data, source)):
        cleaner.take(chunk, source)
        yield Progressed("reading", done, len(data))
    if not cleaner.offsets:
        raise Refusal(
            f"{source} holds no usable word; give a text file with one word a line"
            + (
                f" ({cleaner.dropped_words:,} lines hold a full stop)."
                * bool(cleaner.dropped_words)
                or "."
            )
        )
    # Only here, on the engine's thread: before the first frame it would cost 5 ms.
    import hashlib

    return cleaner.dataset(source, hashlib.sha256(data).hexdigest())


def load_all(path: str | None) -> Dataset:
    """Read and clean a file without reporting progress; Refusal as in `load`."""
    return finish(load(path))


def finish(steps: Generator[object, None, T]) -> T:
    """Run something that reports progress to its end, and return what it made."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            made: T = stop.value
            return made


def _read_bytes(path: str | None) -> bytes:
    if path == "":
        raise Refusal("An empty path names no file; give a text file with one word a line.")
    shown = "" if path is None else printable(path) or "“”"
    file = bundled_path() if path is None else Path(path)
    try:
        status = os.stat(file)
        if stat.S_ISDIR(status.st_mode):
            raise Refusal(f"{shown} is a directory; give a text file with one word a line.")
        if not stat.S_ISREG(status.st_mode):
            raise Refusal(f"{shown} is not a regular file; save the words to a file first.")
        if status.st_size > MOST_BYTES:
            size = status.st_size / (1 << 30)
            raise Refusal(f"{shown} has {size:.1f} GiB; at most 1 GiB can be read. Take a part.")
        data = file.read_bytes()
    except FileNotFoundError:
        raise Refusal(f"There is no file {shown or file}; check the path.") from None
    except PermissionError:
        raise Refusal(f"No permission to read {shown}; check its rights (ls -l).") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Refusal(f"{shown} cannot be read: {reason}. Check the path.") from None
    if not data:
        raise Refusal(f"{shown} is empty; give a text file with one word a line.")
    return data


def _decode(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a BOM the codec counts from behind it.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, at) + 1
        column = at - data.rfind(b"\n", 0, at)
        raise Refusal(
            f"{source} is not UTF-8: byte 0x{data[at]:02x} in line {line:,}, byte {column:,} of "
            "that line; convert the file to UTF-8 (for example with iconv)."
        ) from None


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Split between lines, a chunk at a time: (characters done, lines)."""
    text = text.removesuffix("\n")
    start = 0
    while start < len(text):
        end = text.find("\n", start + CHUNK)
        end = len(text) if end < 0 else end
        yield end, text[start:end]
        start = end + 1


def _offsets(words: Sequence[str], start: int = 0) -> array[int]:
    return array("I", accumulate(map((1).__add__, map(len, words)), initial=start))


def _is_clean(chunk: str) -> bool:
    """Whether every line is a word as it stands, or blank: a look at all of them at once."""
    return (
        chunk.replace("\n", "").isprintable()
        and not any(symbol in chunk for symbol in (" ", BOUNDARY))
        and unicodedata.is_normalized("NFC", chunk)
    )


class _Cleaner:
    """Turns lines into words, counting what it leaves out."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.offsets: array[int] = array("I")
        self.seen: set[str] = set()
        self.symbols: set[str] = set()
        self.lengths: Counter[int] = Counter()
        self.blank_lines = self.removed_characters = self.dropped_words = 0

    def take(self, chunk: str, source: str) -> None:
        """Clean some lines; Refusal if the alphabet grows too large."""
        words = self._words(chunk)
        if not words:
            return
        text = "\n".join(words)
        start = self.offsets.pop() if self.offsets else 0
        self.offsets.extend(_offsets(words, start))
        self.parts.append(text)
        self.seen.update(words)
        self.symbols.update(text)
        self.symbols.discard("\n")
        self.lengths.update(map(len, words))
        if len(self.symbols) > MOST_SYMBOLS:
            raise Refusal(
                f"{source} holds more than {MOST_SYMBOLS:,} different symbols; a table of bigrams "
                "that large shows nothing. Use words of one script."
            )

    def _words(self, chunk: str) -> list[str]:
        lines = chunk.split("\n")
        if not _is_clean(chunk):
            return [word for line in lines if (word := self._word(line))]
        words = list(filter(None, lines))
        self.blank_lines += len(lines) - len(words)
        return words

    def _word(self, line: str) -> str:
        """Clean one line; empty if it gives no word."""
        word = line.strip(" \r")
        if not word.isprintable():
            word = line.strip(BLANKS)
            clean = printable(word)
            self.removed_characters += len(word) - len(clean)
            word = clean.strip(" ")
        if not word.isascii():
            word = unicodedata.normalize("NFC", word)
        if not word:
            self.blank_lines += 1
        elif BOUNDARY in word:
            self.dropped_words += 1
            return ""
        return word

    def dataset(self, source: str, sha256: str) -> Dataset:
        """Put everything together."""
        offsets = self.offsets.tobytes()
        return Dataset(
            source=source,
            sha256=sha256,
            words=Words("\n".join(self.parts), offsets),
            offsets=offsets,
            vocabulary=Vocabulary.of(self.symbols),
            distinct=len(self.seen),
            shortest=min(self.lengths),
            longest=max(self.lengths),
            blank_lines=self.blank_lines,
            removed_characters=self.removed_characters,
            dropped_words=self.dropped_words,
            lengths=tuple(sorted(self.lengths.items())),
        )
