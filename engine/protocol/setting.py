"""A setting: what it may be, how it is called, and what becomes of it."""

from __future__ import annotations

import math
from typing import Literal

from engine.records import record
from engine.text.numbers import number

Value = float | int | str


@record
class Setting:
    """What one setting may be, how it is called, and what becomes of it."""

    label: str
    """Its name in a sentence."""
    kind: Literal["number", "whole", "choice"]
    """A finite number, a whole one, or one of a few names."""
    least: float | int = 0
    most: float | int = math.inf
    is_above_least: bool = False
    """Whether the least value is itself left out."""
    has_max: bool = False
    """Whether it may be without a limit, written `max`."""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    """What else it may be, as a regular expression."""
    pattern_rule: str = ""
    """The same in words."""
    unit: str = ""
    """What it counts, in its rule."""
    metavar: str = ""
    """What stands for its value in the help of the command line."""
    help: str = ""
    """What it is, in a few words, there."""
    short: str = ""
    """Label of its field; the name if not given."""
    long: str = ""
    """Label of its field where there is room; the label if not given."""
    hint: str = ""
    """What it is and when it acts: one plain sentence for a newcomer."""
    rungs: tuple[float, ...] = ()
    """Round values that the arrow keys go through, rising."""
    is_late: bool = False
    """Whether it draws the initial weights, so that it acts at step 0, or at the next reset."""
    moves_weights: bool = True
    """Whether a run depends on it; else it is the screen's affair."""
    is_objective: bool = False
    """Whether it says what is trained, or on what: for each value there are runs of their own."""
    usual: str = ""
    """Its default in words, where that is no fixed value."""
    mark: str = ""
    """What the chart calls it where it was changed in mid-run; not marked if empty."""
    flag: str = ""
    """Its option on the command line, where that is not called as the setting is."""
    bounds: str = ""
    """The ends of its range in words, where their digits read badly."""

    @property
    def rule(self) -> str:
        """What it may be, in words."""
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}{self.pattern_rule}"
        if self.kind == "whole":
            return f"a whole number from {self.bounds or f'{self.least:,} to {self.most:,}'}"
        if self.has_max:
            return f"{self.unit} above {number(self.least)}, or max"
        if self.most < math.inf:
            return f"a finite number from {number(self.least)} to {number(self.most)}"
        if self.is_above_least:
            return f"a finite number above {number(self.least)}"
        return f"a finite number, {number(self.least)} or more"


def decades(low: float, high: float, *, with_zero: bool = False) -> tuple[float, ...]:
    """Give 1, 2 and 5 times the powers of ten from one number to another, both included."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    rungs = (float(f"{factor}e{power}") for power in powers for factor in (1, 2, 5))
    return (0.0,) * with_zero + tuple(rung for rung in rungs if low <= rung <= high)
