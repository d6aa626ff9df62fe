"""What the heatmap shows: a matrix, and of longer contexts what stands before those of its rows."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocol import MatrixName, Settings, Window
from engine.text.numbers import number
from tui.heatmap.picture import Cell
from tui.heatmap.zooms import Zoom
from tui.state import State
from tui.state.courses import name_of
from tui.state.views import VIEWS, view_of
from tui.text import glyphs
from tui.text.numbers import power_of_ten
from tui.wording import looked_at


def breadcrumb(symbols: Sequence[str], before: Sequence[int], most: int) -> str:
    """Say what stands before the symbol of a row: `rows after e m`, or any symbol.

    Where more could stand there, up to so many symbols, an ellipsis says so.
    """
    shown = " ".join(glyphs.shown(symbols[i]) for i in before) or "any"
    return f"rows after {'… ' * (0 < len(before) < most)}{shown}"


def caption(
    matrix: MatrixName,
    symbols: Sequence[str],
    before: Sequence[int],
    settings: Settings,
    runs: str = "",
) -> str:
    """Name a matrix, and what of it is seen: one of two runs goes by their names."""
    view = view_of(matrix)
    text = runs if view.needs_other_run and runs else view.title
    if most := max(0, settings.order - 2):
        text += f" · {breadcrumb(symbols, before, most)}"
    if view.centred:
        text += ", rows centred" if matrix == view.centred else ", raw"
    if matrix in ("count_probabilities", "difference"):
        text += f", smoothing {number(settings.smoothing)}"
    return text


def told(state: State) -> str:
    """Say what is shown, and of which step it is where that is not the present."""
    runs = both(state)
    text = caption(state.matrix, state.symbols, state.before, state.snapshot.settings, runs)
    if state.snapshot.is_looking and VIEWS[state.view].needs_network:
        text += f" · {looked_at(state)}"
    return text


def in_view(state: State, window: Window | None, zoom: Zoom, unit: int, *, is_chosen: bool) -> str:
    """Say which part is in view, unless it is all of the matrix, and what stands in its cells.

    Args:
        state: what is shown.
        window: the values in view; none before the first of them are here.
        zoom: how large cells are.
        unit: power of ten in which numbers are written.
        is_chosen: whether the user chose how large.
    """
    parts = []
    if state.most_before and VIEWS[state.view].is_of_whole_contexts:
        parts.append("whole contexts only")
    if state.ramp != "own":
        parts.append(f"ramp {state.ramp}")
    path = path_of(state) if state.word else ()
    if any(path):
        parts.append(f"path of {state.word}, 1–{len(path)}")
    if window is not None:
        symbols, last = state.symbols, len(state.symbols) - 1
        across = ("rows", window.row, window.rows), ("columns", window.column, window.columns)
        for name, first, size in across:
            if size <= last:
                ends = symbols[first], symbols[min(last, first + size - 1)]
                parts.append(f"{name} {glyphs.shown(ends[0])}–{glyphs.shown(ends[1])}")
        if zoom.has_numbers and unit:
            parts.append(f"numbers × {power_of_ten(unit)}")
        if is_chosen:
            parts.append(f"zoom {zoom.name}")
    return " · ".join(parts)


def both(state: State) -> str:
    """The run in hand less the other one, by their names."""
    return f"{name_of(state.snapshot.id)} − {name_of(state.against)}"


def path_of(state: State) -> tuple[Cell | None, ...]:
    """Cells that a word goes through, nothing where it is among other contexts.

    None at all if it holds a symbol that is not there.
    """
    indices = {symbol: i for i, symbol in enumerate(state.symbols)}
    settings = state.snapshot.settings
    # Of order 1 each row is the same; a word goes through them as those of the bigram.
    length, dots = (settings.order - 1, settings.dots) if settings.order > 1 else (1, 1)
    padded = [*[0] * dots, *(indices.get(symbol, -1) for symbol in state.word), 0]
    if -1 in padded:
        return ()
    before = list(state.before)
    cells: list[Cell | None] = []
    for i in range(length, len(padded)):
        is_here = padded[i - 1 - len(before) : i - 1] == before
        cells.append((padded[i - 1], padded[i]) if is_here else None)
    return tuple(cells)
