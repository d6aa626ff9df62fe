"""The runs on disk: which there are, which one is meant, which are let go of."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from engine.protocol import LATEST, Course, KeptRun, Refusal, RunLine, Shelf
from engine.training import lock, places
from engine.training.folder import Kept, delete, read
from engine.training.places import LOCK, files, folders, size_of, written
from engine.training.timeline import Timeline, steered


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
    found = listed(shelf, data_sha256) if shelf else iter(())
    for each in found:
        is_open = os.path.isdir(each.path) and not each.is_over and not each.is_in_use
        if is_open and each.is_of_these_words:
            return each.path
    raise Refusal("There is no run of these words to go on with; makemore-tui runs lists all.")


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
        loss=kept.newest.loss if kept.newest else float("nan"),
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


def course(run: str, shelf: Shelf | None) -> Course | None:
    """The losses of a run on disk; nothing if there is none such, or no loss of it is left."""
    try:
        kept = read(places.find(run, shelf), has_frames=False)
    except Refusal:
        return None
    if kept.newest is None:
        return None
    histories = kept.newest.history, kept.newest.dev_history
    if kept.journal is None:
        return Course(run, *histories, (), is_drawn=False)
    timeline = kept.journal.timeline()
    return Course(timeline.id, *histories, tuple(timeline.changes), timeline.root.is_drawn)


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
