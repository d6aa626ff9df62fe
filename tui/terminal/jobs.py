"""Whether a program that stops can be brought back: the job control of shells."""

from __future__ import annotations

import os
from pathlib import Path


def can_be_woken() -> bool:
    """Whether a shell of this terminal looks after the program, and would bring it back.

    There is none where the program is all that a connection or a container runs, as with
    `ssh -t machine makemore-tui`: stopped there, it and the connection would be lost. A shell
    stands above the programs of its jobs, in the same session but in a process group of its own;
    so does the init of a container, which wakes nobody.
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
                return process != 1 or _told(1)[0].endswith("sh")
            process = int(_told(process)[1])
        except OSError:
            return False
        except IndexError:
            return True  # This system does not tell who is above whom.
    return False


def _told(process: int) -> tuple[str, ...]:
    """Name and parent of a process; nothing where the system tells neither."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(errors="replace")
    except OSError:
        return ()
    # A name may hold blanks and parentheses; what follows it cannot.
    before, _, after = told.rpartition(")")
    return before.partition("(")[2], after.split()[1]
