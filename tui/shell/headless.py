"""The engine without a screen: a session driven from the command line, step by step."""

from __future__ import annotations

import os
import shlex
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Literal

from engine import Session, Stride, printable, record
from engine.protocol import (
    CheckpointLoaded,
    Command,
    CommandRefused,
    Configure,
    DataReport,
    DatasetLoaded,
    Event,
    Load,
    LoadDataset,
    ModelName,
    Refusal,
    Save,
    Settings,
    Train,
    TrainingDiverging,
    TrainingPaused,
)

LINES = 20
"""About so many reports a run makes unless told otherwise."""

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""What ends a run early."""


def obey(session: Session, command: Command) -> Iterator[Event]:
    """Carry out a command to its end; Refusal if the session refuses it."""
    for event in session.run(command):
        if isinstance(event, CommandRefused):
            raise Refusal(event.reason)
        yield event


def read(
    path: str | None, warn: Callable[[str], None], settings: Settings | None = None
) -> tuple[Session, DataReport]:
    """Load words into a new session, warning of a file that looks odd; needs no torch."""
    session = Session(settings)
    (report,) = (
        event.report
        for event in obey(session, LoadDataset(path))
        if isinstance(event, DatasetLoaded)
    )
    if report.hint:
        warn(report.hint)
    return session, report


def wake(session: Session) -> None:
    """Import torch and make the network, once; Refusal if either cannot be had."""
    if session.runs is not None:
        return
    session.import_torch()
    for event in session.become_ready():
        if isinstance(event, CommandRefused):
            raise Refusal(event.reason)


def resume(session: Session, path: str, given: Configure, warn: Callable[[str], None]) -> None:
    """Go on from a checkpoint, under its settings but for those given anew."""
    for event in obey(session, Load(path, given)):
        if isinstance(event, CheckpointLoaded) and event.warning:
            warn(event.warning)


def open_model(
    data: str | None,
    model: ModelName | None,
    checkpoint: str | None,
    warn: Callable[[str], None],
) -> tuple[Session, ModelName]:
    """Open a model; a checkpoint means the neural one unless the other is asked for."""
    if checkpoint is not None and model == "counts":
        raise Refusal("--checkpoint holds a neural model; leave it out, or take --model neural.")
    if checkpoint is None and model == "neural":
        words = "" if data is None else f"--data {shlex.quote(printable(data))} "
        raise Refusal(
            "The neural model needs --checkpoint FILE; makemore-tui train "
            f"{words}--steps 1000 --save FILE makes one."
        )
    session, _ = read(data, warn)
    if checkpoint is None:
        return session, "counts"
    wake(session)
    # Nothing is going to be trained: neither its device nor its gradient path is needed.
    resume(session, checkpoint, Configure(device="cpu", gradient="counts"), warn)
    return session, "neural"


def check_place(path: str) -> None:
    """Refuse a path that cannot be saved to, before hours of training rather than after."""
    shown = printable(path) or "“”"
    folder = os.path.dirname(path) or "."
    if not path or os.path.isdir(path):
        raise Refusal(f"{shown} is a directory; give a file name to save to.")
    if not os.path.isdir(folder):
        raise Refusal(f"{shown} cannot be written: there is no folder {printable(folder)}.")
    if not os.access(folder, os.W_OK):
        raise Refusal(f"{shown} cannot be written: no permission in {printable(folder)}.")


def save(session: Session, path: str) -> None:
    """Write the run to a checkpoint; Refusal if that is impossible."""
    for _ in obey(session, Save(path)):
        pass


@record
class Report:
    """How far a run has come; its fields are those of a line of JSON."""

    event: Literal["progress", "finished", "diverged", "interrupted"]
    step: int
    loss: float
    """Total loss of the weights after `step` updates."""
    data_loss: float
    gap: float
    """Data loss − entropy floor."""
    steps_per_second: float
    """Since the report before; in the last one, the mean of the run."""


def train(
    session: Session, total: int, every: int | None, is_stopped: Callable[[], bool]
) -> Iterator[Report | TrainingDiverging]:
    """Train to a total number of steps, reporting at every so many."""
    start = session.snapshot().step
    every = every or max(1, -(-(total - start) // LINES))
    watch = Stopwatch(start)
    yield _report(session, "progress", watch)
    end: Literal["finished", "diverged", "interrupted"] = "interrupted"
    for _ in obey(session, Train(max(0, total - start))):
        end = "finished"  # There was nothing to do.
    while session.is_training and not is_stopped():
        due = every - watch.step % every
        for event in watch.train(session, min(watch.stride.steps, due)):
            if isinstance(event, TrainingDiverging):
                yield event
            elif isinstance(event, TrainingPaused):
                end = "diverged" if event.reason == "diverged" else "finished"
        if session.is_training and watch.step % every == 0:
            yield _report(session, "progress", watch)
    watch.lap = watch.whole
    yield _report(session, end, watch)


class Stopwatch:
    """Times nothing but the steps: no import, no printing, no waiting for a slow reader."""

    def __init__(self, step: int) -> None:
        self.step = step
        self.stride = Stride()
        self.whole = (0.0, step)
        """Seconds and step where the run began."""
        self.lap = self.whole
        """Seconds and step of the report before."""
        self.seconds = 0.0

    def train(self, session: Session, steps: int) -> list[Event]:
        """Take steps against the clock."""
        start = time.perf_counter()
        events = list(session.train(steps))
        seconds = time.perf_counter() - start
        self.seconds += seconds
        self.stride.note(steps, seconds)
        # A run that diverges goes back to its last finite step.
        self.step = session.snapshot().step if events else self.step + steps
        return events

    def rate(self) -> float:
        """Steps a second since the lap began."""
        seconds, step = self.lap
        return (self.step - step) / (self.seconds - seconds) if self.seconds > seconds else 0.0


def _report(
    session: Session,
    event: Literal["progress", "finished", "diverged", "interrupted"],
    watch: Stopwatch,
) -> Report:
    now = session.snapshot()
    rate = watch.rate()
    watch.lap = (watch.seconds, watch.step)
    return Report(event, now.step, now.loss, now.data_loss, now.gap, rate)


class Interrupts:
    """While entered, a signal is noted instead of ending the program; a second one ends it."""

    def __init__(self) -> None:
        self.signal = 0
        """Number of the signal that came, or 0."""
        self._before: dict[int, object] = {}

    def came(self) -> bool:
        """Whether there was one."""
        return self.signal != 0

    def _note(self, number: int, _: FrameType | None) -> None:
        if self.signal:
            raise KeyboardInterrupt
        self.signal = number

    def __enter__(self) -> Interrupts:
        for number in SIGNALS:
            # What is ignored on purpose, as by nohup, stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type]
