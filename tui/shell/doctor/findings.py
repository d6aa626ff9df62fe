"""A finding, and what must not stand in it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from engine import printable, record
from engine.text.numbers import number

Verdict = Literal["ok", "note", "bad"]
"""Whether all is well, less is to be had than could be, or something does not work."""


@record
class Finding:
    """What was found of one thing."""

    group: str
    name: str
    found: str
    verdict: Verdict = "ok"
    fix: str = ""
    """What to do, in a sentence; empty where there is nothing to be done."""


def tidied(finding: Finding) -> Finding:
    """A finding that says nothing of whose machine it is, nor upsets a terminal."""
    return replace(finding, found=private(finding.found), fix=private(finding.fix))


def private(text: str) -> str:
    """Take out what is private: the user's home and name, and that of the machine."""
    text = printable(text)
    for home in dict.fromkeys((os.path.expanduser("~"), os.path.realpath(Path.home()))):
        if len(home) > 1:
            text = re.sub(rf"{re.escape(home)}(?=/|\W|$)", "~", text)
    for name in _names():
        text = re.sub(rf"(?<=[/\\]){re.escape(name)}(?=[/\\\s.,;:]|$)", "USER", text)
    if len(machine := platform.node()) > 1 and machine != "localhost":
        text = re.sub(rf"(?<!\w){re.escape(machine)}(?!\w)", "HOST", text)
    return text


def _names() -> set[str]:
    """What the user is called."""
    names = {os.environ.get(name, "") for name in ("USER", "LOGNAME", "USERNAME")}
    names.add(os.path.basename(os.path.expanduser("~")))
    return {name for name in names if len(name) > 1}


def asked(command: Sequence[str], patience: float) -> tuple[int | None, str]:
    """Run another program; gives its exit code and what it says.

    Args:
        command: the program and its arguments.
        patience: seconds that it may take.

    Returns:
        No code where it is not there, or has not ended in time.
    """
    if shutil.which(command[0]) is None:
        return None, f"{command[0]} is not there"
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=patience, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return None, f"no answer within {number(patience)} s"
    except (OSError, ValueError) as error:
        return None, str(error)
    return done.returncode, (done.stdout if done.returncode == 0 else done.stderr).strip()
