"""The program, forked from a process that has imported torch already.

A person's imports it anew each time, for seconds of a processor, while the first frame has long
been painted. What tests that, or how it begins and ends, starts it as a person does; what tests
anything else need not wait.
"""

from __future__ import annotations

import atexit
import fcntl
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import termios
from collections.abc import Mapping, Sequence
from multiprocessing import reduction, util
from pathlib import Path
from typing import Any

AHEAD = ("torch", "safetensors.torch", "engine.worker", "engine.remote.server", "tui.cli")
"""What is imported before; Textual is not, which looks at the terminal's environment."""

TEMPORARY = util.get_temp_dir()
"""Made before a test says where its temporary files are to lie: who forks outlives it."""


class Forked:
    """A process that has the face of one of `subprocess`, as far as tests look at it.

    Args:
        command: `makemore-tui` and its arguments.
        folder: in which it works.
        env: its environment.
        handles: what it has for its input, its output and its errors.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        env: Mapping[str, str],
        handles: tuple[int, int, int],
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(AHEAD))
        given = tuple(command[1:]), str(folder), dict(env), *map(_Handle, handles)
        self._process = context.Process(target=_live, args=given)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its code, if it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its code."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("makemore-tui", timeout or 0.0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it by force."""
        self.send_signal(signal.SIGKILL)


class _Handle:
    """A descriptor that goes along."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Any, tuple[Any]]:
        return _handle, (reduction.DupFd(self._number),)


def _handle(there: Any) -> int:  # noqa: ANN401
    number: int = there.detach()
    return number


def _live(arguments: Sequence[str], folder: str, env: Mapping[str, str], *handles: int) -> None:
    """Be the program, in the process that was forked."""
    os.setsid()
    for number, handle in enumerate(handles):
        os.dup2(handle, number)
        os.close(handle)
    if os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", closefd=False)
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # It was looked up under the environment of who forks.
    os.chdir(folder)
    sys.argv = ["makemore-tui", *arguments]
    from makemore_tui import main

    try:
        sys.exit(main(arguments))
    finally:
        atexit._run_exitfuncs()
