"""E06: twelve experiments that are ready, each worked out on the words at hand."""

from __future__ import annotations

from engine.exercises import changing, guessing
from engine.exercises.ground import Experiment, Ground, tally
from engine.exercises.recipes import Material, Steps, Worked, stage
from engine.protocol import Card

CARDS: dict[str, tuple[str, Experiment]] = {
    "units": ("One loss in four units", guessing.in_units),
    "guess": ("Guess the next symbol", guessing.next_symbol),
    "positions": ("Which place in a word is hard", guessing.by_position),
    "first": ("How words begin, and how they end", guessing.first_symbols),
    "vowels": ("First the kind, then which", changing.vowels_alone),
    "backwards": ("Words read backwards", changing.backwards),
    "shuffled": ("Words with their letters mixed", changing.shuffled),
    "extremes": ("The likeliest words, and the least", guessing.extremes),
    "walk": ("Always the likeliest symbol", guessing.likeliest_walk),
    "sizes": ("How many words it takes", changing.sizes),
    "lists": ("Girls against boys", changing.two_lists),
    "others": ("Words of another kind", changing.other_words),
}
"""The experiments by name, with what each is called."""


def experiments(material: Material, worked: Worked) -> Steps:
    """Work the experiment that was asked for, or all of them."""
    names = [material.command.card] if material.command.card else list(CARDS)
    ground = Ground(material, (yield from tally(material.encoded)))
    for done, name in enumerate(names, start=1):
        title, experiment = CARDS[name]
        found = yield from experiment(ground)
        for what, value, unit in found.figures:
            worked.add(name, f"{title}: {what}", value, found.why, unit=unit)
        worked.cards.append(Card(name, title, found.why))
        yield stage(done, len(names))
    worked.explain = lambda _: iter(
        ("It is an experiment of your own, then: say what was counted, on what it was judged.",)
    )
