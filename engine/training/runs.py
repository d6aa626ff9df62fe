"""The training run in hand, and those put away: start, pause, reset, branch, undo, look back.

One object for each objective, made once torch is here. Its methods yield events, as the session's
do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from engine.limits import changed
from engine.models.devices import device_for
from engine.models.views import Moment
from engine.protocol import (
    STEP,
    Branch,
    CheckpointLoaded,
    CheckpointSaved,
    Event,
    Load,
    Refusal,
    RunStarted,
    Save,
    Settings,
    SettingsChanged,
    TakeUp,
)
from engine.training import checkpoint, folder
from engine.training.folder import Kept
from engine.training.hand import Hand
from engine.training.looking import Looking
from engine.training.others import Others, PutAway
from engine.training.recipe import Root, steered
from engine.training.saving import (
    bound,
    check_fit,
    computed_elsewhere,
    handed_on,
    packed,
    page_of,
    reopened,
    settings_of,
)
from engine.training.timeline import Timeline
from engine.training.trainer import Trainer
from engine.words.cleaning import printable


class Runs(Hand):
    """Runs on one objective, of which one is in hand; see there for what they are made of.

    Raises:
        Refusal: the settings ask for a gradient path or device that is not to be had.
    """

    @cached_property
    def others(self) -> Others:
        """Those put away."""
        return Others(self._is_put_away_safely)

    @property
    def are_all_saved(self) -> bool:
        """Whether no run would be lost by ending now, those put away included."""
        return self.is_saved and all(map(self._is_put_away_safely, self.others))

    def _is_put_away_safely(self, run: PutAway) -> bool:
        return run.saved.step in (0, run.saved_step) or self.keeping.keeps(run)

    # One run after another

    def reset(self, settings: Settings) -> Iterator[Event]:
        """Draw new initial weights; the run in hand is put away."""
        fresh = Trainer(self.objective, settings)
        self._put_away()
        self._take_up(fresh)
        yield RunStarted(self.number, 0, "reset")

    def undo_reset(self, settings: Settings) -> Iterator[Event]:
        """Take up the run that was in hand before, with the settings that it had."""
        id = self.others.before()
        yield from self._change_to(id, self._theirs(id, settings), "undo")

    def take_up(self, command: TakeUp, settings: Settings) -> Iterator[Event]:
        """Take up another run, with the settings that it has."""
        theirs = self._theirs(command.id, settings)
        yield from self._change_to(command.id, theirs, "taken up")

    def _theirs(self, id: str, settings: Settings) -> Settings:
        """Settings of a run at hand, under the speed and smoothing in force: the screen's."""
        run = self.run if id == self.run.timeline.id else self.others.sought(id).saved
        return replace(run.settings, speed=settings.speed, smoothing=settings.smoothing)

    def _change_to(
        self,
        id: str,
        settings: Settings,
        reason: Literal["undo", "taken up", "checkpoint"],
        *,
        is_left: bool = False,
    ) -> Iterator[Event]:
        if id == self.run.timeline.id:
            raise Refusal(f"The run {id} is in hand already.")
        other = self.others.sought(id)
        run = Trainer.resumed(self.objective, settings, other.saved, other.timeline)
        run.bound, run.is_replayable = other.bound, other.is_replayable
        run.saved_step = other.saved_step
        self.others.drop(id)
        self._put_away(is_on_trail=reason != "undo", is_left=is_left)
        self._take_up(run, other.seconds)
        yield from self._told(reason)

    def moment_of(self, id: str) -> Moment | None:
        """The network that a run put away has come to; nothing if there is none of that id."""
        if id not in self.others:
            return None
        saved = self.others[id].saved
        return Moment(self.objective, saved.weights, saved.settings.regularization)

    def branch(self, command: Branch, settings: Settings, look: Looking) -> Iterator[Event]:
        """Go on from the step that is looked at in a run of its own, with other settings."""
        old = self.run
        step, then = look.step, look.then
        theirs = settings if then is None else old.wished(steered(settings, then), settings.device)
        mine = changed(theirs, command.settings)
        mine = replace(mine, seed=old.settings.seed, init=old.settings.init)
        if mine.objective != old.settings.objective:
            raise Refusal(
                "A branch goes on with what its run is trained on; leave order, dots, "
                "split and model as they are."
            )
        weights = look.moment.weights.to("cpu", copy=True)
        saved = replace(
            packed(old, self.dataset),
            weights=weights,
            step=step,
            history=old.history.until(step).buckets(),
            dev_history=old.dev_history.until(step).buckets(),
        )
        timeline = old.timeline.until(step)
        if not old.is_replayable:
            # How it came about cannot be told here: it begins with the weights there are.
            parent = timeline.root.parent
            device = str(device_for(self.objective, mine.device))
            begun = replace(mine, device=device)
            timeline = Timeline(begun, Root(step, is_drawn=False, parent=parent, at=step))
            timeline.add(step, weights)
        run = Trainer.resumed(self.objective, mine, saved, timeline)
        run.saved_step = 0
        self._put_away()
        self._take_up(run)
        yield from self._told("branch")

    def continue_with(self, run: Trainer, seconds: float) -> None:
        """Go on with a run of another engine in place of that in hand, which has taken no step.

        Args:
            run: that run.
            seconds: spent on its steps.
        """
        self.born.clear()
        self._take_up(run, seconds)

    def come_back(
        self, settings: Settings, number: int, reason: Literal["back", "checkpoint"] = "back"
    ) -> Iterator[Event]:
        """Take the run in hand up again, which was left for others.

        Args:
            settings: under which it goes on.
            number: how many runs there have been.
            reason: what is told of why.
        """
        self.run.configure(settings)
        self.number = number
        self._take_up(self.run, self.seconds)
        yield from self._told(reason)

    def _told(
        self, reason: Literal["undo", "back", "branch", "taken up", "checkpoint"]
    ) -> Iterator[Event]:
        """Say which run is in hand now, and what settings it has brought along."""
        yield SettingsChanged(self.run.settings, self.number, self.run.step)
        yield RunStarted(self.number, self.run.step, reason)

    def _put_away(self, *, is_on_trail: bool = True, is_left: bool = False) -> None:
        """Put the run in hand away, unless it has no step and others were in hand before it."""
        run = self.run
        if not run.step and (is_left or self.others.has_before):
            return
        run.timeline.end(run.step)
        self.keeping.keep(run, is_last=True)
        put = PutAway(
            packed(run, self.dataset),
            run.timeline,
            self.seconds,
            run.saved_step,
            run.bound,
            run.is_replayable,
        )
        self.others.put(put, is_on_trail=is_on_trail)

    def leave(self, *, is_last: bool = False) -> None:
        """Take note that the run in hand is left, for others or for good.

        Args:
            is_last: whether nobody goes on with it who has had taken all steps that were wanted.
        """
        if self.run.step:
            self.run.timeline.end(self.run.step, is_over=is_last and self.is_over)
            self.run.rest()
            self.keeping.keep(self.run, is_last=True)

    # On disk

    def save(self, command: Save) -> Iterator[Event]:
        """Write the run in hand to a file to hand on; Refusal if that cannot be done."""
        run = self.run
        if run.bound:
            # Its words may be others, and its recipe not whole: the file would not say so.
            id = run.timeline.id
            raise Refusal(f"The run {id} can only be looked at, not saved; branch from it first.")
        path = (command.path or self.keeping.new_file()).replace(STEP, f"{run.step}")
        checkpoint.write(path, handed_on(page_of(run, self.dataset, self.bases)()))
        run.saved_step = run.step
        yield CheckpointSaved(printable(path), run.step)

    def load(
        self, command: Load, kept: Kept, settings: Settings, *, is_left: bool = False
    ) -> Iterator[Event | None]:
        """Go on with a run on disk, in pieces; Refusal if it does not fit these data.

        Args:
            command: where it was read from, and what is to be changed.
            kept: what was read.
            settings: those in force.
            is_left: whether the runs in hand are others, on another objective.
        """
        shown = printable(command.path)
        mine = changed(settings_of(kept), command.settings)
        check_fit(kept, mine, self.dataset, self.objective)
        is_folder, is_at_hand = Path(kept.path).is_dir(), self._is_at_hand(kept)
        if kept.journal is not None and is_at_hand and self.keeping.is_there(kept):
            yield from self._go_on(kept.journal.head.id, command, settings, is_left=is_left)
            yield CheckpointLoaded(shown, self.run.step)
            return
        is_own = is_folder and not is_at_hand
        why_bound = bound(kept, self.bases) or (self.keeping.hold(kept) if is_own else "")
        if is_folder:
            # Whoever held it until now may have written more.
            kept = folder.read(kept.path)
            why_bound = why_bound or bound(kept, self.bases)
        run: Trainer | None = None
        try:
            for run in reopened(kept, self.objective, why_bound, command.settings.device):
                if run is None:
                    yield None
            assert run is not None
            if not is_own and kept.journal is not None and not why_bound:
                # What is handed on, or a copy, stays as it is: what is done from here is another's.
                run.timeline = run.timeline.until(run.step)
                run.timeline.change(run.in_force, run.step)
            theirs = replace(run.settings, speed=settings.speed, smoothing=settings.smoothing)
            run.configure(theirs if why_bound else changed(theirs, command.settings))
        except BaseException:  # Left in its midst, too.
            if is_own:
                self.keeping.let_go(kept)
            raise
        self._put_away(is_left=is_left)
        self._take_up(run)
        warning = why_bound or kept.warning or computed_elsewhere(run)
        is_other = kept.newest is not None and kept.newest.data_sha256 != self.dataset.sha256
        if is_other and kept.newest is not None and not warning:
            source = kept.newest.source
            warning = f"{shown} was trained on other data of the same alphabet ({source})."
        # Last: whoever waits for it may take what was told before for what there is now.
        yield from self._told("checkpoint")
        yield CheckpointLoaded(shown, run.step, warning, is_bound=bool(why_bound))

    def _go_on(
        self, id: str, command: Load, settings: Settings, *, is_left: bool
    ) -> Iterator[Event]:
        """Go on with a run on disk as it is at hand: it may have come further here."""
        theirs = self._theirs(id, settings)
        mine = replace(changed(theirs, command.settings), seed=theirs.seed, init=theirs.init)
        if is_left and id == self.run.timeline.id:
            yield from self.come_back(mine, self.number, "checkpoint")
        else:
            yield from self._change_to(id, mine, "checkpoint", is_left=is_left)

    def _is_at_hand(self, kept: Kept) -> bool:
        """Whether a run on disk is one of those that this process has, and may train."""
        id = kept.journal.head.id if kept.journal else ""
        if not Path(kept.path).is_dir():
            return False
        is_other = id in self.others and not self.others[id].bound
        return is_other or (id == self.run.timeline.id and not self.run.bound)
