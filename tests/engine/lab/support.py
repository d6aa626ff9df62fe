"""Data to open chapters on, and ways to read what they show."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from engine.lab import Chapter, Data, Exhibit, Matrix, Note, Part, Series, Table, chapter, chapters
from engine.lab.source import Cell, source
from engine.models import counts as counting
from engine.words import dataset as reading
from engine.words.dataset import Words
from engine.words.vocabulary import Vocabulary

NAMES = [c.name for c in chapters()]

# As a session has it: more threads than one make a table this small slower.
torch.set_num_threads(1)


def load(path: str | None) -> Data:
    """Read a file of words, as a session does."""
    loading = reading.load(path)
    while True:
        try:
            next(loading)
        except StopIteration as stop:
            words, vocabulary = stop.value.words, stop.value.vocabulary
            counts = counting.count_all(words, vocabulary)
            return Data(words, counts, stop.value.sha256)


def data_of(words: Iterable[str]) -> Data:
    """Make data of words that are clean."""
    some = Words.of(list(words))
    return Data(some, counting.count_all(some, Vocabulary.of("".join(some))))


@cache
def names() -> Data:
    """The list that comes with the program."""
    return load(None)


@cache
def makemore() -> Data:
    """The list of makemore itself list, where it is to be had."""
    path = os.environ.get("MAKEMORE_NAMES", "")
    if not path or not Path(path).exists():
        pytest.skip("MAKEMORE_NAMES does not name makemore's list")
    return load(path)


@cache
def few() -> Data:
    """A small part of the list, on which every chapter is quick."""
    return data_of(names().words[:400])


def last(name: str, data: Data, **inputs: str) -> Exhibit:
    """Work a chapter to its end."""
    exhibits = filter(None, chapter(name).open(data, inputs).exhibits)
    return deque(exhibits, maxlen=1)[0]


def notebook(name: str, data: Data, **inputs: str) -> dict[str, object]:
    """Run the code a chapter shows where there is nothing but torch and the data."""
    held: dict[str, object] = {"torch": torch, "F": F, **data.namespace()}
    exec(chapter(name).open(data, inputs).code, held)
    return held


def table(exhibit: Exhibit, title: str) -> Table:
    """Find a table whose title holds a text."""
    return next(p for p in exhibit.parts if isinstance(p, Table) and title in p.title)


def series(exhibit: Exhibit, title: str) -> Series:
    """Find curves whose title holds a text."""
    return next(p for p in exhibit.parts if isinstance(p, Series) and title in p.title)


def matrix(exhibit: Exhibit, title: str) -> Matrix:
    """Find a matrix whose title holds a text."""
    return next(p for p in exhibit.parts if isinstance(p, Matrix) and title in p.title)


def notes(exhibit: Exhibit) -> str:
    """All notes, one a line."""
    return "\n".join(p.text for p in exhibit.parts if isinstance(p, Note))


def row(of: Table, first: object) -> tuple[object, ...]:
    """Find the row that starts with a cell."""
    return next(r for r in of.rows if r[0] == first)


def column(of: Table, at: int) -> list[float]:
    """Read the numbers of a column."""
    return [float(r[at]) for r in of.rows]


def words_of(part: Part) -> list[str]:
    """Every piece of text a part holds."""
    match part:
        case Note():
            return [part.text]
        case Table():
            cells = [c for r in part.rows for c in r if isinstance(c, str)]
            return [part.title, *(c.label for c in part.columns), *cells]
        case _:
            return [part.title]


def results(about: Chapter) -> set[str]:
    """Names that a notebook holds after a chapter's code has run."""
    cells: list[Cell] = []
    for cell in about.cells:
        cells += cell.cells if hasattr(cell, "cells") else [cell]
    return {name for cell in cells for name in source(cell).results}
