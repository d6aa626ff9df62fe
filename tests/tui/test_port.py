"""The port: whatever takes an engine's place answers as one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import Engine, Inline, Session, Worker
from engine.protocol import Watch
from tests.tui.fake import FakeEngine
from tests.tui.questions import Direct

ENGINES: dict[str, Callable[[], Engine]] = {
    "Worker": lambda: Worker(Session()),
    "Inline": lambda: Inline(Session()),
    "FakeEngine": FakeEngine,
    "Direct": Direct,
}
"""One of each kind; that each has all that `Engine` asks for, the type checker says."""


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_is_started_told_heard_looked_at_and_closed(name: str) -> None:
    engine = ENGINES[name]()
    engine.send(Watch())
    engine.start(lambda: None)
    assert isinstance(engine.events(), list)
    assert engine.latest is None or engine.latest.run >= 0
    assert engine.close(20.0)
