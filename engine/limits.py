"""What each setting may be: one table for command line, fields on the screen and engine.

So a value is refused with the same sentence wherever it is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields

from engine.protocol import AS_FAST_AS_IT_GOES, Configure, Refusal
from engine.records import record

Value = float | int | str


@record
class Limit:
    """What one setting may be."""

    label: str
    """Its name in a sentence."""
    rule: str
    """What it must be, in words."""
    parse: Callable[[str], Value]
    """From text; ValueError if it is not of the kind."""
    accepts: Callable[[Value], bool]


def _number(text: str) -> float:
    return float(text)


def _speed(text: str) -> float:
    return AS_FAST_AS_IT_GOES if text.strip().lower() == "max" else float(text)


def _above_zero(value: Value) -> bool:
    return _not_negative(value) and value != 0


def _not_negative(value: Value) -> bool:
    return not isinstance(value, str | bool) and math.isfinite(value) and value >= 0


def _between(low: int, high: int) -> Callable[[Value], bool]:
    return lambda value: isinstance(value, int) and low <= value <= high


def _choice(label: str, *names: str) -> Limit:
    rule = f"one of {', '.join(names)}"
    return Limit(label, rule, str.strip, lambda value: value in names)


LIMITS: dict[str, Limit] = {
    "learning_rate": Limit("learning rate", "a finite number above 0", _number, _above_zero),
    "regularization": Limit("regularization", "a finite number, 0 or more", _number, _not_negative),
    "smoothing": Limit("smoothing", "a finite number, 0 or more", _number, _not_negative),
    "temperature": Limit("temperature", "a finite number above 0", _number, _above_zero),
    "fps": Limit("frames a second", "a finite number above 0", _number, _above_zero),
    "max_bandwidth": Limit("kB a second", "a finite number above 0", _number, _above_zero),
    "speed": Limit(
        "speed",
        "steps a second above 0, or max",
        _speed,
        lambda value: value == AS_FAST_AS_IT_GOES or _above_zero(value),
    ),
    "seed": Limit(
        "seed", "a whole number from −2⁶³ to 2⁶⁴ − 1", int, _between(-(1 << 63), (1 << 64) - 1)
    ),
    "steps": Limit(
        "number of steps", "a whole number from 0 to 10¹²", int, _between(0, 1_000_000_000_000)
    ),
    "every": Limit("every", "a whole number from 1 to 10¹²", int, _between(1, 1_000_000_000_000)),
    "top": Limit("top", "a whole number from 0 to 1,000,000", int, _between(0, 1_000_000)),
    "number": Limit(
        "number of names", "a whole number from 1 to 1,000,000", int, _between(1, 1_000_000)
    ),
    "init": _choice("init", "randn", "zeros"),
    "gradient": _choice("gradient", "counts", "gather", "onehot"),
    "device": _choice("device", "auto", "cpu", "cuda", "mps"),
    "model": _choice("model", "counts", "neural"),
    "sampler": _choice("sampler", "lecture", "torch"),
}


def parse(name: str, text: str) -> Value:
    """Read a setting from text.

    Raises:
        Refusal: it is not what the setting may be.
    """
    limit = LIMITS[name]
    try:
        value = limit.parse(text)
    except ValueError:
        raise Refusal(f"{limit.label} must be {limit.rule}, not “{_shown(text)}”.") from None
    return check(name, value)


def check(name: str, value: Value) -> Value:
    """Return the value of a setting if it may be so; Refusal if not."""
    limit = LIMITS[name]
    if not limit.accepts(value):
        raise Refusal(f"{limit.label} must be {limit.rule}, not {_shown(value)}.")
    return value


def _shown(value: Value) -> str:
    """A value as it may stand in a sentence: short, and safe on a terminal."""
    text = "".join(c for c in str(value) if c.isprintable())
    return text if len(text) <= 40 else text[:40] + "…"


def given(command: Configure) -> dict[str, object]:
    """Those settings that a command gives, each checked; Refusal if one may not be so."""
    values = {f.name: getattr(command, f.name) for f in fields(command)}
    return {name: check(name, value) for name, value in values.items() if value is not None}
