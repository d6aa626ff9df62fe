"""The help screen: what one sees, and every key, read from the table of commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Label

from engine.text.width import wrap
from tui.command import Group
from tui.commands import COMMANDS
from tui.keymap import closing
from tui.overlying import SCREENS
from tui.terminal.screens import Once
from tui.text.rows import Row
from tui.widgets.lines import Lines

INTRODUCTION = """\
A bigram model guesses the next letter from the one before it. Counting does it: how often does \
each letter follow each other one? A network of one layer does it, too: it starts from noise and \
learns the same table by gradient descent. Watch the one become the other.

Press space to train the network, g to draw names from it. The gap is the network's loss less the \
entropy floor, which no bigram model of these names can go below. Part of it is for reg: \
regularisation keeps the weights small, and the best table it allows lies so far above the floor. \
What is left is yet to be learnt.

In a field, enter sends the value, the up and down arrows go to the next round one, and esc \
leaves. Hold the mouse over a field to read what it is for; hold shift and drag to select text, as \
the terminal does without the program."""

FILTERS = (
    ("em", "In the filter: words that hold it; small letters find capitals, too"),
    (".em na.", "Words that begin, words that end so; the full stop is the boundary"),
    ("3..5 8..", "Words of 3 to 5 symbols, of 8 or more"),
    ("/^a.*a$/", "Words that a regular expression matches"),
    ("part:dev", "Words of that part of the split; part:leak those that stand in train, too"),
    ('"Em"', "Words that hold it exactly as it stands; blanks join conditions"),
)
"""What can be typed into the filter of the words."""

GROUPS: dict[Group, str] = {
    "training": "Training",
    "chart": "Loss chart",
    "time": "Time machine",
    "names": "Names",
    "heatmap": "Heatmap",
    "data": "Data",
    "screen": "Screen",
    "engine": "Engine",
    "program": "Program",
    "lab": "In the lab",
    "runs": "Among the runs",
    "ladder": "On the ladder",
    "drawing": "Drawing letter by letter",
}


class HelpScreen(ModalScreen[None], Once[None]):
    """Everything one can do, on one page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "dismiss", "Close", show=False),
        *closing("help", action="dismiss"),
    ]

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """A few sentences, then the keys."""
        with VerticalScroll(id="help") as page:
            page.border_title = "Help"
            page.border_subtitle = "click a line to do it · esc closes"
            yield Label(INTRODUCTION, id="introduction", markup=False)
            yield Lines(id="help-keys")

    def action_run(self, command: str) -> None:
        """Close, and do what the key of that line does."""
        self.dismiss()
        self.app.call_later(self.app.run_action, f"app.command('{command}')")

    def on_mount(self) -> None:
        """Go to the page, so that the arrow keys scroll it."""
        self.screen.set_focus(self.query_one("#help"))

    def on_resize(self) -> None:
        """Write the table of keys, once it is known how wide it may be."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        lines = self.query_one("#help-keys", Lines)
        lines.show(_table(self._keys, lines.size.width))


def _table(keys: Mapping[str, str], width: int) -> list[Row]:
    """Write every key, the user's own where some were chosen by command id, in so many columns."""
    rows: list[Row] = []
    for group, title in GROUPS.items():
        rows += [(), ((title, "strong"),)]
        for command in (*COMMANDS, *SCREENS.get(group, ())):
            if command.group == group and (key := command.key_in(keys)):
                second = command.keys_in(keys)[1:]
                also = f" ({', '.join(second)})" if command.id in ("quit", "help", *keys) else ""
                run = "" if command.action else f"screen.run('{command.id}')"
                rows += _line(key, command.help + also, width, run)
        if group == "time":
            rows += _line("drag", "In the chart or on the line under it: the step there", width)
        if group == "heatmap":
            rows += _line("arrows", "Move the cursor from bigram to bigram", width)
        if group == "data":
            for example, text in FILTERS:
                rows += _line(example, text, width, wide=11)
        if group == "program":
            rows += _line("^p", "Open the command palette", width)
        if group == "lab":
            rows += _line("0–9", "Go to a chapter by its number", width)
    return rows


def _line(key: str, text: str, width: int, run: str = "", wide: int = 7) -> Iterator[Row]:
    """Write a key and what it does, which goes on below where it is too long."""
    action = (run,) if run else ()
    for i, line in enumerate(wrap(text, max(8, width - wide - 2))):
        yield (
            (f"  {'' if i else key:<{wide}}", "accent", *action),
            (line, "plain", *action),
        )
