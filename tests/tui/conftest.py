"""What tests of the screen share."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from tests import PATIENCE
from tui.options import Options

_parse = Stylesheet._parse_rules
_parsed: dict[object, Any] = {}


def _parse_once(self: Stylesheet, *css: Any, **more: Any) -> Any:  # noqa: ANN401
    """Read each sheet once, not for each of some hundred apps anew: 40 ms apiece."""
    key = (css, *more.items(), frozenset(self._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse(self, *css, **more)
    return _parsed[key]


Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]


async def _wait_for_busy(self: Pilot[Any], timeout: float = PATIENCE) -> bool:
    """Wait for those who have messages to see to; False if the app has failed meanwhile.

    Textual's own asks all of a hundred and fifty widgets, before and after each key.
    """
    await asyncio.sleep(0)
    app: App[Any] = self.app
    if not app._running or not app.screen_stack:
        return False
    nodes = (app, *app.screen.walk_children(with_self=True))
    arrivals: list[tuple[MessagePump, Any]]
    arrivals = [(node, node._message_queue.ready_event) for node in nodes]
    # Who waits for a message, and there is none, has seen to all before.
    busy = [node for node, event in arrivals if event.is_set() or not event._waiters]
    seen_to = [asyncio.Event() for _ in busy]
    asked = [e for node, e in zip(busy, seen_to, strict=True) if node.call_later(e.set)]
    failed: asyncio.Task[Any] = asyncio.create_task(app._exception_event.wait())
    ready = asyncio.gather(*(event.wait() for event in asked))
    await asyncio.wait((failed, ready), timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    is_done = ready.done()
    failed.cancel()
    ready.cancel()
    return is_done


Pilot._wait_for_screen = _wait_for_busy  # type: ignore[method-assign]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """How the app was opened, each time it would have been."""
    from tui import cli, start

    opened: list[Options] = []
    monkeypatch.setattr(cli, "_check_terminal", lambda: None)
    monkeypatch.setattr(start, "run", opened.append)
    return opened
