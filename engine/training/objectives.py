"""What is trained on: the bigrams of all words, or the contexts of another order, or of a split.

Each objective has runs of its own. Those of the one in force are in hand, those that were left are
kept, so that who goes back finds them as they were. What must be counted first is done in pieces,
between which `None` is yielded, or how far it has come.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace
from typing import Any

from engine.limits import changed
from engine.models.counts import Counts
from engine.models.network import check_symbols
from engine.models.objective import Objective
from engine.protocol import (
    SETTINGS,
    CommandRefused,
    Configure,
    Event,
    Load,
    LossOnTest,
    NetworkName,
    NetworkRefused,
    Refusal,
    RunLine,
    RunStarted,
    Settings,
    SettingsChanged,
    Shelf,
    Snapshot,
)
from engine.training import describing, folder
from engine.training import shelf as shelves
from engine.training.keeper import Keeper
from engine.training.looking import Looking
from engine.training.others import line_of
from engine.training.runs import Runs
from engine.training.saving import settings_of
from engine.words.dataset import Dataset
from engine.words.order import Encoded
from engine.words.pieces import Pieces

MOST_KEPT = 4
"""Objectives whose runs are kept, that in force included."""

OBJECTIVE = tuple(name for name, setting in SETTINGS.items() if setting.is_objective)
"""Settings that say what is trained, and on what."""

OfSettings = tuple[int, int, str, NetworkName]
"""See `Settings.objective`."""

Work = Generator[Event | None, None, None]
"""Events as they happen; nothing, or how far it has come, between pieces of counting."""


class Objectives:
    """The runs on one dataset by what they are trained on.

    Args:
        dataset: the words.
        counts: their bigrams.
        encode: gives the words as numbers.
        number: how many runs there have been before.
        keeper: keeps the runs on disk, if they are to be kept.
    """

    def __init__(
        self,
        dataset: Dataset,
        counts: Counts,
        encode: Callable[[], Pieces[Encoded]],
        number: int = 0,
        keeper: Keeper | None = None,
    ) -> None:
        self._dataset, self._counts, self._encode = dataset, counts, encode
        self._before, self._keeper = number, keeper
        self.runs: Runs | None = None
        """Those in hand; none until the first objective has been counted."""
        self._kept: dict[OfSettings, Runs] = {}
        """By what is trained, and on what, the one in force last."""
        self.refusal = ""
        """Why there can be no runs on these words; empty if there can be, or it is not known."""

    @property
    def has_begun(self) -> bool:
        """Whether there are runs, or it is known that there can be none."""
        return self.runs is not None or bool(self.refusal)

    @property
    def number(self) -> int:
        """How many runs there have been."""
        return self.runs.number if self.runs else self._before

    @property
    def are_all_saved(self) -> bool:
        """Whether no run on any objective would be lost by ending now."""
        return all(runs.are_all_saved for runs in self._kept.values())

    def start(self, settings: Settings) -> Work:
        """Begin the first run, on the bigrams of all words if no other is to be had.

        Where not even that is, it is said why, and there are no runs on these words.
        """
        simple = replace(settings, device="cpu", gradient="counts")
        plainest = replace(simple, order=2, dots=1, split="none")
        possible = list(dict.fromkeys((settings, simple, plainest)))
        refused: dict[str, Settings] = {}
        runs = None
        while runs is None and possible:
            now = possible.pop(0)
            try:
                runs = yield from self.made(now)
            except Refusal as refusal:
                last = str(refusal)
                refused.setdefault(last, now)
        if runs is None:
            self.refusal = last
            now = replace(settings, order=2, dots=1, split="none")
            del refused[last]
        for reason, wanted in refused.items():
            yield CommandRefused(_told(wanted), reason)
        if runs is not None:
            yield from self._take_in_hand(runs)
        if now != settings:
            yield SettingsChanged(now, self.number, 0)
        if runs is None:
            yield NetworkRefused(self.refusal)
        else:
            yield RunStarted(runs.number, 0, "first")

    def configure(self, command: Configure, settings: Callable[[], Settings]) -> Work:
        """Put settings in force, and the runs in hand that they mean; what is refused does nothing.

        Args:
            command: what is to be changed.
            settings: gives those in force; while contexts are counted they may change.
        """
        try:
            wanted = changed(settings(), command)
            if self.refusal:
                if wanted.objective != settings().objective:
                    raise Refusal(self.refusal)
                yield SettingsChanged(wanted, self.number, 0)
                return
            if wanted.objective == self.objective:
                yield from self.in_hand.configure(wanted)
                return
            kept = self._kept.get(wanted.objective)
            if kept is not None:
                events = list(kept.come_back(wanted, self.number))
                yield from self._take_in_hand(kept)
                yield from events
                return
            self._check_room()
            runs = yield from self.made(wanted)
            # Others may have been changed meanwhile, but not what was counted.
            now = _with_objective(settings(), command, wanted)
            if now != wanted:
                list(runs.configure(now))
            runs.number = self.number + 1
            yield from self._take_in_hand(runs)
            yield SettingsChanged(now, runs.number, 0)
            yield RunStarted(runs.number, 0, "first", _latest(self._kept.values(), runs))
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def load(self, command: Load, settings: Callable[[], Settings]) -> Work:
        """Go on with a run on disk, and with it to what it was trained on."""
        try:
            path = shelves.find(command.path, self.shelf, self.data_sha256)
            kept = folder.read(path, has_frames=False)
            theirs = settings_of(kept)
            runs = self._kept.get(theirs.objective)
            if runs is None:
                self._check_room()
                wanted = _with_objective(settings(), command.settings, theirs)
                runs = yield from self.made(wanted)
            runs.number = max(runs.number, self.number)
            events = []
            for event in runs.load(command, kept, settings(), is_left=runs is not self.runs):
                if event is None:
                    yield None
                else:
                    events.append(event)
            yield from self._take_in_hand(runs)
            yield from events
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))

    def open_test(self, look: Looking) -> Iterator[Event]:
        """Work out the loss on test of the step that is looked at; Refusal if there is no test."""
        runs = self.in_hand
        loss = runs.objective.test_loss(look.moment.weights)
        if loss is None:
            split = runs.run.settings.split
            raise Refusal(f"Split {split} has no test to be opened; choose another.")
        yield LossOnTest(runs.number, look.step, loss)

    def describe(self, snapshot: Snapshot, look: Looking | None) -> Snapshot:
        """Fill in what a snapshot says of the run in hand, at the step that is looked at.

        What it is trained on is so, too, while it is yet to be told that settings have changed.
        """
        if self.runs is None or look is None:
            return snapshot
        in_force = self.in_force(snapshot.settings)
        snapshot = replace(snapshot, settings=in_force, are_all_saved=self.are_all_saved)
        return describing.describe(self.runs, look, snapshot)

    def in_force(self, settings: Settings) -> Settings:
        """Settings on what is trained on now, though it be yet to be told that this has changed."""
        if self.runs is None:
            return settings
        return replace(settings, **_objective(self.runs.run.settings))

    @property
    def at_hand(self) -> tuple[Runs, ...]:
        """The runs on all objectives: those in hand last, and before them those left for them."""
        return tuple(self._kept.values())

    @property
    def shelf(self) -> Shelf | None:
        """Where runs are kept, if they are."""
        return self._keeper.shelf if self._keeper else None

    @property
    def data_sha256(self) -> str:
        """Hash of the words."""
        return self._dataset.sha256

    @property
    def objective(self) -> OfSettings | None:
        """What is trained, and on what; nothing while there is no run."""
        return self.runs.run.settings.objective if self.runs else None

    @property
    def trouble(self) -> str:
        """Why a run is not being kept, in a sentence; empty if all are."""
        return self._keeper.trouble if self._keeper else ""

    @property
    def in_hand(self) -> Runs:
        """The runs in hand, which there must be."""
        assert self.runs is not None
        return self.runs

    def leave(self, *, is_last: bool = False) -> None:
        """Take note that the runs are left for good; see `Runs.leave`."""
        if self.runs is not None:
            self.runs.is_running = False
            self.runs.leave(is_last=is_last)

    def lay_aside(self, runs: Runs) -> None:
        """Keep runs on an objective that is not in force."""
        runs.leave()
        self._kept = {runs.run.settings.objective: runs, **self._kept}

    def made(self, settings: Settings) -> Generator[Event | None, None, Runs]:
        """Count what settings say is trained on, and draw initial weights."""
        if settings.is_bigram:
            check_symbols(len(self._counts.vocabulary))
            objective = Objective(self._counts)
        else:
            # Who trains on bigrams waits for no more than they take.
            from engine.models.contextual import count

            order, dots, split, network = settings.objective
            if network == "onehots":
                from engine.models.sidebyside import count

            objective = yield from count(self._dataset, self._encode, order, dots, split)
        keeper = self._keeper if self._keeper and not self._keeper.shelf.is_readonly else None
        return Runs(self._dataset, objective, settings, self.number, keeper)

    def _check_room(self) -> None:
        """Refuse a further objective if nothing may be let go of for it."""
        if len(self._kept) < MOST_KEPT or self._spare() is not None:
            return
        raise Refusal(
            f"Runs on {MOST_KEPT} orders, dots, splits and models are kept, with steps that are "
            "not saved; save them first, or go back to one of them."
        )

    def _spare(self) -> OfSettings | None:
        """Of what is saved and not in hand, that which was left longest ago."""
        left = (name for name, runs in self._kept.items() if runs is not self.runs)
        return next((name for name in left if self._kept[name].are_all_saved), None)

    def _take_in_hand(self, runs: Runs) -> Work:
        """Leave the runs in hand for others, and say so if the words are parted otherwise."""
        if runs not in self._kept.values():
            self._check_room()
            if len(self._kept) == MOST_KEPT and (spare := self._spare()) is not None:
                del self._kept[spare]
        split = self.runs.objective.parted.split if self.runs else "none"
        if self.runs is not None and self.runs is not runs:
            yield from self.runs.pause("asked")
            self.runs.leave()
        self.runs = runs
        objective = runs.run.settings.objective
        self._kept.pop(objective, None)
        self._kept[objective] = runs
        if runs.objective.parted.split != split:
            yield runs.objective.parted


def _latest(kept: Iterable[Runs], in_hand: Runs) -> RunLine | None:
    """Of the runs that were left for those in hand, the latest that has taken a step."""
    left = (runs.run for runs in kept if runs is not in_hand and runs.run.step)
    run = next(reversed([*left]), None)
    return line_of(run.timeline, run.settings, run.step, run.loss.data) if run else None


def _told(settings: Settings) -> Configure:
    """What of settings may be refused, as a command."""
    way = Configure(gradient=settings.gradient, device=settings.device)
    if settings.is_bigram:
        return way
    return replace(way, **_objective(settings))


def _with_objective(settings: Settings, command: Configure, wanted: Settings) -> Settings:
    """Settings as a command changes them, but trained on what others are."""
    settings = changed(settings, replace(command, **dict.fromkeys(OBJECTIVE)))
    return replace(settings, **_objective(wanted))


def _objective(settings: Settings) -> dict[str, Any]:
    """Those settings that say what is trained, and on what."""
    return {name: getattr(settings, name) for name in OBJECTIVE}
