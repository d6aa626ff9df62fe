"""What the system asks for by signals: to end, which is done once, or to save and go on."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import asyncio


def _those_there_are(*names: str) -> tuple[signal.Signals, ...]:
    return tuple(getattr(signal, name) for name in names if hasattr(signal, name))


ENDING = _those_there_are("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGXCPU", "SIGALRM")
"""What ends the program, once the run is saved."""

SAVING = _those_there_are("SIGUSR1", "SIGUSR2")
"""What saves the run, which then goes on: batch systems warn so that the end is near."""

IMPATIENCE = 10.0
"""Seconds after which who asks once more to end is not to wait any longer: all that is done at the
end takes less."""


class Signals:
    """Heard while entered: the first one that ends counts, those that come after change nothing.

    So that nothing can come between the run and the disk, or the screen and what was there before,
    this lasts from the start of a command until its process is left.

    Args:
        on_end: called with the number of the signal that ends.
        on_save: called when the run is to be saved.
        on_impatience: called with the number of one that comes long after the first.
    """

    def __init__(
        self,
        on_end: Callable[[int], None] = lambda number: None,
        on_save: Callable[[], None] = lambda: None,
        on_impatience: Callable[[int], None] = lambda number: None,
    ) -> None:
        self.number = 0
        """Number of the signal that ends, or 0."""
        self.on_end, self.on_save, self.on_impatience = on_end, on_save, on_impatience
        self._since = 0.0
        self._before: dict[int, object] = {}

    def came(self) -> bool:
        """Whether there was one that ends."""
        return self.number != 0

    def _end(self, number: int, _: FrameType | None) -> None:
        if not self.number:
            self.number, self._since = number, time.monotonic()
            self.on_end(number)
        elif time.monotonic() - self._since > IMPATIENCE:
            self.on_impatience(number)

    def _save(self, number: int, _: FrameType | None) -> None:
        if not self.number:
            self.on_save()

    def take_back(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear again what others have taken over, who would let go of it when the loop ends."""
        for number in self._before:
            loop.remove_signal_handler(number)
            signal.signal(number, self._save if number in SAVING else self._end)

    def __enter__(self) -> Self:
        for number in (*ENDING, *SAVING):
            # What is ignored on purpose, as by nohup, stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                heard = self._save if number in SAVING else self._end
                self._before[number] = signal.signal(number, heard)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]
