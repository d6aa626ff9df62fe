"""The loss chart and the scrub line under it: one widget, in which the mouse seeks a step."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from engine.protocol import Look
from tui.messages import Ask, Intend
from tui.plot.chart import Chart
from tui.plot.steps import Steps
from tui.state import State
from tui.state.scrub import Sought, last_step
from tui.terminal.calm import Calm
from tui.text.rows import Row
from tui.training.rail import marked, rail
from tui.widgets.lines import Lines
from tui.widgets.say import say

LEAST_WIDTH, LEAST_HEIGHT = 12, 4
"""Characters a chart needs."""

ROOMY = 8
"""Rows from which the last one is the scrub line."""

FOOT = 2
"""Rows of the axis of steps."""

EXPLANATION = "Drag, or ← → home end, to seek a step"
"""One line: a second one would move the chart under the mouse."""


class LossChart(Calm, Lines, can_focus=True):
    """The chart as it was drawn last, a line through it at the step looked at, the scrub line."""

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.command('step_back')", show=False),
        Binding("right", "app.command('step_on')", show=False),
        Binding("home", "app.command('first_step')", show=False),
        Binding("end", "app.command('last_step')", show=False),
    ]

    class Resized(Message):
        """There is more room for it, or less."""

    class Pointed(Message):
        """The mouse is over a character of it, by column and line, or over none any more."""

        def __init__(self, place: tuple[int, int] | None) -> None:
            self.place = place
            super().__init__()

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chart: Chart | None = None
        self._state = State()
        self._shown: tuple[object, ...] = ()
        """What it was drawn from."""
        self._is_dragged = False

    @property
    def room(self) -> Size:
        """Columns and rows of the chart without the scrub line; none where it has no room."""
        width, height = self.size
        if width < LEAST_WIDTH or height < LEAST_HEIGHT:
            return Size(0, 0)
        return Size(width, height - self._has_rail)

    @property
    def steps(self) -> Steps | None:
        """Where steps lie in it; None while there is none."""
        return self._chart.steps if self._chart is not None else None

    @property
    def _has_rail(self) -> bool:
        return self.size.height >= ROOMY

    def draw(self, chart: Chart | None) -> None:
        """Show another chart, or none."""
        self._chart = chart
        self.scrub(self._state)

    def scrub(self, state: State) -> None:
        """Show which step is looked at."""
        self._state = state
        snapshot = state.snapshot
        shown = (
            self._chart, state.scrub, state.is_looking, state.here, last_step(snapshot),
            (snapshot.step, snapshot.looked_for), self.has_focus, self._has_rail,
        )  # fmt: skip
        if shown != self._shown:
            self._shown = shown
            self._draw(state)

    def _draw(self, state: State) -> None:
        chart, steps = self._chart, self.steps
        if chart is None or steps is None:
            self.show([])
            return
        rows: list[Row] = [*chart.lines]
        if state.is_looking and steps.holds(state.here):
            rows[:-FOOT] = marked(rows[:-FOOT], steps.column(state.here))
        if self._has_rail:
            rows.append(rail(state, steps, is_in_use=self.has_focus))
        self.show(rows)

    # Handlers

    def on_resize(self) -> None:
        """Ask for a chart of the new size."""
        say(self, self.Resized())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the handle, where one wants it."""
        if event.button == 1 and last_step(self._state.snapshot):
            self.capture_mouse()
            self._is_dragged = True
            self._seek(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag it, and say what the mouse is over."""
        if self._is_dragged:
            self._seek(event)
        say(self, self.Pointed((event.x, event.y)))

    def on_leave(self) -> None:
        """Say that it is gone."""
        say(self, self.Pointed(None))

    def on_mouse_up(self) -> None:
        """Let it go."""
        self._is_dragged = False
        self.release_mouse()

    on_hide = on_mouse_up

    def _seek(self, event: events.MouseEvent) -> None:
        """Look at the step under the mouse; beyond the last one lies the present."""
        steps, state = self.steps, self._state
        if steps is None:
            return
        last = last_step(state.snapshot)
        if event.x > steps.column(last):
            if state.is_looking:
                say(self, Ask(Look()))
        elif (step := min(steps.step(event.x), last)) != state.here or not state.is_looking:
            say(self, Intend(Sought(step)))
