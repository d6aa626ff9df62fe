"""The way of each ramp through colour space, from the theme's background to its strongest colour.

Lightness alone carries the order of the values, so a ramp reads right for every kind of colour
vision and in print; hue only tells one kind of value from another.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate, pairwise

from engine import record
from tui.colours.oklab import Lab, distance, from_polar, is_shown

DARK = (0.21, 0.94)
"""Lightness of the least and the greatest value on a dark background."""
LIGHT = (0.955, 0.33)
"""The same on a light background, into which low values melt."""
DARK_ARM = (0.23, 0.80)
"""Lightness of zero and of the ends of a diverging ramp on a dark background."""
LIGHT_ARM = (0.95, 0.45)
"""The same on a light background."""

_SAMPLES = 160


@record
class Look:
    """Hues of a ramp, in degrees, and how vivid it is."""

    dark_hue: float
    """Hue where the ramp is dark; for a diverging ramp that of negative values."""
    light_hue: float
    """Hue where the ramp is light; for a diverging ramp that of positive values."""
    chroma: float
    is_diverging: bool = False


def _in_gamut(lightness: float, chroma: float, hue: float) -> Lab:
    """Return the most vivid colour of up to this chroma that a screen can show."""
    if is_shown(from_polar(lightness, chroma, hue)):
        return from_polar(lightness, chroma, hue)
    low, high = 0.0, chroma
    for _ in range(10):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if is_shown(from_polar(lightness, middle, hue)) else (low, middle)
        )
    return from_polar(lightness, low, hue)


def _sequential(look: Look, dark: bool) -> list[Lab]:
    start, end = DARK if dark else LIGHT
    colours = []
    for i in range(_SAMPLES + 1):
        lightness = start + (end - start) * i / _SAMPLES
        share = (lightness - DARK[0]) / (DARK[1] - DARK[0])
        hue = look.dark_hue + (look.light_hue - look.dark_hue) * share
        bump = math.sin(math.pi * min(1.0, max(0.0, share * 0.8 + 0.1)))
        colours.append(_in_gamut(lightness, look.chroma * bump, hue))
    return colours


def _arm(look: Look, hue: float, dark: bool) -> list[Lab]:
    start, end = DARK_ARM if dark else LIGHT_ARM
    return [
        _in_gamut(start + (end - start) * i / _SAMPLES, look.chroma * (i / _SAMPLES) ** 0.7, hue)
        for i in range(_SAMPLES + 1)
    ]


def _even(colours: list[Lab], count: int) -> list[Lab]:
    """Walk along the colours in equal steps, which is what makes a ramp perceptually even."""
    lengths = [0.0, *accumulate(distance(one, other) for one, other in pairwise(colours))]
    walked, i = [], 0
    for step in range(count):
        goal = lengths[-1] * step / (count - 1)
        while i < len(lengths) - 2 and lengths[i + 1] < goal:
            i += 1
        share = (goal - lengths[i]) / (lengths[i + 1] - lengths[i])
        one, other = colours[i], colours[i + 1]
        walked.append(Lab(*(p + (q - p) * share for p, q in zip(one, other, strict=True))))
    return walked


@lru_cache(maxsize=64)
def walk(look: Look, dark: bool, count: int) -> tuple[Lab, ...]:
    """Return `count` colours in equal steps; a diverging ramp is made odd, so that zero has one."""
    if not look.is_diverging:
        return tuple(_even(_sequential(look, dark), count))
    half = (count - 1) // 2 + 1
    negative = _even(_arm(look, look.dark_hue, dark), half)
    positive = _even(_arm(look, look.light_hue, dark), half)
    return (*reversed(negative[1:]), *positive)
