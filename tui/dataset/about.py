"""The facts of the data on the screen: figures over a histogram of lengths."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from engine.protocol import DataReport, WordsParted
from tui.dataset.facts import bars, facts
from tui.plot import door as plots
from tui.text.rows import Row
from tui.widgets.lines import Lines

LEAST_ROWS, MOST_ROWS = 5, 10
"""Rows of the histogram; with fewer it is left out."""


class About(Vertical):
    """What the file holds, and how long its words are where there is room for that."""

    def __init__(self) -> None:
        super().__init__(id="about")
        self._given: tuple[DataReport, Sequence[str], WordsParted, int] | None = None
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Figures over the histogram."""
        yield Lines(id="facts")
        yield Lines(id="lengths")

    def on_resize(self) -> None:
        """Draw the facts in another width."""
        if self._given is not None:
            self.show(*self._given)

    def show(
        self, report: DataReport, symbols: Sequence[str], parted: WordsParted, rows: int
    ) -> None:
        """Draw the facts in so many rows, if anything is new."""
        self._given = (report, symbols, parted, rows)
        width = self.content_size.width
        shown = (report, parted, width, rows, plots.is_ready())
        if not self.display or shown == self._shown:
            return
        self._shown = shown
        figures = facts(report, symbols, parted, width)
        self.query_one("#facts", Lines).show(figures)
        chart = _chart(report, width, min(MOST_ROWS, rows - len(figures) - 1))
        self.query_one("#lengths", Lines).show(chart)


def _chart(report: DataReport, width: int, rows: int) -> list[Row]:
    """The histogram of lengths under an empty line; nothing where it does not fit."""
    if rows < LEAST_ROWS or width < 12 or not plots.is_ready() or not report.lengths:
        return []
    labels, values = bars(report.lengths, width - 5)
    return [(), *plots.histogram(labels, values, width, rows).lines]
