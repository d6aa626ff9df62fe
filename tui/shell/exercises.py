"""The lecture's exercises without a screen: the list, one of them, and what a number came from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby

import click

from engine.protocol import EXERCISES, Exercise, ExerciseWorked, Figure
from engine.text.numbers import number
from engine.text.width import wrap
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
@click.option("--card", metavar="NAME", default="", help="The only experiment of e06.")
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
    client, report = headless.read(data, output.warn)
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


def _text(source: str, event: ExerciseWorked) -> Iterator[str]:
    """The same for people."""
    yield f"{source} · {event.command.name.strip().lower()} · {event.title}"
    yield ""
    yield from wrap(event.task, WIDTH)
    yield ""
    for choice in event.choices:
        first, *others = wrap(choice, WIDTH - 4)
        yield from (f"  · {first}", *(f"    {line}" for line in others))
    cards = {card.name: card for card in event.cards}
    for group, figures in groupby(event.figures, key=lambda figure: figure.group):
        yield ""
        card = cards.pop(group, None)
        yield f"{group}: {card.title}" if card else group
        known = f"{card.title}: " if card else ""
        rows = ((f"  {_recipe(each).removeprefix(known)}", _value(each)) for each in figures)
        yield from output.table(rows, "<>")
        if card:
            yield from (f"  {line}" for line in wrap(card.why, WIDTH - 2))
    for card in cards.values():
        yield from ("", f"{card.name}: {card.title}", *wrap(card.why, WIDTH))
    for remark in (*event.remarks, *(event.diagnosis.sentences if event.diagnosis else ())):
        yield ""
        yield from wrap(remark, WIDTH)


def _recipe(figure: Figure) -> str:
    return figure.recipe + (f" (on {figure.known_of})" if figure.known_of else "")


def _value(figure: Figure) -> str:
    if not math.isfinite(figure.value):
        return "nan" if math.isnan(figure.value) else "∞"
    if figure.unit == "nats":
        return number(figure.value, ".7f")
    is_whole = figure.value == int(figure.value)
    return number(figure.value, ",.0f" if is_whole else ".6g")
