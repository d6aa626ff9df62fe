"""What an exhibit is drawn on: how much room there is, and which colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import cast

from engine import record
from tui.colours.depth import Depth
from tui.colours.palettes import Kind
from tui.colours.ramps import Ramp, ramp
from tui.state.hand import Held
from tui.text.rows import Role, Row, Run, width_of

RAMP = "ramp"
"""First word of a role that is a level of a ramp."""

GAP = 4
"""Columns between two blocks side by side."""


@record
class Canvas:
    """Room for an exhibit."""

    width: int
    height: int = 20
    """Rows that are in sight at once; an exhibit may have more."""
    is_dark: bool = True
    depth: Depth = Depth.TRUECOLOR
    is_ascii: bool = False
    """Whether there are no symbols but those of ASCII."""
    held: Held = field(default_factory=Held)
    """How the reader's hand has moved a row that is drawn."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that the user chose, by command id."""

    def ramp(self, kind: Kind) -> Ramp:
        """Colours of a kind of value."""
        return ramp(kind, self.is_dark, self.depth, is_ascii=self.is_ascii)

    def narrowed(self, width: int) -> Canvas:
        """Give a canvas of another width."""
        return replace(self, width=width)


def level_role(kind: Kind, level: int) -> Role:
    """Name the look of a level of a ramp; only the view of the exhibit knows it."""
    return cast(Role, f"{RAMP} {kind} {level}")


def beside(left: Sequence[Row], right: Sequence[Row]) -> list[Row]:
    """Put two blocks side by side."""
    size = max(map(width_of, left), default=0) + GAP
    rows: list[Row] = []
    for i in range(max(len(left), len(right))):
        first = list(left[i]) if i < len(left) else []
        blank: Run = (" " * (size - width_of(first)), "plain")
        rows.append((*first, blank, *right[i]) if i < len(right) else tuple(first))
    return rows


def widest(rows: Sequence[Row]) -> int:
    """Columns a block takes."""
    return max(map(width_of, rows), default=0)
