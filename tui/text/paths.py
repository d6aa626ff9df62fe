"""Paths as a person writes them."""

from __future__ import annotations

import os


def tilde(path: str) -> str:
    """Write a path with a tilde for the home folder."""
    home = os.path.expanduser("~")
    is_home = home != os.sep and (path == home or path.startswith(home + os.sep))
    return "~" + path[len(home) :] if is_home else path
