"""Round values that keys go through, and how a field writes a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from engine.protocol import SETTINGS, Configure, Value
from engine.text.numbers import typed
from tui.text.numbers import speed

SMOOTHINGS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""What the keys for smoothing add to every count."""


def written(setting: str, value: Value) -> str:
    """Write a value as its field shows it."""
    if isinstance(value, float):
        return speed(value) if setting == "speed" else typed(value, 12)
    return str(value)


def taken_back(back: Configure) -> str:
    """Say which settings are what they were; of an order and all its dots, the order alone."""
    values = {f.name: getattr(back, f.name) for f in fields(back)}
    if back.order is not None and back.dots == back.order - 1:
        del values["dots"]
    return ", ".join(
        f"{SETTINGS[name].label} back to {written(name, value)}"
        for name, value in values.items()
        if value is not None
    )


def next_value(setting: str, value: Value, direction: int) -> Value | None:
    """Return the next greater or smaller round value; None if the setting has none."""
    if isinstance(value, str):
        return None
    if setting == "seed":
        return value + direction
    row = SETTINGS.get(setting)
    if row is None or not row.rungs:
        return None
    found = beside(row.rungs, value, direction)
    return int(found) if row.kind == "whole" else found


def beside(rungs: Sequence[float], value: float, direction: int) -> float:
    """Return the next rung above or below a value; the value where there is none."""
    if direction > 0:
        return next((rung for rung in rungs if rung > value), value)
    return next((rung for rung in reversed(rungs) if rung < value), value)
