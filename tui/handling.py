"""Commands of a hand on the table: a part of the table in `tui.commands`."""

from __future__ import annotations

from tui.command import Command
from tui.state import State
from tui.state.hand import HandMoved, HandScaled, HandTaken, HandUndone
from tui.state.intents import Intent


def _why_no_hand(state: State) -> str:
    if state.is_in_hand:
        return ""
    if not state.snapshot.settings.is_bigram:
        return "A hand moves cells of the bigrams of all words: order 2, no split."
    return "" if state.hand_kind else "A hand moves counts, P, p and W; pick one of these views."


def _why_not_coarser(state: State) -> str:
    key = HAND[0].key_in(state.keys)
    return "" if state.is_in_hand else f"There is no hand on the table; {key} puts one there."


HAND: tuple[Command, ...] = (
    Command(
        "hand", "H", "hand", "A hand on the table: + and − move the cell, and the loss answers",
        "heatmap", _why_no_hand,
    ),
    Command(
        "coarser", "asterisk", "coarser", "Moves of the hand ten times as large, or as at first",
        "heatmap", _why_not_coarser, intent=lambda state: HandScaled(),
    ),
)  # fmt: skip

IN_HAND: dict[str, Intent] = {
    "faster": HandMoved(1),
    "slower": HandMoved(-1),
    "undo": HandUndone(),
    "clear": HandTaken(),
}
"""What keys do in the heatmap while a hand lies on its table."""
