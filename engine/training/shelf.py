"""The runs on disk: what each is, which is the latest, which are let go of. Needs no torch."""

from __future__ import annotations

import math
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.protocol import LATEST, Change, Course, KeptRun, Refusal, RunLine, Settings, Shelf
from engine.training import header, journal, lock, places
from engine.training.journal import Damaged, Journal
from engine.training.places import JOURNAL, LOCK, NEWEST, files, folders, size_of, written
from engine.training.recipe import End, steered
from engine.words.cleaning import printable


def find(run: str, shelf: Shelf | None, data_sha256: str) -> str:
    """Say where a run is, or the latest one of these words that has not come to its end.

    Args:
        run: as `engine.training.places.find` takes it, or `LATEST`.
        shelf: where ids are looked for.
        data_sha256: of the words there are.

    Raises:
        Refusal: there is none such.
    """
    if run != LATEST:
        return places.find(run, shelf)
    for path in folders(shelf) if shelf else ():
        with suppress(Refusal):
            found = describe(path, data_sha256)
            if found.is_of_these_words and not found.is_over and not found.is_in_use:
                return path
    raise Refusal(
        "There is no run of these words that is not finished; makemore-tui runs lists all, and "
        "--run goes on with any."
    )


def describe(path: str, data_sha256: str = "") -> KeptRun:
    """Say what is known of a run on disk.

    Args:
        path: its folder or file.
        data_sha256: of the words there are, if there are any.

    Raises:
        Refusal: it cannot be read.
    """
    told, head = read(path)
    last = told.entries[-1] if told is not None and told.entries else None
    is_file = not Path(path).is_dir()
    if told is not None:
        source, trained_on = told.head.source, told.head.basis.data_sha256
    else:
        source, trained_on = printable(str(head["source"])), str(head["data_sha256"])
    is_in_use = lock.is_held(held := str(Path(path, LOCK)))
    return KeptRun(
        line=_line(told, head),
        path=path,
        source=source,
        loss=float(head.get("loss", math.nan)),
        is_of_these_words=trained_on == data_sha256,
        written=written(path),
        is_ended=isinstance(last, End) or is_file,
        is_over=isinstance(last, End) and last.is_over,
        is_in_use=is_in_use,
        size=size_of(path),
        instead=places.instead(held) if is_in_use else "",
    )


def read(path: str) -> tuple[Journal | None, dict[str, Any]]:
    """Read the journal of a run, if it has one, and the head of its newest weights.

    Raises:
        Refusal: it is no run.
    """
    folder, shown = Path(path), printable(path)
    is_folder = folder.is_dir()
    head = header.read(str(folder / NEWEST if is_folder else folder))
    try:
        data = (folder / JOURNAL).read_bytes() if is_folder else str(head["journal"]).encode()
        return journal.read(data), head
    except KeyError:
        if head:
            return None, head
        raise Refusal(f"{shown} is no run.") from None
    except OSError as error:
        raise Refusal(f"{shown} cannot be read: {error.strerror or error}.") from None
    except Damaged as error:
        raise Refusal(f"The journal in {shown} cannot be read: {error}.") from None


def _line(told: Journal | None, head: dict[str, Any]) -> RunLine:
    """A run in a line."""
    step = int(head.get("step", 0))
    data_loss = float(head.get("data_loss", math.nan))
    if told is None:
        try:
            return RunLine("", header.settings_from(head["settings"]), step, data_loss)
        except (KeyError, TypeError, ValueError):
            return RunLine("", Settings(), step, data_loss)
    settings = steered(told.settings, told.changes[-1])
    root = told.head.root
    step = max(step, told.step)
    return RunLine(told.head.id, settings, step, data_loss, root.parent, root.at)


def listed(shelf: Shelf, data_sha256: str = "") -> Iterator[KeptRun]:
    """Describe the runs on the shelf, that written last first; what is none is passed over."""
    for path in sorted([*folders(shelf), *files(shelf)], key=written, reverse=True):
        with suppress(Refusal):
            yield describe(path, data_sha256)


def course(run: str, shelf: Shelf | None) -> Course | None:
    """The losses of a run on disk; nothing if there is none such, or no loss of it is left."""
    try:
        path = places.find(run, shelf)
        told, _ = read(path)
    except Refusal:
        return None
    newest = str(Path(path, NEWEST)) if os.path.isdir(path) else path
    history, of_dev = header.histories(newest)
    if not history:
        return None
    if told is None:
        return Course(run, history, of_dev, (), is_drawn=False)
    changes: tuple[Change, ...] = told.changes
    return Course(told.head.id, history, of_dev, changes, told.head.root.is_drawn)


def prune(shelf: Shelf, held: Collection[str]) -> None:
    """Delete the oldest runs that are more than there may be, but none that is being trained.

    Args:
        shelf: where they are; what was saved by name, and what lies elsewhere, is left alone.
        held: folders that this process writes.
    """
    total = 0
    for place, path in enumerate(folders(shelf)):
        size = size_of(path)
        if (place < shelf.runs and total + size <= shelf.bytes) or path in held:
            total += size
            continue
        with suppress(OSError, Refusal):
            places.delete(path)
