"""A strip of the ramp with the values that its colours stand for."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.app import RenderResult
from textual.strip import Strip
from textual.widget import Widget

from tui.colours.ramps import Ramp
from tui.colours.scales import Scale
from tui.widgets.lines import own_style

COLUMNS_A_LABEL = 9
"""How far apart labels stand at least, on average."""

BLANK = "··"
"""A cell without a value."""

LEAST = 24
"""Columns that the strip keeps beside what is said of such cells."""


class Legend(Widget):
    """One line: labels stand in gaps of the strip, where their values belong.

    So they are as easy to read on every colour, and on shades where there is no colour.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"legend--label"}

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Scale, Ramp, str] | None = None

    def show(self, scale: Scale, ramp: Ramp, blank: str = "") -> None:
        """Draw a ramp, if it is another, and behind it what cells without a value are."""
        if (scale, ramp, blank) != self._shown:
            self._shown = (scale, ramp, blank)
            self.refresh()

    def render(self) -> RenderResult:
        """Give nothing: the line is drawn by `render_line`."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Draw the strip."""
        width = self.size.width
        if self._shown is None or width < 3:
            return Strip.blank(width, own_style(self))
        scale, ramp, blank = self._shown
        after = f"  {BLANK} {blank}" if blank else ""
        if width - len(after) < LEAST:
            after = ""
        width -= len(after)
        text = labels_on(scale, ramp.count, width)
        label = self.get_component_rich_style("legend--label")
        segments = []
        # Nothing where a label stands.
        levels = [
            -1 if symbol else round(x * (ramp.count - 1) / max(1, width - 1))
            for x, symbol in enumerate(text)
        ]
        for level, places in groupby(range(width), levels.__getitem__):
            symbols = "".join(text[x] or ramp.glyphs[level] for x in places)
            back = Style(bgcolor=ramp.colours[level]) if ramp.colours else Style()
            segments.append(Segment(symbols, label if level < 0 else back))
        return Strip([*segments, Segment(after, label)] if after else segments)


def labels_on(scale: Scale, count: int, width: int) -> list[str]:
    """Write labels on a strip: a symbol a place, empty where the ramp shows."""
    text = [""] * width
    for level, label in scale.ticks(max(2, width // COLUMNS_A_LABEL), count):
        label = label.replace("e−0", "e−")
        middle = round(level / max(1, count - 1) * (width - 1))
        start = max(0, min(middle - len(label) // 2, width - len(label)))
        # One blank on each side, and a piece of the ramp between two labels.
        first, last = max(0, start - 1), min(width, start + len(label) + 1)
        if any(text[max(0, first - 1) : last + 1]):
            continue
        text[first:last] = f" {label} "[first - start + 1 :][: last - first]
    return text
