"""Draws the loss chart: the runs, laid out as on the screen, in lines instead of characters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine import record
from engine.protocol import Refusal
from engine.text.numbers import number, typed
from tui.figures import door
from tui.figures.door import EDGE, HEAD, Drawn, Picture
from tui.figures.headings import subject
from tui.figures.inks import Inks
from tui.plot.curves import Losses, Plan, plan
from tui.plot.losses import losses_of
from tui.state import State
from tui.text.rows import RUN_ROLES, ChartRole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS, ROWS, FINENESS = 90, 28, 16
"""Characters that a chart on the screen would have, and how much finer this one is."""

WIDTH, HEIGHT = 10.0, 6.0
"""Inches."""

LEFT, FOOT, LEGEND = 0.95, 0.65, 0.3
"""Inches left of the chart and below it, for numbers and names of the axes, and above it."""

NAMED = 6
"""Lines that are named beside one another."""

SMALL = 8.5
"""Points of what is written in and around the chart."""

THICK: dict[ChartRole, float] = {"curve": 1.8, "dev": 1.6, "floor": 1.2}
"""Points of the lines; those of other runs have one."""

DASHES = (0, (5, 3))
"""How the floor is drawn: it is no curve."""


@record
class LossFigure:
    """A loss chart."""

    title: str
    about: str
    across: str
    """Name of the axis of steps."""
    up: str
    """And that of losses."""
    plan: Plan
    names: tuple[tuple[ChartRole, str], ...]
    """What the lines are, the most important first."""


def loss_figure_of(state: State) -> LossFigure:
    """Say what is drawn of the losses on the screen.

    Raises:
        Refusal: there are none yet.
    """
    losses = losses_of(state)
    if len(losses.history) < 2:
        raise Refusal("There are no losses to draw yet; train some steps first.")
    chart = plan(losses, COLUMNS, ROWS, FINENESS)
    return LossFigure(
        "Gap to the entropy floor" if losses.shows_gap else "Loss",
        " · ".join(_about(state)),
        "steps before now" if losses.is_recent else "step",
        "nats a symbol, logarithmic" if losses.shows_gap else "nats a symbol",
        chart,
        tuple(_names(state, losses, chart)),
    )


def loss_chart(chart: LossFigure, inks: Inks, picture: Picture) -> Drawn:
    """Draw a loss chart.

    Raises:
        Refusal: matplotlib is not there.
    """
    written = (text for _, text in (*chart.plan.marks, *chart.names))
    symbols = set("".join((chart.title, chart.about, *written)))
    return door.render(lambda: _figure(chart, inks), chart.title, symbols, picture)


def _about(state: State) -> Iterator[str]:
    settings = state.snapshot.settings
    yield from subject(state)
    yield f"step {state.snapshot.step:,}"
    yield f"learning rate {typed(settings.learning_rate)}"
    yield f"regularization {typed(settings.regularization)}"


def _names(state: State, losses: Losses, chart: Plan) -> Iterator[tuple[ChartRole, str]]:
    s, drawn = state.snapshot, {role for role, _ in chart.curves}
    name = "train" if losses.dev else "loss"
    yield "curve", f"{name} {number(s.data_loss, '.4f')}"
    if "dev" in drawn:
        yield "dev", f"dev {number(s.dev_loss, '.4f')}"
    if chart.floor is not None:
        yield "floor", f"entropy floor {number(losses.floor, '.4f')}"
    for run in losses.compared:
        if (role := RUN_ROLES[run.colour]) in drawn:
            yield role, f"run {run.name}"


def _figure(chart: LossFigure, inks: Inks) -> Figure:
    figure = door.page(WIDTH, HEIGHT, chart.title, chart.about, inks)
    legend = LEGEND * math.ceil(len(chart.names) / NAMED)
    width, height = WIDTH - LEFT - EDGE, HEIGHT - HEAD - legend - FOOT
    place = LEFT / WIDTH, FOOT / HEIGHT, width / WIDTH, height / HEIGHT
    axes = figure.add_axes(place, facecolor=inks.page)
    across, up = chart.plan.dots
    axes.set(xlim=(0, across), ylim=(0, up))
    _lay_axes(axes, chart, inks)
    _draw_lines(axes, chart, inks)
    _write_marks(axes, chart.plan, inks)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=min(NAMED, len(chart.names)),
        frameon=False,
        fontsize=SMALL + 0.5,
        labelcolor=inks.text,
        borderaxespad=0.6,
        borderpad=0.0,
        handlelength=1.6,
    )
    return figure


def _lay_axes(axes: Axes, chart: LossFigure, inks: Inks) -> None:
    """Write round numbers along the axes, and draw faint lines from those of the losses."""
    for axis, ticks, name in (
        (axes.xaxis, chart.plan.x_ticks, chart.across),
        (axes.yaxis, chart.plan.y_ticks, chart.up),
    ):
        axis.set_ticks([dot for dot, _ in ticks], [text for _, text in ticks])
        axis.set_label_text(name, color=inks.muted, size=SMALL + 0.5)
    axes.tick_params(color=inks.faint, labelcolor=inks.muted, labelsize=SMALL)
    axes.grid(axis="y", color=inks.faint, linewidth=0.4, alpha=0.6)
    for name, side in axes.spines.items():
        side.set_visible(name in ("left", "bottom"))
        side.set_color(inks.faint)


def _draw_lines(axes: Axes, chart: LossFigure, inks: Inks) -> None:
    if chart.plan.floor is not None:
        axes.axhline(chart.plan.floor, **_line("floor", inks))
    for role, dots in chart.plan.curves:
        axes.plot(*zip(*dots, strict=True), **_line(role, inks))
    # The legend goes by what matters, not by what is drawn first.
    for role, name in chart.names:
        axes.plot([], [], label=name, **_line(role, inks))


def _line(role: ChartRole, inks: Inks) -> dict[str, Any]:
    """Give the look of a line."""
    style = DASHES if role == "floor" else "-"
    return {"color": inks.roles[role], "linewidth": THICK.get(role, 1.0), "linestyle": style}


def _write_marks(axes: Axes, chart: Plan, inks: Inks) -> None:
    """Draw where settings were changed, and write to what; and how high what is cut off goes."""
    up, colour = chart.dots[1], inks.roles["marker"]
    for dot, text in chart.marks:
        axes.axvline(dot, color=colour, linewidth=0.9, linestyle=":")
        _note(axes, text, (dot, up), (-2, -4), color=colour, rotation=90, ha="right", va="top")
    if chart.peak is not None:
        dot, value = chart.peak
        _note(axes, f"↑ {number(value, '.3g')}", (dot, up), (5, -2), color=inks.muted, va="top")


def _note(
    axes: Axes,
    text: str,
    dot: tuple[int, int],
    shift: tuple[int, int],
    **way: Any,  # noqa: ANN401
) -> None:
    """Write a text so many points away from a dot."""
    axes.annotate(text, dot, shift, textcoords="offset points", size=SMALL, **way)
