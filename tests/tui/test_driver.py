"""What happens on the line is told on the thread that draws, whichever thread hears of it."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable

import pytest
from textual.app import App
from textual.events import CursorPosition
from textual.messages import InBandWindowResize

from tui.terminal.keys import AllColours, Ground

if os.name != "posix":
    pytest.skip("another driver writes to that terminal", allow_module_level=True)

from tui.terminal.driver import LinkDriver
from tui.terminal.link import Link


class Listener:
    """Takes down what it is told, and on which thread."""

    def __init__(self) -> None:
        self.link = Link(10)
        self.is_ending = False
        self.told: list[tuple[str, int]] = []

    def _tell(self, what: str) -> None:
        self.told.append((what, threading.get_ident()))

    def wrote(self) -> None:
        self._tell("wrote")

    def answered(self) -> None:
        self._tell("answered")

    def resized(self) -> None:
        self._tell("resized")

    def stopped(self) -> None:
        self._tell("stopped")

    def has_all_colours(self) -> None:
        self._tell("has_all_colours")

    def has_ground(self, *, is_light: bool) -> None:
        self._tell("has_ground")


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Callable[[Listener], LinkDriver]:
    """Make a driver that takes nothing of the terminal: no signal, no mode, no bytes."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def make(listener: Listener) -> LinkDriver:
        made = LinkDriver(App())
        made.listener = listener
        return made

    return make


HEARD = [
    (CursorPosition(0, 0), "answered"),
    (AllColours(), "has_all_colours"),
    (Ground(is_light=True), "has_ground"),
    (InBandWindowResize(True, False), "wrote"),
]
"""What the terminal answers, and what its listener is told of first."""


@pytest.mark.parametrize(("message", "what"), HEARD, ids=[what for _, what in HEARD])
async def test_what_is_read_on_a_thread_is_told_on_the_one_that_draws(
    driver: Callable[[Listener], LinkDriver],
    message: CursorPosition | AllColours | Ground | InBandWindowResize,
    what: str,
) -> None:
    listener = Listener()
    await asyncio.to_thread(driver(listener).process_message, message)
    assert listener.told[:1] == [(what, threading.get_ident())]


async def test_between_two_steps_of_python_where_a_signal_is_heard_nothing_is_told(
    driver: Callable[[Listener], LinkDriver],
) -> None:
    listener = Listener()
    driver(listener)._sigcont_application(signal.SIGCONT, None)
    assert listener.told == []
    await asyncio.sleep(0)
    assert listener.told == [("stopped", threading.get_ident())]
