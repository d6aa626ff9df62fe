"""The runs on disk: which there are, which one is meant, which are let go of."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from engine.protocol import KeptRun, Refusal, RunLine, Shelf
from engine.training import lock
from engine.training.folder import JOURNAL, LOCK, NEWEST, Kept, delete, read
from engine.training.timeline import Timeline, steered
from engine.words.cleaning import printable

LEAST_ID = 3
"""Digits of an id that are enough where no other run begins with them."""


def is_run(path: str) -> bool:
    """Whether there is a run in a folder, be it damaged."""
    return Path(path, JOURNAL).is_file()


def folders(shelf: Shelf) -> list[str]:
    """Folders of the runs on the shelf, that written last first."""
    found = [str(each) for each in _entries(shelf) if is_run(str(each))]
    return sorted(found, key=written, reverse=True)


def files(shelf: Shelf) -> list[str]:
    """Files that runs were saved to there by name, that written last first."""
    found = [str(each) for each in _entries(shelf) if each.suffix == ".safetensors"]
    return sorted(found, key=written, reverse=True)


def _entries(shelf: Shelf) -> Iterator[Path]:
    try:
        yield from Path(shelf.folder).iterdir()
    except OSError:
        return


def written(path: str) -> float:
    """When a run was written last, in seconds since 1970; 0 if it is gone."""
    for file in (Path(path, NEWEST), Path(path, JOURNAL), Path(path)):
        with suppress(OSError):
            return file.stat().st_mtime
    return 0.0


def size_of(path: str) -> int:
    """Bytes that a run takes on disk."""
    folder, size = Path(path), 0
    with suppress(OSError):
        for file in folder.iterdir() if folder.is_dir() else [folder]:
            size += file.stat().st_size
    return size


def find(run: str, shelf: Shelf | None) -> str:
    """Say where a run is.

    Args:
        run: its id, or how that begins; a folder; or a file.
        shelf: where ids are looked for.

    Raises:
        Refusal: there is no such run, or more than one.
    """
    if os.path.exists(run):
        return run
    found = [] if shelf is None or len(run) < LEAST_ID else folders(shelf)
    found = [each for each in found if Path(each).name.startswith(run)]
    if len(found) == 1:
        return found[0]
    shown = printable(run)[:60] or "“”"
    if found:
        ids = ", ".join(Path(each).name for each in found[:5])
        raise Refusal(f"{len(found)} runs begin with {shown} ({ids}); give more of the id.")
    raise Refusal(
        f"There is no run {shown}: neither a folder nor a file, nor an id of those that "
        "makemore-tui runs lists."
    )


def line_of(kept: Kept, timeline: Timeline | None) -> RunLine:
    """A run on disk, in a line."""
    newest = kept.newest
    if timeline is None:
        assert newest is not None
        return RunLine(
            id="", settings=newest.settings, step=newest.step, data_loss=newest.data_loss
        )
    settings = steered(timeline.settings, timeline.at(kept.step))
    return RunLine(
        id=timeline.id,
        settings=settings,
        step=kept.step,
        data_loss=newest.data_loss if newest else float("nan"),
        parent=timeline.root.parent,
        at=timeline.root.at,
    )


def describe(path: str, data_sha256: str = "") -> KeptRun:
    """Say what is known of a run on disk.

    Args:
        path: its folder or file.
        data_sha256: of the words there are, if there are any.

    Raises:
        Refusal: it cannot be read.
    """
    kept = read(path, has_frames=False)
    timeline = kept.journal.timeline() if kept.journal else None
    if kept.journal is not None:
        source, trained_on = kept.journal.head.source, kept.journal.head.basis.data_sha256
    else:
        assert kept.newest is not None
        source, trained_on = kept.newest.source, kept.newest.data_sha256
    return KeptRun(
        line=line_of(kept, timeline),
        path=path,
        source=source,
        is_of_these_words=trained_on == data_sha256,
        written=written(path),
        is_ended=timeline is None or timeline.is_ended or not Path(path).is_dir(),
        is_over=timeline is not None and timeline.is_over,
        is_in_use=lock.is_held(str(Path(path, LOCK))),
        size=size_of(path),
    )


def listed(shelf: Shelf, data_sha256: str = "") -> Iterator[KeptRun]:
    """Describe the runs on the shelf, that written last first; what is none is passed over."""
    for path in sorted([*folders(shelf), *files(shelf)], key=written, reverse=True):
        with suppress(Refusal):
            yield describe(path, data_sha256)


def prune(shelf: Shelf, held: Collection[str]) -> None:
    """Delete the oldest runs that are more than there may be, but none that is being trained.

    Args:
        shelf: where they are; what was saved by name, and what lies elsewhere, is left alone.
        held: folders that this process writes.
    """
    total = 0
    for place, path in enumerate(folders(shelf)):
        total += size_of(path)
        if (place >= shelf.runs or total > shelf.bytes) and path not in held:
            with suppress(OSError, Refusal):
                total -= size_of(path)
                delete(path)
