"""The gates of the house hold, and its contracts name each room."""

from __future__ import annotations

import tomllib

import pytest

from tests import house

NOT_PUBLIC = "The screen sees only the engine's public face"
PUBLIC = {"archive", "corpora", "lab", "port", "protocol", "text"}
"""Rooms of the engine that a screen may look into."""


@pytest.mark.slow
def test_the_gates_hold() -> None:
    found = {name: house.MEASURES[name]() for name in house.GATES}
    assert not [where for name, (figure, where) in found.items() if figure > house.GATES[name]]


def test_each_room_of_the_engine_is_public_or_not() -> None:
    with (house.ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    assert not any("ignore_imports" in contract for contract in contracts)
    (closed,) = (c["protected_modules"] for c in contracts if c["name"] == NOT_PUBLIC)
    rooms = {house.room(m) for m in house.graph().modules if m.startswith("engine.")}
    assert rooms == {f"engine.{name}" for name in PUBLIC} | set(closed)
