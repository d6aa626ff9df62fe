"""An engine that is served to be put upon, and whether it still stands afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.protocol import Event, Steer, Train, TrainingPaused
from tests import PATIENCE
from tests.endure.vitals import Trial
from tests.serving import Screen, Served

OBSERVER = "observer"
"""Name of the screen that is there all the while."""

AGAIN = 5.0
"""Seconds after which it asks again for steps."""


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[tuple[Served, Screen]]:
    """Serve an engine, and have somebody look on who knows how it fares."""
    served = Served(folder, *arguments, log=folder / "log.txt")
    try:
        screen = Screen(served.attach(OBSERVER))
        screen.wait(lambda: screen.engine.latest)
        yield served, screen
        screen.engine.close(PATIENCE)
    finally:
        served.close()


def names(screen: Screen) -> list[str]:
    """Who is there, as a screen is told."""
    latest = screen.engine.latest
    return [line.name for line in latest.screens] if latest else []


def hear(screen: Screen) -> None:
    """Take what a screen is told, and forget it."""
    screen.engine.events()
    screen.seen.clear()


def wait_for(kind: type[Event], screen: Screen) -> None:
    """Wait until something of a kind has happened since the last time that a screen forgot all."""
    screen.wait(lambda: any(isinstance(event, kind) for event in screen.seen))


def take_steps(screen: Screen) -> None:
    """Have steps taken, asked for again and again: words may yet be read that bring a new run."""
    due = 0.0

    def has_paused() -> bool:
        nonlocal due
        if time.monotonic() >= due:
            due = time.monotonic() + AGAIN
            screen.engine.send(Train(3))
        return any(isinstance(event, TrainingPaused) for event in screen.seen)

    screen.wait(has_paused)


def check(trial: Trial, served: Served, screen: Screen) -> None:
    """See that all others are gone, that it trains, and that it has logged no fault of its own."""
    hear(screen)
    try:
        screen.wait(lambda: names(screen) == [OBSERVER])
        screen.engine.send(Steer())
        take_steps(screen)
    except AssertionError as failure:
        trial.faults.append(f"it does not train for {names(screen)}: {failure}")
    if served.process.poll() is not None:
        trial.faults.append(f"it has ended with {served.process.poll()}")
    note_faults(trial, served)


def note_faults(trial: Trial, served: Served) -> None:
    """Take down what an engine has logged of its own faults."""
    said = (served.folder / "log.txt").read_text(errors="replace")
    at = said.find("Traceback")
    if at >= 0:
        shown = said[max(0, at - 200) : at + 3000]
        trial.faults.append(f"{said.count('Traceback')} faults are logged, the first: {shown}")


def forked(do: Callable[[], None]) -> int:
    """Do something in a process of its own; gives its number."""
    pid = os.fork()
    if not pid:
        try:
            do()
        finally:
            os._exit(1)
    return pid
