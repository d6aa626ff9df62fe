"""The keys of the table of commands: as bindings, and as the user chose them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from textual.binding import Binding

from tui.command import apart
from tui.commands import BY_ID, COMMANDS


def bindings(names: Collection[str] = BY_ID) -> Iterator[Binding]:
    """Give the key bindings of commands, those of all or of some ids.

    A key that must work while typing has priority, but not if it is a printable one. A command
    without a key has one that no keyboard has, in whose place the user may put another.
    """
    for command in map(BY_ID.__getitem__, names):
        for key in command.keys.split(","):
            yield Binding(
                key or f"<{command.id}>",
                f"app.command('{command.id}')",
                command.label,
                show=False,
                tooltip=command.help,
                id=f"{command.id}.{key}",
                priority=command.is_heard_in_fields and key.startswith(("ctrl+", "f1")),
            )


def complaint(chosen: Mapping[str, str]) -> str:
    """Say why keys cannot be as the user chose them, by command id; empty if they can."""
    owners: dict[str, str] = {}
    for command in COMMANDS:
        for key in command.keys_in(chosen):
            if not key:
                return f"[keys] must give {command.id} a key, such as W or ctrl+n, or several: W,й."
            if (owner := owners.setdefault(key, command.id)) != command.id:
                return f"[keys] gives {owner} and {command.id} the same key; give one another."
    return ""


def keymap(chosen: Mapping[str, str], taken: Collection[str] = ()) -> dict[str, str]:
    """Give the keys of commands that the user chose others for, by id of the first binding.

    The other keys of such a command stay as they are, and so does it where its keys are taken.
    """
    free = {
        name: ",".join(key for key in apart(keys) if key.strip() not in taken)
        for name, keys in chosen.items()
        if name in BY_ID
    }
    return {f"{name}.{BY_ID[name].keys.split(',')[0]}": keys for name, keys in free.items() if keys}
