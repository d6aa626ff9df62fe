"""Fields for settings: what is typed is checked at once, and sent only if it may be so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label, Select

from engine import LIMITS, Value, parse
from engine.protocol import Refusal


class Given(Message):
    """A setting was given a value that it may have."""

    def __init__(self, name: str, value: Value) -> None:
        self.name, self.value = name, value
        super().__init__()


class Complained(Message):
    """A field holds something that its setting may not be; an empty reason takes it back."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class SettingInput(Input):
    """A field for a number or a text; enter, or leaving it, gives the value."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave_field", show=False)]

    def __init__(self, setting: str, value: str) -> None:
        super().__init__(value, compact=True, id=f"field-{setting}", select_on_focus=True)
        self.setting = setting
        self._shown = value

    def show_value(self, text: str) -> None:
        """Show the value in force, unless the user is typing."""
        if text != self._shown and not self.has_focus:
            self._shown = text
            self.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark what may not be so, and say why."""
        event.stop()
        reason = self._reason()
        self.set_class(bool(reason), "-wrong")
        self.tooltip = reason or None
        if self.has_focus:
            self.post_message(Complained(reason))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the value on enter."""
        event.stop()
        self._give()

    def on_blur(self) -> None:
        """Give the value on leaving; what may not be so is replaced by the value in force."""
        if self._reason():
            self.value = self._shown
            self.post_message(Complained(""))
        else:
            self._give()

    def _give(self) -> None:
        if not self._reason() and self.value != self._shown:
            self._shown = self.value
            value = parse(self.setting, self.value) if self.setting in LIMITS else self.value
            self.post_message(Given(self.setting, value))

    def _reason(self) -> str:
        if self.setting in LIMITS:
            try:
                parse(self.setting, self.value)
            except Refusal as refusal:
                return str(refusal)
        return ""


class SettingSelect(Select[str]):
    """A field for a choice; it opens on enter only, so that letters and space stay commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show_overlay", "Choose", show=False),
        Binding("escape", "app.leave_field", show=False),
    ]

    def __init__(self, setting: str, choices: Iterable[str], value: str) -> None:
        options = [(choice, choice) for choice in choices]
        super().__init__(
            options, value=value, allow_blank=False, compact=True, id=f"field-{setting}"
        )
        self.setting = setting
        self._shown = value

    def show_value(self, text: str) -> None:
        """Show the value in force."""
        if text != self._shown:
            self._shown = text
            self.value = text

    def on_select_changed(self, event: Select.Changed) -> None:
        """Give the value that was chosen."""
        event.stop()
        if event.value != self._shown:
            self._shown = str(event.value)
            self.post_message(Given(self.setting, self._shown))


class Field(Horizontal):
    """A label and a field, on one line."""

    def __init__(self, label: str, field: SettingInput | SettingSelect) -> None:
        super().__init__()
        self._label, self._field = label, field

    def compose(self) -> ComposeResult:
        """Put the label before the field."""
        yield Label(self._label, markup=False)
        yield self._field
