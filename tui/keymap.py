"""The keys of the table of commands: as bindings, and as the user chose them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from textual.binding import Binding

from tui.command import Command, apart
from tui.commands import BY_ID, COMMANDS, EVERYWHERE
from tui.overlying import SCREENS

NO_KEY = "none"
"""Name of a key that no keyboard has, on which a command without a key waits for one."""

YIELDING = (*EVERYWHERE, "lab")
"""Commands of the laboratory that a screen over it hears, but on no key that is its own."""


def bindings(names: Collection[str] = ()) -> Iterator[Binding]:
    """Give the key bindings of commands of the laboratory, by their ids; of all if none is given.

    A key that must work while typing has priority, but not if it is a printable one. A command
    without a key has one that no keyboard has, in whose place the user may put another.
    """
    return bindings_of(map(BY_ID.__getitem__, names) if names else COMMANDS)


def bindings_of(commands: Iterable[Command]) -> Iterator[Binding]:
    """Give the key bindings of commands, of the laboratory or of the screens over it."""
    for command in commands:
        run = f"screen.{command.action}" if command.action else f"app.command('{command.id}')"
        for key in command.keys.split(","):
            yield Binding(
                key or NO_KEY,
                run,
                command.label,
                show=False,
                tooltip=command.help,
                id=f"{command.id}.{key}",
                priority=command.is_heard_in_fields and key.startswith(("ctrl+", "f1")),
            )


def closing(*names: str, action: str = "close") -> Iterator[Binding]:
    """Give the keys that leave a screen: that of quitting, and those that have opened it.

    Args:
        names: ids of the commands that open it.
        action: of the screen, by which it is left.
    """
    for name in ("quit", *names):
        key = BY_ID[name].keys.split(",")[0]
        yield Binding(key, f"screen.{action}", "Leave", show=False, id=f"{name}.{key}")


def complaint(chosen: Mapping[str, str]) -> str:
    """Say why keys cannot be as the user chose them, by command id; empty if they can."""
    if reason := _clash(COMMANDS, chosen, {}):
        return reason
    for table in SCREENS.values():
        owners: dict[str, str] = {}
        _clash(map(BY_ID.__getitem__, EVERYWHERE), chosen, owners)
        # What is heard everywhere yields to the usual keys of a screen, not to chosen ones.
        usual = {key for c in table if c.id not in chosen for key in c.keys_in({})}
        if reason := _clash(table, chosen, {k: v for k, v in owners.items() if k not in usual}):
            return reason
    return ""


def _clash(commands: Iterable[Command], chosen: Mapping[str, str], owners: dict[str, str]) -> str:
    """Note which command has which key; say which ones have one in common, if any."""
    for command in commands:
        for key in command.keys_in(chosen):
            if not key and (command.keys or chosen.get(command.id)):
                return f"[keys] must give {command.id} a key, such as W or ctrl+n, or several: W,й."
            if key and (owner := owners.setdefault(key, command.id)) != command.id:
                return f"[keys] gives {owner} and {command.id} the same key; give one another."
    return ""


def keymap(chosen: Mapping[str, str], taken: Collection[str] = ()) -> dict[str, str]:
    """Give the keys of commands that the user chose others for, by id of the first binding.

    Args:
        chosen: by command id.
        taken: keys of the screen in front. What is heard there, too, goes without them, and stays
            as it is where it has no others.
    """
    free = {
        name: ",".join(
            key for key in apart(keys) if name not in YIELDING or key.strip() not in taken
        )
        for name, keys in chosen.items()
        if name in BY_ID
    }
    return {f"{name}.{BY_ID[name].keys.split(',')[0]}": keys for name, keys in free.items() if keys}
