"""Symbols keep a grid straight."""

from __future__ import annotations

import pytest

from engine.text.width import cells
from tui.text.glyphs import fitted, shown, width


@pytest.mark.parametrize(
    ("symbol", "places"), [("a", 1), ("é", 1), ("字", 2), ("\u0301", 1), ("ि", 2), (" ", 1)]
)
def test_every_symbol_takes_place(symbol: str, places: int) -> None:
    assert width(symbol) == places == cells(shown(symbol))


@pytest.mark.parametrize("symbol", ["a", "字", "\u0301", "ि"])
@pytest.mark.parametrize("places", [1, 2, 3])
def test_a_fitted_symbol_takes_exactly_the_places_it_is_given(symbol: str, places: int) -> None:
    assert cells(fitted(symbol, places)) == places
