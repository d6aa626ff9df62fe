"""The training pane on a screen of its own, with states made by hand in place of an engine."""

from __future__ import annotations

import itertools
import math
from array import array
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.pilot import Pilot

import tui
from engine.protocol import (
    Change,
    Course,
    CoursesTold,
    DataReport,
    Event,
    RunLine,
    RunState,
    Settings,
    Snapshot,
    TellCourses,
    Value,
)
from tui.keymap import bindings
from tui.plot import door as plots
from tui.state import State
from tui.state.intents import Intent
from tui.state.reducing import reduce
from tui.training.pane import TrainingPane
from tui.widgets.fields import Given

FLOOR = 2.4544

SETTINGS = Settings(speed=30.0)

REPORT = DataReport(
    source="names.txt",
    sha256="",
    words=32257,
    distinct=29693,
    symbols=27,
    bigrams=229804,
    nonzero=627,
    zero=102,
    once=32,
    shortest=2,
    longest=15,
    mean_length=6.1,
    floor=FLOOR,
)


def falling(last: int, every: int = 1, start: float = 3.7590) -> list[tuple[float, float]]:
    """Steps and losses of a run that falls to a gap of 0.006."""
    return [(step, loss_after(step, start)) for step in range(0, last + 1, every)]


def loss_after(step: int, start: float = 3.7590) -> float:
    """Loss of that run after so many steps."""
    return FLOOR + 0.006 + (start - FLOOR - 0.006) * math.exp(-step / 40)


def history(losses: Iterable[tuple[float, float]]) -> bytes:
    """Losses as a snapshot has those of the whole run."""
    return array("d", [x for step, loss in losses for x in (step, loss, loss)]).tobytes()


def id_of(run: int) -> str:
    """The id of a run, whose name begins with its number."""
    return f"{run:04}aaaabbbb"


def line(
    run: int,
    last: int,
    settings: Settings = SETTINGS,
    *,
    parent: int | None = None,
    at: int = 0,
) -> RunLine:
    """A run in a line, perhaps one that branched from another."""
    of = "" if parent is None else id_of(parent)
    return RunLine(id_of(run), settings, last, loss_after(last), of, at)


def change(step: int, **values: object) -> Change:
    """Settings in force from a step on."""
    s = replace(SETTINGS, **values)  # type: ignore[arg-type]
    return Change(step, s.learning_rate, s.regularization, s.gradient, s.optimizer, s.device)


def told(*courses: Course) -> CoursesTold:
    """What the engine answers to the question about these runs."""
    return CoursesTold(TellCourses(tuple(course.id for course in courses)), courses)


def course(
    run: int, losses: Iterable[tuple[float, float]], changes: tuple[Change, ...] = ()
) -> Course:
    """A run at each of its steps."""
    return Course(id_of(run), history(losses), b"", changes or (change(0),))


def snapshot(
    last: int = 184,
    state: RunState = "running",
    *,
    run: int = 1,
    losses: list[tuple[float, float]] | None = None,
    target: int | None = None,
    settings: Settings = SETTINGS,
    before: tuple[RunLine, ...] = (),
) -> Snapshot:
    """What an engine would say of a run of so many steps, and of those before it."""
    losses = losses if losses is not None else falling(last)
    loss = losses[-1][1]
    return Snapshot(
        run=run,
        id=id_of(run),
        runs=(*before, line(run, last, settings)),
        state=state,
        step=last,
        newest=last,
        target=target,
        loss=loss + 0.0175,
        data_loss=loss,
        gap=loss - FLOOR,
        regularization_cost=0.006,
        gradient_norm=0.00082,
        steps_per_second=30 if state == "running" else 0,
        settings=settings,
        is_saved=last == 0,
        history=history(losses),
        recent=array("d", [x for pair in losses[-512:] for x in pair]).tobytes(),
    )


class Bench(App[None]):
    """Shows a training pane, and notes what it sends and which commands are called."""

    CSS_PATH: ClassVar = Path(tui.__file__).parent / "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = list(bindings())
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, state: State | None = None, clock: Callable[[], float] | None = None
    ) -> None:
        # Without a clock of the test's own a second goes by at each look: nothing is put off.
        super().__init__()
        plots.warm_up()
        self.state = state or State(report=REPORT, is_ready=True, progress="")
        self.pane = TrainingPane(id="training", clock=clock or itertools.count(1.0).__next__)
        self.given: list[tuple[str, Value]] = []
        self.called: list[str] = []

    @asynccontextmanager
    async def run_test(self, **how: Any) -> AsyncIterator[Pilot[None]]:  # noqa: ANN401
        """Begin where the fields are there: they come after the first frame."""
        async with super().run_test(**how) as pilot:
            await pilot.pause()
            yield pilot

    def compose(self) -> ComposeResult:
        """The pane, and nothing else."""
        yield self.pane

    def on_mount(self) -> None:
        self.pane.show(self.state)

    def take(self, *messages: Event | Snapshot | Intent) -> None:
        """Let things happen, then show the state."""
        for message in messages:
            self.state = reduce(self.state, message)
        self.pane.show(self.state)

    def put_in_force(self, **changes: object) -> Settings:
        """Give the settings in force, with changes."""
        return replace(SETTINGS, **changes)  # type: ignore[arg-type]

    def on_given(self, message: Given) -> None:
        self.given.append((message.name, message.value))

    def action_command(self, name: str) -> None:
        self.called.append(name)

    def action_leave_field(self) -> None:
        self.set_focus(self.pane)

    @property
    def frame(self) -> str:
        """What is on the screen."""
        strips = self.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)
