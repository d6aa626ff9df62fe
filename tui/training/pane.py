"""Training: what the run is doing, what can be changed, and the loss as it falls."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from textual.app import ComposeResult
from textual.geometry import Size
from textual.message import Message

from tui.plot import door as plots
from tui.plot.losses import losses_of
from tui.state import State
from tui.text.rows import paragraph
from tui.training import settings
from tui.training.readings import choices, notes, readings
from tui.training.redraws import Redraws
from tui.widgets.fields import Complained, Field, Fields, Given
from tui.widgets.later import later
from tui.widgets.lines import Lines
from tui.widgets.pane import Pane
from tui.widgets.say import say

LEAST_WIDTH, LEAST_HEIGHT = 12, 4
"""Characters a chart needs."""

COLUMNS = {"-cramped": (1, 30), "-roomy": (64, 130), "-spacious": (130, 10_000)}
"""Classes of the fields by the columns there are."""


class LossChart(Lines):
    """Where the chart is."""

    class Resized(Message):
        """There is more room for it, or less."""

    def on_resize(self) -> None:
        """Ask for a chart of the new size."""
        say(self, self.Resized())


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
        """Explain the field in use."""
        self._say("")

    def on_descendant_blur(self) -> None:
        """Take the explanation back."""
        self._say("")

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
        self.query_one("#choices", Lines).show([choices(state, width)])

    def _say(self, reason: str) -> None:
        """Say what is wrong with a field, or else explain the one that has the focus."""
        width = self.content_size.width
        rows = paragraph(reason, width, "warn")
        if not reason and (field := self._field_in_use()):
            rows = paragraph(field.explanation, width, "dim")
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
        if chart.size.width < LEAST_WIDTH or chart.size.height < LEAST_HEIGHT:
            self._drawn = None
            chart.show([])
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
        chart.show(
            plots.loss_chart(losses_of(self._state), *chart.size, self._state.snapshot.gap).lines
        )
        self._redraws.note(begun)

    def _draw_later(self, wait: float) -> None:
        if self._later is not None:
            self._later.cancel()
        self._later = later(self, wait, self._draw)

    def _seen(self) -> tuple[object, object]:
        """All that the chart depends on, and what of it the user chose."""
        s, state = self._state.snapshot, self._state
        losses = s.recent if state.chart.is_recent else s.history
        wished = (state.chart, s.run, len(state.courses.earlier), self.query_one(LossChart).size)
        return (wished, losses, state.courses.earlier, state.courses.marks, state.floor), wished
