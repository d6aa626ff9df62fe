"""Questions that take their time, and the names they go by as tasks.

Of each name only the latest question is still wanted: to ask again ends what was asked before.
"""

from __future__ import annotations

from typing import assert_never

from engine.answers import Answers
from engine.answers.tasks import Task
from engine.protocol import (
    ClimbLadder,
    CountContexts,
    Exercise,
    Rank,
    Sample,
    Sort,
    TakeApart,
    Tune,
)

CLIMB = ClimbLadder.__name__
"""Name of the task of a climb."""

OBJECTIVE = "objective"
"""Name of the task of going over to another objective."""

Slow = Sample | TakeApart | Rank | Sort | CountContexts | Tune | ClimbLadder | Exercise


def begin(command: Slow, answers: Answers) -> tuple[str, Task]:
    """Begin to answer; give the name of the task, and the task."""
    match command:
        case Sample():
            return "sample", answers.naming().sample(command)
        case TakeApart():
            return "take apart", answers.take_apart(command)
        case Rank():
            return f"rank {command.model}", answers.rank(command)
        case Sort():
            return "sort", answers.sort(command)
        case CountContexts() | Tune() | ClimbLadder() | Exercise():
            return type(command).__name__, answers.trial(command)
        case _:
            assert_never(command)
