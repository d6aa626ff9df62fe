"""The keeping of runs as the session has it: nothing until torch is here, then a `Keeper`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from engine.protocol import Event, KeepingFailed, Refusal, Shelf

if TYPE_CHECKING:
    from engine.training.keeper import Keeper


class Safekeeping:
    """Keeps runs on a shelf, if there is one.

    Args:
        shelf: where runs are kept; they are not if there is none.
    """

    def __init__(self, shelf: Shelf | None) -> None:
        self.shelf = shelf
        self.keeper: Keeper | None = None
        self.on_news: Callable[[], None] = lambda: None
        """Called, on the thread that writes, when there is something to be told."""
        self._socket = ""
        self._told = ""
        """Why a run is not being kept, as it was told last."""

    def wake(self) -> None:
        """Take note that torch is here."""
        if self.shelf is not None:
            from engine.training.keeper import Keeper

            self.keeper = Keeper(self.shelf, lambda: self.on_news(), self._socket)

    @property
    def trouble(self) -> str:
        """Why a run is not being kept, in a sentence; empty if all are."""
        return self.keeper.trouble if self.keeper else ""

    def news(self) -> Iterator[Event]:
        """Tell, once, why runs are not being kept."""
        trouble = self.trouble
        if trouble and not self._told:
            yield KeepingFailed(trouble)
        self._told = trouble

    def hold_place(self) -> None:
        """Hold the folder of its own that the first run is to have; Refusal if another has it."""
        if self.keeper is not None:
            self.keeper.hold_place()

    def sign(self, socket: str) -> None:
        """Have the locks on the runs say where screens find this process; on any thread."""
        self._socket = socket
        if self.keeper is not None:
            self.keeper.sign(socket)

    def settle(self, timeout: float) -> None:
        """Wait until everything is on disk; Refusal if it cannot be, or takes too many seconds."""
        if self.keeper is None:
            raise Refusal("Runs are not kept on disk here, so none can be handed over.")
        if not self.keeper.flush(timeout) or self.trouble:
            raise Refusal(self.trouble or "The disk is too slow to hand the run over now.")

    def close(self, timeout: float) -> bool:
        """Wait until everything is on disk; False if that takes too many seconds."""
        return self.keeper is None or self.keeper.close(timeout)
