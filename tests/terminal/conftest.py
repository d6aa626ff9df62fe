"""What the tests on a real terminal share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.serving import Served
from tests.standby import Forked
from tests.terminal.emulator import Terminal
from tests.terminal.pty import busy_seconds
from tui.options import START_SPEED

# Where the engine of the app lives. What has no reason to do otherwise is tested in both ways: on
# the thread as often as the test says, and attached among the slow tests.
THREAD, ATTACHED = "thread", "attached"


def _ways(*ways: Any) -> pytest.MarkDecorator:  # noqa: ANN401
    return pytest.mark.parametrize("start", ways, indirect=True)


def only_on_the_thread(why: str) -> pytest.MarkDecorator:
    """Leave out the engine in a process of its own, for a reason."""
    return _ways(pytest.param(THREAD, marks=pytest.mark.thread(why)))


in_both_ways = _ways(THREAD, ATTACHED)
"""Attached every time: one test walks through all panes, others where much goes over the line."""

attached_by_hand = _ways(THREAD, pytest.param(ATTACHED, marks=pytest.mark.soak))
"""Attached among those that are asked for: it is the affair of the screen alone, or takes long."""


class Start(Protocol):
    """Starts the app with arguments, for a user whose home is the test's own folder.

    Args:
        arguments: of the engine.
        looks: arguments of the screen.
    """

    def __call__(
        self,
        *arguments: str,
        looks: Sequence[str] = ...,
        size: tuple[int, int] = ...,
        env: Mapping[str, str] | None = ...,
        answers: bool = ...,
        shell: str = ...,
    ) -> Terminal: ...


class Attached(Terminal):
    """A terminal with the app in it, attached to an engine.

    Args:
        engine: the one.
        looks: arguments of the screen.
    """

    def __init__(self, engine: Served, *looks: str, **more: Any) -> None:  # noqa: ANN401
        self._engine = engine
        super().__init__(engine.folder, "attach", *looks, **more)
        self.way_back = f"makemore-tui attach {engine.name}"

    def busy_seconds(self) -> float:
        """Time the threads of screen and engine have run or waited for a processor so far."""
        return super().busy_seconds() + busy_seconds(self._engine.process.pid)


@pytest.fixture(params=[THREAD, pytest.param(ATTACHED, marks=pytest.mark.slow)])
def start(request: pytest.FixtureRequest, tmp_path: Path, place: Path) -> Iterator[Start]:
    """Start the app, as often as wanted; what still runs at the end of the test is ended.

    Attached, who starts it again with the same arguments comes back to the same engine.
    """
    is_at_hand = request.node.get_closest_marker("from_scratch") is None
    terminals: list[Terminal] = []
    engines: dict[tuple[str, ...], Served] = {}
    start = Forked if is_at_hand else None

    def new(
        *arguments: str,
        looks: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401
    ) -> Terminal:
        here = {"TMPDIR": str(place), **(env or {})}
        if request.param == THREAD:
            terminal = Terminal(tmp_path, *arguments, *looks, env=here, start=start, **more)
        else:
            if arguments not in engines:
                engines[arguments] = Served(
                    tmp_path, *_with_speed(arguments), sockets=place, is_at_hand=is_at_hand
                )
            terminal = Attached(engines[arguments], *looks, env=here, **more)
        terminals.append(terminal)
        return terminal

    yield new
    for terminal in terminals:
        terminal.close()
    for engine in engines.values():
        engine.close()


def _with_speed(arguments: Sequence[str]) -> Sequence[str]:
    """Have an engine train as slowly as that of the app does, unless it is told otherwise."""
    return arguments if "--speed" in arguments else ("--speed", str(START_SPEED), *arguments)
