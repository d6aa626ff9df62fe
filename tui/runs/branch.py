"""Branching: a new run from the step on the screen, with other settings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.widgets import Select

from engine import parse
from engine.protocol import Branch, Change, Configure, Refusal, Settings
from tui.messages import Ask
from tui.state import State
from tui.state.ladders import written
from tui.text.rows import paragraph
from tui.widgets.fields import Complained, Field, Given, SettingInput, SettingSelect, knob
from tui.widgets.lines import Lines
from tui.widgets.overlay import Overlay
from tui.widgets.say import say

NAMES = ("learning_rate", "regularization", "optimizer", "gradient")
"""Settings that a branch may change."""


class BranchScreen(Overlay):
    """The settings in force at that step, each in a field; training may go on meanwhile."""

    AUTO_FOCUS: ClassVar[str | None] = "SettingInput"
    MAY_DOCK: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the fields: there enter gives a value, and here all of them.
        Binding("enter", "branch", "Branch", show=False, priority=True),
    ]

    def __init__(self, state: State) -> None:
        super().__init__(state)
        snapshot = state.snapshot
        self._in_force = _values(snapshot.then or snapshot.settings)

    @property
    def is_docked(self) -> bool:
        """The laboratory stays in sight around it."""
        return True

    def compose(self) -> ComposeResult:
        """The fields, and a line for what is wrong with one."""
        with Vertical(id="branch") as box:
            box.border_title = self._title
            box.border_subtitle = "enter branches · esc closes"
            with Grid(id="branch-settings", classes="fields"):
                for name, value in self._in_force.items():
                    yield Field(name, knob(name), value)
            yield Lines(id="branch-complaint")

    def draw(self) -> None:
        """Say where the branch begins, which moves on while training does."""
        self.query_one("#branch").border_title = self._title

    @property
    def _title(self) -> str:
        return f"Branch from step {self.state.snapshot.step:,}"

    # Handlers

    def on_given(self, event: Given) -> None:
        """Keep a value here until all are wanted."""
        event.stop()

    def on_complained(self, event: Complained) -> None:
        """Say what is wrong with a field."""
        event.stop()
        self._say(event.reason)

    def _say(self, reason: str) -> None:
        lines = self.query_one("#branch-complaint", Lines)
        lines.show(paragraph(reason, lines.size.width, "warn"))

    @property
    def _typed(self) -> dict[str, str]:
        """What the fields hold."""
        texts = {field.setting: field.value for field in self.query(SettingInput)}
        return texts | {field.setting: str(field.value) for field in self.query(SettingSelect)}

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave enter to a list of choices that lies open."""
        is_open = any(select.expanded for select in self.query(Select))
        return not (action == "branch" and is_open)

    def action_branch(self) -> None:
        """Branch with what the fields hold, unless that may not be."""
        try:
            changes = {
                name: parse(name, text)
                for name, text in self._typed.items()
                if text != self._in_force[name]
            }
        except Refusal as refusal:
            self._say(str(refusal))
            return
        say(self, Ask(Branch(Configure(**changes))))  # type: ignore[arg-type]
        self.leave()


def _values(settings: Settings | Change) -> dict[str, str]:
    """Write the values in force, each as its field shows it."""
    return {name: written(name, getattr(settings, name)) for name in NAMES}
