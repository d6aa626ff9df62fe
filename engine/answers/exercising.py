"""Exercises as a task: worked in pieces, refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.exercises.benches import checked, told, work
from engine.exercises.recipes import Material, Worked
from engine.protocol import Event, Exercise
from engine.words.dataset import Dataset
from engine.words.order import Encoded
from engine.words.pieces import Pieces


def exercise(
    command: Exercise, dataset: Dataset, encode: Callable[[], Pieces[Encoded]]
) -> Iterator[Event | None]:
    """Carry the command out; Refusal if it cannot be.

    Args:
        command: which exercise, and the answer to be explained.
        dataset: the words.
        encode: gives them as numbers.
    """
    checked(command)
    encoded = yield from encode()
    worked = Worked()
    vocabulary, sha256 = dataset.vocabulary, dataset.sha256
    material = Material(dataset.words, vocabulary, encoded, command, sha256)
    yield from work(material, worked)
    yield told(command, worked)
