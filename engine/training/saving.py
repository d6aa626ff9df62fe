"""A run made into what is written of it, and taken up again from that."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

import torch

from engine.models.devices import choose_device
from engine.models.objective import Objective
from engine.protocol import Device, Refusal, Settings
from engine.training import journal
from engine.training.arithmetic import KERNELS, arithmetic
from engine.training.basis import basis_of
from engine.training.checkpoint import Checkpoint
from engine.training.folder import Kept, Page
from engine.training.history import History
from engine.training.journal import FORMAT, Basis, Head
from engine.training.recipe import Start, steered, steering
from engine.training.timeline import Timeline
from engine.training.trainer import Trainer
from engine.words.cleaning import printable
from engine.words.dataset import BUNDLED, Dataset

MOST_HANDED_ON = 2_000_000
"""Bytes of keyframes in a file to hand on; the last, and others as evenly as they come."""

TOGETHER = 256
"""Steps taken between two pauses on the way to where a run was cut off."""


class Bases:
    """What the runs on one objective are trained on; hashed once it is asked for."""

    def __init__(self, dataset: Dataset, objective: Objective, settings: Settings) -> None:
        self._dataset, self._objective, self._settings = dataset, objective, settings
        self.source = dataset.source
        self.paths: tuple[str, ...] = ()
        """Of train, dev and test, empty for what there is not, or of the one file."""
        if dataset.files:
            files = {file.name: os.path.abspath(file.source) for file in dataset.files}
            self.paths = tuple(files.get(part, "") for part in ("train", "dev", "test"))
        elif dataset.source != BUNDLED:
            self.paths = (os.path.abspath(dataset.source),)

    @cached_property
    def basis(self) -> Basis:
        """What they are trained on."""
        return basis_of(self._dataset, self._objective, self._settings)


def packed(run: Trainer, dataset: Dataset) -> Checkpoint:
    """A run as it is now; what it is made of changes no more."""
    return Checkpoint(
        weights=run.weights.to("cpu", torch.float32, copy=True),
        generator=run.generator.get_state(),
        history=run.history.buckets(),
        step=run.step,
        first_loss=run.first_loss,
        settings=run.settings,
        symbols=dataset.vocabulary.symbols,
        data_sha256=dataset.sha256,
        source=dataset.source,
        dev_history=run.dev_history.buckets(),
        loss=run.loss.total,
        data_loss=run.loss.data,
        spacing=run.timeline.spacing,
    )


def page_of(run: Trainer, dataset: Dataset, bases: Bases) -> Callable[[], Page]:
    """What gives the page of a run as it is now; on another thread, for it may take its time."""
    timeline = run.timeline
    entries, frames, newest = tuple(timeline.entries), tuple(timeline.frames), packed(run, dataset)
    id, root, settings = timeline.id, timeline.root, timeline.settings
    folds, begun = timeline.folds, timeline.begun

    def page() -> Page:
        head = Head(
            format=FORMAT,
            id=id,
            basis=bases.basis,
            root=root,
            seed=settings.seed,
            init=settings.init,
            first=steering(settings, root.step),
            source=bases.source,
            paths=bases.paths,
            begun=begun,
            folds=folds,
        )
        return Page(head, entries, frames, newest)

    return page


def handed_on(page: Page) -> Checkpoint:
    """A run in one file that carries its recipe, and as many keyframes as are light."""
    text, _ = journal.text_of(page.head, page.entries)
    frames = page.frames
    if frames:
        most = max(2, MOST_HANDED_ON // (4 * frames[0][1].numel()))
        apart = -(-len(frames) // most)
        frames = frames[:1] + frames[1:][apart - 1 :: apart]
    return replace(page.newest, journal=text, frames=frames)


def check_fit(kept: Kept, settings: Settings, dataset: Dataset, objective: Objective) -> None:
    """Refuse to take up what was trained on something else.

    Args:
        kept: the run.
        settings: those that it would go on with.
        dataset: the words there are.
        objective: what it would go on with.
    """
    shown = printable(kept.path)
    saved = kept.newest
    symbols = kept.journal.head.basis.symbols if kept.journal else saved.symbols if saved else ()
    source = kept.journal.head.source if kept.journal else saved.source if saved else ""
    if symbols != dataset.vocabulary.symbols:
        raise Refusal(
            f"{shown} was trained on another alphabet ({len(symbols)} symbols, from "
            f"{source}); load its data first, or give another checkpoint."
        )
    was = settings_of(kept)
    if settings.objective != was.objective:
        raise Refusal(
            f"{shown} holds the model {was.network} and was trained at order {was.order} with dots "
            f"{was.dots} and split {was.split}; leave these out."
        )
    is_other = objective.has_rows_of_contexts and saved and saved.data_sha256 != dataset.sha256
    if is_other or (saved and saved.weights.shape != objective.shape):
        raise Refusal(
            f"{shown} has a row for each context of other data ({source}); load these first, "
            "or give another checkpoint."
        )


def settings_of(kept: Kept) -> Settings:
    """Settings in force where a run got."""
    if kept.journal is None:
        assert kept.newest is not None
        return kept.newest.settings
    timeline = Timeline.of(kept.journal)
    return steered(timeline.settings, timeline.at(kept.step))


def bound(kept: Kept, bases: Bases) -> str:
    """Why a run can be looked at, but not gone on with, in a sentence; empty if it can."""
    if kept.trouble:
        return f"{kept.trouble} It is shown from what is left; branch from a step to go on."
    if kept.journal is None:
        return ""
    was, now = kept.journal.head.basis, bases.basis
    if was.table_sha256 == now.table_sha256:
        return ""
    why = "its words were cleaned by other rules" if was.rules != now.rules else "the words changed"
    return (
        f"It was trained on other counts than these ({kept.journal.head.source}: {why}), so it is "
        "shown from its keyframes; branch from a step to go on on these words."
    )


def computed_elsewhere(run: Trainer) -> str:
    """Say so if steps of a run were computed with another arithmetic than there is."""
    if not are_known(run.timeline):
        return (
            "It was computed with another version of a gradient path, which this program no longer "
            "has: it is shown from its keyframes, and goes on with the one there is."
        )
    ways = [entry.arithmetic for entry in run.timeline.entries if isinstance(entry, Start)]
    here = arithmetic(run.settings, run.device)
    # Which way its next step is made by is its own affair.
    if not ways or replace(ways[-1], kernel=here.kernel, version=here.version) == here:
        return ""
    was, now = (f"torch {way.torch}, {way.device} {way.capability}" for way in (ways[-1], here))
    return f"It was computed with {was}, here with {now}: the last bits of its weights may differ."


def are_known(timeline: Timeline) -> bool:
    """Whether there still is every kernel that the steps of a run were taken with."""
    ways = [entry.arithmetic for entry in timeline.entries if isinstance(entry, Start)]
    return all(KERNELS.get(way.kernel) == way.version for way in ways)


def reopened(
    kept: Kept, objective: Objective, why_bound: str, instead: Device | None = None
) -> Iterator[Trainer | None]:
    """Take a run up where it got, taking the steps after its newest weights again, in pieces.

    Args:
        kept: as it was found.
        objective: what it is trained on.
        why_bound: why it may not be gone on with; empty if it may.
        instead: device for a run whose own is not to be had, if there is to be another.

    Yields:
        Nothing between pieces, and at last the run.

    Raises:
        Refusal: there is nothing left of its weights, or its device is not to be had.
    """
    settings = _to_be_had(settings_of(kept), instead)
    if kept.journal is None:
        assert kept.newest is not None
        yield Trainer.resumed(objective, settings, kept.newest)
        return
    timeline = Timeline.of(kept.journal)
    timeline.put_back(kept.frames, kept.newest.spacing if kept.newest else timeline.spacing)
    begin = _start(kept, objective, timeline, instead)
    if why_bound:
        run = Trainer.resumed(objective, begin.settings, begin, timeline)
        run.bound, run.is_replayable = why_bound, False
        yield _as_asked(run, kept)
        return
    run = Trainer.resumed(objective, begin.settings, begin, Timeline(begin.settings))
    for end, change in timeline.stretches(begin.step, kept.step):
        run.configure(_to_be_had(steered(run.settings, change), instead))
        while run.step < end:
            outcome = run.advance(min(TOGETHER, end - run.step))
            if outcome == "failed":
                raise Refusal(f"{printable(kept.path)} cannot be gone on with here: {run.fault}")
            if outcome == "diverged":
                raise Refusal(
                    f"{printable(kept.path)} cannot be gone on with: computed here, it diverges "
                    f"at step {run.step:,}, before step {kept.step:,}, which it had come to."
                )
            yield None
    run.configure(settings)
    run.timeline, run.saved_step = timeline, run.step
    timeline.change(run.in_force, run.step)
    run.rest()
    run.is_replayable = are_known(timeline)
    yield _as_asked(run, kept)


def _as_asked(run: Trainer, kept: Kept) -> Trainer:
    """A run whose device is auto again, if it was so and still means what its journal names."""
    if kept.newest is not None and kept.newest.settings.device == "auto":
        run.configure(run.wished(run.settings, "auto"))
    return run


def _to_be_had(settings: Settings, instead: Device | None) -> Settings:
    """Settings with another device, if theirs is not to be had and there is to be another."""
    if instead is not None:
        try:
            choose_device(settings.device)
        except Refusal:
            return replace(settings, device=instead)
    return settings


def _start(
    kept: Kept, objective: Objective, timeline: Timeline, instead: Device | None
) -> Checkpoint:
    """The newest weights there are of a run."""
    if kept.newest is not None:
        there = steered(timeline.settings, timeline.at(kept.newest.step))
        if kept.trouble:
            there = kept.newest.settings  # Entries that say more may be lost.
        return replace(kept.newest, settings=_to_be_had(there, instead))
    head = timeline.root
    step, settings = head.step, steered(timeline.settings, timeline.at(head.step))
    settings = _to_be_had(settings, instead)
    if not head.is_drawn and not kept.frames:
        raise Refusal(f"Nothing is left of the weights of {printable(kept.path)}; delete it.")
    fresh = Trainer(objective, settings)
    assert kept.journal is not None
    if kept.frames:
        step, fresh.weights = kept.frames[-1][0], kept.frames[-1][1].clone()
        settings = _to_be_had(steered(settings, timeline.at(step)), instead)
    return Checkpoint(
        weights=fresh.weights.cpu(),
        generator=fresh.generator.get_state(),
        history=History().buckets(),
        step=step,
        first_loss=fresh.first_loss,
        settings=settings,
        symbols=kept.journal.head.basis.symbols,
        data_sha256=kept.journal.head.basis.data_sha256,
        source=kept.journal.head.source,
    )
