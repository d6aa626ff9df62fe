"""Commands that concern the run in hand, taken to the runs: what the session knows of them.

Imports no torch: the session stands before it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, assert_never

from engine.protocol import (
    Event,
    Load,
    LoadDataset,
    Pause,
    Refusal,
    Reset,
    Save,
    Settings,
    Train,
    UndoReset,
)

if TYPE_CHECKING:
    from engine.training.runs import Runs

OfRuns = Train | Pause | Reset | UndoReset | Save | Load
"""Commands that concern the run in hand."""


def keep_runs(runs: Runs | None, command: LoadDataset) -> list[Event]:
    """Save runs before they are lost; Refusal if that fails."""
    if runs is None or runs.are_all_saved or command.save_to is None:
        return []
    try:
        return list(runs.save(Save(command.save_to, everything=True)))
    except Refusal as refusal:
        raise Refusal(f"The run in hand could not be saved, so it stays. {refusal}") from None


def carry_out(command: OfRuns, runs: Runs, settings: Settings) -> Iterator[Event]:
    """Do what is commanded; `settings` are those that a new run takes."""
    match command:
        case Train():
            return runs.start(command)
        case Pause():
            return runs.pause("asked")
        case Reset():
            return runs.reset(settings)
        case UndoReset():
            return runs.undo_reset(settings)
        case Save():
            return runs.save(command)
        case Load():
            return runs.load(command, settings)
        case _:
            assert_never(command)
