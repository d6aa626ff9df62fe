"""The lecture's exercises without a screen: the list, one of them, and what a number came from."""

from __future__ import annotations

from dataclasses import asdict

import click

from engine.protocol import EXERCISES, EXPERIMENTS, Exercise, ExerciseWorked, LoadDataset
from tui.shell import headless, output
from tui.shell.arguments import data_option, dots_option, examples, json_option, split_option

WIDTH = 96
"""Columns of a paragraph."""


@click.command(
    epilog=examples(
        "makemore-tui exercise e01 --answer 2.26",
        "makemore-tui exercise e03 --split hash",
        "makemore-tui exercise e06 --card backwards",
    )
)
@data_option
@click.option("--answer", metavar="NUMBER", default="", help="What your notebook says.")
@click.option("--card", metavar="NAME", default="", help=f"One of e06: {', '.join(EXPERIMENTS)}.")
@dots_option
@split_option("none, or lecture for e02 and e03")
@json_option
@click.argument("name", metavar="[EXERCISE]", required=False)
def exercise(
    data: str | None,
    answer: str,
    card: str,
    dots: int | None,
    split: str | None,
    as_json: bool,
    name: str | None,
) -> None:
    """Work an exercise of the lecture's, and say which recipe gives your number.

    Without a name, the list of them.
    """
    if name is None:
        if as_json:
            listed = [{"name": each, "about": about} for each, about in EXERCISES.items()]
            output.say_json({"exercises": listed})
        else:
            output.say("\n".join(f"  {each}  {about}" for each, about in EXERCISES.items()))
        return
    client, report = headless.read(LoadDataset(data), output.warn)
    for event in client.ask(Exercise(name, answer, dots, split, card=card)):
        if isinstance(event, ExerciseWorked):
            if as_json:
                output.say_json(_json(event))
            else:
                output.say("\n".join(_text(report.source, event)))


def _json(event: ExerciseWorked) -> dict[str, object]:
    """The exercise as plain values; a figure that is infinite or no number is null."""
    found = asdict(event)
    del found["request"], found["command"]
    return {"name": event.command.name.strip().lower(), **found}


def _text(source: str, event: ExerciseWorked) -> list[str]:
    """The same for people, as the lab shows it."""
    # Only here: every other command would wait for the lab.
    from engine.lab import Exhibit, plain
    from engine.lab.ledger import laid_out

    return [source, "", *plain.picture(Exhibit(laid_out(event)), WIDTH)]
