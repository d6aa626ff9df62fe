"""Numbers as they are written for people and as a field takes them: the one place it is done."""

from __future__ import annotations

import math

MINUS = "−"

_LETTERS = str.maketrans("", "", "-+0.,%e ")


def number(value: float, form: str = "g", *, infinite: str = "∞") -> str:
    """Write a number: a real minus sign, none before a zero, infinity in a sign or a word.

    Args:
        value: the number.
        form: as `format` takes it.
        infinite: what is written for infinity.
    """
    if math.isinf(value):
        return infinite if value > 0 else MINUS + infinite
    text = format(value, form)
    # A zero that was rounded from below bears no sign.
    if "-" in text or "+" in text:
        mantissa = text.partition("e")[0]
        if not mantissa.translate(_LETTERS):
            text = mantissa.replace("-", "").replace("+", "") + text[len(mantissa) :]
    return text.replace("-", MINUS)


def typed(value: float, digits: int = 6) -> str:
    """Write a number as one types it, so that a field or a command line takes it."""
    return f"{value:.{digits}g}"
