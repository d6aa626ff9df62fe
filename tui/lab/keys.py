"""The keys of the lab, as bindings and as its key bar, read from the table of its commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from textual.binding import Binding

from tui import keymap
from tui.commands import BY_ID, EVERYWHERE
from tui.overlying import LAB
from tui.text.rows import Row, Run

BY_NAME = {command.id: command for command in LAB}

DIGITS = tuple("0123456789")
"""Keys of the chapters; a second one soon after the first goes to those of two digits."""


SOON = 0.8
"""Seconds within which a second digit belongs to the first."""


class Number:
    """A number that is typed digit by digit, and counts from its first one on.

    Args:
        most: the largest there is.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._typed, self._at = 0, -SOON

    def goes_on(self, now: float) -> bool:
        """Whether a digit now would come soon after one before."""
        return now - self._at < SOON

    def after(self, digit: int, now: float) -> int:
        """Take a digit; gives the number as it is now.

        Args:
            digit: 0 to 9.
            now: seconds of any clock.
        """
        longer = 10 * self._typed + digit
        is_longer = self.goes_on(now) and longer <= self._most
        self._typed, self._at = longer if is_longer else digit, now
        return self._typed


def own_keys(chosen: Mapping[str, str]) -> set[str]:
    """Keys that mean something in the lab alone, where the user chose some by command id."""
    return {*DIGITS, *(key for command in LAB for key in command.keys_in(chosen))}


def key_of(name: str, chosen: Mapping[str, str]) -> Row:
    """Write the key of a command of the lab, which a click presses, too.

    Args:
        name: id of the command.
        chosen: keys that the user chose, by command id.
    """
    command = BY_NAME[name]
    return ((command.key_in(chosen), "accent", f"screen.{command.action}"),)


def bindings() -> Iterator[Binding]:
    """Give the key bindings of the lab."""
    for binding in keymap.bindings_of(LAB):
        # Pages scroll by these, too: the next thing does so first, where there is more to read.
        yield replace(binding, priority=binding.key in ("pagedown", "pageup"))
    yield from keymap.closing("lab", action="leave")
    for binding in keymap.bindings(EVERYWHERE):
        if binding.id != f"quit.{BY_ID['quit'].keys.split(',')[0]}":
            yield binding
    for digit in DIGITS:
        yield Binding(digit, f"screen.open_digit({digit})", show=False)


TYPING: dict[str, tuple[tuple[str, str, str], ...]] = {
    "guess": (("enter", "give it", "screen.guess"),),
    "choice": (("enter", "give it", "screen.guess"), ("← →", "choose", "")),
    "dial": (("enter", "set", ""), ("↑ ↓", "turn", ""), ("tab", "next", "app.focus_next")),
}
"""What is heard in a field of the lab besides text: that of a guess, or of a dial."""


def key_bar(
    width: int, chosen: Mapping[str, str], also: Collection[str] = (), *, field: str = ""
) -> Row:
    """Write the keys that fit; leaving and help always do.

    Args:
        width: columns there are.
        chosen: keys that the user chose, by command id.
        also: ids of commands that are wanted just now.
        field: what is typed into, if anything is: then letters are text.
    """
    if field:
        # Text begins with no blank in a guess; a dial may hold one.
        on = [("space", "on", "screen.next_thing")] if "next_thing" in also else []
        back = ("esc", "back to the exhibit", "screen.leave_field")
        return _written([*(on if field != "dial" else ()), *TYPING[field], back])
    *shown, leave = [c for c in LAB if c.is_shown or c.id in (*also, "leave_lab")]
    parts = [(c.key_in(chosen), c.label, f"screen.{c.action}") for c in shown]
    last = [
        (leave.key_in(chosen), leave.label, f"screen.{leave.action}"),
        (BY_ID["help"].key_in(chosen), "help", "app.command('help')"),
    ]
    room = width - 1 - sum(len(key) + len(label) + 3 for key, label, _ in last)
    kept = []
    for part in parts:
        room -= len(part[0]) + len(part[1]) + 3
        if room >= 0:
            kept.append(part)
    return _written([*kept, *last])


def _written(told: Iterable[tuple[str, str, str]]) -> Row:
    """Write keys, what they do, and the action of a click, if there is one."""
    row: list[Run] = [(" ", "plain")]
    for key, label, action in told:
        click = (action,) if action else ()
        row += [(key, "accent", *click), (f" {label}  ", "dim", *click)]
    return tuple(row)
