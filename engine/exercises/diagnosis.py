"""Which recipe gives a number: those that come within the digits that were typed."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation

from engine.exercises.recipes import Candidate, Worked
from engine.protocol import Diagnosis, Refusal
from engine.text.numbers import number
from engine.words.cleaning import printable

MOST_MATCHES = 5
"""Recipes named that give a number."""

LARGE = 1e15
"""Numbers from here on are no answer to any exercise."""


def read(text: str) -> tuple[float, float]:
    """Read a number and half of its last digit.

    Raises:
        Refusal: it is none.
    """
    plain = text.strip().replace("−", "-").replace("∞", "inf")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise _no_number(text) from None
    if not value.is_finite():
        return float(value), 0.0
    exponent = value.as_tuple().exponent
    if abs(value) > LARGE or not isinstance(exponent, int) or not -40 < exponent < 15:
        raise _no_number(text)
    return float(value), 0.5 * 10.0**exponent


def diagnose(text: str, worked: Worked) -> Diagnosis:
    """Find the recipes that give a number, the likeliest first; if none does, the nearest.

    Raises:
        Refusal: the answer is no number.
    """
    answer, within = read(text)
    matches = _matches(answer, within, worked)
    is_cut = False
    if not matches and within:
        # A number may have been cut off instead of rounded.
        matches = _matches(answer + math.copysign(within, answer), within, worked)
        is_cut = bool(matches)
    shown = text.strip()
    nearest: list[Candidate] = []
    if matches:
        sentences = list(_found(shown, matches, is_cut))
    else:
        nearest = _nearest(answer, worked)
        sentences = [f"{shown}: no recipe here gives this number.", *_around(nearest)]
        inside = [r.sentence for r in worked.ranges if r.least - within <= answer <= r.most]
        sentences += inside[:1] or worked.explain(answer)
    return Diagnosis(
        answer,
        within,
        tuple(each.figure for each in matches[:MOST_MATCHES]),
        tuple(each.figure for each in nearest),
        tuple(sentences),
    )


def _no_number(text: str) -> Refusal:
    return Refusal(
        f"The answer must be a number such as 2.19, not “{printable(text)[:40]}”; give the loss "
        "that your notebook prints, with as many digits as it shows."
    )


def _matches(answer: float, within: float, worked: Worked) -> list[Candidate]:
    """Candidates that come close enough, likely ones first, then close ones."""

    def is_match(each: Candidate) -> bool:
        value = each.figure.value
        if not math.isfinite(answer):
            return value == answer or (math.isnan(value) and math.isnan(answer))
        return abs(value - answer) <= max(within, each.slack)

    matches = [each for each in worked.candidates if is_match(each)]
    return sorted(matches, key=lambda each: (each.rank, abs(each.figure.value - answer)))


def _nearest(answer: float, worked: Worked) -> list[Candidate]:
    """The nearest below and above."""
    if not math.isfinite(answer):
        return []
    finite = [each for each in worked.candidates if math.isfinite(each.figure.value)]
    below = [each for each in finite if each.figure.value < answer]
    above = [each for each in finite if each.figure.value > answer]
    found = []
    if below:
        found.append(max(below, key=lambda each: (each.figure.value, -each.rank)))
    if above:
        found.append(min(above, key=lambda each: (each.figure.value, each.rank)))
    return found


def named(candidate: Candidate) -> str:
    """A recipe, with the list that it is known of."""
    figure = candidate.figure
    return figure.recipe + (f", on {figure.known_of}" if figure.known_of else "")


def _found(shown: str, matches: list[Candidate], is_cut: bool) -> list[str]:
    first = matches[0]
    cut = ", cut off instead of rounded" if is_cut else ""
    note = f"; {first.figure.note}" if first.figure.note else ""
    sentences = [f"{shown}: {named(first)} ({written(first.figure.value)}{cut}){note}."]
    more = matches[1:MOST_MATCHES]
    if more:
        others = "; ".join(f"{named(each)} ({written(each.figure.value)})" for each in more)
        sentences.append(f"So many digits also fit: {others}.")
    return sentences


def _around(nearest: list[Candidate]) -> list[str]:
    return [
        "The nearest: "
        + "; ".join(f"{named(each)} gives {written(each.figure.value)}" for each in nearest)
        + "."
    ] * bool(nearest)


def written(value: float) -> str:
    """A figure in a sentence: seven decimals, whole numbers without."""
    if not math.isfinite(value):
        return "∞" if value > 0 else "−∞" if value < 0 else "nan"
    return number(value, ",.0f" if value == int(value) else ".7f")
