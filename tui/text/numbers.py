"""Numbers short enough for an axis, and the round ones worth putting there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from engine.text.numbers import MINUS, number, typed

LEAST_SPAN = 1e-290
"""Below it steps would be denormal numbers, or 0."""

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))

HUGE = 1e6
"""From here on a figure is its power of ten; on an axis, where no letter is left for it, from the
square of this.
"""


def short(value: float, digits: int = 3) -> str:
    """Return a number in as few characters as say what it is: 0.05, 12, 1.5k, 20k, 1M, 3e-05."""
    for size, letter in _PREFIXES if abs(value) < HUGE * HUGE else ():
        if abs(value) >= size * (1 - 0.5 / 10**digits):
            return number(value / size, f".{digits}g") + letter
    return number(value, f".{digits}g") if value else "0"


def power_of_ten(exponent: int) -> str:
    """Write a power of ten: 10⁻³."""
    return "10" + str(exponent).translate(_RAISED)


def alike(values: Sequence[float]) -> list[str]:
    """Return labels that all have as many decimals as the one that needs most: 2.4, 2.6, 3.0.

    Large and tiny ones are short, with as many digits as tell them from one another: 1k, 1.001k.
    """
    if any(abs(value) >= 1000 or 0 < abs(value) < 1e-4 for value in values):
        tries = ([short(value, digits) for value in values] for digits in range(3, 17))
        return next((t for t in tries if len(set(t)) == len(set(values))), list(map(str, values)))
    decimals = max((len(f"{v:.12f}".rstrip("0").partition(".")[2]) for v in values), default=0)
    return [number(value, f".{decimals}f") for value in values]


def _step(span: float, most: int) -> float:
    """Return the least step of 1, 2 or 5 times a power of ten that makes no more than so many."""
    magnitude = 10.0 ** math.floor(math.log10(span / most))
    return next(s for s in (magnitude * m for m in (1, 2, 5, 10, 20)) if span / s <= most + 1e-9)


def round_values(low: float, high: float, most: int) -> list[float]:
    """Return up to `most` evenly spaced round values from `low` to `high`; none if low ≥ high.

    There are none either where numbers are so close together that no step lies between them.
    """
    span = high - low
    if most < 1 or not LEAST_SPAN < span < math.inf:
        return []
    step = _step(span, max(1, most - 1))
    first = math.ceil(low / step - 1e-9)
    values = [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
    return [round(value, 12) for value in values[:most]]


def scale_values(low: float, high: float, most: int) -> list[float]:
    """Return round values as `round_values` does, but two or three where it has only one.

    One alone tells no scale.
    """
    # Steps of 1, 2 and 5 are so close that the fifth try has two, whatever the range.
    tries = (round_values(low, high, number) for number in range(most, max(most, 2) + 5))
    values = next((values for values in tries if len(values) > 1), [])
    return values[:: max(1, -(-len(values) // max(most, 3)))]


def round_powers(low: float, high: float, most: int) -> list[float]:
    """Return up to `most` powers of ten from `low` > 0 to `high`; with room, 2 and 5 times them."""
    if most < 1 or not 0 < low <= high < math.inf:
        return []
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        values = [f * 10.0**e for e in exponents for f in factors]
        values = [value for value in values if low * 0.999 <= value <= high * 1.001]
        if len(values) <= most:
            return values
    return values[:: -(-len(values) // most)]


def speed(value: float) -> str:
    """Write a speed as the field for it takes it."""
    return "max" if math.isinf(value) else typed(value)


def figure(value: float, digits: int = 4) -> str:
    """Write a number with so many decimals, unless it is huge, and a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    return number(value, f".{digits}f" if abs(value) < HUGE else ".2e")


READING = 8
"""Characters of a figure among the readings of a run."""


def reading(value: float, digits: int = 4) -> str:
    """Write a figure in at most `READING` characters; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    if abs(value) >= 1000 or 0 < abs(value) < 10**-digits:
        # The sign of one below zero takes the place of a digit.
        return number(value, ".1e" if value < 0 else ".2e")
    digits -= abs(value) >= 100
    text = figure(value, digits)
    return text if len(text) <= READING else figure(value, digits - 1)


def in_places(value: float, places: int) -> str:
    """Write a number into so few places: 5471, 12k, .138, −.02, 1e−5; empty if it does not fit."""
    if not math.isfinite(value):
        return ""
    for text in _ways(value, places):
        if len(text) <= places:
            return text.replace("-", MINUS)
    return ""


def _ways(value: float, places: int) -> Iterator[str]:
    """Give ways to write a number, the most exact first; none that reads as 0 if it is not."""
    if value == int(value) and abs(value) < 10**places:
        yield f"{int(value)}"
        yield from _in_thousands(value)
    elif abs(value) >= 1:
        yield from (f"{value:.{decimals}f}" for decimals in range(2, -1, -1))
        yield from _in_thousands(value)
    else:
        for decimals in range(places - 1 - (value < 0), 0, -1):
            if abs(value) >= 0.95 / 10**decimals:
                yield f"{value:.{decimals}f}".replace("0.", ".", 1)
        mantissa, _, exponent = f"{value:.0e}".partition("e")
        yield from (f"{mantissa}e{int(exponent)}", "0")


def _in_thousands(value: float) -> Iterator[str]:
    """Give ways to write a large number: 12.3k, 12k."""
    yield short(value)
    yield from (number(value / size, ".0f") + letter for size, letter in ((1e3, "k"), (1e6, "M")))
