"""The heatmap: a matrix in colours, what the colours stand for, and the bigram under the cursor."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from itertools import pairwise

from rich.segment import Segment
from textual.app import ComposeResult, RenderResult
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from engine.protocol import MatrixName, Row, Window
from tui import glyphs, plots
from tui.depth import Depth, colour_depth
from tui.figure import HeatmapFigure, Picture
from tui.lines import Lines, Run
from tui.lines import Row as LineRow
from tui.palettes import Kind
from tui.pane import Pane
from tui.ramps import Ramp, ramp
from tui.scales import Scale, ScaleKind
from tui.state import VIEWS, State
from tui.wording import figure
from tui.zooms import ZOOMS

LOOKS: dict[MatrixName, tuple[Kind, ScaleKind]] = {
    "counts": ("counts", "log"),
    "count_probabilities": ("probability", "sqrt"),
    "network_probabilities": ("network", "sqrt"),
    "log_counts": ("counts", "linear"),
    "centred_logits": ("logits", "linear"),
    "logits": ("logits", "linear"),
    "difference": ("difference", "diverging"),
    "gradient": ("gradient", "diverging"),
}
"""Ramp and scale of each view."""


class Legend(Widget):
    """A strip of the ramp with the values its colours stand for."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Scale, Ramp] | None = None

    def show(self, scale: Scale, colours: Ramp) -> None:
        """Draw a ramp, if it is another."""
        if (scale, colours) != self._shown:
            self._shown = (scale, colours)
            self.refresh()

    def render(self) -> RenderResult:
        """Give nothing: the line is drawn by `render_line`."""
        return ""

    def render_line(self, y: int) -> Strip:
        """One line: the ramp with labels in it, where they belong."""
        width = self.size.width
        if self._shown is None or width < 12:
            return Strip.blank(width, self.rich_style)
        scale, colours = self._shown
        style = self.rich_style
        places = [(colours.glyphs[level], level) for level in _across(width, colours.count)]
        last = -1
        for level, label in scale.ticks(max(2, width // 12), colours.count):
            x = min(width - len(label), round(level / max(1, colours.count - 1) * (width - 1)))
            if x > last:
                for i, symbol in enumerate(label):
                    places[x + i] = (symbol, places[x + i][1])
                last = x + len(label)
        segments = []
        for symbol, level in places:
            look = style
            if colours.colours:
                back = colours.colours[level]
                look = style.parse(f"{colours.text_colour(level)} on {back}")
            segments.append(Segment(symbol, look))
        return Strip(segments).simplify()


def _across(width: int, count: int) -> list[int]:
    return [round(x * (count - 1) / max(1, width - 1)) for x in range(width)]


@dataclass(frozen=True)
class Wanted:
    """The part of a matrix that is in view."""

    matrix: MatrixName
    row: int
    column: int
    rows: int
    columns: int
    cursor_row: int


class HeatmapPane(Pane):
    """The figure with its legend and its inspector."""

    TITLE = "2 Heatmap"

    class Watching(Message):
        """Another part of a matrix, or another one, is in view."""

        def __init__(self, wanted: Wanted) -> None:
            self.wanted = wanted
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = State()
        self._wanted: Wanted | None = None
        self._window: Window | None = None
        self._depth: Depth = colour_depth(os.environ)

    def compose(self) -> ComposeResult:
        """Figure, legend, inspector."""
        yield HeatmapFigure(id="figure")
        yield Legend()
        yield Lines(id="inspector")

    @property
    def home(self) -> HeatmapFigure:
        """The figure."""
        return self.query_one(HeatmapFigure)

    def show(self, state: State) -> None:
        """Draw the matrix in view, as far as its values are here."""
        old, self._state = self._state, state
        if not state.symbols:
            return
        if old.view != state.view or old.symbols is not state.symbols or self._wanted is None:
            self.border_title = f"{self.TITLE} · {VIEWS[state.view]}"
        self._watch()
        window = state.snapshot.window
        if plots.is_ready() and window is not None and window.matrix == state.view:
            self._window = window
            self._draw(state, window)
        self.query_one("#inspector", Lines).show(inspect(state, self.size.width - 2))

    def _watch(self) -> None:
        """Say what is in view, if it is something else."""
        cursor = (self._state.row, self._state.column)
        place = self.home.view_of(self._state.symbols, cursor)
        wanted = Wanted(self._state.view, *place, cursor_row=self._state.row)
        if wanted != self._wanted and self.home.size.width > 0:
            self._wanted = wanted
            self.post_message(self.Watching(wanted))

    def _draw(self, state: State, window: Window) -> None:
        kind, scale_kind = LOOKS[window.matrix]
        scale = Scale(scale_kind, *_range(window))
        colours = ramp(kind, self.app.current_theme.dark, self._depth)
        path = path_of(state.word, state.symbols) if state.word else ()
        cursor = (state.row, state.column)
        self.home.show(Picture(state.symbols, window, colours, scale, cursor, path))
        self.query_one(Legend).show(scale, colours)

    def restyle(self) -> None:
        """Draw anew in the colours of another theme."""
        self.home.restyle()
        if self._window is not None:
            self._draw(self._state, self._window)

    def zoom(self, direction: int) -> str:
        """Make cells larger or smaller; give the level in words."""
        figure = self.home
        now = ZOOMS.index(figure.zoom_in_force)
        figure.zoom = max(0, min(now + direction, len(ZOOMS) - 1))
        self.show(self._state)
        zoom = figure.zoom_in_force
        return f"{zoom.width}×{zoom.height} characters a cell"

    def on_heatmap_figure_revealed(self, event: HeatmapFigure.Revealed) -> None:
        """Ask for the part that came into view."""
        event.stop()
        if self._state.symbols:
            self._watch()

    def on_heatmap_figure_zoom_asked(self, event: HeatmapFigure.ZoomAsked) -> None:
        """Zoom with the wheel."""
        event.stop()
        self.zoom(event.direction)


def _range(window: Window) -> tuple[float, float]:
    """Range of the colours: steady where it can be, so that they do not swim while training."""
    low, high = window.low, window.high
    if window.matrix in ("count_probabilities", "network_probabilities"):
        return 0.0, max(0.4, math.ceil(high * 5) / 5)
    if window.matrix in ("difference", "gradient"):
        most = max(abs(low), abs(high), 1e-12)
        step = 10 ** math.floor(math.log10(most))
        return -math.ceil(most / step) * step, math.ceil(most / step) * step
    if window.matrix in ("logits", "centred_logits"):
        return math.floor(low), math.ceil(high)
    return low, high


def path_of(word: str, symbols: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Cells that a word goes through; none if it holds a symbol that is not there."""
    indices = {symbol: i for i, symbol in enumerate(symbols)}
    steps = [0, *(indices.get(symbol, -1) for symbol in word), 0]
    return () if -1 in steps else tuple(pairwise(steps))


def inspect(state: State, width: int) -> list[LineRow]:
    """Exact figures of the bigram under the cursor, in two lines."""
    row = state.snapshot.row
    first, second = state.symbols[state.row], state.symbols[state.column]
    name: Run = (f" {glyphs.shown(first)}{glyphs.shown(second)} ", "key")
    if row is None or row.index != state.row:
        return [(name,), ()]
    count, p, q = _cell(row, state.column)
    upper: list[Run] = [name, ("  count ", "dim"), (f"{count:,}", "strong")]
    upper += [("  P ", "dim"), (figure(p, 6), "strong")]
    lower: list[Run] = []
    if q is not None:
        upper += [("  network p ", "dim"), (figure(q, 6), "strong")]
        lower = [
            ("    log P ", "dim"), (_log(p), "plain"),
            ("  log p ", "dim"), (_log(q), "plain"),
            ("  p − P ", "dim"), (figure(q - p, 6), "plain"),
        ]  # fmt: skip
    return [upper, lower]


def _cell(row: Row, column: int) -> tuple[int, float, float | None]:
    count = memoryview(row.counts).cast("q")[column]
    p = memoryview(row.count_probabilities).cast("d")[column]
    q = row.network_probabilities
    return count, p, memoryview(q).cast("d")[column] if q else None


def _log(p: float) -> str:
    return figure(math.log(p)) if p > 0 else "−∞"
