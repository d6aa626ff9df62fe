"""Bars that lie, in eighths of a character."""

from __future__ import annotations

FULL = "█"

PARTS = " ▏▎▍▌▋▊▉"


def bar(value: float, most: float, width: int) -> str:
    """A bar of at most so many characters, which are full where the value is the most or above."""
    eighths = round(max(0.0, min(1.0, value / most)) * width * 8) if most > 0 else 0
    return FULL * (eighths // 8) + PARTS[eighths % 8].strip()
