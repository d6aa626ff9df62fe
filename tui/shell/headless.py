"""The engine without a screen: asked from the command line, one thing after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any, Literal

from engine import Client, Inline, Session, printable, record
from engine.protocol import (
    FILES,
    NETWORKS,
    CheckpointLoaded,
    Configure,
    DataReport,
    DatasetLoaded,
    KeepingFailed,
    Load,
    LoadDataset,
    LossOnTest,
    ModelName,
    Ngrams,
    OpenTest,
    Refusal,
    Save,
    Settings,
    Shelf,
    Snapshot,
    Train,
    TrainingDiverging,
    TrainingPaused,
)
from tui import storage
from tui.shell.arguments import At, Which, named, words_of
from tui.shell.hand import at_hand, over, session
from tui.shell.output import warn

CLOSING = 10.0
"""Seconds that a slow disk has to take what is left to be kept."""

LINES = 20
"""About so many reports a run makes unless told otherwise."""


def read(
    words: LoadDataset,
    warn: Callable[[str], None],
    settings: Settings | None = None,
    shelf: Shelf | None = None,
) -> tuple[Client, DataReport]:
    """Load words into a new engine, warning of a file that looks odd; needs no torch.

    Where a session is at hand that has these words, it is that.

    Args:
        words: what reads them.
        warn: called with a sentence.
        settings: those of the first run.
        shelf: where runs are kept; they are not if not given.
    """
    client, loaded = opened(words, warn, settings, shelf)
    return client, loaded.report


def opened(
    words: LoadDataset,
    warn: Callable[[str], None],
    settings: Settings | None = None,
    shelf: Shelf | None = None,
) -> tuple[Client, DatasetLoaded]:
    """The same; gives all that there is to say of the words."""
    hand = at_hand(words)
    if hand is not None and hand.loaded is not None:
        return hand.client, hand.loaded
    return apart(words, warn, settings, shelf)


def apart(
    words: LoadDataset,
    warn: Callable[[str], None],
    settings: Settings | None = None,
    shelf: Shelf | None = None,
) -> tuple[Client, DatasetLoaded]:
    """The same, whatever is at hand."""
    client = Client(Inline(Session(settings, shelf)))
    (loaded,) = (event for event in client.ask(words) if isinstance(event, DatasetLoaded))
    if loaded.report.hint:
        warn(loaded.report.hint)
    return client, loaded


def usual(report: DataReport) -> Ngrams:
    """What a model is made of if nothing is asked for: words in files of parts are parted so."""
    return Ngrams(split=FILES) if report.files else Ngrams()


def resume(
    client: Client,
    path: str,
    given: Configure,
    warn: Callable[[str], None],
    *,
    trains: bool = False,
) -> None:
    """Go on from a checkpoint, under its settings but for those given anew.

    Args:
        client: whose run it will be.
        path: of the checkpoint.
        given: those settings.
        warn: called with a sentence.
        trains: whether it is going to be trained; Refusal if it cannot be then.
    """
    for event in client.ask(Load(path, given)):
        if isinstance(event, CheckpointLoaded) and event.warning:
            if trains and event.is_bound:
                raise Refusal(event.warning)
            warn(event.warning)


def open_model(
    words: LoadDataset,
    model: ModelName | None,
    checkpoint: str | None,
    step: int | None,
    warn: Callable[[str], None],
) -> tuple[Client, DataReport, ModelName]:
    """Open a model; a checkpoint means the network of a run, at a step if one is given.

    Nothing is written: the run is only looked at.
    """
    network = next((name for name in NETWORKS if name == model), None)
    if checkpoint is not None and network != model:
        raise Refusal("--checkpoint holds a neural model; leave it out, or take --model neural.")
    hand = at_hand(words) if checkpoint is None and step is None else None
    if hand is not None and hand.loaded is not None:
        return hand.client, hand.loaded.report, model or hand.model
    if checkpoint is None and network is not None:
        kind = "" if network == "neural" else f"--model {network} --order 3 "
        raise Refusal(
            f"The {network} model needs --checkpoint FILE; makemore-tui train "
            f"{printable(named(words))}{kind}--steps 1000 --save FILE makes one."
        )
    if step is not None and checkpoint is None:
        raise Refusal("--step is one of a run; give --checkpoint RUN, too.")
    if checkpoint is None:
        client, report = read(words, warn)
        return client, report, model or "counts"
    client, loaded = open_run(words, checkpoint, step, Configure(network=network), warn)
    return client, loaded.report, network or client.standing().settings.objective[-1]


def open_run(
    words: LoadDataset,
    run: str,
    step: int | None,
    given: Configure,
    warn: Callable[[str], None],
) -> tuple[Client, DatasetLoaded]:
    """Look at a run, at a step if one is given, under its settings but for those given anew."""
    from engine import archive

    which = Which(archive.find(run, storage.shelf()))
    client, loaded = apart(words_of(words, which), warn)
    # Nothing is going to be trained: neither its device nor its gradient path is needed.
    way = replace(given, device="cpu", gradient="counts")
    resume(client, str(which.run), way, warn)
    if step is not None:
        client.look(step)
    return client, loaded


def asked(
    client: Client, model: ModelName, report: DataReport, options: dict[str, Any]
) -> dict[str, Any]:
    """Fields of a command to a model, of what was given, or else is in force at hand.

    Args:
        client: whose model it is.
        model: which.
        report: the words.
        options: of the command line, `None` where nothing was given.
    """
    if options["smoothing"] is not None and model not in ("counts", *NETWORKS):
        raise Refusal("--smoothing is of the model counts; leave it out, or take --model counts.")
    of_ngrams = {f.name for f in fields(Ngrams)}
    others = {n: v for n, v in options.items() if v is not None and n not in of_ngrams}
    return others | {"model": model, "ngrams": ngrams(client, report, options)}


def ngrams(client: Client, report: DataReport, options: dict[str, Any]) -> Ngrams:
    """What a model is made of, of what was given, or else is in force at hand.

    Args:
        client: whose model it is.
        report: the words.
        options: of the command line, `None` where nothing was given.
    """
    hand = session()
    is_own = hand is not None and hand.client is client
    return over(hand.ngrams if hand is not None and is_own else usual(report), options)


def save(client: Client, path: str) -> None:
    """Write the run to a checkpoint; Refusal if that is impossible."""
    for _ in client.ask(Save(path)):
        pass


def close(client: Client) -> None:
    """End an engine, and say what of its run could not be kept."""
    if not client.close(CLOSING):
        warn("There was no time to keep all of the run.")
    for event in client.told_last():
        if isinstance(event, KeepingFailed):
            warn(f"The end of the run is not kept: {event.reason}")


ReportName = Literal["progress", "finished", "diverged", "failed", "interrupted"]
"""What a report is of: a step on the way, or how the run ended."""


@record
class Report:
    """How far a run has come; its fields are those of a line of JSON."""

    event: ReportName
    step: int
    loss: float
    """Total loss of the weights after `step` updates."""
    data_loss: float
    gap: float
    """Data loss − entropy floor."""
    steps_per_second: float
    """Since the report before; in the last one, the mean of the run."""
    dev_loss: float | None = None
    """Loss on dev, under a split."""
    test_sealed: bool | None = None
    """In the last one, where there is a test: whether its loss is not told."""
    test: float | None = None
    """That loss, if it is to be told."""
    fault: str | None = None
    """How the device failed, in a sentence, if it did."""


class Saving:
    """Saves a run in its midst, when that is asked for.

    Args:
        client: whose run it is.
        path: where to; without one there is nowhere, and it goes on as it is.
        warn: called with a sentence then.
    """

    def __init__(self, client: Client, path: str | None, warn: Callable[[str], None]) -> None:
        self._client, self._path, self._warn = client, path, warn
        self.is_wanted = False
        """Whether it is asked for and has not been done."""

    def want(self) -> None:
        """Ask for it: between two steps it is done."""
        self.is_wanted = True

    def save(self) -> None:
        """Do it."""
        self.is_wanted = False
        if self._path is None:
            self._warn("There is nothing to save to; give --save FILE.")
        else:
            save(self._client, self._path)


def train(
    client: Client,
    start: Snapshot,
    total: int,
    every: int | None,
    changes: Sequence[At],
    is_stopped: Callable[[], bool],
    saving: Saving,
    patience: float = math.inf,
) -> Iterator[Report | TrainingDiverging | KeepingFailed]:
    """Train from where the run stands to a total number of steps, reporting at every so many.

    Between two reports the engine is asked to train just so far: nothing but the steps is timed,
    no import, no printing, no waiting for a slow reader. So it is between two changes of settings,
    and so it pauses where nothing has been reported for so many seconds.
    """
    every = every or max(1, -(-(total - start.step) // LINES))
    coming = [at for at in changes if start.step <= at.step]
    yield _report("progress", start, start)
    now, reason, fault = start, "finished", None
    while reason == "finished" and now.step < total:
        while coming and coming[0].step == now.step:
            client.configure(coming.pop(0).settings)
        before, due = now, min(every - now.step % every, total - now.step)
        if coming:
            due = min(due, coming[0].step - now.step)
        end = time.monotonic() + patience

        def is_due(end: float = end) -> bool:
            return is_stopped() or saving.is_wanted or time.monotonic() > end

        for event in client.ask(Train(due), is_due):
            if isinstance(event, TrainingDiverging | KeepingFailed):
                yield event
            elif isinstance(event, TrainingPaused):
                now, reason = client.snapshot_of(event), event.reason
                fault = event.fault or None
        if saving.is_wanted:
            saving.save()
            if reason == "asked" and not is_stopped():
                reason = "finished"
                continue
        is_late = reason == "asked" and not is_stopped()
        reason = "finished" if is_late else reason
        if reason == "finished" and now.step < total and (is_late or now.step % every == 0):
            yield _report("progress", now, before)
    yield replace(_report(_ENDS[reason], now, start), fault=fault)


_ENDS: dict[str, ReportName] = {
    "finished": "finished",
    "diverged": "diverged",
    "failed": "failed",
    "asked": "interrupted",
}
"""How a run ends, by what training was paused for."""


def _report(
    event: ReportName,
    now: Snapshot,
    before: Snapshot,
) -> Report:
    steps, seconds = now.step - before.step, now.seconds - before.seconds
    rate = steps / seconds if seconds > 0 else 0.0
    dev = None if math.isnan(now.dev_loss) else now.dev_loss
    return Report(event, now.step, now.loss, now.data_loss, now.gap, rate, dev)


def test_loss(client: Client) -> float:
    """Loss of the run in hand on test, in nats; Refusal if there is no test."""
    (event,) = (event for event in client.ask(OpenTest()) if isinstance(event, LossOnTest))
    return event.loss
