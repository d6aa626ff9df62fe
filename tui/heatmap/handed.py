"""What a hand on the table does, drawn: the row's cells in the figure, and two lines of figures."""

from __future__ import annotations

from array import array
from dataclasses import replace

from engine.protocol import Window
from engine.text.numbers import number
from tui.commands import BY_ID
from tui.state import State
from tui.state.hand import LOGIT, SHARE, Changed, changed
from tui.text import glyphs
from tui.text.rows import Row as LineRow
from tui.text.rows import Run, width_of

TINY = 5e-7
"""From here on what is nearly nothing is written by its power of ten."""


def change_of(state: State) -> Changed | None:
    """The row under the cursor as a hand has it; nothing while no hand is on it."""
    kind, row, report = state.hand_kind, state.snapshot.row, state.report
    if not state.is_in_hand or kind is None or row is None or report is None:
        return None
    if row.index != state.row or (kind == "W" and not row.network_probabilities):
        return None
    moves = state.hand.at(state.hand_place)
    return changed(kind, row, moves, report.bigrams, report.floor, state.snapshot.data_loss)


def overlaid(window: Window, change: Changed | None, state: State) -> Window:
    """A part of a matrix with the changed row in place of the engine's."""
    line = state.row - window.row
    if change is None or not change.steps or not 0 <= line < window.rows:
        return window
    cells = array("f", window.values)
    start = line * window.columns
    if state.matrix.startswith("logits"):
        steps = dict(change.steps)
        mean = sum(steps.values()) / len(state.symbols) if state.is_centred else 0.0
        for j in range(window.columns):
            cells[start + j] += LOGIT * (steps.get(window.column + j, 0) - mean)
    else:
        for column, value in change.values:
            if 0 <= column - window.column < window.columns:
                cells[start + column - window.column] = value
    return replace(window, values=cells.tobytes())


def held(change: Changed, column: int, state: State, width: int) -> list[LineRow]:
    """Write what was moved and what the loss says, and why no table is better than counting."""
    name: Run = (f" {glyphs.shown(state.symbols[state.row])}{_symbol(state, column)} ", "key")
    step = dict(change.steps).get(column, 0)
    by = {"N": f"{step:+,}", "P": number(SHARE * step, "+.2f"), "W": number(LOGIT * step, "+.1f")}
    by_this = by[change.kind].replace("-", "−")
    moved = f" hand  {change.kind} moved by {by_this}  "
    apart = change.after - change.before
    role = "good" if apart < 0 else "bad" if apart > 0 else "plain"
    loss = f"loss {number(change.before, '.6f')} → {number(change.after, '.6f')}"
    upper: list[Run] = [
        name,
        (moved, "plain"),
        (loss, "strong"),
        (f" ({_small(apart, '+')})", role),  # type: ignore[list-item]
    ]
    if width_of(upper) > width:
        upper[1] = (f" {change.kind} {by_this}  ", "plain")
    above = f"{_small(change.share * change.divergence)} above counting"
    share, divergence = number(change.share, ".4f"), _small(change.divergence)
    indent: Run = (" " * width_of([name]) + " ", "plain")
    formulas = (f"share {share} · KL {divergence} = {above}", f"share · KL = {above}", above)
    rows = ([indent, (formula, "dim")] for formula in formulas)
    lower: list[Run] = next((row for row in rows if width_of(row) <= width), [(above, "dim")])
    more, less, coarser, undo = (
        BY_ID[name].key_in(state.keys) for name in ("faster", "slower", "coarser", "undo")
    )
    keys = f"{more} {less} by {state.hand.scale}   {coarser} coarser   {undo} undo   esc off"
    for row, text in ((upper, keys), (lower, keys), (lower, f"{coarser} {undo} esc")):
        if width_of([*row, ("   ", "plain"), (text, "tick")]) <= width:
            row += [("   ", "plain"), (text, "tick")]
            break
    return [upper, lower]


def _small(value: float, sign: str = "") -> str:
    """Write a difference of losses; one that is not 0 is not written as 0."""
    is_tiny = 0 < abs(value) < TINY
    return (
        number(value, f"{sign}.1e").replace("e−0", "e−") if is_tiny else number(value, f"{sign}.6f")
    )


def _symbol(state: State, column: int) -> str:
    return glyphs.shown(state.symbols[column])
