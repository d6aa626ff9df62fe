"""Files where the engine lives: what a folder holds, and words that stay in theirs."""

from __future__ import annotations

from engine.records import record


@record
class ListFolder:
    """Tell what a folder holds."""

    path: str = ""
    """As it was typed: it may begin with a tilde, and is else of the folder the engine works in."""
    request: int = 0


@record
class FolderEntry:
    """A file or a folder."""

    name: str
    """As it may be shown."""
    path: str
    is_folder: bool
    size: int = 0
    """In bytes; of a file."""


@record
class FolderListed:
    """It is known what a folder holds, or why that cannot be known."""

    command: ListFolder
    folder: str
    """Its path, written out in full."""
    home: str
    """Path of the home folder, for which a tilde stands."""
    entries: tuple[FolderEntry, ...] = ()
    """Folders first, each by name."""
    reason: str = ""
    """Why it cannot be read; empty if it can."""
    is_whole: bool = True
    """Whether nothing else is in it: there may be too much to be listed, or no right to see it."""


@record
class WordsFile:
    """Where words stand that stay in their file, and what tells whether that is still the same."""

    path: str
    """Absolute."""
    source: str
    """As it is shown."""
    size: int
    """Bytes."""
    changed: int
    """When it was changed last, nanoseconds."""
    node: int
    """Its number in the file system."""
    places: int
    """Symbols of all words, with the boundary before each and that behind the last."""
    starts: bytes
    """int64: where each block of lines begins, and the end of the file."""
    firsts: bytes
    """int64: number of the first word of each block, and how many there are in all."""
