"""The words in order and in parts, as the engine put them: what `tui.state` knows of it.

Pure, as `tui.state` is, of which it is a part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Literal

from engine import record
from engine.protocol import DatasetLoaded, Event, WordsParted, WordsRanked, WordsSorted

Order = Literal["file", "alphabet", "length", "likely", "unlikely"]

ORDERS: dict[Order, str] = {
    "file": "file order",
    "alphabet": "a–z",
    "length": "by length",
    "likely": "likely first",
    "unlikely": "unlikely first",
}
"""Orders of the words as they follow each other, and what they are called."""


@record
class Rankings:
    """The order of the words that the user chose, and what there is to show them in it."""

    order: Order = "file"
    ranked: WordsRanked | None = None
    """The latest ranking by likelihood; of which model, it says itself."""
    sorted: WordsSorted | None = None
    """Everything that depends on the words alone."""
    parted: WordsParted = field(default_factory=WordsParted)
    """The parts that the words are in under the split in force."""

    def hear(self, event: Event) -> Rankings:
        """Take over what happened; an answer to an earlier question than the latest is dropped."""
        match event:
            case DatasetLoaded():
                return Rankings(self.order)
            case WordsRanked(request=request) if self._is_new(request, self.ranked):
                return replace(self, ranked=event)
            case WordsSorted(request=request) if self._is_new(request, self.sorted):
                return replace(self, sorted=event)
            case WordsParted():
                return replace(self, parted=event)
        return self

    @property
    def next_order(self) -> Order:
        """The order that follows the one in force."""
        orders = list(ORDERS)
        return orders[(orders.index(self.order) + 1) % len(orders)]

    @property
    def is_here(self) -> bool:
        """Whether the words can be shown in the order that was chosen."""
        return self.order == "file" or self.source is not None

    @property
    def numbers(self) -> Sequence[int] | None:
        """Numbers of the words in the chosen order; `None` for that of the file."""
        source = self.source
        if source is None:
            return None
        numbers = memoryview(source).cast("I")
        return numbers[::-1] if self.order == "unlikely" else numbers

    @property
    def source(self) -> bytes | None:
        """What `numbers` are read from; the same object as long as they are the same."""
        if self.order in ("likely", "unlikely"):
            return (self.ranked.order or None) if self.ranked else None
        if self.sorted is None:
            return None
        found = {"alphabet": self.sorted.alphabet, "length": self.sorted.lengths}
        return found.get(self.order) or None

    @staticmethod
    def _is_new(request: int, latest: WordsRanked | WordsSorted | None) -> bool:
        return latest is None or request >= latest.request
