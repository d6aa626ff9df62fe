"""What all screens of an engine share: words, settings, and the runs on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from engine.answers.ground import Ground
from engine.answers.slow import OBJECTIVE
from engine.answers.tasks import Task, Tasks, refusing
from engine.limits import changed
from engine.protocol import (
    CommandRefused,
    Configure,
    DatasetLoaded,
    EngineReady,
    Event,
    LoadDataset,
    MachineTold,
    NetworkRefused,
    Refusal,
    RunStarted,
    Settings,
    SettingsChanged,
    TellMachine,
)
from engine.training.directing import OfRuns, carry_out, configure, read_words, way_back

if TYPE_CHECKING:
    from engine.machine.gauges import Gauges
    from engine.training.keeper import Keeper
    from engine.training.looking import Looking
    from engine.training.objectives import Objectives
    from engine.training.runs import Runs


class Shared:
    """Words, settings and runs, and the tasks that change them.

    Args:
        settings: those in force before the first command.
        keeper: gives what keeps the runs on disk, if they are to be kept.
        take_in: called with other words, before anyone hears of them.
        begun: gives what had to wait until there are runs, or it is known that there are none.
    """

    def __init__(
        self,
        settings: Settings,
        keeper: Callable[[], Keeper | None],
        take_in: Callable[[Ground], None],
        begun: Callable[[], Iterator[Event]],
    ) -> None:
        self.settings = settings
        self.ground: Ground | None = None
        self.tasks = Tasks()
        self.ready: EngineReady | None = None
        """What was told of torch; nothing until it is here."""
        self._keeper, self._take_in, self._begun = keeper, take_in, begun
        self._gauges: Gauges | None = None
        """Of the machine, once somebody has asked."""
        self._early: list[Configure] = []
        """What takes those changes of settings back that were made before there was a run."""
        self._loaded: DatasetLoaded | None = None
        self._read = LoadDataset()
        """What has read the words there are."""

    @property
    def objectives(self) -> Objectives | None:
        """What can be trained on, once torch is there."""
        return self.ground.objectives if self.ground else None

    @property
    def runs(self) -> Runs | None:
        """Runs on these words, once torch is there; none where no network of them can be."""
        return self.ground.runs if self.ground else None

    @property
    def is_to_settle(self) -> bool:
        """Whether there is yet to be worked out what regularization costs the run in hand."""
        return self.runs is not None and not self.runs.is_settled

    @property
    def has_begun(self) -> bool:
        """Whether there are runs, or it is known that there can be none."""
        return self.objectives is not None and self.objectives.has_begun

    def greeting(self) -> Iterator[Event]:
        """Tell what somebody who comes late has missed and cannot see in the snapshot."""
        if self._loaded is not None:
            yield self._loaded
        if self.ready is not None:
            yield self.ready
        if self.runs is not None:
            if self.runs.objective.parted.split != "none":
                yield self.runs.objective.parted
            runs, step = self.runs, self.runs.run.step
            yield SettingsChanged(self.settings, runs.number, step)
            yield RunStarted(runs.number, step, "first")
            if late := runs.late(self.settings):
                yield SettingsChanged(self.settings, runs.number, step, late)
            if runs.run.is_diverging:
                yield runs.alarm()
        elif self.objectives is not None and self.objectives.refusal:
            yield NetworkRefused(self.objectives.refusal)

    def load(self, command: LoadDataset) -> None:
        """Begin to read other words."""
        self.tasks.start("load", self._load(command))

    def direct(self, command: OfRuns, look: Looking | None) -> Iterator[Event]:
        """Carry out what concerns the runs.

        Args:
            command: what is to be done.
            look: what is looked at of the run in hand by the one who commands.
        """
        if self.objectives is not None:
            steps = carry_out(command, self.objectives, lambda: self.settings, look)
            yield from self._noted(self.tasks.begin(OBJECTIVE, refusing(command, steps)))

    def configure(self, command: Configure) -> Iterator[Event]:
        """Change settings; Refusal if they cannot be so."""
        if self.objectives is not None and self.objectives.has_begun:
            steps = configure(command, self.objectives, lambda: self.settings)
            yield from self._noted(self.tasks.begin(OBJECTIVE, steps))
            return
        old, self.settings = self.settings, changed(self.settings, command)
        self._early.append(way_back(old, self.settings))
        yield SettingsChanged(self.settings, 0, 0)
        if self.ground is not None and self.ready:
            # It was being counted what settings asked for before.
            yield from self._begin(self.ground)

    def become_ready(self) -> Iterator[Event]:
        """Take note that torch is here; the first run starts once there are data, too."""
        import torch

        self.ready = EngineReady(str(torch.__version__), torch.get_num_threads())
        yield self.ready
        if self.ground is not None:
            yield from self._begin(self.ground)

    def begin_again(self) -> Iterator[Event]:
        """Begin the first run if that was dropped on the way, or nothing would ever begin it."""
        if self.ready and self.ground is not None and OBJECTIVE not in self.tasks:
            yield from self._begin(self.ground)

    def work(self) -> Iterator[Event]:
        """Take every task one step further, and what is to be said of the run in hand."""
        yield from self._noted(self.tasks.work())
        if self.is_to_settle and self.runs is not None:
            self.runs.settle()

    def train(self, steps: int) -> Iterator[Event]:
        """Take at most so many steps; if the device fails at that, another one is in force."""
        if self.runs is not None:
            yield from self._noted(self.runs.advance(steps))

    def tell_machine(self, command: TellMachine) -> MachineTold:
        """Tell how busy the machine is that all this lives on."""
        if self._gauges is None:
            from engine.machine.gauges import Gauges

            self._gauges = Gauges()
        return self._gauges.tell(command, self.runs.held if self.runs else None)

    def close_gauges(self) -> None:
        """Measure nothing any more."""
        if self._gauges is not None:
            self._gauges.close()

    @property
    def words(self) -> LoadDataset:
        """What reads these words wherever one works."""
        read = self._read
        path, dev, test = (
            each and os.path.abspath(each) for each in (read.path, read.dev, read.test)
        )
        return LoadDataset(path, dev, test, self.settings.split)

    def _load(self, command: LoadDataset) -> Iterator[Event]:
        try:
            read = yield from read_words(command, self.settings, self.objectives)
        except Refusal as refusal:
            yield CommandRefused(command, str(refusal))
            return
        told = list(self._noted(read.told))
        # What was being worked out of the words before is of no use any more.
        self.tasks.keep("load")
        number = self.runs.number if self.runs else 0
        self.ground, self._loaded = Ground(read.dataset, read.counts), read.event
        self._read = command
        self._take_in(self.ground)
        # Before anyone hears of the words, lest a snapshot show them with the run on the old ones.
        started = list(self._begin(self.ground, number)) if self.ready else []
        yield from told
        yield self._loaded
        yield from started

    def _begin(self, ground: Ground, number: int = 0) -> Iterator[Event]:
        """Start the first run on new data, if there can be one, then do what had to wait for it.

        Args:
            ground: the data.
            number: of the last run on the data before.
        """
        objectives = ground.begin(number, self._keeper())

        def steps() -> Task:
            yield from objectives.start(self.settings)
            if objectives.runs is not None:
                early, self._early = self._early, []
                for back in early:
                    objectives.runs.others.note(back)
            yield from self._begun()

        yield from self._noted(self.tasks.begin(OBJECTIVE, steps()))

    def _noted(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass on what happened, taking note of changed settings."""
        for event in events:
            if isinstance(event, SettingsChanged):
                self.settings = event.settings
            yield event
