"""Where among longer contexts the heatmap is: what stands before the symbol of its rows."""

from __future__ import annotations

from tui.heatmap.picture import Cell
from tui.state import State
from tui.text import glyphs


def breadcrumb(state: State) -> str:
    """Say what stands before the symbol of a row, which is open: `e m · ?`.

    Where more could stand there, an ellipsis says so.
    """
    shown = " ".join(glyphs.shown(state.symbols[i]) for i in state.before)
    more = "… " * (len(state.before) < state.most_before)
    return f"{more}{shown} · ?" if shown else f"{more}?"


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
