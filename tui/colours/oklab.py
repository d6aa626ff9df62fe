"""Colours in OKLab, where equal distances look equally different.

A ramp that is even here is even to the eye, which no walk through RGB is. Matrices: Björn Ottosson,
"A perceptual color space for image processing" (2020). Contrast and luminance are those of WCAG 2.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Lab(NamedTuple):
    """A colour in OKLab."""

    lightness: float
    """0 is black and 1 is white."""
    a: float
    """From green (negative) to red."""
    b: float
    """From blue (negative) to yellow."""


def from_polar(lightness: float, chroma: float, hue: float) -> Lab:
    """Return the colour of a lightness, a chroma and a hue in degrees, as OKLCH writes it."""
    angle = math.radians(hue)
    return Lab(lightness, chroma * math.cos(angle), chroma * math.sin(angle))


def distance(one: Lab, other: Lab) -> float:
    """Return how different two colours look; a just noticeable step is about 0.02."""
    return math.dist(one, other)


def to_linear(channel: float) -> float:
    """Undo the sRGB transfer curve; both sides are from 0 to 1."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def from_linear(channel: float) -> float:
    """Apply the sRGB transfer curve; both sides are from 0 to 1."""
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def parse(colour: str) -> tuple[float, float, float]:
    """Return the linear red, green and blue of `#rrggbb`, from 0 to 1."""
    red, green, blue = (to_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return red, green, blue


def from_hex(colour: str) -> Lab:
    """Return the OKLab colour of `#rrggbb`."""
    red, green, blue = parse(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return Lab(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def to_rgb(colour: Lab) -> tuple[float, float, float]:
    """Return linear red, green and blue; outside 0 to 1 where no screen can show the colour."""
    lightness, a, b = colour
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def is_shown(colour: Lab) -> bool:
    """Tell whether a screen can show the colour."""
    return all(-1e-6 <= channel <= 1 + 1e-6 for channel in to_rgb(colour))


def to_hex(colour: Lab) -> str:
    """Return `#rrggbb`, each channel clipped to what a screen can show."""
    channels = (min(1.0, max(0.0, channel)) for channel in to_rgb(colour))
    return "#" + "".join(f"{round(from_linear(channel) * 255):02x}" for channel in channels)


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1."""
    red, green, blue = parse(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21; text wants 4.5."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
