"""The heatmap: a matrix in colours, what the colours stand for, and the bigram under the cursor."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from engine.protocol import Row, Watch, Window
from tui.colours.depth import colour_depth
from tui.colours.palettes import worn
from tui.colours.ramps import ramp
from tui.colours.scales import Scale
from tui.heatmap.arrangement import INSPECTOR, Arrangement, arrange, on_stage
from tui.heatmap.breadcrumbs import both, in_view, path_of, told
from tui.heatmap.extents import scale_for
from tui.heatmap.figure import HeatmapFigure
from tui.heatmap.handed import change_of, held, overlaid
from tui.heatmap.inspector import figures_of, in_a_line, inspect, value_at
from tui.heatmap.legend import Legend
from tui.heatmap.marks import marks_for
from tui.heatmap.picture import Cell, Picture
from tui.heatmap.rowstrip import lying, standing, strip_of
from tui.heatmap.zooms import ZOOMS, Zoom, label_width
from tui.plot import door as plots
from tui.state import State
from tui.state.views import view_of
from tui.terminal.later import later
from tui.text.ascii import is_ascii
from tui.widgets.lines import Lines
from tui.widgets.pane import Pane
from tui.widgets.say import say

PAUSE = 0.25
"""Seconds between two updates of figures and bars while training: more cannot be read."""

WAIT = 0.05
"""Seconds between two looks whether plotext has been imported."""

HOVER = 0.05
"""Seconds after which the cell under the mouse is shown: a mouse on its way is not followed."""


class HeatmapPane(Pane):
    """The figure with its legend, its inspector, and the bars of a row."""

    TITLE = "2 Heatmap"

    class Watching(Message):
        """Another part of a matrix, or another one, is in view."""

        def __init__(self, wanted: Watch) -> None:
            self.wanted = wanted
            super().__init__()

    def __init__(self, id: str | None = None, *, zoom: Zoom | None = None) -> None:
        super().__init__(id=id)
        self.chosen_zoom = zoom
        """Size of a cell that the user chose; `None` to fit."""
        self.slack = 1
        """Levels that a colour may be off while the values move."""
        self._state = State()
        self._arrangement: Arrangement | None = None
        self._wanted: Watch | None = None
        self._window: Window | None = None
        self._scale: Scale | None = None
        self._run = 0
        self._hover: Cell | None = None
        self._is_hovering = False
        self._is_waiting = False
        self._detailed: tuple[object, ...] = ()
        self._detailed_at = 0.0

    def compose(self) -> ComposeResult:
        """Figure with bars beside it, legend, inspector, bars below."""
        with Horizontal(id="board"):
            yield HeatmapFigure(id="figure")
            yield Lines(id="beside")
        yield Legend()
        yield Lines(id="inspector")
        yield Lines(id="below")

    @property
    def home(self) -> HeatmapFigure:
        """The figure."""
        return self.query_one(HeatmapFigure)

    @property
    def inspected(self) -> Cell:
        """The cell that is described: the one under the mouse, or else under the cursor."""
        return self._hover or (self._state.row, self._state.column)

    def show(self, state: State) -> None:
        """Draw the matrix in view, as far as its values are here."""
        if state.symbols is not self._state.symbols:
            self._hover = None
        self._state = state
        if not state.symbols or not self.content_size or not self.display:
            return
        self._arrange()
        self._watch()
        window = state.snapshot.window
        if not plots.is_ready():
            self._come_back()
        elif window is not None and _is_of(window, state):
            self._draw(state, overlaid(window, change_of(state), state))
        self._describe()
        self._detail()

    def _come_back(self) -> None:
        """Try again soon: nobody tells when plotext has been imported."""
        if not self._is_waiting:
            self._is_waiting = True
            later(self, WAIT, self._show_again)

    def _show_again(self) -> None:
        self._is_waiting = False
        self.show(self._state)

    # Layout

    def on_resize(self) -> None:
        """Divide the room anew."""
        self.show(self._state)

    def _arrange(self) -> None:
        """Give each part its size, if it is another."""
        wanted = self._arranged(self.chosen_zoom)
        if wanted == self._arrangement:
            return
        self._arrangement, self._detailed = wanted, ()
        self.home.zoom = wanted.zoom
        self.home.room = (wanted.width, wanted.height)
        self.home.styles.width, self.home.styles.height = wanted.width, wanted.height
        self.query_one("#board").styles.height = wanted.height
        is_on_stage = self._state.is_on_stage
        for part in (self.query_one(Legend), self.query_one("#inspector")):
            part.styles.width = wanted.width if is_on_stage else "100%"
        self.query_one("#inspector").styles.height = wanted.inspector
        for side in ("beside", "below"):
            bars = self.query_one(f"#{side}", Lines)
            bars.display = wanted.side == side
            bars.styles.width, bars.styles.height = wanted.bars_width, wanted.bars_height

    def _arranged(self, zoom: Zoom | None) -> Arrangement:
        width, height = self.content_size
        if self._state.is_on_stage:
            return on_stage(width, height, self._state.symbols)
        # Of contexts the inspector has a line more: the way back to shorter ones.
        lines = INSPECTOR + bool(self._state.most_before)
        return arrange(width, height, self._state.symbols, zoom, lines)

    def zoom(self, direction: int) -> None:
        """Make cells larger or smaller; the size that fits is left to change with the pane."""
        if self._state.is_on_stage:
            return  # There they are as large as can be.
        fitting = self._arranged(None).zoom
        # Where it is out of sight it may be drawn as it was on stage yet.
        now = ZOOMS.index(self.home.zoom if self.home.zoom in ZOOMS else fitting)
        zoom = ZOOMS[max(0, min(now + direction, len(ZOOMS) - 1))]
        self.zoom_to(None if zoom == fitting else zoom)

    def zoom_to(self, zoom: Zoom | None) -> None:
        """Make cells so large, or as large as fits."""
        self.chosen_zoom = zoom
        self.show(self._state)

    # Drawing

    def _watch(self) -> None:
        """Say what is in view, if it is something else."""
        cursor = (self._state.row, self._state.column)
        place = self.home.view_of(self._state.symbols, cursor)
        state = self._state
        wanted = Watch(state.matrix, *place, self.inspected[0], state.before, state.against)
        if wanted != self._wanted:
            self._wanted = wanted
            say(self, self.Watching(wanted))

    def _draw(self, state: State, window: Window) -> None:
        is_same = self._window is not None and self._window.matrix == window.matrix
        # At rest the range fits; only while values move is one that nearly does left as it is.
        is_same &= self._run == state.snapshot.run and state.is_running
        self._scale = scale_for(window, self._scale if is_same else None)
        self._window, self._run = window, state.snapshot.run
        dark = self.app.current_theme.dark
        kind = worn(state.ramp, view_of(window.matrix).kind)
        depth = colour_depth(os.environ)
        colours = ramp(kind, dark, depth, is_ascii=is_ascii(os.environ))
        picture = Picture(
            state.symbols,
            window,
            colours,
            self._scale,
            marks_for(colours, dark, depth),
            (state.row, state.column),
            path_of(state) if state.word else (),
            self._hover,
            state.snapshot.run,
            state.is_running,
            self.slack,
        )
        self.home.show(picture)
        self.query_one(Legend).show(self._scale, colours, view_of(window.matrix).blank)

    def _describe(self) -> None:
        """Write what is shown on the border."""
        self.caption(f"{self.TITLE} · {told(self._state)}", self._subtitle())

    def _subtitle(self) -> str:
        if self._arrangement is None:
            return ""
        zoom, unit = self._arrangement.zoom, self._scale.unit if self._scale is not None else 0
        is_chosen = self.chosen_zoom is not None
        return in_view(self._state, self._window, zoom, unit, is_chosen=is_chosen)

    def _detail(self) -> None:
        """Describe the inspected cell and its row, four times a second while they change."""
        state, row = self._state, self._state.snapshot.row
        is_here = row is not None and (row.index, row.before) == (self.inspected[0], state.before)
        if row is None or not is_here or not state.is_of_these_words:
            return  # The engine will send that row; until then the old one stands.
        now = time.monotonic()
        run, hand = state.snapshot.run, state.hand
        of = (self.inspected, state.before, state.symbols, run, self._hover, hand)
        if state.is_running and of == self._detailed and now - self._detailed_at < PAUSE:
            return
        self._detailed, self._detailed_at = of, now
        self._show_row(row)

    def _show_row(self, row: Row) -> None:
        state, arrangement = self._state, self._arrangement
        column = self.inspected[1]
        change = change_of(state) if self.inspected[0] == state.row else None
        row = change.row if change is not None else row
        figures = figures_of(row, column, state.symbols, state.shared_gap)
        window = state.snapshot.window
        if window is not None and _is_of(window, state) and state.against:
            figures = replace(figures, both=both(state), apart=value_at(window, *self.inspected))
        width = self.content_size.width
        if change is not None:
            lines = held(change, column, state, width)
        elif state.is_on_stage and arrangement is not None:
            lines = [in_a_line(figures, told(state), arrangement.width)]
        else:
            lines = inspect(figures, width)
        self.query_one("#inspector", Lines).show(lines)
        if arrangement is not None and arrangement.side:
            strip = strip_of(row, column, state.symbols)
            size = arrangement.bars_width, arrangement.bars_height
            if arrangement.side == "below":
                bars = standing(strip, *size, indent=label_width(state.symbols) + 1)
            else:
                bars = lying(strip, *size)
            self.query_one(f"#{arrangement.side}", Lines).show(bars)

    def restyle(self) -> None:
        """Draw anew in the colours of another theme."""
        self.show(self._state)
        self.home.restyle()

    # Messages of the figure

    def on_heatmap_figure_hovered(self, event: HeatmapFigure.Hovered) -> None:
        """Describe the cell under the mouse, once it rests there for a moment."""
        event.stop()
        self._hover = event.cell
        if not self._is_hovering:
            self._is_hovering = True
            later(self, HOVER, self._show_hover)

    def _show_hover(self) -> None:
        self._is_hovering = False
        self.show(self._state)

    def on_heatmap_figure_zoom_asked(self, event: HeatmapFigure.ZoomAsked) -> None:
        """Zoom with the wheel."""
        event.stop()
        self.zoom(event.direction)


def _is_of(window: Window, state: State) -> bool:
    """Whether a part of a matrix is of what the heatmap is to show."""
    is_shown = (window.matrix, window.before) == (state.matrix, state.before)
    return is_shown and state.is_of_these_words
