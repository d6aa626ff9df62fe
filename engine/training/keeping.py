"""When a run is handed to what keeps it: once a second, and whenever more than steps change."""

from __future__ import annotations

import os
from pathlib import Path

from engine.protocol import Refusal
from engine.training import places
from engine.training.estate import Left
from engine.training.folder import Kept
from engine.training.keeper import Keeper
from engine.training.others import PutAway
from engine.training.saving import Bases, page_of
from engine.training.trainer import Trainer
from engine.words.dataset import Dataset

EVERY, EVERY_LARGE = 1.0, 10.0
"""Seconds between two pages of a run that is being trained."""

LARGE = 1_000_000
"""Bytes of W from which on they are written more seldom."""


class Keeping:
    """Keeps the runs on one objective.

    Args:
        keeper: writes them; nothing is kept if there is none.
        dataset: the words.
        bases: what they are trained on.
    """

    def __init__(self, keeper: Keeper | None, dataset: Dataset, bases: Bases) -> None:
        self._keeper, self._dataset, self._bases = keeper, dataset, bases
        self._due = 0.0

    def keeps(self, run: Trainer | PutAway) -> bool:
        """Whether what there is of a run is on disk, or will be in a moment."""
        return self._keeper is not None and self._keeper.keeps(run.timeline.id)

    def place_of(self, run: Trainer) -> str:
        """Where a run is kept: its id on the shelf, or its folder; empty if it is not."""
        if self._keeper is None:
            return ""
        path, id = self._keeper.path_of(run.timeline.id), run.timeline.id
        return (
            id
            if path == str(Path(self._keeper.shelf.folder, id))
            else path and os.path.abspath(path)
        )

    def new_file(self) -> str:
        """Name a file to hand a run on, beside those kept; Refusal if there can be none."""
        if self._keeper is None:
            raise Refusal("Runs are not kept here, so give the path of a file to save this one to.")
        files, source = self._dataset.files, self._dataset.source
        return places.new_file(self._keeper.shelf, files[0].source if files else source)

    def is_there(self, kept: Kept) -> bool:
        """Whether the folder of a run is the one that this process keeps it in."""
        if self._keeper is None or kept.journal is None:
            return False
        path = self._keeper.path_of(kept.journal.head.id)
        return bool(path) and os.path.realpath(path) == os.path.realpath(kept.path)

    def hold(self, kept: Kept) -> str:
        """Hold the folder of a run that is to be gone on with; why not, in a sentence."""
        if self._keeper is None or kept.journal is None or not Path(kept.path).is_dir():
            return ""
        try:
            self._keeper.hold(kept.journal.head.id, kept.path)
        except Refusal as refusal:
            return str(refusal)
        return ""

    def let_go(self, kept: Kept) -> None:
        """Let go of a folder that is not gone on with after all."""
        if self._keeper is not None and kept.journal is not None:
            self._keeper.let_go(kept.journal.head.id)

    def advanced(self, run: Trainer, now: float) -> None:
        """Take note that a run has come further; keep it if it is time to."""
        if now >= self._due:
            self.keep(run)
            is_large = 4 * run.weights.numel() > LARGE
            self._due = now + (EVERY_LARGE if is_large else EVERY)

    def left(self, run: Trainer | PutAway, seconds: float, trail: int = 0) -> Left | None:
        """Say where a run is found by an engine that takes over; nothing if it need not be.

        Args:
            run: the run.
            seconds: spent on its steps.
            trail: see `Left`.

        Raises:
            Refusal: it is not kept, so that it would be lost.
        """
        id, step = run.timeline.id, run.step if isinstance(run, Trainer) else run.saved.step
        if not step or run.bound:
            return None
        if self._keeper is None or not self._keeper.keeps(id):
            why = self._keeper.trouble if self._keeper else "Runs are not kept on disk."
            raise Refusal(f"{why} So the run {id} cannot be handed over.")
        return Left(id, self._keeper.path_of(id), seconds, trail)

    def note(self, left: Left) -> None:
        """Take note of where a run lies that was handed over."""
        if self._keeper is not None:
            self._keeper.note(left.id, left.path)

    def keep(self, run: Trainer, *, is_last: bool = False, is_in_file: bool = True) -> None:
        """Keep a run as it is now, if it has taken a step.

        Args:
            run: the run.
            is_last: whether it is let go of, so that others may hold it.
            is_in_file: whether that is enough where it has taken no step since.
        """
        if self._keeper is None or run.bound or run.step == run.timeline.root.step == 0:
            return
        is_saved = run.step == run.saved_step
        if is_in_file and is_saved and not self._keeper.path_of(run.timeline.id):
            return
        page = page_of(run, self._dataset, self._bases)
        self._keeper.put(run.timeline.id, page, is_last=is_last)
