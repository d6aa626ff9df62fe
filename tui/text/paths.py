"""Paths as a person writes them."""

from __future__ import annotations

import os

from engine import printable


def tilde(path: str, home: str | None = None) -> str:
    """Write a path with a tilde for the home folder.

    Args:
        path: in full.
        home: the home folder where the path is; that of this machine if not given.
    """
    home = os.path.expanduser("~") if home is None else home
    is_home = home != os.sep and (path == home or path.startswith(home + os.sep))
    return "~" + path[len(home) :] if is_home else path


def placed(path: str, machine: str) -> str:
    """Write a path in full and where it is, if that is another machine; else as one here."""
    return f"{path}{on(machine)}" if machine else tilde(path)


def on(machine: str) -> str:
    """Say on which machine something is; nothing of this one, for which the name is empty."""
    return f" on {printable(machine)}" if machine else ""
