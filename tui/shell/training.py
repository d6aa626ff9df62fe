"""Training without a screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import click

from engine import Client, archive, changed
from engine.protocol import Configure, DataReport, LoadDataset, Refusal, Settings
from tui import config, storage
from tui.places import check_place
from tui.shell import headless, output, running
from tui.shell.arguments import (
    STEERING,
    TEST,
    At,
    Setting,
    Which,
    at_option,
    examples,
    given,
    run_options,
    setting,
    which,
    words_of,
    words_option,
)
from tui.shell.hand import Hand, at_hand, session
from tui.terminal.signals import Signals

LINES = 10
"""About so many reports a run makes where it is read aloud."""

PATIENCE = 5.0
"""Seconds after which there it is said how far it has come, whatever the step."""


@click.command(
    epilog=examples(
        "makemore-tui train 1000 --save names.safetensors",
        "makemore-tui train --steps 5000 --resume names.safetensors --save names.safetensors",
        "makemore-tui train --steps 200 --order 3 --split lecture --optimizer rows",
        "makemore-tui train --steps 200 --order 3 --dots 1 --model onehots",
        "makemore-tui train --steps 900 --at 400:learning_rate=5 --run long",
    )
)
@words_option
@setting("--steps", "N", "Train to this step, those before it included.")
@run_options
@at_option
@click.option("--save", metavar="FILE", help="Write a checkpoint, also on ctrl+c.")
@setting("--every", "N", "Steps between reports.  [default: a 20th]")
@click.option("--open-test", "opens_test", is_flag=True, help=TEST)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON: data_loss is the loss, and loss the total, as total_loss is.",
)
@click.argument("more", metavar="[N]", type=Setting("steps"), required=False)
def train(data: LoadDataset, as_json: bool, **options: Any) -> int:  # noqa: ANN401
    """Train a network of bigrams, or of another order, for N steps more.

    The model neural has a row of weights for each context, onehots one for each symbol at each
    place: of order 3, a table of (54, 27), too plain for a trigram.
    """
    if (options["steps"] is None) == (options["more"] is None):
        raise Refusal(
            "Give how many steps to take, as train 1000, or the step to come to, as --steps 1000."
        )
    anew, path = given(options), options["save"]
    wanted = which(options, anew)
    if path is not None:
        check_place(path)
    if (hand := at_hand(data)) is not None and hand.loaded is not None:
        _steer(hand, wanted, anew, options["at"])
        return _train(hand.client, hand.loaded.report, "", as_json, options)
    shelf = config.read().shelf(wanted.place)
    # A run brings its own settings, over which only those given anew win.
    if wanted.run is None:
        data, settings = replace(data, split=anew.split), changed(Settings(), anew)
        client, report = headless.read(data, output.warn, settings, shelf)
    else:
        client, report = headless.read(words_of(data, wanted), output.warn, shelf=shelf)
        anew = _by_now(anew, options["at"], partial(_newest, wanted.run, report))
        headless.resume(client, wanted.run, anew, output.warn, trains=True)
    try:
        return _train(client, report, wanted.place, as_json, options)
    finally:
        headless.close(client)


def _newest(run: str, report: DataReport) -> int:
    """Say how many steps a run on disk has taken.

    Args:
        run: as `Load` takes it.
        report: the words there are.
    """
    with suppress(Refusal):  # It is refused where it is loaded.
        return archive.described(archive.find(run, storage.shelf(), report.sha256)).run.line.step
    return 0


def _by_now(anew: Configure, changes: Sequence[At], newest: Callable[[], int]) -> Configure:
    """Settings given anew to a run, under the changes that lie behind it.

    So the line that began a run goes on with what it had come to, not with what it began with.

    Args:
        anew: those settings.
        changes: that are given with them.
        newest: says how many steps the run has taken; asked where there are changes.
    """
    step = newest() if changes else 0
    for at in changes:
        if at.step <= step:
            told = {name: getattr(at.settings, name) for name in STEERING}
            anew = replace(anew, **{n: value for n, value in told.items() if value is not None})
    return anew


def _steer(hand: Hand, wanted: Which, anew: Configure, changes: Sequence[At]) -> None:
    """Do with a session at hand what its run is to be trained with."""
    if wanted.place:
        raise Refusal("--run makes a run, and there is one at hand; leave it out.")
    assert hand.loaded is not None
    run, report = wanted.run, hand.loaded.report
    anew = _by_now(
        anew, changes, lambda: hand.snapshot.newest if run is None else _newest(run, report)
    )
    if run is not None:
        headless.resume(hand.client, run, anew, output.warn, trains=True)
    elif (changed := hand.configure(anew)) is not None and changed.at_next_reset:
        output.say(running.waiting(changed.at_next_reset))


def _train(
    client: Client,
    report: DataReport,
    place: str,
    as_json: bool,
    options: dict[str, Any],
) -> int:
    """Train to a step, saying how it goes; gives the exit status.

    Args:
        client: whose run it is.
        report: its words.
        place: folder that a new run is to have; empty if it has no place of its own.
        as_json: whether to print JSON.
        options: of the command line.
    """
    path, start, steps = options["save"], client.standing(), options["steps"]
    if steps is None:
        steps = start.newest + options["more"]
    if start.newest > steps:
        output.warn(
            f"The run has taken {start.newest:,} steps; --steps is the total, so none is taken."
        )
    if late := [at.step for at in options["at"] if at.step >= steps]:
        raise Refusal(
            f"--at changes settings at step {late[-1]:,}, and the run ends at step {steps:,}; give "
            "an earlier step, or take more steps."
        )
    if options["opens_test"] and not start.has_test:
        headless.test_loss(client)
    if place:
        archive.check_place(place)
    aloud = session() is not None
    every, patience = options["every"], math.inf
    if aloud:
        every, patience = every or max(1, -(-(steps - start.step) // LINES)), PATIENCE
    if not as_json:
        head = running.beginning(start, steps) if aloud else running.train_head(report, start)
        output.say_prose(head)
    saving = headless.Saving(client, path, output.warn)
    with Signals(on_save=saving.want, on_impatience=_leave_at_once) as signals:
        events = headless.train(
            client, start, steps, every, options["at"], signals.came, saving, patience
        )
        line = running.told if aloud else running.train_line
        try:
            last = running.follow(events, start.settings.learning_rate, as_json, line)
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
    if last.event == "finished":
        client.finish()
    if last.event == "interrupted":
        return 128 + signals.number
    return int(last.event in ("diverged", "failed"))


def _leave_at_once(_: int) -> None:
    raise KeyboardInterrupt
