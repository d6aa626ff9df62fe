"""Sharing an engine with other screens: what this screen may ask of it, and the commands for that.

The commands are a part of the table in `tui.commands`.
"""

from __future__ import annotations

from engine.protocol import Command as Order
from engine.protocol import (
    Compare,
    Rank,
    Shutdown,
    Sort,
    Steer,
    Steering,
    TellCourses,
    Watch,
)
from tui.command import Command
from tui.state import State
from tui.state.engine import called, steering

OfItself = Watch | Rank | Sort | Compare | TellCourses
"""What the screen asks of itself, some of it whenever it is drawn: an engine that is lost is not
asked, and nobody is told."""


def why_not_sent(state: State, order: Order) -> str:
    """Say why a command to the engine is not for this screen to give; empty if it is."""
    if state.engine.lost is not None:
        return f"The engine is lost; {_key('engine', state)} says how to go on."
    if isinstance(order, Steer):
        return why_not_written(state)
    return why_not_steered(state) if isinstance(order, Steering) else ""


def why_not_written(state: State) -> str:
    """Say why this screen changes nothing at all, not even a file; empty if it may."""
    is_readonly = state.engine.is_readonly
    return (
        "This screen is read-only: it changes no run, no setting, no file." if is_readonly else ""
    )


def why_not_steered(state: State) -> str:
    """Say why this screen does not change what all screens of its engine share."""
    snapshot = state.snapshot
    if state.engine.is_readonly or not snapshot.is_steered_elsewhere:
        return why_not_written(state)
    other = steering(snapshot.screens)
    name = called(other, snapshot.screens) if other else "Another screen"
    return f"{name} steers; {_key('steer', state)} takes the steering over."


def _why_not_taken(state: State) -> str:
    if not state.engine.is_attached:
        return "The engine is this screen's alone, and so is the steering."
    own = next((line for line in state.snapshot.screens if line.is_own), None)
    return "This screen steers already." if own is not None and own.is_steering else ""


def _why_no_home(state: State) -> str:
    if state.engine.is_attached or state.engine.lost is not None:
        return ""
    return f"The engine lives on a thread of this screen; {_key('detach', state)} detaches it."


def _why_not_detached(state: State) -> str:
    if state.engine.is_attached:
        return "The engine is detached already: it goes on when this screen is gone."
    return why_not_written(state)


def _why_not_ended(state: State) -> str:
    if not state.engine.is_attached:
        return "The engine lives on a thread of this screen, and ends with it."
    return why_not_sent(state, Shutdown())


def _key(name: str, state: State) -> str:
    return next(c for c in SHARING if c.id == name).key_in(state.keys)


SHARING: tuple[Command, ...] = (
    Command(
        "engine", "at", "engine", "Show where the engine lives, who looks on, and who steers",
        "engine", _why_no_home,
    ),
    Command(
        "steer", "S", "steer", "Take the steering over from another screen", "engine",
        _why_not_taken, lambda state: Steer(),
    ),
    Command(
        "detach", "D", "detach", "Detach the engine: it goes on when this screen is gone", "engine",
        _why_not_detached,
    ),
    Command(
        "end_engine", "Q", "end", "End the engine, for all its screens; asked first", "engine",
        _why_not_ended,
    ),
)  # fmt: skip
