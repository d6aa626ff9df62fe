"""What a command is, and how its keys are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Literal

from textual.keys import KEY_NAME_REPLACEMENTS, format_key

from engine import protocol, record
from tui.state import State
from tui.state.intents import Intent

Group = Literal[
    "training", "chart", "time", "names", "heatmap", "data", "screen", "engine", "program",
    "lab", "runs", "ladder", "drawing",
]  # fmt: skip


@record
class Command:
    """Something the user can do."""

    id: str
    keys: str
    """Names of keys, separated by commas; the first one is shown. Empty where none is usual: the
    user may give it one."""
    label: str
    """One or two words for the key bar."""
    help: str
    """One line for the help screen and the palette."""
    group: Group
    why_not: Callable[[State], str] = lambda state: ""
    """Why it makes no sense now; empty if it does."""
    engine: Callable[[State], protocol.Command] | None = None
    """What to send to the engine."""
    intent: Callable[[State], Intent] | None = None
    """What changes on the screen; if there is neither, the app has a method of that name."""
    is_heard_in_fields: bool = False
    """Whether the key works while typing into a field."""
    action: str = ""
    """Action of the screen that has the command; the app has those of the laboratory's."""
    is_shown: bool = False
    """Whether the key bar of that screen shows it."""
    now: Callable[[State], str] = lambda state: ""
    """The label while a press does something else, or so much; empty where it is the usual one."""

    def label_in(self, state: State) -> str:
        """What a press does now, in one or two words."""
        return self.now(state) or self.label

    @property
    def key(self) -> str:
        """The usual key as it is printed."""
        return self.key_in({})

    def key_in(self, chosen: Mapping[str, str], at: int = 0) -> str:
        """One of its keys as it is printed, where the user chose some by command id.

        Args:
            chosen: keys by command id.
            at: which of them.

        Returns:
            The key; empty if there is none.
        """
        keys = self.keys_in(chosen)
        first = keys[at] if keys else ""
        return KEY_NAMES.get(first, format_key(first).replace("ctrl+", "^"))

    def keys_in(self, chosen: Mapping[str, str]) -> list[str]:
        """Names of all keys; those that the user chose stand in place of the first.

        Each may be given by its name or as the character it types, with commas between them.
        """
        first, *others = self.keys.split(",")
        if not first and self.id not in chosen:
            return []
        return [*map(named, apart(chosen.get(self.id, first))), *others]


def apart(keys: str) -> list[str]:
    """Give the keys that stand between commas; a comma alone is a key itself."""
    return ["comma"] if keys.strip() == "," else keys.split(",")


def named(key: str) -> str:
    """Give the name of a key, as Textual has it, where the character that it types is given."""
    key = key.strip()
    if len(key) == 1 and not key.isalnum():
        key = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(key, key)


KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "plus": "+",
    "minus": "−",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "number_sign": "#",
    "at": "@",
    "backspace": "bksp",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "space": "space",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
    "enter": "enter",
    "right": "→",
    "left": "←",
    "up": "↑",
    "down": "↓",
}
