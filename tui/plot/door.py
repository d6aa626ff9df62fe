"""Figures by plotext: the heatmap's frame, the loss chart, histograms; the only door to plotext.

plotext holds one figure for the whole process, so everything here must be called on one thread, the
one that draws. It is imported inside functions, because its import takes 0.3 s and is done on the
worker thread beforehand. Nothing here is called per frame: the heatmap's frame is read back once
and then only recoloured, and charts are drawn at most a few times a second.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import repeat, starmap
from typing import Any

from tui.plot.bars import HALVES, Bars, lay_out_bars, write_bar_labels
from tui.plot.captions import write_captions
from tui.plot.chart import Chart, Run, Sheet
from tui.plot.curves import DOTS_ACROSS, DOTS_DOWN, Losses, Plan, laid_out, steps_of
from tui.plot.template import Place, Template
from tui.text.rows import CHART_ROLES as ROLES
from tui.text.rows import ChartRole as Role

_PLACEHOLDER = "\ue000"
"""Stands for a letter in the figure that plotext lays out; from the private use area."""
_CELL = "█"
_WITHOUT_TICKS = str.maketrans("┴┤" + _CELL + _PLACEHOLDER, "─│  ")
"""Letters stand next to the frame, so ticks say nothing; cells and letters are drawn by others."""
_PAINT = re.compile(r"\x1b\[(?:38;2;(\d+);(\d+);(\d+)|[\d;]*)m(?:\x1b\[48;[\d;]*m)?([^\x1b]*)")
"""A colour as terminals are told it, and the text that has it; a background may follow."""


_is_warm = threading.Event()


def warm_up() -> None:
    """Import plotext, which takes 0.3 s: on another thread, before anything is drawn."""
    import plotext  # noqa: F401

    _is_warm.set()


def is_ready() -> bool:
    """Whether drawing would not have to wait for plotext."""
    return _is_warm.is_set()


def _figure(width: int, height: int) -> Any:  # noqa: ANN401
    """Return plotext's one figure, emptied, without colours, and as large as asked for.

    Without the limit lifted it is cut to the size of the real terminal, and without clearing it
    holds the last plot.
    """
    import plotext

    plotext.terminal.limit(False, False)
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, height)
    return figure


def _read(figure: Any) -> Iterator[list[tuple[str, int]]]:  # noqa: ANN401
    """Build the figure and read each line back as (character, colour as 0xRRGGBB or −1)."""
    for line in figure.build().string().splitlines():
        row: list[tuple[str, int]] = []
        for red, green, blue, text in _PAINT.findall(line):
            colour = int(red) << 16 | int(green) << 8 | int(blue) if red else -1
            row.extend(zip(text, repeat(colour), strict=False))
        yield row


def _paint_cells(figure: Any, rows: int, columns: int) -> None:  # noqa: ANN401
    """Draw the first column and the last row of the heatmap, each cell in a colour that names it.

    Cells of one column share their x and cells of one row their y, so these say where all are;
    painting every cell tells no more and takes plotext 20 µs each, 0.1 s for a large window.
    """

    def colour(row: int, column: int) -> tuple[int, int, int]:
        """Write the number of a cell as red, green and blue."""
        number = row * columns + column
        return number >> 16, number >> 8 & 255, number & 255

    figure.draw(figure.heatmap([[colour(row, 0)] for row in range(rows)]))
    figure.draw(figure.heatmap([[colour(rows - 1, column) for column in range(columns)]]))


def _lay_out(rows: int, columns: int, cell_width: int, cell_height: int, label_width: int) -> Any:  # noqa: ANN401
    """Return the heatmap's figure: a point in the upper left corner of each cell, letters around.

    plotext turns y upwards: row 0 is at y = rows − 1. Limits put each point in the middle of its
    character, away from any rounding. Labels sit in the middle of their cells, the left or upper
    middle if there are two.
    """
    figure = _figure(columns * cell_width + 2 + label_width, rows * cell_height + 3)
    _paint_cells(figure, rows, columns)
    left, top = -0.5 / cell_width, 0.5 / cell_height
    for side in ("lower", "upper"):
        figure.ruler("x", side).alignment(lim="edge").lim(left, columns + left).frequency(0)
    for side in ("left", "right"):
        figure.ruler("y", side).alignment(lim="edge").lim(top - 1, rows + top - 1).frequency(0)
    across, down = (cell_width - 1) // 2 / cell_width, (cell_height - 1) // 2 / cell_height
    letters = [_PLACEHOLDER] * columns
    figure.ruler("x", "upper").ticks([column + across for column in range(columns)], letters)
    if label_width:
        heights = [rows - 1 - row - down for row in range(rows)]
        figure.ruler("y", "left").ticks(heights, [_PLACEHOLDER * label_width] * rows)
    return figure


@lru_cache(maxsize=64)
def template(
    rows: int, columns: int, cell_width: int, cell_height: int, label_width: int = 1
) -> Template:
    """Ask plotext for a heatmap of so many cells and learn from the result where everything is.

    The figure is exactly `columns` × `cell_width` + 2 + `label_width` wide and `rows` ×
    `cell_height` + 3 high: column letters on top, row letters on the left, a frame.
    """
    lines = list(_read(_lay_out(rows, columns, cell_width, cell_height, label_width)))
    xs, ys = [0] * columns, [0] * rows
    for y, line in enumerate(lines):
        for x, (character, colour) in enumerate(line):
            if character == _CELL:
                row, column = divmod(colour, columns)
                xs[column], ys[row] = x, y
    width, height = len(lines[0]), len(lines)
    head = [x for x, (character, _) in enumerate(lines[0]) if character == _PLACEHOLDER]
    # Plotext keeps letters apart; in columns of width 1 they stand side by side.
    head = head if cell_width > 1 else xs
    side = [y for y, line in enumerate(lines) if y and line[0][0] == _PLACEHOLDER]
    ends = (*xs[1:], width - 1)
    return Template(
        width,
        height,
        tuple("".join(c for c, _ in line).translate(_WITHOUT_TICKS) for line in lines),
        (*xs, width - 1),
        (*ys, height - 1),
        tuple(Place(x, 0, end - x) for x, end in zip(head, ends, strict=False)),
        tuple(Place(0, y, label_width) for y in side),
    )


def _pixel(role: Role) -> Any:  # noqa: ANN401
    """Return a plotext colour that says which role it is."""
    import plotext

    return plotext.pixel((0, 0, ROLES.index(role) + 1))


def _axes(figure: Any, dots_across: int, dots_up: int) -> None:  # noqa: ANN401
    """Show the lower and the left axis only, over a canvas of so many dots."""
    figure.axes(True, pixel=_pixel("frame"))
    figure.axes(False, axis="x", side="upper")
    figure.axes(False, axis="y", side="right")
    for axis, dots in (("x", dots_across), ("y", dots_up)):
        for side in (0, 1):
            ruler = figure.ruler(axis, side)
            ruler.alignment(lim="edge").lim(0, dots).frequency(0).pixel(_pixel("tick"))


@lru_cache(maxsize=4096)
def _cell(character: str, colour: int) -> Run:
    """A cell of a chart, one for all that look like it: a large chart has 8,000 of 50 looks."""
    return character, ROLES[max(0, colour - 1)]


def _rows(figure: Any) -> tuple[tuple[Run, ...], ...]:  # noqa: ANN401
    """Build the figure and turn the colours read back into roles."""
    return tuple(tuple(starmap(_cell, line)) for line in _read(figure))


@lru_cache(maxsize=8)
def draw_plan(plan: Plan, *, is_scatter: bool = False) -> tuple[tuple[Run, ...], ...]:
    """Draw a plan, its points joined by lines or not.

    Kept, because most of the time the next one is equal.
    """
    import plotext

    figure = _figure(plan.columns + plan.label_width + 1, plan.rows + 2)
    _axes(figure, plan.columns * DOTS_ACROSS, plan.rows * DOTS_DOWN)
    if plan.floor is not None:
        figure.line(plan.floor + 0.5, 0, pixel=_pixel("floor"))
    for dot, _ in plan.marks:
        figure.line(dot + 0.5, 1, pixel=_pixel("marker"), style="dotted")
    for role, dots in plan.curves:
        marker = plotext.marker("braille", _pixel(role))
        xs, ys = [x + 0.5 for x, _ in dots], [y + 0.5 for _, y in dots]
        signal = figure.signal(xs, ys, marker=marker)
        figure.draw(signal if is_scatter and role != "floor" else signal.lines())
    for axis, ticks in (("x", plan.x_ticks), ("y", plan.y_ticks)):
        labels = [label.rjust(plan.label_width if axis == "y" else 0) for _, label in ticks]
        figure.ruler(axis, 0).ticks([dot + 0.5 for dot, _ in ticks], labels)
    return _rows(figure)


def loss_chart(losses: Losses, width: int, height: int, gap: float = math.nan) -> Chart:
    """Draw a training run: its losses, the floor, runs beside it, and where settings changed.

    The chart is from 12 × 4 characters upwards. `gap` is the excess loss now, written at the end of
    the curve; without it that of the last bucket is. Raises nothing for an empty history,
    infinities or values that are not numbers.
    """
    layout, across, _ = laid_out(losses, width, height)
    sheet = Sheet(draw_plan(layout))
    write_captions(sheet, layout, losses, gap)
    return sheet.chart(steps_of(losses, layout, across))


@lru_cache(maxsize=8)
def _draw_bars(bars: Bars) -> tuple[tuple[Run, ...], ...]:
    """Draw bars; kept, because counts change less often than the screen."""
    import plotext

    figure = _figure(bars.columns + bars.label_width + 1, bars.rows + 1)
    _axes(figure, bars.columns * HALVES, bars.rows * HALVES)
    if bars.tops:
        marker = plotext.marker("hd", _pixel("bar"))
        xs, ys = [x + 0.5 for x, _ in bars.tops], [y - 0.5 for _, y in bars.tops]
        figure.draw(figure.signal(xs, ys, marker=marker).fillx())
    labels = [label.rjust(bars.label_width) for _, label in bars.ticks]
    figure.ruler("y", 0).ticks([max(0.5, y - 0.5) for y, _ in bars.ticks], labels)
    return _rows(figure)


def histogram(labels: Sequence[str], values: Sequence[float], width: int, height: int) -> Chart:
    """Draw one bar for each label and value ≥ 0, as many as fit, the greatest as high as the chart.

    The chart is from 12 × 4 characters upwards. A value that is not finite counts as 0.
    """
    bars = lay_out_bars(values, width, height)
    sheet = Sheet([*_draw_bars(bars), ((" ", "tick"),) * width])
    write_bar_labels(sheet, bars, labels)
    return sheet.chart()
