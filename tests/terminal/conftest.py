"""What the tests on a real terminal share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.terminal.emulator import Terminal


class Start(Protocol):
    """Starts the app with arguments, for a user whose home is the test's own folder."""

    def __call__(
        self,
        *arguments: str,
        size: tuple[int, int] = ...,
        env: dict[str, str] | None = ...,
        answers: bool = ...,
        shell: str = ...,
    ) -> Terminal: ...


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the app, as often as wanted; what still runs at the end of the test is ended."""
    terminals: list[Terminal] = []

    def new(
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        env: dict[str, str] | None = None,
        answers: bool = True,
        shell: str = "",
    ) -> Terminal:
        terminals.append(
            Terminal(tmp_path, *arguments, size=size, env=env, answers=answers, shell=shell)
        )
        return terminals[-1]

    yield new
    for terminal in terminals:
        terminal.close()
