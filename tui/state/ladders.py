"""Round values that the arrow keys go through in a field."""

from __future__ import annotations

import math

from engine import Value
from engine.protocol import AS_FAST_AS_IT_GOES
from tui.text.numbers import speed

LEAST = {
    "learning_rate": 1e-3,
    "regularization": 1e-4,
    "temperature": 0.01,
    "number": 1,
    "smoothing": 0.01,
}
"""Least value of settings that go through 1, 2, 5, 10 …; below is only 0, where that may be."""

MOST = {
    "learning_rate": 1e6,
    "regularization": 1e3,
    "temperature": 100,
    "number": 1_000_000,
    "smoothing": 1000,
}
"""Greatest value that the arrow keys reach."""


def written(setting: str, value: Value) -> str:
    """Write a value as its field shows it."""
    if isinstance(value, float):
        return speed(value) if setting == "speed" else f"{value:.12g}"
    return str(value)


def next_value(setting: str, value: Value, direction: int) -> Value | None:
    """Return the next greater or smaller round value; None if the setting has none."""
    if isinstance(value, str):
        return None
    if setting == "seed":
        return value + direction
    if setting == "speed":
        return _next([*SPEEDS, AS_FAST_AS_IT_GOES], value, direction)
    if setting == "steps":
        return int(_next([10**power for power in range(13)], value, direction))
    if setting not in LEAST:
        return None
    found = _next(_rungs(setting), value, direction)
    return int(found) if setting == "number" else found


def _rungs(setting: str) -> list[float]:
    low, high = LEAST[setting], MOST[setting]
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    rungs = [float(f"{factor}e{power}") for power in powers for factor in (1, 2, 5)]
    none = [0.0] if setting in ("regularization", "smoothing") else []
    return none + [rung for rung in rungs if low <= rung <= high]


def _next(rungs: list[float], value: float, direction: int) -> float:
    if direction > 0:
        return next((rung for rung in rungs if rung > value), value)
    return next((rung for rung in reversed(rungs) if rung < value), value)


SMOOTHINGS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""What the keys for smoothing add to every count."""

SPEEDS = (1.0, 2.0, 5.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)
"""Steps a second that the keys for faster and slower go through; beyond the last is `max`."""
