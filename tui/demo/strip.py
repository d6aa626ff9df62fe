"""The strip at the bottom of the screen: which keys were pressed, and what a demo has to say."""

from __future__ import annotations

from engine import record
from tui.command import KEY_NAMES
from tui.text.rows import Row, Run, fit, width_of
from tui.widgets.lines import Lines

MOST_KEYS = 8
"""Keys in a row that are shown."""

ARROWS = {"up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎"}

CALLED = {"shift+tab": "⇧tab", "pageup": "pgup", "pagedown": "pgdn", "delete": "del"}


class Strip(Lines):
    """Lies at the bottom of every screen, which makes room for it."""


@record
class Pressed:
    """A key, and how often it was pressed in a row."""

    key: str
    times: int = 1


def with_key(pressed: tuple[Pressed, ...], key: str) -> tuple[Pressed, ...]:
    """Add a key to those that were pressed last."""
    if pressed and pressed[-1].key == key:
        return (*pressed[:-1], Pressed(key, pressed[-1].times + 1))
    return (*pressed, Pressed(key))[-MOST_KEYS:]


def called(key: str, character: str | None) -> str:
    """Give a key as it is printed.

    Args:
        key: its name.
        character: what it types, if anything.
    """
    if character is not None and character.isprintable() and character != " ":
        return character
    return ARROWS.get(key) or CALLED.get(key) or KEY_NAMES.get(key, key.replace("ctrl+", "^"))


def keys_row(pressed: tuple[Pressed, ...], width: int, right: str = "") -> Row:
    """Write which keys were pressed, the last ones if there is not room for all.

    Args:
        pressed: those.
        width: columns there are.
        right: what stands at the right end.
    """
    end: Row = ((right, "dim"), (" ", "dim")) if right else ()
    room = width - width_of(end) - 7
    runs: list[Run] = []
    for each in reversed(pressed):
        times = f"×{each.times}" if each.times > 1 else ""
        both: list[Run] = [(f" {each.key} ", "key"), (f"{times} ", "dim")]
        room -= width_of(tuple(both))
        if room < 0:
            break
        runs = [*both, *runs]
    row: Row = ((" keys ", "dim"), *runs)
    gap = width - width_of(row) - width_of(end)
    return (*row, (" " * max(0, gap), "dim"), *end)


def caption_row(caption: str, width: int) -> Row:
    """Write a caption."""
    return ((" ", "plain"), (fit(caption, max(0, width - 2)), "strong"))
