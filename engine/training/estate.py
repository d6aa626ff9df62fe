"""What an engine leaves to another one that goes on in its place; needs no torch."""

from __future__ import annotations

from engine.protocol import Configure, LoadDataset, Settings, Shelf
from engine.records import record


@record
class Left:
    """A run that is handed over: it is on disk, and nobody holds it."""

    id: str
    path: str
    """Of its folder."""
    seconds: float
    """Spent on its steps."""
    trail: int = 0
    """Place among those that one comes back to by undoing, the latest greatest; 0 if it is none."""


@record
class Heritage:
    """Runs on one objective."""

    in_hand: Left | None
    """None if it has taken no step."""
    others: tuple[Left, ...] = ()
    born: tuple[str, ...] = ()
    """Ids of all, in the order in which they began to be in hand."""
    changes: tuple[tuple[int, Configure], ...] = ()
    """What takes changes of settings back: each with the place of the run it was made after."""


@record
class Estate:
    """All that it takes to go on where another engine has stopped."""

    words: LoadDataset
    sha256: str
    """Of the words: they may have changed since they were read."""
    settings: Settings
    shelf: Shelf
    runs: tuple[Heritage, ...] = ()
    """On each objective; that in force last."""
    is_running: bool = False
    steps: int | None = None
    """Still to be taken, if an end was given."""
