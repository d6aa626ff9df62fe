"""What verification and measurement hand out: plain rows, a figure or a timing each."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal

from engine.protocol import GradientPath
from engine.records import record
from engine.text.numbers import number

Plain = float | int | str | None

Verdict = Literal["ok", "off", "reported", "left out"]


@record
class Check:
    """A figure that was recomputed."""

    group: str
    """What it belongs to; rows of one group follow one another."""
    figure: str
    """What it is, in words."""
    expected: Plain
    got: Plain
    tolerance: float
    """Largest difference that still passes; 0 where it must be the very same."""
    verdict: Verdict
    """`reported` figures may differ between versions of torch; `left out` says why in `got`."""


def near(group: str, figure: str, expected: float, got: float, tolerance: float) -> Check:
    """Compare two numbers; infinities must be the same."""
    is_near = expected == got or abs(expected - got) <= tolerance
    return Check(group, figure, expected, got, tolerance, "ok" if is_near else "off")


def furthest(
    group: str,
    figure: str,
    expected: Mapping[str, float],
    got: Iterable[float],
    tolerance: float,
    relative: float = 0.0,
) -> Check:
    """Compare several numbers at once: the one that is furthest off is told, by its name.

    Args:
        group: what they belong to.
        figure: what they are.
        expected: each by its name.
        got: in the same order.
        tolerance: largest difference of each that still passes, above 0.
        relative: more of it, as a share of each.
    """
    checks = [
        near(group, f"{figure}, furthest off {name}", each, one, _room(each, tolerance, relative))
        for (name, each), one in zip(expected.items(), got, strict=True)
    ]
    return max(checks, key=_distance)


def _room(expected: float, tolerance: float, relative: float) -> float:
    return tolerance + relative * abs(expected) if math.isfinite(expected) else tolerance


def _distance(check: Check) -> float:
    """How far off numbers are, in tolerances; the same infinities are not, what is no number is."""
    assert isinstance(check.expected, float | int)
    assert isinstance(check.got, float | int)
    if check.expected == check.got:
        return 0.0
    distance = abs(check.expected - check.got)
    return math.inf if math.isnan(distance) else distance / check.tolerance


def same(group: str, figure: str, expected: Plain, got: Plain) -> Check:
    """Compare two things that must not differ at all."""
    return Check(group, figure, expected, got, 0.0, "ok" if expected == got else "off")


def at_least(group: str, figure: str, least: float, got: float) -> Check:
    """Check that a number is not below a bound."""
    is_above = math.isfinite(got) and got >= least
    return Check(group, figure, f"≥ {number(least)}", got, 0.0, "ok" if is_above else "off")


def reported(group: str, figure: str, expected: Plain, got: Plain) -> Check:
    """Show what may differ between versions of torch."""
    return Check(group, figure, expected, got, 0.0, "reported")


def left_out(group: str, figure: str, why: str) -> Check:
    """Say what could not be checked."""
    return Check(group, figure, None, why, 0.0, "left out")


@record
class Timing:
    """What one way of taking a step costs."""

    path: str
    """A gradient path, or `lecture` for the plain step of the lecture."""
    milliseconds: float
    """A step; median over the rounds."""
    ratio: float
    """How many times faster than the first one: for bigrams, the plain step of the lecture."""
    largest_difference: float
    """Of its losses from those of the first one, over the first steps; in nats."""
    on_device: float | None = None
    """Milliseconds a step on another device, if there was one to be timed."""


@record
class Timings:
    """What each way of taking a step costs, on n-grams of one order."""

    order: int
    dots: int
    paths: tuple[Timing, ...]
    refused: tuple[tuple[GradientPath, str], ...] = ()
    """Paths that a step of would need too much memory, and the sentence that says so."""
    device: str = ""
    """The other device that was timed, by its name; empty if there was none."""
