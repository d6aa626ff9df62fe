"""E06: twelve experiments that are ready, each worked out on the words at hand."""

from __future__ import annotations

from engine.exercises import changing, guessing
from engine.exercises.ground import Experiment, Ground, tally
from engine.exercises.recipes import Material, Steps, Worked, stage
from engine.protocol import EXPERIMENTS, Card

WAYS: dict[str, Experiment] = {
    "units": guessing.in_units,
    "guess": guessing.next_symbol,
    "positions": guessing.by_position,
    "first": guessing.first_symbols,
    "vowels": changing.vowels_alone,
    "backwards": changing.backwards,
    "shuffled": changing.shuffled,
    "extremes": guessing.extremes,
    "walk": guessing.likeliest_walk,
    "sizes": changing.sizes,
    "lists": changing.two_lists,
    "others": changing.other_words,
}
"""How each is worked."""


def experiments(material: Material, worked: Worked) -> Steps:
    """Work the experiment that was asked for, or all of them."""
    names = [material.command.card] if material.command.card else list(EXPERIMENTS)
    ground = Ground(material, (yield from tally(material.encoded)))
    for done, name in enumerate(names, start=1):
        found = yield from WAYS[name](ground)
        title = EXPERIMENTS[name]
        for what, value, unit in found.figures:
            worked.add(name, f"{title}: {what}", value, found.why, unit=unit)
        worked.cards.append(Card(name, title, found.why))
        yield stage(done, len(names))
    worked.explain = lambda _: iter(
        ("It is an experiment of your own, then: say what was counted, on what it was judged.",)
    )
