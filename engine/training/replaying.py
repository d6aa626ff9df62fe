"""A run computed anew from its recipe alone, and held against what was kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from torch import Tensor

from engine.models.devices import choose_device
from engine.models.network import Path
from engine.models.objective import Objective
from engine.models.optimizers import open_way
from engine.protocol import Change, Device, GradientPath, Optimizer, Refusal
from engine.training.folder import Kept
from engine.training.replay import Replay
from engine.training.saving import Bases, are_known, bound
from engine.training.timeline import Timeline
from engine.words.cleaning import printable


def replayed(kept: Kept, objective: Objective, bases: Bases) -> Iterator[tuple[int, float | None]]:
    """Take all steps of a run again, from its initial weights.

    Args:
        kept: the run.
        objective: what it was trained on.
        bases: tells whether it was.

    Yields:
        A step, and the greatest difference there from the weights that were kept, if any were.

    Raises:
        Refusal: its recipe is lost, or leads elsewhere.
    """
    recipe = _recipe(kept, bases)
    bare = Timeline(recipe.settings, recipe.root, recipe.id, recipe.entries)
    marks = dict(kept.frames)
    if not recipe.root.is_drawn:
        bare.put_back(kept.frames[:1], bare.spacing)
    if kept.newest is not None:
        marks[kept.newest.step] = kept.newest.weights

    @cache
    def opened(gradient: GradientPath, optimizer: Optimizer, device: Device) -> Path:
        """The way to the gradient, opened once."""
        return open_way(objective, gradient, optimizer, choose_device(device))

    def path_under(change: Change) -> Path:
        """The way to the gradient under some settings."""
        return opened(change.gradient, change.optimizer, change.device)

    replay = Replay(objective, bare, path_under)
    for step in sorted({*marks, kept.step}):
        work = replay.go(step)
        weights: Tensor | None = None
        while weights is None:
            try:
                next(work)
            except StopIteration as end:
                weights = end.value
            else:
                yield replay.step, None
        if step in marks:
            yield step, float((weights - marks[step]).abs().max())


def _recipe(kept: Kept, bases: Bases) -> Timeline:
    """The recipe of a run; Refusal if it is lost, or cannot be followed here."""
    shown = printable(kept.path)
    if kept.journal is None:
        raise Refusal(f"{shown} does not say how it came about; only its weights are there.")
    if reason := bound(kept, bases):
        raise Refusal(reason)
    recipe = Timeline.of(kept.journal)
    if not are_known(recipe):
        raise Refusal(
            f"{shown} was computed with another version of a gradient path, which this program "
            "no longer has; it is shown from its keyframes."
        )
    return recipe
