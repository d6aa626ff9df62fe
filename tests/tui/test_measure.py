"""Textual gives every text the columns that the rest of the program gives it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich import cells as rich_cells
from rich.cells import cell_len, get_character_cell_size, set_cell_size, split_graphemes
from rich.segment import Segment
from textual.strip import Strip

from engine.text.width import cells, clusters
from tui.terminal.measure import use_own_measure

TEXTS = ["emma", "अंकिता", "漢字", "a👍🏽b", "🏽", "👩‍👩‍👧x", "❤\ufe0fa", "র‍্যালী", "🇫🇮🇳🇴", "ကျွား"]


@pytest.fixture(autouse=True)
def measure(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program's measure for the length of a test."""
    for name in ("_cell_len", "split_graphemes", "load_cell_table"):
        monkeypatch.setattr(rich_cells, name, getattr(rich_cells, name))
    monkeypatch.setattr(Segment, "_split_cells", Segment.__dict__["_split_cells"])
    use_own_measure()
    yield
    monkeypatch.undo()
    rich_cells.cached_cell_len.cache_clear()
    get_character_cell_size.cache_clear()


@pytest.mark.parametrize("text", TEXTS)
def test_a_strip_is_as_wide_as_its_text_wherever_it_is_cut(text: str) -> None:
    width = cells(text)
    assert Strip([Segment(text)]).cell_length == cell_len(text) == width
    assert rich_cells.split_graphemes(text) == (list(clusters(text)), width)
    for cut in range(width + 1):
        left, right = Strip([Segment(text)]).divide([cut, width])
        assert (left.cell_length, right.cell_length) == (cut, width - cut)
        assert cells(set_cell_size(text, cut)) == cut


@pytest.mark.parametrize("symbol", ["a", "ि", "\u0301", "漢", "🏽", "─", "\u200c"])
def test_a_single_symbol_is_measured_alike(symbol: str) -> None:
    assert get_character_cell_size(symbol) == cells(symbol)


def test_what_rich_knows_otherwise_is_left_as_it_is() -> None:
    assert split_graphemes is not rich_cells.split_graphemes
    assert get_character_cell_size("☕") == 2
