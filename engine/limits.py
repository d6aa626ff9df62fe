"""Reading and checking what is set, by the one table there is of it.

So a value is refused with the same sentence wherever it is given.
"""

from __future__ import annotations

import math
import re
from dataclasses import fields, replace

from engine.protocol import (
    AS_FAST_AS_IT_GOES,
    SETTINGS,
    Configure,
    Refusal,
    Setting,
    Settings,
    Value,
)

MOST = 1e30
"""Greatest number that a setting may be: far beyond all use, and sums of such are still finite."""

ALSO = {"network": "neural"}
"""Choices by what the screen calls them."""


def accepts(setting: Setting, value: Value) -> bool:
    """Whether a setting may have a value."""
    if setting.kind == "choice":
        is_pattern = setting.pattern and re.fullmatch(setting.pattern, str(value))
        return value in setting.choices or bool(is_pattern)
    if isinstance(value, str | bool) or (setting.kind == "whole" and not isinstance(value, int)):
        return False
    if setting.has_max and value == AS_FAST_AS_IT_GOES:
        return True
    # Whole numbers may be too large for a float.
    is_finite = isinstance(value, int) or math.isfinite(value)
    is_above = value > setting.least or (value == setting.least and not setting.is_above_least)
    return is_finite and is_above and value <= setting.most


def _read(setting: Setting, text: str) -> Value:
    """Read a value; ValueError if it is not of the kind."""
    if setting.kind == "choice":
        name = text.strip()
        other = ALSO.get(name, name)
        return other if other in setting.choices else name
    if setting.kind == "whole":
        return int(text)
    return AS_FAST_AS_IT_GOES if setting.has_max and text.strip().lower() == "max" else float(text)


def parse(name: str, text: str) -> Value:
    """Read a setting from text.

    Raises:
        Refusal: it is not what the setting may be.
    """
    setting = SETTINGS[name]
    try:
        value = _read(setting, text)
    except ValueError:
        raise Refusal(f"{setting.label} must be {setting.rule}, not “{_shown(text)}”.") from None
    return check(name, value)


def check(name: str, value: Value) -> Value:
    """Return the value of a setting if it may be so; Refusal if not."""
    setting = SETTINGS[name]
    if not accepts(setting, value):
        raise Refusal(f"{setting.label} must be {setting.rule}, not {_shown(value)}.")
    if not isinstance(value, str) and MOST < value < math.inf:
        raise Refusal(f"{setting.label} must be no greater than 10³⁰, not {_shown(value)}.")
    return value


def _shown(value: Value) -> str:
    """A value as it may stand in a sentence: short, and safe on a terminal."""
    text = "".join(c for c in str(value) if c.isprintable())
    return text if len(text) <= 40 else text[:40] + "…"


def given(command: Configure) -> dict[str, object]:
    """Those settings that a command gives, each checked; Refusal if one may not be so."""
    values = {f.name: getattr(command, f.name) for f in fields(command)}
    return {name: check(name, value) for name, value in values.items() if value is not None}


def changed(settings: Settings, command: Configure) -> Settings:
    """Settings with those that a command gives; Refusal if one may not be so.

    An order that comes without dots brings all it has room for, so that every order predicts the
    same symbols.
    """
    settings = replace(settings, **given(command))  # type: ignore[arg-type]
    dots = command.dots if command.order is not None else settings.dots
    return replace(settings, dots=checked_dots(settings.order, dots))


def checked_dots(order: int, dots: int | None) -> int:
    """Give the number of dots that counts; Refusal if it or the order is out of range."""
    check("order", order)
    if dots is None:
        return order - 1
    if not 0 <= dots < order:
        raise Refusal(
            f"dots must be a whole number from 0 to {order - 1}, the order less 1, not {dots}: "
            "a dot more would be predicted itself."
        )
    return dots
