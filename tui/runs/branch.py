"""Branching: a new run from the step on the screen, with other settings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.screen import ModalScreen
from textual.widgets import Select

from engine import parse
from engine.protocol import Branch, Change, Configure, Refusal, Settings, Snapshot, Value
from tui.state.ladders import written
from tui.terminal.screens import Once
from tui.text.rows import paragraph
from tui.widgets.fields import Complained, Field, Given, SettingInput, SettingSelect, knob
from tui.widgets.lines import Lines

NAMES = ("learning_rate", "regularization", "optimizer", "gradient")
"""Settings that a branch may change."""


class BranchScreen(ModalScreen[Branch | None], Once[Branch | None]):
    """The settings in force at that step, each in a field; gives the branch, or nothing.

    Args:
        snapshot: of what is on the screen.
    """

    AUTO_FOCUS: ClassVar[str | None] = "SettingInput"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", show=False),
        # Before the fields: there enter gives a value, and here all of them.
        Binding("enter", "branch", "Branch", show=False, priority=True),
    ]

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._title = title(snapshot)
        self._in_force = _values(snapshot.then or snapshot.settings)

    def compose(self) -> ComposeResult:
        """The fields, and a line for what is wrong with one."""
        with Vertical(id="branch") as box:
            box.border_title = self._title
            box.border_subtitle = "enter branches · esc closes"
            with Grid(id="branch-settings", classes="fields"):
                for name, value in self._in_force.items():
                    yield Field(name, knob(name), value)
            yield Lines(id="branch-complaint")

    def leave_field(self) -> None:
        """Leave a field: close."""
        self.dismiss(None)

    def on_given(self, event: Given) -> None:
        """Keep a value here until all are wanted."""
        event.stop()

    def on_complained(self, event: Complained) -> None:
        """Say what is wrong with a field."""
        event.stop()
        self._say(event.reason)

    def _say(self, reason: str) -> None:
        lines = self.query_one("#branch-complaint", Lines)
        lines.show(paragraph(reason, lines.size.width, "warn") or [()])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave enter to a list of choices that lies open."""
        is_open = any(select.expanded for select in self.query(Select))
        return not (action == "branch" and is_open)

    def action_branch(self) -> None:
        """Branch with what the fields hold, unless that may not be."""
        texts = {each.setting: each.value for each in self.query(SettingInput)}
        texts |= {each.setting: str(each.value) for each in self.query(SettingSelect)}
        try:
            values = {
                name: parse(name, text)
                for name, text in texts.items()
                if text != self._in_force[name]
            }
        except Refusal as refusal:
            self._say(str(refusal))
            return
        self.dismiss(branch(values))


def title(snapshot: Snapshot) -> str:
    """Say where the branch begins; while training goes on, nobody knows yet."""
    if snapshot.state == "running" and not snapshot.is_looking:
        return "Branch from the step that training has come to"
    return f"Branch from step {snapshot.step:,}"


def branch(values: dict[str, Value]) -> Branch:
    """Make the command from settings by name."""
    return Branch(Configure(**values))  # type: ignore[arg-type]


def _values(settings: Settings | Change) -> dict[str, str]:
    """Write the values in force, each as its field shows it."""
    return {name: written(name, getattr(settings, name)) for name in NAMES}
