"""Shapes as people type them, and how two of them line up."""

from __future__ import annotations

import re

from engine.lab.exhibit import Mark
from engine.protocol import Refusal
from engine.words.cleaning import printable

Shape = tuple[int, ...]

MOST_DIMENSIONS = 6


def read_shape(label: str, text: str) -> Shape:
    """Read a shape as people write it: `27, 1`, `(27, 1)`, `27 1`; empty for a single number.

    Raises:
        Refusal: it is no shape.
    """
    bare = text.strip()
    if bare[:1] in ("(", "[") and bare[-1:] in (")", "]"):
        bare = bare[1:-1]
    parts = [p for p in re.split(r"[\s,x×]+", bare) if p]
    if not all(p.isascii() and p.isdigit() and len(p) <= 9 for p in parts):
        raise Refusal(
            f"{label} must be whole numbers from 0 to 999,999,999 parted by commas, "
            f"not “{printable(text)[:40]}”."
        )
    if len(parts) > MOST_DIMENSIONS:
        raise Refusal(f"{label} has {len(parts)} dimensions; give at most {MOST_DIMENSIONS}.")
    return tuple(map(int, parts))


def fates(a: Shape, b: Shape) -> list[Mark]:
    """Say of each dimension, from left to right, what becomes of it."""
    size = max(len(a), len(b))
    a_padded = (None,) * (size - len(a)) + a
    b_padded = (None,) * (size - len(b)) + b
    return [_fate(m, n) for m, n in zip(a_padded, b_padded, strict=True)]


def _fate(m: int | None, n: int | None) -> Mark:
    if m is None or n is None:
        return "missing"
    if m == n:
        return "equal"
    return "stretched" if 1 in (m, n) else "clash"


def padded(shape: Shape, size: int) -> list[str]:
    """Fill a shape up from the left with dots, as many as dimensions are missing."""
    return ["·"] * (size - len(shape)) + [str(n) for n in shape]


def written(shape: Shape) -> str:
    """Write a shape as torch does."""
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
