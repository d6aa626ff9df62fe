"""Questions that may take their time, and the names they go by as tasks.

Of each name only the latest question is still wanted: to ask again ends what was asked before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from engine.answers import Answers
from engine.answers.tasks import Task, Tasks, refusing
from engine.protocol import (
    ClimbLadder,
    Compare,
    CountContexts,
    DrawNext,
    Event,
    Exercise,
    ForceSymbol,
    OpenDrawing,
    Rank,
    Retune,
    Sample,
    Score,
    Sort,
    StreamNames,
    TakeApart,
    TellMatrix,
    Tune,
    UndoDraw,
)

CLIMB = ClimbLadder.__name__
"""Name of the task of a climb."""

OBJECTIVE = "objective"
"""Name of the task of going over to another objective."""

LOOK = "look"
"""Name of the task of going to a step that is looked at."""

Prompt = (
    Score
    | Rank
    | TakeApart
    | TellMatrix
    | Compare
    | OpenDrawing
    | DrawNext
    | UndoDraw
    | ForceSymbol
    | Retune
)
"""Questions about a model as it is now, begun at once: of bigrams most are answered by that."""

Slow = Prompt | Sample | StreamNames | Sort | CountContexts | Tune | ClimbLadder | Exercise


def begin(command: Slow, answers: Answers, tasks: Tasks) -> Iterator[Event]:
    """Begin to answer, as a task; what is refused is told."""
    name, task = _task(command, answers)
    task = refusing(command, task)
    if isinstance(command, Prompt):
        # The one before is not wanted any more, though it be slower than this one.
        tasks.drop(name)
        yield from tasks.begin(name, task)
    else:
        tasks.start(name, task)


def _task(command: Slow, answers: Answers) -> tuple[str, Task]:
    """The name of a task, and the task."""
    match command:
        case Sample():
            return "sample", answers.naming().sample(command)
        case StreamNames():
            return "stream", answers.naming().stream(command)
        case Compare():
            return "compare", answers.naming().compare(command)
        case OpenDrawing() | DrawNext() | UndoDraw() | ForceSymbol() | Retune():
            return "draw", answers.naming().draw(command)
        case Score():
            return "score", answers.score(command)
        case TakeApart():
            return "take apart", answers.take_apart(command)
        case TellMatrix():
            # Each goes into a file of its own: an earlier one is wanted still.
            return f"tell matrix {command.request}", answers.models.tell(command)
        case Rank():
            return f"rank {command.model}", answers.rank(command)
        case Sort():
            return "sort", answers.sort(command)
        case CountContexts() | Tune() | ClimbLadder() | Exercise():
            return type(command).__name__, answers.trial(command)
        case _:
            assert_never(command)
