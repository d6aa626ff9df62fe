"""Dials: the controls of a chapter as fields; only what fits is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, Label

from engine.lab import Control
from engine.protocol import Refusal
from engine.text.numbers import typed
from engine.text.width import cells
from tui.terminal.calm import StillInput
from tui.widgets.lines import Lines
from tui.widgets.say import say

COLUMNS = 2
"""Dials side by side."""

GAP = 3
"""Columns of the screen between them."""

ARROWS = 3
"""Columns behind a field."""

SHORTEST = 6
"""Least columns of a field."""


class Turned(Message):
    """A dial stands at another value, which it may have."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        super().__init__()


class Considered(Message):
    """The user looks at a dial: what it may be, or why what is typed cannot be."""

    def __init__(self, text: str, *, is_wrong: bool) -> None:
        self.text, self.is_wrong = text, is_wrong
        super().__init__()


def next_stop(control: Control, text: str, direction: int) -> str | None:
    """Give the next position of a dial in a direction; None at its end, or if it has none."""
    try:
        now = control.parse(text)
    except Refusal:
        now = control.default
    if isinstance(now, str):
        at = control.options.index(now) + direction if control.options else -1
        return control.options[at] if 0 <= at < len(control.options) else None
    if not control.stops:
        value = now + direction
        return (
            f"{value}" if control.kind == "whole" and control.low <= value <= control.high else None
        )
    stops = sorted(control.stops, reverse=direction < 0)
    found = next((s for s in stops if (s - now) * direction > 0), None)
    return None if found is None else written(found)


def written(value: float | str) -> str:
    """Write a value as it would be typed."""
    return value if isinstance(value, str) else typed(value, 15)


class DialInput(StillInput):
    """The field of a dial.

    Enter sends the value and leaves for the exhibit, unless it may not be; leaving in another way
    sends it, too, but for escape, which takes back what was typed. Up and down go through its
    positions.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "turn(1)", show=False),
        Binding("down", "turn(-1)", show=False),
    ]

    def __init__(self, control: Control, text: str) -> None:
        super().__init__(text, compact=True, select_on_focus=True, id=f"dial-{control.name}")
        self.dial = control
        self.sent = text
        """The value that was sent last."""

    @property
    def reason(self) -> str:
        """Why what is typed cannot be; empty if it can."""
        try:
            self.dial.parse(self.value)
        except Refusal as refusal:
            return str(refusal)
        return ""

    def consider(self) -> None:
        """Say what the dial may be, or what is wrong."""
        reason = self.reason
        self.set_class(bool(reason), "-wrong")
        about = self.dial.hint or f"{self.dial.label}: {self.dial.rule}"
        say(self, Considered(reason or about, is_wrong=bool(reason)))

    def send(self) -> None:
        """Send the value, if it is another one and may be."""
        if not self.reason and self.value != self.sent:
            self.sent = self.value
            say(self, Turned(self.dial.name, self.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Mark what may not be."""
        event.stop()
        if self.has_focus:
            self.consider()

    async def action_submit(self) -> None:
        """Send the value, and leave for the exhibit, unless it may not be."""
        if not self.reason:
            self.send()
            await self.run_action("screen.leave_field")

    def on_focus(self) -> None:
        """Say what the dial may be."""
        self.consider()

    def on_blur(self) -> None:
        """Send the value on leaving, seen from its beginning; what may not be is taken back."""
        if self.reason:
            self.value = self.sent
        self.cursor_position = 0
        self.send()
        self.set_class(False, "-wrong")
        say(self, Considered("", is_wrong=False))

    def render_line(self, y: int) -> Strip:
        """Draw the value; where it goes on beyond the field, that is seen."""
        strip = super().render_line(y)
        width = self.scrollable_content_region.width
        if self.has_focus or y or width < 1 or cells(self.value or self.placeholder) <= width:
            return strip
        return Strip.join([strip.crop(0, width - 1), Strip([Segment("…", self.rich_style)])])

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the dial up."""
        if self.has_focus:
            event.stop()
            self.action_turn(1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the dial down."""
        if self.has_focus:
            event.stop()
            self.action_turn(-1)

    def action_turn(self, direction: int) -> None:
        """Go to the next position."""
        text = next_stop(self.dial, self.value, direction)
        if text is not None:
            self.value = text
            self.send()

    async def action_leave(self) -> None:
        """Take back what was typed, and leave."""
        self.value = self.sent
        await self.run_action("screen.leave_field")


class Dial(Horizontal):
    """A label, a field, and two arrows to click if the dial has positions."""

    def __init__(self, control: Control, text: str) -> None:
        super().__init__()
        self.dial = control
        self.field = DialInput(control, text)
        """Here before it is seen: a dial may be asked where it stands at once."""
        self.label_width = 0
        """Columns of the label."""

    @property
    def has_stops(self) -> bool:
        """Whether it can be turned without typing."""
        return self.dial.kind != "text"

    @property
    def need(self) -> int:
        """Columns it takes to be seen whole, with a blank behind its value for the caret."""
        control = self.dial
        values = [self.field.sent, self.field.placeholder, written(control.default)]
        longest = max(map(cells, [*values, *control.options, *map(written, control.stops)]))
        return self.label_width + 1 + max(SHORTEST, longest + 1) + ARROWS

    def compose(self) -> ComposeResult:
        """Label, field, arrows."""
        label = Label(self.dial.label, markup=False)
        label.styles.width = self.label_width
        yield label
        yield self.field
        arrows = Lines(classes="arrows")
        if self.has_stops:
            name = self.dial.name
            arrows.show(
                [
                    (
                        ("◂", "accent", f"screen.turn_dial('{name}', -1)"),
                        ("▸", "accent", f"screen.turn_dial('{name}', 1)"),
                    )
                ]
            )
        yield arrows


def align(dials: Sequence[Dial]) -> None:
    """Let the fields of each column of dials begin at the same place, once they are there."""
    for column in range(COLUMNS):
        mine = dials[column::COLUMNS]
        width = max((cells(dial.dial.label) for dial in mine), default=0)
        for dial in mine:
            dial.label_width = width


def shared_out(dials: Sequence[Dial], width: int) -> tuple[int, int]:
    """Share a width among two columns of dials: half and half where all values are seen so.

    Else the one that needs more has what the other can spare.

    Args:
        dials: they alternate between the columns.
        width: columns of the screen, without the gap between.
    """
    left, right = (
        max((dial.need for dial in dials[column::COLUMNS]), default=0) for column in range(COLUMNS)
    )
    half = (width + 1) // 2
    if right > width - half:
        half = max(width - right, min(left, half))
    elif left > half:
        half = min(left, width - right)
    return half, width - half
