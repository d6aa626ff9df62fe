"""What the two ends of a line say first: who they are, and whether they speak the same language."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import get_args

from engine import protocol
from engine.protocol.codec import reader
from engine.records import record
from engine.remote import messages


@record
class Hello:
    """A screen introduces itself."""

    language: str
    """See `language`."""
    name: str
    """Who looks from where, such as `anna@box pts/3`."""
    is_readonly: bool = False
    """Whether it wants never to steer."""
    is_far: bool = False
    """Whether the line is slow: less is sent then, and that is packed."""


@record
class About:
    """An engine introduces itself, and tells how it stands."""

    language: str
    name: str
    """Twelve hexadecimal digits, the id of the run it began with."""
    machine: str
    pid: int
    since: float
    """Seconds since 1970."""
    run: str = ""
    """Id of the run in hand; empty if there is none."""
    step: int = 0
    state: str = "starting"
    steps_per_second: float = 0.0
    device: str = "cpu"
    screens: int = 0


@record
class TurnedAway:
    """An engine does not let a screen in."""

    reason: str
    """A sentence."""


read_hello = reader(Hello)
read_answer = reader(About | TurnedAway)


@cache
def language() -> str:
    """Twelve hexadecimal digits of a hash of the vocabulary: who has another one speaks another.

    What counts is the name of every message and value, and the names and types of their fields.
    """
    spoken = [getattr(protocol, name) for name in protocol.__all__]
    spoken += [messages.FromScreen, messages.FromEngine, messages.Patch]
    kinds = {kind for each in spoken for kind in _kinds(each)}
    words = sorted(
        f"{kind.__name__}({', '.join(f'{n}: {t}' for n, t in kind.__annotations__.items())})"
        for kind in kinds
    )
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


def _kinds(named: object) -> list[type]:
    """The records among what a name of the protocol stands for."""
    found = [*get_args(named), named]
    return [kind for kind in found if isinstance(kind, type) and hasattr(kind, "__struct_fields__")]
