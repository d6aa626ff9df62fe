"""Commands on models of any order: what each is called, takes and asks of the engine."""

from __future__ import annotations

from typing import Any, Literal

import click

from engine import Client
from engine.protocol import (
    ClimbLadder,
    ContextsCounted,
    CountContexts,
    DataReport,
    LadderClimbed,
    LoadDataset,
    ModelTuned,
    Tune,
)
from tui.shell import counts, headless, losses, output
from tui.shell.arguments import (
    TEST,
    counting_option,
    dots_option,
    examples,
    json_option,
    order_option,
    split_option,
    words_option,
)


def count(
    client: Client,
    report: DataReport,
    bigrams: counts.Bigrams,
    options: dict[str, Any],
    as_json: bool,
) -> None:
    """Count n-grams, and print the losses of a model of them.

    Args:
        client: an engine with words.
        report: what they are.
        bigrams: the most frequent ones.
        options: what was given, `None` where nothing was.
        as_json: whether to print JSON.
    """
    command = CountContexts(**_asked(client, report, options))
    for event in client.ask(command):
        if isinstance(event, ContextsCounted):
            if as_json:
                told = counts.data_json(report, bigrams, event) | losses.count_json(event)
                output.say_json(told | counts.files_json(report))
            else:
                text = losses.count_text(report.source, event, report.unit)
                lines = [*text, *counts.files_text(report)]
                output.say("\n".join(lines))


@click.command(
    epilog=examples(
        "makemore-tui tune --order 3 --split lecture",
        "makemore-tui tune --order 6 --split hash --model kneser-ney",
    )
)
@words_option
@order_option
@dots_option
@split_option("none")
@counting_option
@click.option("--open-test", "opens_test", is_flag=True, help=TEST)
@json_option
def tune(data: LoadDataset, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Find the parameter of a model that does best on dev.

    The models are counts, witten-bell, dirichlet, absolute, kneser-ney, modified-kneser-ney and
    jelinek-mercer. Without a split, counts are tuned by leaving each event out in turn.
    """
    client, report = headless.read(data, output.warn)
    for event in client.ask(Tune(**_asked(client, report, options))):
        if isinstance(event, ModelTuned):
            if as_json:
                output.say_json(losses.tune_json(event))
            else:
                output.say("\n".join(losses.tune_text(report.source, event)))


@click.command(
    epilog=examples(
        "makemore-tui ladder",
        "makemore-tui ladder --split hash --open-test",
    )
)
@words_option
@split_option("lecture")
@click.option(
    "--open-test",
    "opens_test",
    metavar="[all]",
    type=click.Choice(["best", "all"]),
    is_flag=False,
    flag_value="best",
    help="Tell the loss on test of the model best on dev, or of all.",
)
@json_option
def ladder(
    data: LoadDataset,
    split: str | None,
    opens_test: Literal["best", "all"] | None,
    as_json: bool,
) -> None:
    """Hold every model at every order against the others, sorted by dev."""
    client, report = headless.read(data, output.warn)
    in_force = headless.ngrams(client, report, {"split": split}).split
    has_parts = split is not None or in_force != "none"
    command = ClimbLadder(in_force if has_parts else "lecture", opens_test or "no")
    for event in client.ask(command):
        if isinstance(event, LadderClimbed) and event.is_last:
            if as_json:
                output.say_json(losses.ladder_json(event))
            else:
                output.say("\n".join(losses.ladder_text(report, event)))


def _asked(client: Client, report: DataReport, options: dict[str, Any]) -> dict[str, Any]:
    """Fields of a command, of what was given, or else is in force at hand."""
    ngrams = headless.ngrams(client, report, options)
    given = {name: value for name, value in options.items() if value is not None}
    return given | {"order": ngrams.order, "dots": ngrams.dots, "split": ngrams.split}
