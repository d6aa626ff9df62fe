"""Reading words from a file that may be anything: cleaned once, and described."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, overload

from engine.protocol import Counted, PartFile, PartName, Progressed, Refusal, WordsFile
from engine.records import record
from engine.words import hints
from engine.words.cleaning import Cleaner, chunks, offsets_of, printable
from engine.words.files import chosen
from engine.words.opening import decode, look, read_bytes
from engine.words.vocabulary import Vocabulary

MOST_SYMBOLS = (1 << 16) - 1
"""Largest alphabet, the boundary symbol not counted: with it, each symbol's number has two bytes.

A row of so many takes 20 ms to be made: they can still be looked at, one after the other."""

BUNDLED = "names.txt"
"""Name under which the list that comes with the program is shown."""

FILED = 1 << 22
"""Bytes from which on the words of a file stay in it; see `engine.words.filed`."""

T = TypeVar("T")


class Words(Sequence[str]):
    """A list of words held as one text, so that a million of them stay small and quick to search.

    Args:
        text: the words joined by line feeds.
        offsets: uint32, where each word starts, and one past the end of the text.
        cuts: number of the first word of train, dev and test, where these are files of their own.
    """

    def __init__(
        self, text: str, offsets: bytes, cuts: Mapping[PartName, int] | None = None
    ) -> None:
        self._text = text
        self.offsets = offsets
        self.cuts = cuts or {}
        self._starts = memoryview(offsets).cast("I")

    @classmethod
    def of(cls, words: Sequence[str]) -> Words:
        """Join words that are clean already."""
        return cls("\n".join(words), offsets_of(words).tobytes())

    @property
    def text(self) -> str:
        """All words joined by line feeds."""
        return self._text

    @property
    def file(self) -> WordsFile | None:
        """Where they are, if they are not held."""
        return None

    @property
    def places(self) -> int:
        """Symbols of all words, with the boundary before each and that behind the last."""
        return len(self._text) + 2

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
                return self._text[self._starts[start] : self._starts[end] - 1].split("\n")
            return [self[i] for i in range(start, end, step)]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._text[self._starts[index] : self._starts[index + 1] - 1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.split("\n")) if len(self) else iter(())

    def pieces(self, size: int) -> Iterator[tuple[int, str]]:
        """The text in pieces of so many words: (words done, words joined by line feeds)."""
        for start in range(0, len(self), size):
            end = min(start + size, len(self))
            yield end, self._text[self._starts[start] : self._starts[end] - 1]

    def pick(self, numbers: Iterable[int]) -> list[str]:
        """Words of these numbers, which count from 0, in their order."""
        text, starts = self._text, self._starts
        return [text[starts[i] : starts[i + 1] - 1] for i in numbers]

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str) or "\n" in word or not word:
            return False
        at = self._text.find(word)
        while at >= 0:
            end = at + len(word)
            if (at == 0 or self._text[at - 1] == "\n") and self._text[end : end + 1] in ("", "\n"):
                return True
            at = self._text.find("\n" + word, at)
            at += at >= 0
        return False


@record
class Dataset:
    """Words, their alphabet, and what was done to the file, or to all files, on the way."""

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
    normalized_words: int = 0
    cut_lines: int = 0
    hint: str = ""
    files: tuple[PartFile, ...] = ()
    """Those of train, dev and test, where each has a file of its own."""
    counted: Counted | None = None
    """What a table file was counted from: its words are not at hand, and `words` holds none."""

    def check_words(self) -> None:
        """Refuse what needs the words where they are not at hand."""
        if self.counted is not None:
            raise Refusal(
                f"{self.source} holds counts alone, and this needs the words: of its counts of "
                f"order {self.counted.order} the bigrams can be shown, trained on, drawn from and "
                "scored. For more open their text instead: makemore-tui --data FILE."
            )


def bundled_path() -> Path:
    """Find the list that comes with the program: in the package, or beside it in a checkout."""
    here = Path(__file__).resolve().parents[1]
    packaged = here / BUNDLED
    return packaged if packaged.exists() else here.parent / BUNDLED


def stays_filed(path: str | None, dev: str | None = None, test: str | None = None) -> bool:
    """Whether words are to stay in their file, for `engine.words.corpus.filing` to describe.

    Refusal as in `load`.
    """
    if not path or chosen(path, dev, test) or not hasattr(os, "pread"):
        return False  # Windows has no way to read at a place without a position that others share.
    return look(Path(path), printable(path)).st_size >= FILED


def load(
    path: str | None, dev: str | None = None, test: str | None = None
) -> Generator[Progressed, None, Dataset]:
    """Read and clean a file, or those of the parts, saying how far it has come.

    Args:
        path: a text file in UTF-8, one word a line; `None` for the bundled list. Or a folder that
            holds train.txt and a dev.txt or test.txt.
        dev: the file of dev, if that of `path` is train's alone.
        test: the same of test.

    Raises:
        Refusal: a file cannot be used; the message says which, why and what to do.
    """
    cleaner = Cleaner()
    given = chosen(path, dev, test)
    if not given:
        whole = yield from _take(cleaner, path)
        return _dataset(whole.source, whole.sha256, cleaner, whole.hint)
    taken: dict[PartName, _Taken] = {}
    for part, file in given.items():
        taken[part] = yield from _take(cleaner, file, taken)
    return _together(taken, cleaner)


@record
class _Taken:
    """A file that was read and cleaned."""

    source: str
    sha256: str
    first: int
    """Number of its first word."""
    words: int
    cleaned: Mapping[str, int]
    """What was done to it, as a `PartFile` has it."""
    hint: str


def _take(
    cleaner: Cleaner, path: str | None, others: Mapping[PartName, _Taken] | None = None
) -> Generator[Progressed, None, _Taken]:
    """Read and clean a file behind others, which it must differ from."""
    # Only here, on the engine's thread: before the first frame it would cost 5 ms.
    import hashlib

    if path == "":
        raise Refusal("An empty path names no file; give a text file with one word a line.")
    file = bundled_path() if path is None else Path(path)
    shown = "" if path is None else printable(path) or "“”"
    look(file, shown)
    data = read_bytes(file, shown)
    source = BUNDLED if path is None else printable(path)
    sha256 = hashlib.sha256(data).hexdigest()
    for part, other in (others or {}).items():
        if other.sha256 == sha256:
            raise Refusal(
                f"{source} holds the very words of {part}, {other.source}: nothing would be kept "
                "apart to judge by. Give another file, or leave it out."
            )
    first, before = cleaner.number, cleaner.cleaned
    text = decode(data, source)
    looks = hints.of(text)
    parts = chunks(text)
    del text  # What is cut up need not be held as a whole, too.
    for done, chunk in parts:
        cleaner.take(chunk)
        check_alphabet(cleaner.symbols, source)
        yield Progressed("reading", done, len(data))
    cleaned = {name: number - before[name] for name, number in cleaner.cleaned.items()}
    words = cleaner.number - first
    hint = hints.told(looks, words, cleaned)
    if not words:
        raise Refusal(no_words(source, hint))
    return _Taken(source, sha256, first, words, cleaned, f"{source} {hint}" if hint else "")


def _together(taken: Mapping[PartName, _Taken], cleaner: Cleaner) -> Dataset:
    """Put the files of the parts together."""
    import hashlib

    # What sha256sum says of the files, under the names of the parts.
    hashes = "".join(f"{file.sha256}  {part}\n" for part, file in taken.items())
    return _dataset(
        " + ".join(file.source for file in taken.values()),
        hashlib.sha256(hashes.encode()).hexdigest(),
        cleaner,
        " ".join(file.hint for file in taken.values() if file.hint),
        {part: file.first for part, file in taken.items()},
        tuple(PartFile(p, f.source, f.words, **f.cleaned) for p, f in taken.items()),
    )


def check_alphabet(symbols: Collection[str], source: str) -> None:
    """Refuse an alphabet that is too large."""
    if len(symbols) > MOST_SYMBOLS:
        raise Refusal(
            f"{source} holds more than {MOST_SYMBOLS:,} different symbols, more than can "
            "be numbered in two bytes. Take a part of it, or words of one script."
        )


def no_words(source: str, hint: str) -> str:
    """Say that a file holds no usable word, and why."""
    if hint:
        return f"{source} holds no usable word: it {hint}"
    return f"{source} holds no usable word; give a text file with one word a line."


def _dataset(
    source: str,
    sha256: str,
    cleaner: Cleaner,
    hint: str,
    cuts: Mapping[PartName, int] | None = None,
    files: tuple[PartFile, ...] = (),
) -> Dataset:
    """Put everything together."""
    offsets = cleaner.offsets.tobytes()
    return Dataset(
        source=source,
        sha256=sha256,
        words=Words("\n".join(cleaner.parts), offsets, cuts),
        offsets=offsets,
        vocabulary=Vocabulary.of(cleaner.symbols),
        distinct=len(cleaner.seen),
        shortest=min(cleaner.lengths),
        longest=max(cleaner.lengths),
        lengths=tuple(sorted(cleaner.lengths.items())),
        hint=hint,
        files=files,
        counted=None,
        **cleaner.cleaned,
    )


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
