"""The exercises by name: each is worked off in pieces."""

from __future__ import annotations

from collections.abc import Callable

from engine.exercises.diagnosis import diagnose, read
from engine.exercises.experiments import experiments
from engine.exercises.lookups import crossed, looked_up
from engine.exercises.parted import parted, tuned
from engine.exercises.recipes import Material, Steps, Worked
from engine.exercises.texts import TEXTS
from engine.exercises.trigram import trigram
from engine.protocol import EXERCISES, EXPERIMENTS, Exercise, ExerciseWorked, Refusal
from engine.words.cleaning import printable

WAYS: dict[str, Callable[[Material, Worked], Steps]] = {
    "e01": trigram,
    "e02": parted,
    "e03": tuned,
    "e04": looked_up,
    "e05": crossed,
    "e06": experiments,
}
"""How each is worked."""


def checked(command: Exercise) -> str:
    """Give the name of the exercise that is meant; Refusal if it cannot be worked so."""
    name = command.name.strip().lower()
    if name not in WAYS:
        shown = printable(command.name)[:40]
        raise Refusal(f"There is no exercise “{shown}”; choose from {', '.join(WAYS)}.")
    if command.dots not in (None, 1, 2):
        raise Refusal(f"dots of a trigram must be 1 or 2, not {command.dots}.")
    for given, what in ((command.dots, "dots"), (command.split, "split")):
        if given is not None and name not in ("e01", "e02", "e03"):
            raise Refusal(f"The exercise {name} takes no {what}; leave it out.")
    if command.card:
        if name != "e06":
            raise Refusal(f"The exercise {name} has no cards; leave the card out.")
        if command.card not in EXPERIMENTS:
            shown = printable(command.card)[:40]
            raise Refusal(f"There is no card “{shown}”; choose from {', '.join(EXPERIMENTS)}.")
    if command.answer:
        read(command.answer)
    return name


def work(material: Material, worked: Worked) -> Steps:
    """Work an exercise; what comes of it is added as it comes.

    Raises:
        Refusal: there is none such, the answer is no number, or these words are unfit for it.
    """
    yield from WAYS[checked(material.command)](material, worked)


def told(command: Exercise, worked: Worked) -> ExerciseWorked:
    """Tell what came of an exercise, and which recipe gives the answer, if there is one.

    Raises:
        Refusal: there is no such exercise, or the answer is no number.
    """
    name = checked(command)
    ordered = [each.figure for each in worked.candidates]
    groups = list(dict.fromkeys(figure.group for figure in ordered))
    ordered.sort(key=lambda figure: groups.index(figure.group))
    return ExerciseWorked(
        command.request,
        command,
        EXERCISES[name],
        TEXTS[name].task,
        TEXTS[name].choices,
        tuple(ordered),
        tuple(worked.remarks),
        diagnose(command.answer, worked) if command.answer else None,
        tuple(worked.cards),
        tuple(worked.curves),
    )
