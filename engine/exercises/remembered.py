"""Figures that stand in notebooks of makemore's list, whatever words are at hand.

A learner's number mostly comes from that list. With other words it cannot be worked out again, but
it can be known.
"""

from __future__ import annotations

from engine.exercises.recipes import MAKEMORES, Worked
from engine.protocol import PUBLISHED_OF
from engine.text.numbers import number
from engine.words.vocabulary import Vocabulary

LETTERS = ".abcdefghijklmnopqrstuvwxyz"
"""Symbols of the list; with others at hand nobody's number comes from it."""

OF_FLOAT32 = 5e-7
"""How far seven digits may be off that were printed in full elsewhere."""

DIGITS = "the bigram's own digits"

_STALE = (
    "a stale output: a net in training, with 0.01·mean(W²) in the loss; the floor of the bigram is "
    "2.4540"
)

STALE = {2.4764703: _STALE, 2.4818280: _STALE}
"""Outputs that stand in the public notebook, of a net that was still in training."""

KNOWN = {
    "bigram, k = 0": 2.45401449,
    "bigram, k = 1": 2.45457682,
    "bigram, k = 0, summed as the lecture does, in float32": 2.4540941,
    "bigram, k = 1, summed as the lecture does, in float32": 2.4543562,
    "trigram, one dot, k = 0": 2.06186197,
    "trigram, one dot, k = 1": 2.09307986,
    "trigram, two dots, k = 0": 2.18574324,
    "trigram, two dots, k = 1": 2.21258242,
    "two one-hots side by side, one dot, at their optimum": 2.23633739,
    "two one-hots side by side, two dots, at their optimum": 2.33572132,
    "two one-hots side by side, one dot, rate 50, λ = 0.01, step 190": 2.2599439,
}
"""What the recipes that are worked out here give on that list, in nats."""


def remember(worked: Worked, vocabulary: Vocabulary, sha256: str) -> None:
    """Add what is known of makemore's list, if these words are alike.

    Args:
        worked: what is known already.
        vocabulary: of the words at hand.
        sha256: of their file; on makemore's list itself the recipes give the figures.
    """
    if "".join(vocabulary.symbols) != LETTERS:
        return
    for value, note in STALE.items():
        recipe = f"{number(value, '.6f')} as it stands in the public notebook"
        worked.add(DIGITS, recipe, value, note, known_of=MAKEMORES, rank=2, slack=OF_FLOAT32)
    if sha256 != PUBLISHED_OF:
        for recipe, value in KNOWN.items():
            note = "your notebook has another list than the one at hand"
            if "float32" in recipe:
                exact = number(KNOWN[recipe.partition(", summed")[0]], ".7f")
                note = f"it adds float32 numbers one by one; exactly it is {exact}; {note}"
            group = f"the same on {MAKEMORES}"
            worked.add(group, recipe, value, note, known_of=MAKEMORES, rank=4, slack=OF_FLOAT32)
