"""The app with a worker double: no thread, no torch, and it says what a test lets it say."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from textual.app import App
from textual.pilot import Pilot

from engine import Session
from engine.protocol import (
    Command,
    DatasetLoaded,
    EngineReady,
    Event,
    Joined,
    ListFolder,
    LoadDataset,
    RunStarted,
    ScreenLine,
    Settings,
    Snapshot,
)
from engine.words.folders import listed
from tests import PATIENCE
from tui import storage
from tui.app import Laboratory
from tui.options import Options
from tui.plot import door as plots
from tui.widgets.lines import Lines

C = TypeVar("C")

WORDS = ("emma", "olivia", "ava", "isabella", "sophia", "emma")


HOME = Joined("3f2ab49c01d7", "", 4711, 0.0)
"""Where an engine lives that has a process of its own."""


def screens(*others: str, own: str = "anna@sofa pts/3", steers: str = "") -> tuple[ScreenLine, ...]:
    """Those at an engine, the own one first, which steers unless another one is said to."""
    steers = steers or own
    return tuple(ScreenLine(name, name == steers, False, name == own) for name in (own, *others))


class FakeEngine:
    """Takes commands down, and has data of its own to show."""

    def __init__(self, words: tuple[str, ...] = WORDS) -> None:
        self.latest: Snapshot | None = None
        self.sent: list[Command] = []
        self.is_started = self.is_closed = False
        self.fault: Exception | None = None
        """Raised when the app comes for the news."""
        self._words = words
        self._events: list[Event] = []

    def start(self, notify: Callable[[], None]) -> None:
        """Be alive."""
        self.is_started = True

    def send(self, command: Command) -> None:
        """Take a command down; what a folder holds needs no session to be told."""
        self.sent.append(command)
        if isinstance(command, ListFolder):
            self.say(listed(command))

    def events(self) -> list[Event]:
        """Give what was said."""
        if self.fault is not None:
            raise self.fault
        said, self._events = self._events, []
        return said

    def close(self, timeout: float) -> bool:
        """End."""
        self.is_closed = True
        return True

    # What a test does with it

    def say(self, *events: Event) -> None:
        """Have something happen."""
        self._events += events

    def load(self, folder: Path) -> None:
        """Have words, and their counts in the snapshot."""
        path = folder / "words.txt"
        path.write_text("\n".join(self._words) + "\n", encoding="utf-8")
        session = Session(Settings(speed=30.0))
        for event in session.run(LoadDataset(str(path))):
            if isinstance(event, DatasetLoaded):
                self.say(event)
        self.latest = session.snapshot()

    def be_ready(self) -> None:
        """Have a network that has taken no step."""
        self.say(EngineReady("2.13.0", 1), RunStarted(1, 0, "first"))
        self.show(state="ready", run=1, data_loss=3.7590, loss=3.7687, gap=1.3046)

    def show(self, **changes: object) -> None:
        """Be in another state."""
        self.latest = replace(self.latest or Snapshot(), **changes)  # type: ignore[arg-type]

    def has_sent(self, command: Command) -> bool:
        """Whether a command was given."""
        return command in self.sent

    def sent_of(self, kind: type[C]) -> list[C]:
        """Commands of one kind."""
        return [command for command in self.sent if isinstance(command, kind)]


@asynccontextmanager
async def laboratory(
    engine: FakeEngine,
    folder: Path | None = None,
    size: tuple[int, int] = (80, 24),
    resume: str | None = None,
    options: Options | None = None,
) -> AsyncIterator[tuple[Laboratory, Pilot[int]]]:
    """Open the app; with a folder for its words, wait until it is ready to train."""
    plots.warm_up()
    if not storage.read_memory():
        storage.write_memory({"greeted": True})  # What greets a newcomer takes a line.
    app = Laboratory(engine, replace(options or Options(), fps=50.0, resume=resume))
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: engine.is_started)
        if folder is not None:
            engine.load(folder)
            engine.be_ready()
            await until(pilot, lambda: app.state.is_ready and app.state.snapshot.state == "ready")
            await pilot.pause()
        yield app, pilot


@asynccontextmanager
async def attached(
    engine: FakeEngine,
    folder: Path,
    size: tuple[int, int] = (80, 24),
    options: Options | None = None,
    home: Joined = HOME,
) -> AsyncIterator[tuple[Laboratory, Pilot[int]]]:
    """Open the app on an engine that has begun without it, and greets it."""
    engine.say(home)
    options = replace(options or Options(), is_attached=True)
    async with laboratory(engine, folder, size, options=options) as opened:
        yield opened


async def until(pilot: Pilot[Any], is_so: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come to that"
        await pilot.pause(0.01)


def notices(app: App[int]) -> list[str]:
    """What the app has told."""
    return [str(notification.message) for notification in app._notifications]


def is_at(lines: Lines, text: str) -> bool:
    """Whether lines begin with a text."""
    return lines.text.startswith(text)
