"""Slow things, worked off in small steps between the steps of training."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from engine.protocol import Command, CommandRefused, Event, Progressed, Refusal

Task = Iterator[Event | None]
"""Something slow; between its pieces it yields what happened, or nothing."""


def refusing(command: Command, task: Task) -> Task:
    """Work a task off, and say so when something of it is refused."""
    try:
        yield from task
    except Refusal as refusal:
        yield CommandRefused(command, str(refusal))


class Tasks:
    """Tasks by name; of each only the latest is still wanted."""

    def __init__(self) -> None:
        self._tasks: dict[str, Task] = {}

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def __contains__(self, name: str) -> bool:
        return name in self._tasks

    def start(self, name: str, task: Task) -> None:
        """Begin a task, in place of the one of that name."""
        self._tasks[name] = task

    def append(self, name: str, task: Task) -> None:
        """Begin a task once that of the same name, if there is one, has come to its end."""
        before = self._tasks.get(name)
        self._tasks[name] = task if before is None else chain(before, task)

    def begin(self, name: str, task: Task) -> Iterator[Event]:
        """Do at once what comes before the first pause; only the rest of it becomes a task."""
        for event in task:
            if event is None or isinstance(event, Progressed):
                self.start(name, task)
                return
            yield event

    def keep(self, *names: str) -> None:
        """Drop all but some."""
        self._tasks = {name: task for name, task in self._tasks.items() if name in names}

    def drop(self, name: str) -> None:
        """Go no further with a task, if there is one of that name."""
        self._tasks.pop(name, None)

    def work(self) -> Iterator[Event]:
        """Take every task one step further."""
        for name, task in list(self._tasks.items()):
            if self._tasks.get(name) is not task:
                continue
            try:
                event = next(task)
            except StopIteration:
                # What it did last may have begun another of its name.
                if self._tasks.get(name) is task:
                    self.drop(name)
            else:
                if event is not None:
                    yield event
