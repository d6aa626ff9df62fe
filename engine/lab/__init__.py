"""The lab: every idea of the lecture as a chapter one can touch; importing it imports no torch.

A chapter is a module of this package that holds a `CHAPTER`. The package is scanned for them, so a
further chapter is a further file and nothing else.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from engine.lab.chapter import Chapter, Control, Inputs, Opened, Pane, paragraphs
from engine.lab.data import Data
from engine.lab.exhibit import (
    Bar,
    Bars,
    Cell,
    Column,
    Exhibit,
    HandRow,
    Line,
    Mark,
    Matrix,
    Note,
    Part,
    Series,
    Table,
    number,
    show,
)
from engine.lab.guessing import Prediction, options_meant
from engine.lab.guessing import read as read_guess
from engine.protocol import Refusal
from engine.text.alike import meant
from engine.words.cleaning import printable

__all__ = [
    "Bar",
    "Bars",
    "Cell",
    "Chapter",
    "Column",
    "Control",
    "Data",
    "Exhibit",
    "HandRow",
    "Inputs",
    "Line",
    "Mark",
    "Matrix",
    "Note",
    "Opened",
    "Pane",
    "Part",
    "Prediction",
    "Series",
    "Table",
    "chapter",
    "chapters",
    "number",
    "options_meant",
    "paragraphs",
    "read_guess",
    "show",
]


@cache
def chapters() -> tuple[Chapter, ...]:
    """All chapters, in the lecture's order."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    found = [m.CHAPTER for m in modules if isinstance(getattr(m, "CHAPTER", None), Chapter)]
    return tuple(sorted(found, key=lambda c: (c.number, c.name)))


def chapter(name: str) -> Chapter:
    """Find a chapter by its name, or by its number as text.

    Raises:
        Refusal: there is none; the sentence lists those there are.
    """
    wanted = name.strip().lower()
    for each in chapters():
        if wanted in (each.name, str(each.number)):
            return each
    names = [each.name for each in chapters()]
    guess = meant(wanted, names)
    listed = ", ".join(names)
    raise Refusal(f"There is no chapter “{printable(name)[:40]}”{guess}; there are {listed}.")
