"""Paths as a person writes them."""

from __future__ import annotations

import os

from engine import printable


def tilde(path: str, home: str | None = None) -> str:
    """Write a path with a tilde for the home folder.

    Args:
        path: in full.
        home: the home folder where the path is, empty if that is not known; that of this machine
            if not given.
    """
    home = os.path.expanduser("~") if home is None else home
    is_home = home not in ("", os.sep) and (path == home or path.startswith(home + os.sep))
    return "~" + path[len(home) :] if is_home else path


def on(machine: str) -> str:
    """Say on which machine something of the engine's is.

    Args:
        machine: where the engine is; empty, of which nothing is said, if that is this machine.
    """
    return f" on {printable(machine)}" if machine else ""


def on_this(machine: str) -> str:
    """Say that something is on this machine; nothing where the engine is here as well."""
    return " on this machine" if machine else ""


def placed(path: str, machine: str) -> str:
    """Write a path of the engine's, and where it is; see `on`."""
    return f"{path}{on(machine)}" if machine else tilde(path)
