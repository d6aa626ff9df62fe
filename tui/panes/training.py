"""Training: what the run is doing, the loss as it falls, and what can be changed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Grid

from engine.protocol import Settings
from tui import plots
from tui.curves import Losses
from tui.decimate import buckets
from tui.fields import Complained, Field, Given, SettingInput, SettingSelect
from tui.lines import Lines, Row
from tui.pane import Pane
from tui.state import State
from tui.wording import STATES, figure, speed

DRAWS_A_SECOND = 5
"""Most redraws of the curve."""


class TrainingPane(Pane):
    """Figures, fields and the loss curve."""

    TITLE = "3 Training"

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn: tuple[object, ...] = ()
        self._state = State()

    def compose(self) -> ComposeResult:
        """Figures, fields, complaint, curve."""
        s = Settings()
        yield Lines(id="figures")
        with Grid(id="settings", classes="fields"):
            yield Field("rate", SettingInput("learning_rate", f"{s.learning_rate:g}"))
            yield Field("reg", SettingInput("regularization", f"{s.regularization:g}"))
            yield Field("speed", SettingInput("speed", speed(s.speed)))
            yield Field("steps", SettingInput("steps", "100"))
            yield Field("init", SettingSelect("init", ("randn", "zeros"), s.init))
            yield Field(
                "path", SettingSelect("gradient", ("counts", "gather", "onehot"), s.gradient)
            )
            yield Field("seed", SettingInput("seed", str(s.seed)))
        yield Lines(id="complaint")
        yield Lines(id="curve")

    @property
    def home(self) -> SettingInput:
        """The field for the learning rate."""
        return self.query_one("#field-learning_rate", SettingInput)

    def show(self, state: State) -> None:
        """Draw the figures, the values in force, and the curve if it has moved."""
        self._state = state
        self.query_one("#figures", Lines).show(list(figures(state)))
        self._show_settings(state)
        if not self.query_one("#complaint", Lines).rows and state.at_next_reset:
            names = " and ".join(state.at_next_reset)
            self._complain(f"{names}: from the next reset on (r)")
        self.draw()

    def draw(self) -> None:
        """Draw the curve, unless it would look the same."""
        chart = self.query_one("#curve", Lines)
        width, height = chart.size
        snapshot = self._state.snapshot
        key = (snapshot.run, snapshot.history, self._state.report, width, height)
        if not plots.is_ready() or width < 12 or height < 4 or key == self._drawn:
            return
        self._drawn = key
        floor = self._state.report.floor if self._state.report else math.nan
        losses = Losses(
            buckets(snapshot.history), floor, marks=self._state.courses.marks
        )
        chart.show(plots.loss_chart(losses, width, height, snapshot.gap).lines)

    def on_resize(self) -> None:
        """Draw the curve in its new size."""
        self.call_after_refresh(self.draw)

    def on_complained(self, event: Complained) -> None:
        """Say under the fields what is wrong with one."""
        event.stop()
        self._complain(event.reason)

    def on_given(self, event: Given) -> None:
        """Take the complaint back."""
        self._complain("")

    def _complain(self, reason: str) -> None:
        width = max(1, self.size.width - 4)
        lines = [reason[i : i + width] for i in range(0, len(reason), width)]
        self.query_one("#complaint", Lines).show([((line, "warn"),) for line in lines])

    def _show_settings(self, state: State) -> None:
        s = state.snapshot.settings
        texts = {
            "learning_rate": f"{s.learning_rate:g}",
            "regularization": f"{s.regularization:g}",
            "seed": str(s.seed),
            "speed": speed(s.speed),
            "steps": str(state.steps),
        }
        for name, text in texts.items():
            self.query_one(f"#field-{name}", SettingInput).show_value(text)
        for name, text in (("init", s.init), ("gradient", s.gradient)):
            self.query_one(f"#field-{name}", SettingSelect).show_value(text)


def figures(state: State) -> Iterator[Row]:
    """The run in three lines of figures."""
    s = state.snapshot
    label, role = STATES[s.state][:2]
    goal = f" of {s.target:,}" if s.target is not None else ""
    pace = f"{s.steps_per_second:,.0f} steps/s" if s.state == "running" else ""
    yield ((f"{label:<9}", role), ("step ", "dim"), (f"{s.step:,}{goal}  ", "strong"),
           (pace, "plain"))  # fmt: skip
    yield (
        ("loss     ", "dim"), (f"{figure(s.data_loss):<9}", "strong"),
        ("total ", "dim"), (f"{figure(s.loss):<9}", "plain"),
        ("|grad| ", "dim"), (figure(s.gradient_norm, 5), "plain"),
    )  # fmt: skip
    floor = state.report.floor if state.report else math.nan
    yield (
        ("floor    ", "dim"), (f"{figure(floor):<9}", "plain"),
        ("gap   ", "dim"), (f"{figure(s.gap):<9}", "strong"),
    )  # fmt: skip
