"""A shelf that is only read from: runs are found there and looked at, and none is kept."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from engine import archive
from engine.protocol import (
    CheckpointLoaded,
    Configure,
    ListRuns,
    Load,
    RunsListed,
    Shelf,
    Train,
)
from engine.training import lock
from engine.training.places import LOCK
from tests.conftest import WriteWords, act, ready


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_runs_are_listed_and_looked_at_and_no_file_is_touched(
    words_file: WriteWords, tmp_path: Path
) -> None:
    shelf = Shelf(str(tmp_path / "runs"))
    session = ready(words_file("emma\nolivia\nava\n"), shelf)
    act(session, Train(40))
    id = session.snapshot().id
    assert session.close(20, is_last=True)
    before = contents(tmp_path / "runs")
    place = Path(archive.find(id, shelf))
    assert session.dataset is not None
    reader = ready(session.dataset.source, replace(shelf, is_readonly=True))
    # Whoever trains it may go on: it is not held.
    handle = lock.acquire(str(place / LOCK))
    assert handle is not None
    (listed,) = (event for event in act(reader, ListRuns()) if isinstance(event, RunsListed))
    assert [run.line.id for run in listed.runs] == [id]
    events = act(reader, Load(id))
    assert [event.step for event in events if isinstance(event, CheckpointLoaded)] == [40]
    assert reader.snapshot().step == 40
    act(reader, Configure(learning_rate=3.0), Train(5))
    assert reader.close(20, is_last=True)
    assert contents(tmp_path / "runs") == before
    os.close(handle)
