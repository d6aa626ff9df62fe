"""Textual measures texts as the rest of the program does, so that what is drawn has its room.

Textual asks rich how wide a text is, and rich takes a spacing vowel sign for nothing: the sign
would be drawn over by what stands behind it. Here rich is given the program's own measure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from rich import cells as rich_cells
from rich.cells import CellTable
from rich.segment import Segment

from engine.text.width import cells, clusters

_table_of = rich_cells.load_cell_table  # type: ignore[attr-defined]

LARGE = 300
"""Ranges of more symbols are of tags and the like; none of them is ever shown."""


def use_own_measure() -> None:
    """Give rich the program's measure, once."""
    if rich_cells.split_graphemes is _divide:
        return
    rich_cells._cell_len = _length
    rich_cells.split_graphemes = _divide
    rich_cells.load_cell_table = _table  # type: ignore[attr-defined]
    Segment._split_cells = staticmethod(_split)  # type: ignore[assignment]
    # What was measured before is forgotten.
    rich_cells.cached_cell_len.cache_clear()
    rich_cells.get_character_cell_size.cache_clear()


def _length(text: str, unicode_version: str) -> int:
    return cells(text)


def _divide(text: str, unicode_version: str = "auto") -> tuple[list[tuple[int, int, int]], int]:
    spans = list(clusters(text))
    return spans, sum(width for _, _, width in spans)


@lru_cache(maxsize=256)
def _split(segment: Segment, cut: int) -> tuple[Segment, Segment]:
    """Cut a segment at a column; what would be cut in two leaves blanks on both sides."""
    text, style, control = segment
    at = 0
    for start, end, width in clusters(text):
        if at + width > cut:
            left, right = cut - at, at + width - cut if at < cut else 0
            before, after = text[:start] + " " * left, " " * right + text[end if left else start :]
            return Segment(before, style, control), Segment(after, style, control)
        at += width
    return segment, Segment("", style, control)


@cache
def _table(unicode_version: str = "auto") -> CellTable:
    """Give rich's table of the symbols that do not take one column, those put right that do."""
    table = _table_of(unicode_version)
    return table._replace(widths=list(_corrected(table)))


def _corrected(table: CellTable) -> Iterator[tuple[int, int, int]]:
    for first, last, width in table.widths:
        if width or last - first > LARGE:
            yield first, last, width
            continue
        start = first
        for code in range(first, last + 1):
            if _is_seen(code):
                if start < code:
                    yield start, code - 1, 0
                if cells(chr(code)) == 2:
                    yield code, code, 2
                start = code + 1
        if start <= last:
            yield start, last, 0


def _is_seen(code: int) -> bool:
    return unicodedata.category(chr(code)) in ("Mc", "Sk", "Lo") and cells(chr(code)) > 0
