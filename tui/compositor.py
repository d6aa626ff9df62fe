"""What Textual writes to the terminal when parts of the screen change, and no more than that.

Textual 8 writes a changed stretch of a widget's line from the start of that line: to recolour one
cell at the right of the heatmap it sends all cells left of it, ten times what is needed. Here both
ends are cut. Everything else is Textual's.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor


class LeanUpdate(ChopsUpdate):
    """Writes the stretches that changed, each from its start to its end."""

    def render_segments(self, console: Console) -> str:
        """Return what to write to the terminal."""
        written: list[str] = []
        at = (-1, -1)
        for y, start, stop in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, start), min(end, stop)
                if strip is None or left >= right:
                    continue
                if at != (left, y):
                    written.append(Control.move_to(left, y).segment.text)
                whole = (left, right) == (x, end)
                written.append(
                    (strip if whole else strip.crop(left - x, right - x)).render(console)
                )
                at = (right, y)
        return "".join(written)


class LeanCompositor(Compositor):
    """Puts the parts of a screen together as Textual does, but writes less."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what changed since the last time, if anything did."""
        update = super().render_partial_update()
        if update is None:
            return None
        return LeanUpdate(update.chops, update.spans, update.chop_ends)
