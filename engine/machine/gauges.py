"""The gauges of the machine, read while somebody looks at them.

A driver may take as long as it likes to answer, so cards are asked on a thread of its own, once a
second. The thread comes with the first question, and ends when there are no more.
"""

from __future__ import annotations

import logging
import math
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.machine.cards import Held, read_cards
from engine.machine.processor import ProcessorGauge
from engine.protocol import GraphicsCard, MachineTold, TellMachine

EVERY = 1.0
"""Seconds between two looks at the cards, at least."""

UNASKED = 3.0
"""Seconds after the last question until nobody is taken to look any more."""

DRIVER = Path("/proc/driver/nvidia")
"""Where Linux tells of the driver, if it is loaded."""

log = logging.getLogger(__name__)


class Gauges:
    """Tells how busy the machine is; measures nothing until it is asked."""

    def __init__(self) -> None:
        self._processor = ProcessorGauge()
        self._held: Held | None = None
        self._cards: tuple[GraphicsCard, ...] = ()
        self._no_cards = ""
        self._lock = threading.Lock()
        self._asked = -math.inf
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        """Set so that the thread looks up at once."""

    def tell(self, command: TellMachine, held: Held | None = None) -> MachineTold:
        """Tell what was measured last, and have it measured again; waits for nothing.

        Args:
            command: which asks.
            held: the card that W lives on, if it lives on one.
        """
        processor = self._processor.read()
        with self._lock:
            self._held, self._asked = held, time.monotonic()
            if self._thread is None:
                self._ended.clear()
                self._thread = threading.Thread(target=self._live, name="gauges", daemon=True)
                self._thread.start()
            cards, no_cards = self._cards, self._no_cards
        is_whole = bool(cards or no_cards) and not math.isnan(processor.own_use)
        return MachineTold(command, processor, cards, no_cards, is_whole)

    def close(self) -> None:
        """Have the thread end; nobody waits for it, as its driver may never answer."""
        self._asked = -math.inf
        self._ended.set()

    # On the thread

    def _live(self) -> None:
        try:
            nvml = _opened()
        except Exception as error:  # A library that is half there may raise anything.
            self._tell((), _why_none(error))
            self._wait_to_be_left()
            return
        try:
            while not self._is_left():
                self._look(nvml)
                self._ended.wait(EVERY)
        finally:
            with suppress(nvml.NVMLError):
                nvml.nvmlShutdown()

    def _wait_to_be_left(self) -> None:
        """Ask no more while somebody looks: what is not there does not come in a second."""
        while not self._is_left():
            self._ended.wait(EVERY)

    def _look(self, nvml: Any) -> None:  # noqa: ANN401
        try:
            cards = read_cards(nvml, self._held)
        except Exception as error:
            reason = f"The driver does not tell its cards: {str(error).rstrip('.')}."
            if reason != self._no_cards:
                log.warning("gauges", exc_info=True)
            self._tell((), reason)
        else:
            self._tell(cards, "" if cards else "The driver finds no card.")

    def _tell(self, cards: tuple[GraphicsCard, ...], no_cards: str) -> None:
        with self._lock:
            self._cards, self._no_cards = cards, no_cards

    def _is_left(self) -> bool:
        """Whether nobody asks any more; then the next question begins anew."""
        with self._lock:
            if time.monotonic() - self._asked < UNASKED:
                return False
            self._thread, self._cards, self._no_cards = None, (), ""
            return True


def _opened() -> Any:  # noqa: ANN401
    """The module pynvml, initialised."""
    import pynvml

    pynvml.nvmlInit()
    return pynvml


def _why_none(error: Exception) -> str:
    """Why no card is told of, in a sentence."""
    if sys.platform == "linux" and not DRIVER.exists():
        return "There is no NVIDIA driver on this machine."
    if isinstance(error, ImportError):
        return "To be told of cards takes nvidia-ml-py: pip install 'makemore-tui[gpu]'."
    return f"NVIDIA's driver tells nothing: {str(error).rstrip('.')}."
