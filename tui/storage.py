"""Files of the app: where runs are kept, copied names, the log, and a report of a crash."""

from __future__ import annotations

import json
import logging
import os
import shlex
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from platformdirs import user_state_path

from engine.protocol import Shelf, Snapshot

NAME = "makemore-tui"

MEMORY = "memory.json"
"""What was chosen last: theme, ramp, layout, chapter of the lab, runs compared,
stop of the tour."""

A_DAY = 86_400.0

_forgets: list[bool] = []
"""Holds something where nothing is remembered, neither for the next time nor of the last."""


def folder() -> Path:
    """The app's state folder; made when first needed."""
    path = user_state_path(NAME)
    path.mkdir(parents=True, exist_ok=True)
    return path


def shelf(runs: int | None = None, megabytes: int | None = None, place: str = "") -> Shelf:
    """Where runs are kept.

    Args:
        runs: most of them; as usual if not given.
        megabytes: most that they take; as usual if not given.
        place: folder of the first one, if it is to be elsewhere.
    """
    usual = Shelf(str(user_state_path(NAME) / "runs"), place)
    return replace(
        usual,
        runs=usual.runs if runs is None else runs,
        bytes=usual.bytes if megabytes is None else megabytes * 1_000_000,
    )


def kept(snapshot: Snapshot, command: str = NAME) -> str:
    """Say how to go on with the run that was in hand; nothing if it was to be kept nowhere.

    Args:
        snapshot: what was true at the end.
        command: what goes on with it.
    """
    if not snapshot.is_saved:
        return "The run could not be kept; the log says why."
    if not snapshot.place:
        return ""
    return f"The run is kept; {command} --run {shlex.quote(snapshot.place)} goes on with it."


def sweep() -> None:
    """Remove what was written but not finished: by this process, or by one that is long gone."""
    with suppress(OSError):
        for file in Path(shelf().folder).glob(".*"):
            is_old = time.time() - file.stat().st_mtime > A_DAY
            if is_old or f".{os.getpid()}." in file.name:
                file.unlink()


def write_text(name: str, text: str) -> Path:
    """Write a file of the state folder."""
    path = folder() / name
    path.write_text(text, encoding="utf-8")
    return path


def read_memory() -> dict[str, object]:
    """What the app remembers of the last time; nothing if that cannot be read."""
    if _forgets:
        return {}
    try:
        found = json.loads((folder() / MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def write_memory(changes: dict[str, object]) -> None:
    """Remember something for the next time; a full disk is no reason to fail."""
    if _forgets:
        return
    with suppress(OSError):
        write_text(MEMORY, json.dumps(read_memory() | changes, indent=1) + "\n")


def forget() -> None:
    """Remember nothing from now on, and nothing of the last time."""
    _forgets.append(True)


def divert_stderr() -> None:
    """Send what C code writes to fd 2 to the log, and keep the screen for the app.

    Textual draws through `sys.__stderr__`; torch and CUDA write to fd 2 behind its back.
    """
    screen = os.dup(2)
    try:
        log = os.open(folder() / log_file().name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:  # A home that cannot be written to is no reason not to start.
        log = os.open(os.devnull, os.O_WRONLY)
    os.dup2(log, 2)
    os.close(log)
    sys.__stderr__ = open(screen, "w", encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    logging.basicConfig(stream=open(2, "a", closefd=False), level=logging.INFO)  # noqa: SIM115


def restore_stderr() -> None:
    """Give fd 2 back to the terminal."""
    if sys.__stderr__ is not None and sys.__stderr__.fileno() != 2:
        sys.__stderr__.flush()
        os.dup2(sys.__stderr__.fileno(), 2)


def log_file() -> Path:
    """Where the log is."""
    return user_state_path(NAME) / "log.txt"


def write_report(error: BaseException) -> str:
    """Write a traceback, without the values of variables, where only the user can read it.

    Returns:
        A sentence that says where it is.
    """
    text = "".join(traceback.format_exception(error))
    try:
        path = folder() / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.txt"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return "No report could be written."
    return f"What happened is in {path}"


def write_crash(error: BaseException) -> str:
    """Write a report of what ended the program, and say so."""
    return f"makemore-tui failed ({type(error).__name__}). {write_report(error)}"
