"""Exhibits as they are drawn: a chapter may have a drawing of its own, found by its name.

A module here that is named like a chapter and holds `draw` draws it; all others are drawn part by
part, what fits beside one another.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from engine.lab import Exhibit
from tui.lab.exhibits.flow import flow
from tui.lab.parts.canvas import Canvas
from tui.text.rows import Row

Drawing = Callable[[Exhibit, Canvas], list[Row]]


def draw(name: str, exhibit: Exhibit, canvas: Canvas) -> list[Row]:
    """Draw a chapter's exhibit."""
    return drawing_of(name)(exhibit, canvas)


@cache
def drawing_of(name: str) -> Drawing:
    """Find how a chapter is drawn."""
    if name.isidentifier() and find_spec(f"{__name__}.{name}") is not None:
        found = getattr(import_module(f"{__name__}.{name}"), "draw", None)
        if found is not None:
            drawing: Drawing = found
            return drawing
    return flow
