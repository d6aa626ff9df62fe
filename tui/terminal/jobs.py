"""Whether a program that stops can be brought back: the job control of shells."""

from __future__ import annotations

import os
from pathlib import Path


def can_be_woken() -> bool:
    """Whether a shell of this terminal looks after the program, and would bring it back.

    There is none where the program is all that a connection runs, as with `ssh -t machine
    makemore-tui`: stopped there, it and the connection would be lost. A shell stands above the
    programs of its jobs, in the same session but in a process group of its own.
    """
    if os.name != "posix":
        return False
    group, session = os.getpgrp(), os.getsid(0)
    process: int | None = os.getppid()
    while process:
        try:
            if os.getsid(process) != session:
                return False
            if os.getpgid(process) != group:
                return True
            process = _parent(process)
        except OSError:
            return False
    return process is None


def _parent(process: int) -> int | None:
    """Number of the process above a process; None if this system does not tell."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return None
    # A name may hold blanks and parentheses; what follows it cannot.
    return int(told.rpartition(")")[2].split()[1])
