"""An engine with a run that is over, which shows any step of it at once, or only on the way."""

from __future__ import annotations

from dataclasses import replace

from engine.protocol import Command, Look, NamesSampled, Sample, SampledName, Snapshot
from tests.tui.bench import FLOOR, falling, snapshot
from tests.tui.fake import FakeEngine

EVERY = 100
"""Steps between keyframes."""


class Past(FakeEngine):
    """Answers looks as an engine would that needs no time for it, unless told to take its time."""

    has_time = True
    """Whether steps are shown as soon as they are asked for."""

    def train(self, last: int = 1000) -> None:
        """Have a run of so many steps behind it."""
        run = snapshot(last, "paused")
        self.show(
            state="paused", step=last, newest=last, data_loss=run.data_loss, loss=run.loss,
            gap=run.gap, history=run.history, recent=run.recent, run=1,
        )  # fmt: skip

    def send(self, command: Command) -> None:
        """Show what is to be looked at."""
        super().send(command)
        if isinstance(command, Look) and self.has_time:
            self.look(command)
        elif isinstance(command, Sample) and self.now.step:
            name = SampledName(f"name{self.now.step}", 2.0, False)
            self.say(NamesSampled(command.request, (name,), command, step=self.now.step))

    @property
    def now(self) -> Snapshot:
        """What it shows."""
        assert self.latest is not None
        return self.latest

    def look(self, command: Look) -> None:
        """Show a step, exactly."""
        now = self.now
        at = now.step if now.looked_for is None else now.looked_for
        step = now.newest if command.step is None else min(command.step, now.newest)
        if command.keyframes:
            step = at // EVERY * EVERY + command.keyframes * EVERY
            step = max(0, min(step, now.newest))
        loss = falling(step, max(1, step))[-1][1]
        is_looking = command.step is not None or command.keyframes != 0
        self.latest = replace(
            now, step=step, is_looking=is_looking, looked_for=None, data_loss=loss,
            gap=loss - FLOOR, look=command.request,
        )  # fmt: skip

    def begin(self) -> None:
        """Show the keyframe before the step that was asked for last, and be on the way there."""
        wanted = self.sent_of(Look)[-1]
        assert wanted.step is not None
        self.look(replace(wanted, step=wanted.step // EVERY * EVERY))
        self.show(looked_for=wanted.step, replayed=wanted.step - 1)

    def finish(self) -> None:
        """Show the step that was asked for last."""
        self.look(self.sent_of(Look)[-1])
