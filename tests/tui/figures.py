"""A heatmap by itself, for the tests of what it draws."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from engine.protocol import MatrixName, Window
from tui.colours.depth import Depth
from tui.colours.ramps import ramp
from tui.heatmap.extents import scale_for
from tui.heatmap.figure import HeatmapFigure
from tui.heatmap.marks import marks_for
from tui.heatmap.picture import Cell, Picture
from tui.heatmap.zooms import ZOOMS, Zoom
from tui.state.views import view_of

LETTERS = (".", "a", "b")


def picture(
    values: Sequence[float],
    symbols: tuple[str, ...] = LETTERS,
    matrix: MatrixName = "counts",
    depth: Depth = Depth.TRUECOLOR,
    cursor: Cell = (0, 0),
    path: tuple[Cell, ...] = (),
    dark: bool = True,
) -> Picture:
    """Make a picture of a whole matrix."""
    size = len(symbols)
    finite = [value for value in values if value == value]
    window = Window(
        matrix, 0, 0, size, size, min(finite), max(finite), array("f", values).tobytes()
    )
    colours = ramp(view_of(matrix).kind, dark, depth)
    marks = marks_for(colours, dark, depth)
    return Picture(symbols, window, colours, scale_for(window), marks, cursor, path)


def part(whole: Picture, row: int, column: int, rows: int, columns: int) -> Picture:
    """Cut a window out of a picture of a whole matrix."""
    size = len(whole.symbols)
    values = memoryview(whole.window.values).cast("f").tolist()
    kept = array("f")
    for i in range(row, row + rows):
        kept.extend(values[i * size + column : i * size + column + columns])
    window = replace(
        whole.window, row=row, column=column, rows=rows, columns=columns, values=kept.tobytes()
    )
    return replace(whole, window=window)


def moved(whole: Picture, **values: float) -> Picture:
    """Make the next picture of a run: some cells, by name such as `ab`, have other values."""
    found = array("f", whole.window.values)
    size = len(whole.symbols)
    for name, value in values.items():
        first, second = (whole.symbols.index(letter) for letter in name)
        found[first * size + second] = value
    window = replace(whole.window, values=found.tobytes())
    return replace(whole, window=window, is_moving=True)


class FigureApp(App[None]):
    """An app with nothing but a figure."""

    CSS = "HeatmapFigure { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[object, ...]] = []
        """Messages of the figure, in order."""

    def compose(self) -> ComposeResult:
        yield HeatmapFigure()

    def on_heatmap_figure_shifted(self, message: HeatmapFigure.Shifted) -> None:
        self.heard.append(("shifted", message.rows, message.columns))

    def on_heatmap_figure_moved(self, message: HeatmapFigure.Moved) -> None:
        self.heard.append(("moved", message.row, message.column))

    def on_heatmap_figure_chosen(self, message: HeatmapFigure.Chosen) -> None:
        self.heard.append(("chosen", message.row, message.column))

    def on_heatmap_figure_entered(self) -> None:
        self.heard.append(("entered",))

    def on_heatmap_figure_hovered(self, message: HeatmapFigure.Hovered) -> None:
        self.heard.append(("over", *(message.cell or ())))

    def on_heatmap_figure_zoom_asked(self, message: HeatmapFigure.ZoomAsked) -> None:
        self.heard.append(("zoom", message.direction))


@dataclass
class Stage:
    """A figure on a screen, and what it asked to be painted again."""

    figure: HeatmapFigure
    app: FigureApp
    pilot: Pilot[None]
    refreshes: list[tuple[Region, ...]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the figure looks like, without colours."""
        lines = (self.figure.render_line(y).text.rstrip() for y in range(self.figure.size.height))
        return "\n".join(lines).rstrip()

    def painted(self, act: Callable[[], None]) -> list[tuple[Region, ...]]:
        """Return what is to be painted after an act: for each refresh its regions, () for all."""
        self.refreshes.clear()
        act()
        return list(self.refreshes)


@asynccontextmanager
async def stage(zoom: Zoom = ZOOMS[2], size: tuple[int, int] = (60, 30)) -> AsyncIterator[Stage]:
    """Put a figure on a screen of a certain size."""
    app = FigureApp()
    async with app.run_test(size=size) as pilot:
        figure = app.query_one(HeatmapFigure)
        figure.zoom, figure.room = zoom, size
        set_up = Stage(figure, app, pilot)
        refresh = figure.refresh

        def noted(*regions: Region, **how: bool) -> HeatmapFigure:
            set_up.refreshes.append(regions)
            return refresh(*regions, **how)

        figure.refresh = noted  # type: ignore[method-assign]
        yield set_up
