"""Training: what the run is doing, what can be changed, and the loss as it falls."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from textual.app import ComposeResult
from textual.geometry import Size

from tui.plot import door as plots
from tui.plot.losses import losses_of
from tui.plot.points import Points
from tui.state import State
from tui.terminal.later import later
from tui.text.rows import Row, fit, paragraph
from tui.training import settings
from tui.training.chart import EXPLANATION, LossChart
from tui.training.comparing import compared, point_told
from tui.training.readings import choices, notes, readings
from tui.training.redraws import Redraws
from tui.widgets.fields import Complained, Field, Fields, Given
from tui.widgets.lines import Lines
from tui.widgets.pane import Pane

HOVER = 0.05
"""Seconds after which the point under the mouse is read: a mouse on its way is not followed."""

COLUMNS = {"-cramped": (1, 30), "-roomy": (64, 130), "-spacious": (130, 10_000)}
"""Classes of the fields by the columns there are."""


class TrainingPane(Pane, can_focus=True):
    """Figures, fields and the loss chart.

    The pane itself can have the focus, so that one can watch it without being in a field.

    Args:
        clock: gives the time in seconds, to limit redraws of the chart.
    """

    TITLE = "3 Training"

    def __init__(self, id: str | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(id=id)
        self._state = State()
        self._answers = 0
        self._redraws = Redraws(clock)
        self._later: asyncio.TimerHandle | None = None
        self._drawn: object = None
        """What the chart was drawn from."""
        self._drawn_size = Size(0, 0)
        """For which size it was drawn."""
        self._wished: object = None
        """What of that the user chose."""
        self._pointed: tuple[int, int] | None = None
        """The character of the chart under the mouse."""
        self._points: Points | None = None
        """Those of the chart as it was drawn last."""
        self._reading: Row = ()
        """What is told of the point under the mouse; nothing where there is none."""
        self._is_pointing = False
        """Whether what is there is about to be read."""

    def compose(self) -> ComposeResult:
        """Figures, notes, fields, a line about the field in use, choices, chart."""
        yield Lines(id="figures")
        yield Lines(id="notes")
        yield Fields(settings.KNOBS, settings.shown(self._state), id="settings")
        yield Lines(id="complaint")
        yield Lines(id="choices")
        yield LossChart(id="curve")

    @property
    def home(self) -> TrainingPane:
        """The pane: its fields are reached with tab."""
        return self

    def show(self, state: State) -> None:
        """Draw the figures, the values in force, and the chart if it has moved."""
        self._state = state
        self._write()
        self._show_settings()
        self._draw()

    def on_resize(self) -> None:
        """Choose the number of columns, and draw all in the new size."""
        width = self.content_size.width
        for name, (least, less_than) in COLUMNS.items():
            self.query_one("#settings").set_class(least <= width < less_than, name)
        self._write()

    def on_loss_chart_resized(self, event: LossChart.Resized) -> None:
        """Draw the chart in its new size."""
        event.stop()
        self._draw()

    def on_descendant_focus(self) -> None:
        """Explain what is in use, and show that it is."""
        self._say("")
        self.query_one(LossChart).scrub(self._state)

    def on_descendant_blur(self) -> None:
        """Take the explanation back."""
        self._say("")
        self.query_one(LossChart).scrub(self._state)

    def on_complained(self, event: Complained) -> None:
        """Say under the fields what is wrong with one."""
        event.stop()
        self._say(event.reason)

    def on_given(self, event: Given) -> None:
        """Take a complaint back."""
        self._say("")

    def _write(self) -> None:
        """Write all lines of text, once it is known how long they may be."""
        state, width = self._state, self.content_size.width
        if not width:
            return
        self.query_one("#figures", Lines).show(readings(state, width))
        self.query_one("#notes", Lines).show(notes(state, width))
        over = self._reading or choices(state, width)
        self.query_one("#choices", Lines).show([over, *compared(state, width)])

    def _say(self, reason: str) -> None:
        """Say what is wrong with a field, or else explain the one that has the focus."""
        width = self.content_size.width
        rows = paragraph(reason, width, "warn")
        if not reason and (field := self._field_in_use()):
            rows = paragraph(field.explanation, width, "dim")
        elif not reason and self.query_one(LossChart).has_focus:
            rows = [((fit(EXPLANATION, width), "dim"),)]
        self.query_one("#complaint", Lines).show(rows or [()])

    def _field_in_use(self) -> Field | None:
        focused = self.screen.focused
        ancestors = focused.ancestors if focused else ()
        return next((a for a in ancestors if isinstance(a, Field) and self in a.ancestors), None)

    def _show_settings(self) -> None:
        """Show the values in force; if some were refused, say why."""
        state = self._state
        # A field keeps what was typed until all that was asked for is answered.
        is_answer = state.answers != self._answers and not state.asked
        if is_answer:
            self._answers = state.answers
        self.query_one(Fields).show(settings.shown(state), is_answer=is_answer)
        if is_answer and state.refusal:
            self._say(state.refusal)

    # The chart

    def _draw(self) -> None:
        """Draw the chart, unless it would look the same or was drawn a moment ago."""
        chart = self.query_one(LossChart)
        chart.scrub(self._state)
        if not chart.room:
            self._drawn = self._points = None
            chart.draw(None)
            return
        drawn, wished = self._seen()
        if not plots.is_ready() or drawn == self._drawn:
            return
        # One of another size would be cut, or hang in the air, as long as it has to wait.
        is_fitting = chart.size == self._drawn_size
        if is_fitting and (wait := self._redraws.wait(is_asked=wished != self._wished)):
            self._draw_later(wait)
            return
        begun = self._redraws.now
        self._drawn, self._wished, self._drawn_size = drawn, wished, chart.size
        losses = losses_of(self._state)
        gap = math.nan if self._state.snapshot.is_looking else self._state.snapshot.gap
        chart.draw(plots.loss_chart(losses, *chart.room, gap))
        self._points = Points(losses, *chart.room)
        if self._pointed is not None:
            self._read()
        self._redraws.note(begun)

    # The point under the mouse

    def on_loss_chart_pointed(self, event: LossChart.Pointed) -> None:
        """Read the point under the mouse, once it rests there for a moment."""
        event.stop()
        self._pointed = event.place
        if not self._is_pointing:
            self._is_pointing = True
            later(self, HOVER, self._read)

    def _read(self) -> None:
        """Write what is under the mouse in place of the choices, which cannot be clicked then."""
        self._is_pointing = False
        point = None
        if self._points is not None and self._pointed is not None:
            point = self._points.at(*self._pointed)
        self._reading = point_told(point, self._state, self.content_size.width)
        self._write()

    def _draw_later(self, wait: float) -> None:
        if self._later is not None:
            self._later.cancel()
        self._later = later(self, wait, self._draw)

    def _seen(self) -> tuple[object, object]:
        """All that the chart depends on, and what of it the user chose."""
        s, state = self._state.snapshot, self._state
        losses = s.recent if state.chart.is_recent else s.history
        beside, size = state.courses.shown(s.id), self.query_one(LossChart).size
        wished = (state.chart, s.run, tuple(run.name for run in beside), size)
        return (wished, losses, beside, state.marks, state.floor), wished
