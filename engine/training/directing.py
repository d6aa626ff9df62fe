"""Commands that concern the run in hand, taken to the runs, and what new words mean for it.

Imports no torch: the session stands before it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, assert_never

from engine.limits import changed
from engine.protocol import (
    FILES,
    Configure,
    Event,
    Load,
    LoadDataset,
    OpenTest,
    Pause,
    Refusal,
    Reset,
    Save,
    Settings,
    SettingsChanged,
    Train,
    UndoReset,
)
from engine.words.dataset import Dataset

if TYPE_CHECKING:
    from engine.training.objectives import Objectives

OfRuns = Train | Pause | Reset | UndoReset | Save | Load | OpenTest
"""Commands that concern the run in hand."""


def choose_split(dataset: Dataset, command: LoadDataset, settings: Settings) -> Iterator[Event]:
    """Change the split for new words: their files part them, if they have such.

    Args:
        dataset: the words.
        command: by which they were read, and which may ask for another split.
        settings: those in force.

    Raises:
        Refusal: there is no such split.
    """
    split = command.split
    if split is None and (dataset.files or settings.split == FILES):
        split = FILES if dataset.files else "none"
    wanted = changed(settings, Configure(split=split))
    if wanted != settings:
        yield SettingsChanged(wanted, 0, 0)


def keep_runs(objectives: Objectives | None, command: LoadDataset) -> list[Event]:
    """Save runs before they are lost; Refusal if that fails."""
    if objectives is None or objectives.are_all_saved or command.save_to is None:
        return []
    try:
        return list(objectives.save(Save(command.save_to, everything=True)))
    except Refusal as refusal:
        raise Refusal(f"The run in hand could not be saved, so it stays. {refusal}") from None


def carry_out(
    command: OfRuns, objectives: Objectives, settings: Callable[[], Settings]
) -> Iterator[Event | None]:
    """Do what is commanded, in pieces if it must be counted.

    Args:
        command: what is to be done.
        objectives: which have begun.
        settings: gives those in force.

    Raises:
        Refusal: it cannot be done, or there is no network.
    """
    runs = objectives.runs
    if runs is None:
        if isinstance(command, Pause):
            return iter(())
        raise Refusal(objectives.refusal)
    match command:
        case Train():
            return runs.start(command)
        case Pause():
            return runs.pause("asked")
        case Reset():
            return runs.reset(settings())
        case UndoReset():
            return runs.undo_reset(settings())
        case Save():
            return objectives.save(command)
        case Load():
            return objectives.load(command, settings)
        case OpenTest():
            return objectives.open_test()
        case _:
            assert_never(command)
