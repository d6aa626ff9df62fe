"""Training without a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from engine import Client, changed
from engine.protocol import DataReport, KeepingFailed, LoadDataset, Settings
from tui import config
from tui.places import check_place
from tui.shell import headless, output, running
from tui.shell.arguments import (
    TEST,
    at_option,
    examples,
    given,
    json_option,
    run_options,
    setting,
    which,
    words_of,
    words_option,
)
from tui.terminal.signals import Signals

CLOSING = 10.0
"""Seconds that a slow disk has to take what is left to be kept."""


@click.command(
    epilog=examples(
        "makemore-tui train --steps 1000 --save names.safetensors",
        "makemore-tui train --steps 5000 --resume names.safetensors --save names.safetensors",
        "makemore-tui train --steps 200 --order 3 --split lecture --optimizer rows",
        "makemore-tui train --steps 200 --order 3 --dots 1 --model onehots",
        "makemore-tui train --steps 900 --at 400:learning_rate=5 --run long",
    )
)
@words_option
@setting("--steps", "N", "Train to this step.", required=True)
@run_options
@at_option
@click.option("--save", metavar="FILE", help="Write a checkpoint, also on ctrl+c.")
@setting("--every", "N", "Steps between reports.  [default: a 20th]")
@click.option("--open-test", "opens_test", is_flag=True, help=TEST)
@json_option
def train(data: LoadDataset, steps: int, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Train a network of bigrams, or of another order.

    The model neural has a row of weights for each context, onehots one for each symbol at each
    place: of order 3, a table of (54, 27), too plain for a trigram.
    """
    anew, path = given(options), options["save"]
    wanted = which(options, anew)
    if path is not None:
        check_place(path)
    shelf = config.read().shelf(wanted.place)
    # A run brings its own settings, over which only those given anew win.
    if wanted.run is None:
        data, settings = replace(data, split=anew.split), changed(Settings(), anew)
        client, report = headless.read(data, output.warn, settings, shelf)
    else:
        client, report = headless.read(words_of(data, wanted), output.warn, shelf=shelf)
        headless.resume(client, wanted.run, anew, output.warn)
    try:
        return _train(client, report, steps, as_json, options)
    finally:
        if not client.close(CLOSING):
            output.warn("There was no time to keep all of the run.")
        for event in client.told_last():
            if isinstance(event, KeepingFailed):
                output.warn(f"The end of the run is not kept: {event.reason}")


def _train(
    client: Client,
    report: DataReport,
    steps: int,
    as_json: bool,
    options: dict[str, Any],
) -> int:
    """Train to a step, saying how it goes; gives the exit status."""
    path, start = options["save"], client.standing()
    if start.newest > steps:
        output.warn(
            f"The run has taken {start.newest:,} steps; --steps is the total, so none is taken."
        )
    if options["opens_test"] and not start.has_test:
        headless.test_loss(client)
    if not as_json:
        output.say("\n".join(running.train_head(report, start)))
    saving = headless.Saving(client, path, output.warn)
    with Signals(on_save=saving.want, on_impatience=_leave_at_once) as signals:
        events = headless.train(
            client, start, steps, options["every"], options["at"], signals.came, saving
        )
        try:
            last = running.follow(events, start.settings.learning_rate, as_json)
        except OSError:
            # Nobody reads any more, or there is no room to write: the weights are worth keeping.
            if path is not None:
                headless.save(client, path)
            raise
        if path is not None:
            headless.save(client, path)
    if options["opens_test"]:
        last = replace(last, test=headless.test_loss(client))
    elif start.has_test:
        last = replace(last, test_sealed=True)
    running.end(last, path, as_json)
    if last.event == "interrupted":
        return 128 + signals.number
    return int(last.event in ("diverged", "failed"))


def _leave_at_once(_: int) -> None:
    raise KeyboardInterrupt
