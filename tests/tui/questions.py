"""The whole app on a session without a thread, for the tests of what one asks the models."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from textual.pilot import Pilot

from engine import Session
from engine.protocol import Command, Event, Snapshot
from tests import PATIENCE
from tui.app import Laboratory
from tui.options import Options
from tui.plot import door as plots

SIZES = [(80, 24), pytest.param((160, 50), marks=pytest.mark.soak)]
"""What is done by keyboard is done at the first."""
MOUSE_SIZES = [pytest.param((80, 24), marks=pytest.mark.soak), (160, 50)]
"""What is done by mouse is done at the last."""


class Direct:
    """Carries out each command where it is sent; takes a worker's place."""

    def __init__(self) -> None:
        self.session = Session()
        self.session.import_torch()
        self.sent: list[Command] = []
        self.latest: Snapshot | None = None
        self._events: list[Event] = list(self.session.become_ready())

    def start(self, notify: Callable[[], None]) -> None:
        """There is no thread to start."""

    def close(self, timeout: float) -> bool:
        """There is nothing to end."""
        return True

    def send(self, command: Command) -> None:
        """Carry a command out to its end."""
        self.sent.append(command)
        self._events += self.session.run(command)
        while self.session.is_training:
            self._events += self.session.train(16)
        self.latest = self.session.snapshot()

    def events(self) -> list[Event]:
        """Take out what has happened."""
        taken, self._events = self._events, []
        return taken


class Visit:
    """Somebody at the app."""

    def __init__(self, app: Laboratory, pilot: Pilot[int], engine: Direct) -> None:
        self.app, self.pilot, self.engine = app, pilot, engine

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for something to come true on the screen."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, self.text()
            await self.pilot.pause(0.02)

    async def press(self, *keys: str) -> None:
        """Press keys, and let the app follow."""
        await self.pilot.press(*keys)
        await self.pilot.pause(0.05)

    def text(self) -> str:
        """What the screen shows, line by line."""
        screen = self.app.screen
        width, height = self.app.size
        lines = screen._compositor.render_strips(screen.size)
        return "\n".join(line.text[:width] for line in lines[:height])

    async def sees(self, *texts: str) -> None:
        """Wait until the screen shows some texts."""
        await self.until(lambda: all(text in self.text() for text in texts))

    async def click_on(self, text: str) -> None:
        """Click where a text stands, once it does and stays there for longer than a frame."""
        await self.sees(text)
        before = (-1, -1)
        while (place := self._place(text)) != before:
            before = place
            await self.pilot.pause(0.15)
        await self.pilot.click(offset=place)
        await self.pilot.pause(0.05)

    def _place(self, text: str) -> tuple[int, int]:
        """Column and line of a text; (0, 0) if it is nowhere."""
        found = ((line.find(text), y) for y, line in enumerate(self.text().split("\n")))
        return next((place for place in found if place[0] >= 0), (0, 0))


@asynccontextmanager
async def visit(
    size: tuple[int, int], data: Path | None = None, keys: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Visit]:
    """Open the app, on the bundled words if no others are given, and wait until it is ready."""
    plots.warm_up()
    engine = Direct()
    app = Laboratory(engine, Options(data=str(data) if data else None, keys=keys))
    async with app.run_test(size=size, notifications=True) as pilot:
        there = Visit(app, pilot, engine)
        await there.until(lambda: app.state.is_ready and bool(app.state.names))
        yield there
