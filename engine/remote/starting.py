"""Starts an engine in a process of its own, which lives on when this one ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.protocol import Refusal
from engine.words.cleaning import printable

WAY_IN = Path(__file__).resolve().parents[2] / "makemore_tui.py"
"""The program that this is part of: run by its path, no folder can come before it."""

MOST_TOLD = 400
"""Characters of what a process that failed said last."""


def spawn(arguments: Sequence[str], log: str) -> str:
    """Start an engine in the background, and wait until screens can find it.

    It takes seconds, for torch is imported: not on the thread of a screen.

    Args:
        arguments: of `makemore-tui serve`.
        log: file that it writes to what happens.

    Returns:
        Its name, by which it is attached to.

    Raises:
        Refusal: it did not start.
        OSError: the file cannot be written, or there can be no process.
    """
    with open(log, "ab") as kept:
        begin = os.fstat(kept.fileno()).st_size
        process = subprocess.Popen(
            [sys.executable, str(WAY_IN), "serve", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=kept,
            start_new_session=True,
        )
    assert process.stdout is not None
    with process.stdout as out:
        words = out.readline().decode().split()
    if words:
        return words[-1]
    code = process.wait()
    with open(log, "rb") as kept:
        kept.seek(begin)
        said = kept.read().decode(errors="replace").strip().splitlines()
    last = printable(said[-1] if said else f"it ended with {code}.")[-MOST_TOLD:]
    raise Refusal(f"No engine could be started: {last.removeprefix('makemore-tui: ')}")
