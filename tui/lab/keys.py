"""The one table of what can be done in the lab: key, label, help. Bindings and keys are read here.

Each is an action of the screen of that name.
"""

from __future__ import annotations

from collections.abc import Iterator

from textual.binding import Binding

from engine import record
from tui import keymap
from tui.command import KEY_NAMES
from tui.commands import EVERYWHERE
from tui.text.rows import Row, Run


@record
class LabCommand:
    """Something to do in the lab."""

    action: str
    keys: str
    label: str
    help: str
    is_shown: bool = True

    @property
    def key(self) -> str:
        """The key as it is printed."""
        first = self.keys.split(",")[0]
        return {"right": "→", "left": "←"}.get(first, KEY_NAMES.get(first, first))


LAB_COMMANDS: tuple[LabCommand, ...] = (
    LabCommand("next_chapter", "n", "next", "Go to the next chapter"),
    LabCommand("previous_chapter", "p", "back", "Go to the chapter before"),
    LabCommand("guess", "enter", "guess", "Guess what the exhibit waits to show", is_shown=False),
    LabCommand("answer", "a", "answer", "Reveal the answer, or hide it again"),
    LabCommand("turn(1)", "right", "dial", "Turn the dial up; tab goes to another dial"),
    LabCommand("turn(-1)", "left", "dial back", "Turn the dial down", is_shown=False),
    LabCommand("go", "g", "pane", "Go to the pane where the idea lives; L comes back"),
    LabCommand("copy", "y", "copy", "Copy the code as notebook cells, to a file, too"),
    LabCommand("finish", "f", "finish", "Go to the end of the exhibit at once"),
    LabCommand("restart", "r", "restart", "Begin the exhibit again"),
    LabCommand("maximise", "m", "maximise", "Give the section the whole screen, or back"),
    LabCommand("see('text')", "t", "text", "Go to the text", is_shown=False),
    LabCommand("see('exhibit')", "e", "exhibit", "Go to the exhibit", is_shown=False),
    LabCommand("see('code')", "c", "code", "Go to the code", is_shown=False),
    LabCommand("leave", "escape,L", "leave", "Go back to the laboratory"),
)


DIGITS = tuple("123456789")
"""Keys of the first chapters."""


def own_keys() -> set[str]:
    """Keys that mean something in the lab alone."""
    return {*DIGITS, *(key for command in LAB_COMMANDS for key in command.keys.split(","))}


def bindings() -> Iterator[Binding]:
    """Give the key bindings of the lab."""
    for command in LAB_COMMANDS:
        for key in command.keys.split(","):
            yield Binding(key, f"screen.{command.action}", command.label, show=False)
    yield from keymap.bindings(EVERYWHERE)
    for number in DIGITS:
        yield Binding(number, f"screen.open_number({number})", show=False)


def key_bar(width: int) -> Row:
    """Write the keys that fit; leaving and help always do."""
    shown = [c for c in LAB_COMMANDS if c.is_shown]
    parts = [(c.key, c.label, f"screen.{c.action}") for c in shown[:-1]]
    last = [("esc", "leave", "screen.leave"), ("?", "help", "app.command('help')")]
    room = width - 1 - sum(len(key) + len(label) + 3 for key, label, _ in last)
    kept = []
    for part in parts:
        room -= len(part[0]) + len(part[1]) + 3
        if room >= 0:
            kept.append(part)
    row: list[Run] = [(" ", "plain")]
    for key, label, action in [*kept, *last]:
        row += [(key, "accent", action), (f" {label}  ", "dim", action)]
    return tuple(row)
