"""What is told of runs on disk and at hand: lists of them, and their losses side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator

from engine.protocol import (
    Course,
    CoursesTold,
    Event,
    KeptRun,
    ListRuns,
    RunsListed,
    Shelf,
    TellCourses,
)
from engine.training import describing
from engine.training import shelf as shelves
from engine.training.objectives import Objectives
from engine.words.cleaning import printable


def list_runs(command: ListRuns, objectives: Objectives) -> Iterator[Event | None]:
    """Tell which runs are kept on disk, in pieces."""
    shelf = objectives.shelf or Shelf("")
    found: list[KeptRun] = []
    for each in shelves.listed(shelf, objectives.data_sha256):
        found.append(each)
        yield None
    home = os.path.expanduser("~")
    yield RunsListed(command, printable(shelf.folder), tuple(found), home)


def tell_courses(command: TellCourses, objectives: Objectives) -> Iterator[Event]:
    """Tell the losses of runs, at hand or on disk."""
    found = (_course(id, objectives) for id in command.ids)
    yield CoursesTold(command, tuple(course for course in found if course is not None))


def _course(id: str, objectives: Objectives) -> Course | None:
    at_hand = (describing.course(runs, id) for runs in objectives.at_hand)
    found = next((course for course in at_hand if course is not None), None)
    return found or shelves.course(id, objectives.shelf)
