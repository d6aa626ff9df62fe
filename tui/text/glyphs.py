"""Symbols of an alphabet in a grid, which stays straight only if each takes its known places."""

from __future__ import annotations

from engine.text.symbols import shown, standing
from engine.text.width import cells, straight

__all__ = ["fitted", "shown", "standing", "straight", "width"]


def width(symbol: str) -> int:
    """Return how many places a symbol takes once it is shown: 1 or more."""
    return cells(shown(symbol))


def fitted(symbol: str, places: int) -> str:
    """Return a symbol in exactly so many places, blanks after it; only blanks if it is too wide.

    Beside others it stays where it is, even if its script runs from right to left.
    """
    taken = width(symbol)
    return straight(shown(symbol)) + " " * (places - taken) if taken <= places else " " * places
