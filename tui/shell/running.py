"""What a run without a screen says: where it starts, its losses, how it ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from engine import printable
from engine.protocol import SETTINGS, DataReport, KeepingFailed, Snapshot, TrainingDiverging
from engine.text.numbers import number
from tui.shell.headless import Report
from tui.shell.output import figure, recipe, say, say_json, warn

WIDE = 12
"""Columns of a figure in the table of reports."""


def train_head(report: DataReport, start: Snapshot) -> str:
    """What is about to be trained, and the heads of the columns."""
    return "\n".join(_head(report, start))


def _head(report: DataReport, start: Snapshot) -> Iterator[str]:
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
    yield " · ".join(_how(start))
    yield ""
    names = ["loss", "total", "gap", *["dev loss"] * (not math.isnan(start.dev_loss)), "steps/s"]
    yield f"{'step':>15}" + "".join(f"{name:>{WIDE}}" for name in names)


def _how(start: Snapshot) -> Iterator[str]:
    """What it is trained with."""
    settings = start.settings
    yield f"learning rate {number(settings.learning_rate)}"
    yield f"regularization {number(settings.regularization)}"
    yield f"seed {settings.seed}"
    yield settings.init
    yield f"{settings.gradient} gradient"
    if settings.optimizer != "plain":
        yield settings.optimizer
    yield start.device


def train_line(report: Report) -> str:
    """One line a report, in columns that do not shift."""
    losses = [report.data_loss, report.loss, report.gap]
    losses += [] if report.dev_loss is None else [report.dev_loss]
    rate = _column(report.steps_per_second, 0 if report.steps_per_second >= 100 else 1)
    rate = rate if report.steps_per_second else "—"
    shown = ("—" if math.isnan(loss) else _column(loss, 6) for loss in losses)
    return f"{report.step:>15,}" + "".join(f"{loss:>{WIDE}}" for loss in shown) + f"{rate:>{WIDE}}"


def _column(value: float, decimals: int) -> str:
    """A figure that leaves a blank before it in its column."""
    text = figure(value, decimals)
    return text if len(text) < WIDE else number(value, ".3e")


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
    """A report, without what there is not: dev without a split, test until it is opened.

    The total has two names: what is called `loss` elsewhere is data_loss here, and always was.
    """
    told = {name: value for name, value in asdict(report).items() if value is not None}
    return {**told, "total_loss": report.loss}


def diverging(event: TrainingDiverging, rate: float) -> str:
    """The warning that a run is not getting better."""
    edge = event.stability_edge
    return (
        f"at step {event.step:,} the loss {figure(event.data_loss)} has stayed above its "
        f"start; the learning rate is {number(rate)}, and 2/λmax near the optimum "
        f"{'not worked out' if math.isnan(edge) else number(edge, '.1f')}."
    )


def beginning(start: Snapshot, steps: int) -> str:
    """What is about to be trained, to be read aloud."""
    of, dots, split, network = start.settings.objective
    what = () if start.settings.is_bigram else (network, *recipe(of, dots, split))
    return f"Training from step {start.step:,} to {steps:,}: {', '.join([*what, *_how(start)])}."


def told(report: Report) -> str:
    """A report to be read aloud: each figure behind its name."""
    losses = {"loss": report.data_loss, "total": report.loss, "gap": report.gap}
    if report.dev_loss is not None:
        losses["dev loss"] = report.dev_loss
    said = [f"{name} {figure(loss, 6)}" for name, loss in losses.items() if not math.isnan(loss)]
    return f"step {report.step:,}: {', '.join(said)}"


def waiting(names: Sequence[str]) -> str:
    """Say that settings have yet to act."""
    which = " and ".join(SETTINGS[name].label for name in names)
    return f"The run has begun, so {which} will act at the next reset."


def follow(
    events: Iterator[Report | TrainingDiverging | KeepingFailed],
    rate: float,
    as_json: bool,
    line: Callable[[Report], str] = train_line,
) -> Report:
    """Print every report, a step once; the last is returned, and as JSON it is left to `end`.

    Args:
        events: what happens.
        rate: the learning rate.
        as_json: whether to print JSON.
        line: writes a report otherwise.
    """
    said = -1
    for event in events:
        if isinstance(event, TrainingDiverging):
            warn(diverging(event, rate))
        elif isinstance(event, KeepingFailed):
            warn(f"The run is not being kept: {event.reason} Training goes on.")
        elif as_json and event.event == "progress":
            say_json(train_json(event))
        else:
            if not as_json and event.step != said:
                say(line(event))
            if event.event != "progress":
                return event
            said = event.step
    raise AssertionError("a run without an end")


def end(last: Report, path: str | None, as_json: bool) -> None:
    """Print how a run ended, and where it was saved."""
    if as_json:
        say_json(train_json(last))
        return
    say(train_end(last))
    if path is not None:
        say(f"Saved to {printable(path)}")
