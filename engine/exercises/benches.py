"""The exercises by name: each is worked off in pieces."""

from __future__ import annotations

from collections.abc import Callable, Generator

from engine.exercises.diagnosis import diagnose, read
from engine.exercises.lookups import crossed, looked_up
from engine.exercises.parted import parted, tuned
from engine.exercises.recipes import Material, Steps
from engine.exercises.texts import TEXTS
from engine.exercises.trigram import trigram
from engine.protocol import EXERCISES, Exercise, ExerciseWorked, Progressed, Refusal
from engine.words.cleaning import printable

WAYS: dict[str, Callable[[Material], Steps]] = {
    "e01": trigram,
    "e02": parted,
    "e03": tuned,
    "e04": looked_up,
    "e05": crossed,
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
    if command.answer:
        read(command.answer)
    return name


def work(material: Material) -> Generator[Progressed | None, None, ExerciseWorked]:
    """Work an exercise.

    Raises:
        Refusal: there is none such, the answer is no number, or these words are unfit for it.
    """
    command = material.command
    name = checked(command)
    worked = yield from WAYS[name](material)
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
    )
