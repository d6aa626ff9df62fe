"""What a screen may say, at random: any command there is, and bytes that are hardly one."""

from __future__ import annotations

import math
from random import Random
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from engine import protocol
from engine.protocol import Command, Save, Shutdown
from engine.protocol.codec import encode
from engine.remote.hello import Hello, language
from engine.remote.messages import TellWords, Took

KINDS: tuple[type, ...] = tuple(kind for kind in get_args(Command) if kind is not Shutdown)
"""All commands but the one that ends the engine."""

WORDS = (
    *("", "a", "em", "emma", "latest", "0", "1", "ж", "\udce9", "words.txt", "saved-{step}"),
    *("none", "lecture", "hash", "0.8,0.1,0.1", "cpu", "auto", "cuda", "counts", "weights"),
    *("gradient", "run_difference", "neural", "counting", "softmax"),
)
"""Texts, some of which are understood. None leads out of the folder that the engine works in."""

NUMBERS = (0, 1, 2, 3, 5, 10, 27, 100, 1000, -1, 1 << 31, (1 << 63) - 1)
FRACTIONS = (0.0, 0.01, 0.5, 1.0, 10.0, 50.0, 1e300, -1.0, math.inf, math.nan)

OFTEN_NONE = 0.8
"""Share of what may be left out that is."""


def command(dice: Random, *words: str) -> Command:
    """Make a command.

    Args:
        dice: chance.
        words: further texts, such as ids of runs.
    """
    made: Command = _value(dice, dice.choice(KINDS), words)
    return made


def _value(dice: Random, hint: Any, words: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Make a value of a type."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return dice.choice(inner)
    if origin in (Union, UnionType):
        if NoneType in inner and dice.random() < OFTEN_NONE:
            return None
        return _value(dice, dice.choice(inner), words)
    if origin is tuple and inner[-1] is Ellipsis:
        return tuple(_value(dice, inner[0], words) for _ in range(dice.randrange(4)))
    if origin is tuple:
        return tuple(_value(dice, each, words) for each in inner)
    if hint is bool:
        return dice.random() < 0.5
    plain = {int: NUMBERS, float: FRACTIONS, str: WORDS + words * 3, NoneType: (None,)}
    if hint in plain:
        return dice.choice(plain[hint])
    hints = get_type_hints(hint)
    return hint(**{name: _value(dice, each, words) for name, each in hints.items()})


def message(dice: Random) -> bytes:
    """Make what a screen may say, as bytes."""
    kind = dice.random()
    if kind < 0.05:
        return encode(Hello(language(), dice.choice(WORDS)))
    if kind < 0.1:
        return encode(Took() if kind < 0.07 else _value(dice, TellWords, ()))
    return encode(command(dice))


def spoilt(dice: Random, data: bytes) -> bytes:
    """Change a message a little, or make bytes that never were one."""
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(64))
    changed = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(changed) + 1)
        match dice.randrange(4):
            case 0:
                changed[at:at] = dice.randbytes(dice.randrange(1, 4))
            case 1:
                del changed[at : at + dice.randrange(1, 4)]
            case 2:
                del changed[at:]
            case _:
                changed[at : at + 1] = dice.randbytes(1)
    return bytes(changed)


def is_harmless(said: object) -> bool:
    """Whether a test may say it: the engine lives on, and no file is written just anywhere."""
    if isinstance(said, Save):
        return "/" not in said.path and "~" not in said.path
    return not isinstance(said, protocol.Shutdown)
