"""The machine that an engine lives on: how busy its processor is, its memory, its graphics cards.

Bytes are whole numbers, `None` where the system does not say; all else is not a number there.
"""

from __future__ import annotations

import math

from engine.records import record


@record
class TellMachine:
    """Tell how busy the machine is; it is measured only because it is asked for."""

    request: int = 0


@record
class Processor:
    """The CPU and its memory."""

    cores: int
    own_use: float = math.nan
    """Cores that the engine's process has kept busy, on average since it was asked before."""
    use: float = math.nan
    """Cores that have been busy in all."""
    own_memory: int | None = None
    """Bytes in memory that are of the engine's process."""
    memory: int | None = None
    """Bytes in use in all: those that could not be had without swapping."""
    all_memory: int | None = None


@record
class GraphicsCard:
    """A graphics card."""

    index: int
    """As the driver counts them."""
    name: str
    is_own: bool = False
    """Whether W lives there."""
    use: float = math.nan
    """Part of the last second or so in which something was computed there, 0 to 1."""
    own_memory: int | None = None
    memory: int | None = None
    all_memory: int | None = None
    temperature: float = math.nan
    """In degrees Celsius."""
    power: float = math.nan
    """In watts."""
    most_power: float = math.nan
    """That it may take, in watts."""
    untold: tuple[str, ...] = ()
    """What the driver does not say of it, and why: a sentence each."""


@record
class MachineTold:
    """How busy the machine is; figures of cards are at most a second or so old."""

    command: TellMachine
    processor: Processor
    cards: tuple[GraphicsCard, ...] = ()
    no_cards: str = ""
    """Why there is none to be told of, in a sentence; empty if there are some."""
    is_whole: bool = True
    """Whether all has been measured by now: use is only known from the second look on, and a driver
    takes its time. If not, it is worth to ask again in a moment."""
