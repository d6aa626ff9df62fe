"""Screens: several may look at one engine, and one of them steers.

What is shared is steered: words, settings, runs. What a screen looks at, and what it asks, is its
own.
"""

from __future__ import annotations

from typing import Literal

from engine.records import record


@record
class Steer:
    """Take the steering over, from whichever screen has it."""


@record
class ScreenLine:
    """A screen at the engine, in a line."""

    name: str
    """Who looks from where, such as `anna@box pts/3`."""
    is_steering: bool
    is_readonly: bool
    """Whether it can never steer."""
    is_own: bool
    """Whether it is the one that is told."""


@record
class SteeringPassed:
    """Another screen steers from now on, or this one does."""

    name: str
    """Of the screen."""
    is_own: bool
    reason: Literal["taken", "left"]
    """Whether it took the steering, or has it because the one before is gone."""


@record
class Joined:
    """This screen has come to an engine that lives in a process of its own."""

    name: str
    """Of the engine: twelve hexadecimal digits, the id of the run it began with."""
    machine: str
    """Where it lives; empty if that is the screen's own machine."""
    pid: int
    since: float
    """When it began to live, in seconds since 1970."""


@record
class EngineReady:
    """torch is imported and there is a network."""

    torch_version: str
    threads: int


@record
class EngineLost:
    """Nothing more will be heard of the engine: it has ended, or the way to it is cut."""

    reason: str
    """A sentence."""
    name: str
    """Of the engine."""
    run: str
    """Where the run that was in hand is kept, see `Snapshot.place`; empty if it is not."""
    step: int
    """The last one of it that is known to be on disk, or else to have been taken."""
    is_cut: bool
    """Whether the engine may live on, so that to attach again may help."""
