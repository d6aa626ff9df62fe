"""A drawn chart: lines of text in which every run of characters has a role, and no colour.

The theme gives roles their colours, so a chart need not be drawn again when the theme changes, and
two charts that look alike are equal: a screen can tell that there is nothing to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from engine import record
from tui.plot.steps import Steps
from tui.text.rows import ChartRole as Role

Run = tuple[str, Role]


@record
class Chart:
    """A picture of exactly `width` × `height` characters."""

    width: int
    height: int
    lines: tuple[tuple[Run, ...], ...]
    steps: Steps | None = None
    """Where steps lie in it, if it is of a run."""

    @property
    def text(self) -> str:
        """The chart without its roles."""
        return "\n".join("".join(text for text, _ in line) for line in self.lines)


class Sheet:
    """A chart in the making: one character and one role a place, to write labels into."""

    def __init__(self, rows: Sequence[Sequence[Run]]) -> None:
        """Start from what plotext drew: for each line one (character, role) a place."""
        self._rows = [list(row) for row in rows]

    def is_blank(self, x: int, y: int, width: int) -> bool:
        """Tell whether there is room for a text of that width, with a blank on both sides."""
        if not 0 <= y < len(self._rows):
            return False
        row = self._rows[y]
        around = row[max(0, x - 1) : x + width + 1]
        return 0 <= x <= len(row) - width and all(c == " " or r == "frame" for c, r in around)

    def roles(self, y: int) -> list[Role]:
        """Return the role of each place of a line; that of a blank is `frame`."""
        return [role for _, role in self._rows[y]]

    def write(self, x: int, y: int, text: str, role: Role) -> None:
        """Write a text of narrow characters over what is there."""
        for i, character in enumerate(text, x):
            self._rows[y][i] = (character, role)

    def write_wide(self, x: int, y: int, symbol: str, width: int, role: Role) -> None:
        """Write one symbol that takes `width` places; the places after the first become empty."""
        self._rows[y][x : x + width] = [(symbol, role), *[("", role)] * (width - 1)]

    def chart(self, steps: Steps | None = None) -> Chart:
        """Return the finished chart, of which it may be known where steps lie in it."""
        lines = []
        for row in self._rows:
            runs = groupby(row, key=lambda place: place[1])
            lines.append(tuple(("".join(c for c, _ in run), role) for role, run in runs))
        return Chart(len(self._rows[0]), len(self._rows), tuple(lines), steps)
