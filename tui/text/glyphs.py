"""Symbols of an alphabet as they are shown in a grid.

A grid stays straight only if it is known how many places each symbol takes: most take one, Chinese
and Japanese ones two, and a combining mark takes none and would land on its neighbour.
"""

from __future__ import annotations

from rich.cells import cell_len

DOTTED_CIRCLE = "◌"
"""What Unicode puts a combining mark on when it stands alone."""


def shown(symbol: str) -> str:
    """Return a symbol as something that takes place on the screen."""
    return symbol if cell_len(symbol) else DOTTED_CIRCLE + symbol


def width(symbol: str) -> int:
    """Return how many places a symbol takes once it is shown: 1 or more."""
    return cell_len(shown(symbol))


def fitted(symbol: str, places: int) -> str:
    """Return a symbol in exactly so many places, blanks after it; only blanks if it is too wide."""
    taken = width(symbol)
    return shown(symbol) + " " * (places - taken) if taken <= places else " " * places
