"""How far something long has come, shown on a terminal: how fast, and what time is left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

import click

from tui.shell.hand import session

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar


def is_shown() -> bool:
    """Whether a line may be written over again and again: who is read to would hear each."""
    return session() is None and sys.stderr.isatty()


class Progress:
    """A bar on standard error; none where that is no terminal, or lines are typed into a session.

    Args:
        label: what is being done.
        is_seen: whether there is to be one at all.
    """

    def __init__(self, label: str, *, is_seen: bool = True) -> None:
        self._began, self._rate = time.perf_counter(), ""
        self._bar: ProgressBar[int] = click.progressbar(
            length=1,
            label=label,
            file=sys.stderr,
            hidden=not (is_seen and is_shown()),
            item_show_func=lambda _: self._rate,
        )

    def __enter__(self) -> Progress:
        self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.__exit__(kind, error, trace)

    def a_second(self, done: int) -> float:
        """How much a second that is, since the bar was made."""
        return done / max(time.perf_counter() - self._began, 1e-3)

    def show(self, done: int, total: int, rate: str) -> None:
        """Say how much of a total is done, and, in words, how much and how fast."""
        self._rate = rate
        self._bar.length = max(1, total)
        self._bar.update(done - self._bar.pos)
