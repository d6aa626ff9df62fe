"""Files where the engine lives: what a folder holds, for a screen on which one is chosen."""

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
