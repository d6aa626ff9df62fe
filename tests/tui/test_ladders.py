"""The arrow keys go through round values."""

from __future__ import annotations

import math

import pytest

from engine import accepts, parse
from engine.protocol import SETTINGS, Value
from tui.state.ladders import next_value, written


@pytest.mark.parametrize(
    ("setting", "value", "up", "down"),
    [
        ("learning_rate", 50.0, 100.0, 20.0),
        ("learning_rate", 0.001, 0.002, 0.001),
        ("learning_rate", 33.3, 50.0, 20.0),
        ("learning_rate", 1e30, 1e30, 1e6),
        ("regularization", 0.0, 0.0001, 0.0),
        ("regularization", 0.0001, 0.0002, 0.0),
        ("regularization", 0.01, 0.02, 0.005),
        ("temperature", 1.0, 2.0, 0.5),
        ("speed", 30.0, 100.0, 10.0),
        ("speed", 10_000.0, math.inf, 3000.0),
        ("speed", math.inf, math.inf, 10_000.0),
        ("speed", 0.5, 1.0, 0.5),
        ("steps", 100, 1000, 10),
        ("steps", 0, 1, 0),
        ("number", 10, 20, 5),
        ("seed", 5, 6, 4),
        ("prefix", "an", None, None),
    ],
)
def test_the_next_value_is_round(
    setting: str, value: Value, up: Value | None, down: Value | None
) -> None:
    assert next_value(setting, value, 1) == up
    assert next_value(setting, value, -1) == down


@pytest.mark.parametrize("setting", ["learning_rate", "regularization", "speed", "steps", "number"])
@pytest.mark.parametrize("direction", [1, -1])
def test_every_rung_may_be_sent_and_reads_back_as_itself(setting: str, direction: int) -> None:
    value = parse(setting, "1")
    for _ in range(60):
        found = next_value(setting, value, direction)
        assert found is not None
        assert accepts(SETTINGS[setting], found)
        assert parse(setting, written(setting, found)) == found
        value = found
