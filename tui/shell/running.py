"""What a run without a screen says: where it starts, its losses, how it ends."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict

from engine import printable
from engine.protocol import DataReport, KeepingFailed, Snapshot, TrainingDiverging
from engine.text.numbers import number
from tui.shell.headless import Report
from tui.shell.output import figure, say, say_json, warn


def train_head(report: DataReport, start: Snapshot) -> Iterator[str]:
    """What is about to be trained, and the heads of the columns."""
    settings = start.settings
    what = f"{report.bigrams:,} bigrams"
    if not settings.is_bigram:
        what = f"order {settings.order} · dots {settings.dots} · split {settings.split}"
    floor = f"entropy floor {number(start.floor, '.6f')}"
    if (network := settings.objective[-1]) != "neural":
        rows = (settings.order - 1) * report.symbols
        what = f"{network} · W ({rows}, {report.symbols}) · {what}"
        is_known = math.isfinite(start.floor)
        floor = f"least loss {number(start.floor, '.6f') if is_known else 'not worked out'}"
    size = f"{report.words:,} {report.unit} · {report.symbols:,} symbols"
    yield f"{report.source} · {size} · {what} · {floor}"
    way = "" if settings.optimizer == "plain" else f"{settings.optimizer} · "
    yield (
        f"learning rate {number(settings.learning_rate)} · "
        f"regularization {number(settings.regularization)} · "
        f"seed {settings.seed} · {settings.init} · {settings.gradient} gradient · {way}"
        f"{start.device}"
    )
    yield ""
    dev = "" if math.isnan(start.dev_loss) else f"{'dev loss':>12}"
    yield f"{'step':>15}{'loss':>12}{'data loss':>12}{'gap':>12}{dev}{'steps/s':>12}"


def train_line(report: Report) -> str:
    """One line a report, in columns that do not shift."""
    losses = [report.loss, report.data_loss, report.gap]
    losses += [] if report.dev_loss is None else [report.dev_loss]
    rate = figure(report.steps_per_second, 0 if report.steps_per_second >= 100 else 1)
    rate = rate if report.steps_per_second else "—"
    shown = ("—" if math.isnan(loss) else figure(loss, 6) for loss in losses)
    return f"{report.step:>15,}" + "".join(f"{loss:>12}" for loss in shown) + f"{rate:>12}"


def train_end(report: Report) -> str:
    """The last line: how it ended."""
    how = {
        "finished": "Finished",
        "interrupted": "Interrupted",
        "diverged": "Diverged: the loss is no longer a number; these are the last finite weights",
        "failed": f"{report.fault} Stopped, with the last weights that were evaluated,",
    }
    rate = figure(report.steps_per_second, 0)
    end = f"\n{how[report.event]} at step {report.step:,}; {rate} steps/s on average."
    return end if report.test is None else f"{end}\nLoss on test: {figure(report.test, 6)} nats."


def train_json(report: Report) -> dict[str, object]:
    """A report, without what there is not: dev without a split, test until it is opened."""
    return {name: value for name, value in asdict(report).items() if value is not None}


def diverging(event: TrainingDiverging, rate: float) -> str:
    """The warning that a run is not getting better."""
    edge = event.stability_edge
    return (
        f"at step {event.step:,} the data loss {figure(event.data_loss)} has stayed above its "
        f"start; the learning rate is {number(rate)}, and 2/λmax near the optimum "
        f"{'not worked out' if math.isnan(edge) else number(edge, '.1f')}."
    )


def follow(
    events: Iterator[Report | TrainingDiverging | KeepingFailed], rate: float, as_json: bool
) -> Report:
    """Print every report but the last, which is returned."""
    for event in events:
        if isinstance(event, TrainingDiverging):
            warn(diverging(event, rate))
        elif isinstance(event, KeepingFailed):
            warn(f"The run is not being kept: {event.reason} Training goes on.")
        elif event.event != "progress":
            return event
        elif as_json:
            say_json(train_json(event))
        else:
            say(train_line(event))
    raise AssertionError("a run without an end")


def end(last: Report, path: str | None, as_json: bool) -> None:
    """Print the last report, and where the run was saved."""
    if as_json:
        say_json(train_json(last))
        return
    say(train_line(last))
    say(train_end(last))
    if path is not None:
        say(f"Saved to {printable(path)}")
