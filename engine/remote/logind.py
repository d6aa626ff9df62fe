"""Whether systemd's login manager ends what a user leaves running at the end of a login."""

from __future__ import annotations

import configparser
import os
import subprocess
from pathlib import Path

from engine.remote.sockets import lingers

CGROUP = Path("/proc/self/cgroup")
"""Says by whom this process is looked after."""

FOLDERS = ("usr/lib", "usr/local/lib", "run", "etc")
"""Where the manager's settings lie, those that win last."""

OPTION = "KillUserProcesses"


def threat(cgroup: Path = CGROUP, root: Path = Path("/")) -> str:
    """Say, in a sentence, that this process ends with a login; empty if it does not.

    Args:
        cgroup: file that says by whom this process is looked after.
        root: below which the manager's settings lie.
    """
    try:
        place = cgroup.read_text()
    except OSError:
        return ""
    if os.getuid() and "/session-" in place and _kills(root):
        return (
            f"The login manager ends this engine with your login ({OPTION}=yes); loginctl "
            "enable-linger, then systemd-run --user --scope makemore-tui serve … keeps it."
        )
    if f"/user@{os.getuid()}.service" in place and not lingers():
        return "This engine ends with your last login; loginctl enable-linger keeps it."
    return ""


def _kills(root: Path) -> bool:
    """Whether the manager kills what is left of a session: as it says itself, or else its files."""
    asked = "org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager"
    if root == Path("/"):
        try:
            told = subprocess.run(
                ["busctl", "get-property", *asked.split(), OPTION],
                capture_output=True,
                text=True,
                timeout=1,
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            told = ""
        if told:
            return told.split() == ["b", "true"]
    settings = configparser.ConfigParser(strict=False, interpolation=None)
    for folder in FOLDERS:
        place = root / folder / "systemd"
        try:
            settings.read([place / "logind.conf", *sorted(place.glob("logind.conf.d/*.conf"))])
        except (configparser.Error, OSError, ValueError):
            continue
    return settings.get("Login", OPTION, fallback="no").lower() in ("yes", "true", "on", "1")
