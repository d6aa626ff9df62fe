"""Fields for settings: what is typed is checked at once, and sent only if it may be so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Select

from engine import parse, record
from engine.protocol import SETTINGS, Refusal, Value
from tui.state.ladders import next_value, written
from tui.terminal.calm import StillInput
from tui.text import glossary
from tui.widgets.say import say

LONG_LABELS = 30
"""Columns of a field from which its label is written out."""


@record
class Knob:
    """A setting as a newcomer meets it."""

    label: str
    explanation: str
    """What it is, in which unit, and when it acts: one plain sentence."""
    choices: tuple[str, ...] = ()
    """What it may be, if that is one of a few names."""
    long_label: str = ""
    """The label where there is room for it."""
    called: Mapping[str, str] = field(default_factory=dict)
    """Choices that go by another name on the screen than on the command line."""


def knob(name: str) -> Knob:
    """Give a setting as its row in the table of settings has it."""
    row = SETTINGS[name]
    explanation = row.hint or row.help
    return Knob(row.short or name, explanation, row.choices, row.long or row.label)


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


class SettingInput(StillInput):
    """A field for a number or a text.

    Enter gives the value and leaves, so that letters are keys again; what may not be so keeps one
    here. Leaving in another way gives it, too, but for escape, which takes back what was typed. The
    arrow keys, and the wheel while the field has the focus, go through round values.

    Args:
        setting: its name.
        value: that in force.
        leave: the action by which enter leaves.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "change(1)", show=False),
        Binding("down", "change(-1)", show=False),
    ]

    def __init__(self, setting: str, value: str, leave: str = "app.leave_field") -> None:
        super().__init__(value, compact=True, id=f"field-{setting}", select_on_focus=True)
        self.setting, self._leave = setting, leave
        self._shown = value
        """The value in force, as far as is known."""
        self._given: str | None = None
        """The value that is on its way."""
        self._explanation = ""

    def explain(self, text: str) -> None:
        """Set what to say about the field while there is nothing wrong with it."""
        self._explanation = text
        self.tooltip = Content(text)

    def show_value(self, text: str, *, is_answer: bool = False) -> None:
        """Show the value in force, unless another one is on its way or being typed.

        With `is_answer` nothing is on its way any more: what was given is in force or was refused.
        """
        if not is_answer and self._given not in (None, text):
            return
        is_typing = self.has_focus and self.value not in (self._shown, self._given)
        self._shown, self._given = text, None
        if self.value != text and not is_typing:
            self.value = text

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark what may not be so, and say why."""
        event.stop()
        reason = self._reason()
        self.set_class(bool(reason), "-wrong")
        self.tooltip = Content(reason or self._explanation)
        if self.has_focus:
            say(self, Complained(reason))

    async def action_submit(self) -> None:
        """Give the value, and leave for where letters are keys, unless it may not be so."""
        # Not by a message: a key that follows at once is no more meant for the field.
        if not self._reason():
            self._give()
            await self.run_action(self._leave)

    def on_blur(self) -> None:
        """Give the value on leaving; what may not be so is replaced by the value in force."""
        if self._reason():
            self.value = self._shown
            say(self, Complained(""))
        else:
            self._give()
        self.cursor_position = 0

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Change to the next round value."""
        if self.has_focus:
            event.stop()
            self.action_change(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Change to the round value before."""
        if self.has_focus:
            event.stop()
            self.action_change(-1)

    async def action_leave(self) -> None:
        """Take back what was typed, and leave."""
        self.value = self._shown if self._given is None else self._given
        await self.run_action("app.leave_field")

    def action_change(self, direction: int) -> None:
        """Give the next round value, or the one before."""
        text = self._shown if self._reason() else self.value
        if self.setting not in SETTINGS or not text:
            return
        value = next_value(self.setting, parse(self.setting, text), direction)
        if value is not None:
            self.value = written(self.setting, value)
            self._give()

    def _give(self) -> None:
        if self._reason():
            return
        value = parse(self.setting, self.value) if self.setting in SETTINGS else self.value
        known = self._shown if self._given is None else self._given
        self.value = written(self.setting, value)
        if self.value != known:
            self._given = self.value
            say(self, Given(self.setting, value))

    def _reason(self) -> str:
        if self.setting in SETTINGS:
            try:
                parse(self.setting, self.value)
            except Refusal as refusal:
                return str(refusal)
        return ""


class SettingSelect(Select[str], inherit_bindings=False):
    """A field for a choice; it opens on enter only, so that letters and space stay commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "show_overlay", "Choose", show=False),
        Binding("escape", "app.leave_field", show=False),
        Binding("up", "change(-1)", show=False),
        Binding("down", "change(1)", show=False),
    ]

    def __init__(
        self, setting: str, choices: Iterable[str], value: str, called: Mapping[str, str]
    ) -> None:
        self._choices = tuple(dict.fromkeys((*choices, value)))
        super().__init__(
            [(called.get(choice, choice), choice) for choice in self._choices],
            value=value,
            allow_blank=False,
            compact=True,
            type_to_search=False,
            id=f"field-{setting}",
        )
        self.setting = setting
        self._called = called
        self._shown = value
        self._given: str | None = None

    def explain(self, text: str) -> None:
        """Set what to say about the field."""
        self.tooltip = Content(text)

    def show_value(self, text: str, *, is_answer: bool = False) -> None:
        """Show the value in force, unless another one is on its way, as for a `SettingInput`."""
        if not is_answer and self._given not in (None, text):
            return
        self._shown, self._given = text, None
        if text not in self._choices:
            # What was given elsewhere may be more than is offered, such as one of several cards.
            self._choices += (text,)
            self.set_options((self._called.get(each, each), each) for each in self._choices)
        if self.value != text:
            self.value = text

    def on_select_changed(self, event: Select.Changed) -> None:
        """Give the value that was chosen."""
        event.stop()
        # The event may be late: what counts is the value now.
        if self.value != (self._shown if self._given is None else self._given):
            self._given = str(self.value)
            say(self, Given(self.setting, self._given))

    def action_change(self, direction: int) -> None:
        """Choose the next one, or the one before."""
        index = self._choices.index(str(self.value)) + direction
        if 0 <= index < len(self._choices):
            self.value = self._choices[index]


class Field(Horizontal):
    """A label and a field, on one line."""

    def __init__(self, name: str, knob: Knob, value: str) -> None:
        super().__init__()
        self.explanation = knob.explanation
        self.tooltip = Content(knob.explanation)
        self._knob = knob
        self._field: SettingInput | SettingSelect = (
            SettingSelect(name, knob.choices, value, knob.called)
            if knob.choices
            else SettingInput(name, value)
        )
        self._field.explain(knob.explanation)

    def compose(self) -> ComposeResult:
        """Put the label before the field."""
        yield Label(self._knob.label, markup=False)
        yield self._field

    @property
    def word(self) -> glossary.Word | None:
        """What its label means, if the glossary has it."""
        return glossary.named(self._knob.label)

    def show_value(self, text: str, *, is_answer: bool) -> None:
        """Show the value in force."""
        self._field.show_value(text, is_answer=is_answer)

    def on_resize(self, event: events.Resize) -> None:
        """Write the label out where there is room."""
        is_long = bool(self._knob.long_label) and event.size.width >= LONG_LABELS
        self.set_class(is_long, "-long")
        self.query_one(Label).update(self._knob.long_label if is_long else self._knob.label)


class Fields(Grid):
    """Fields in columns, which come right after the first frame: they take as long as all of it.

    Args:
        knobs: the settings by name, in the order of their fields.
        values: what each of them is until something else is shown.
    """

    def __init__(self, knobs: Mapping[str, Knob], values: Mapping[str, str], id: str) -> None:
        super().__init__(id=id, classes="fields")
        self._knobs, self._values = knobs, values
        self._fields: dict[str, Field] = {}

    def on_mount(self) -> None:
        """Wait for the first frame."""
        self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        fields = {name: Field(name, knob, self._values[name]) for name, knob in self._knobs.items()}
        await self.mount_all(fields.values())
        # Not before: a choice that is given a value while it is being mounted shows none.
        self._fields = fields
        self.show(self._values)

    def show(self, values: Mapping[str, str], *, is_answer: bool = False) -> None:
        """Show the values in force; with `is_answer` what was given is in force or was refused."""
        self._values = values
        for name, each in self._fields.items():
            each.show_value(values[name], is_answer=is_answer)
