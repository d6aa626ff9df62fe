"""Engines that are there at once: forked from a process that has imported torch already.

An engine of a person's imports it anew each time, for five seconds of a processor. What tests the
screen need not wait for that; what tests the engine's beginning and end starts it as a person does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import util
from pathlib import Path

AHEAD = ("torch", "engine.worker", "engine.remote.server", "tui.shell.serving", "tui.cli")
"""What each engine would import."""

TEMPORARY = util.get_temp_dir()
"""Made before a test says where its temporary files are to lie: who forks outlives it."""


class Forked:
    """A process that has the face of one of `subprocess`, as far as tests look at it.

    Args:
        arguments: of `makemore-tui`.
        folder: in which it works.
        env: its environment.
        said: file that takes what it has to say beside its output; a new one if there is none.
    """

    def __init__(
        self, arguments: Sequence[str], folder: Path, env: Mapping[str, str], said: Path | None
    ) -> None:
        own = Path(tempfile.mkdtemp(dir=folder))
        self._said, pipe = said or own / "said", own / "out"
        os.mkfifo(pipe)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(AHEAD))
        self._process = context.Process(
            target=_live,
            args=(tuple(arguments), str(folder), dict(env), str(pipe), str(self._said)),
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.stdout = pipe.open()

    @property
    def returncode(self) -> int | None:
        """Its code, if it has ended."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Its code, if it has ended."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it by force."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its code."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("makemore-tui", timeout or 0.0)
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; what it said since."""
        self.wait(timeout)
        with self.stdout as out:
            return out.read(), self._said.read_text()


def _live(
    arguments: tuple[str, ...], folder: str, env: dict[str, str], pipe: str, said: str
) -> None:
    """Be the program, in the process that was forked."""
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # It was looked up under the environment of who forks.
    os.chdir(folder)
    os.setsid()
    sys.argv = ["makemore-tui", *arguments]
    for path, handle in ((pipe, 1), (said, 2)):
        there = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(there, handle)
        os.close(there)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    from makemore_tui import main

    code = main(arguments)
    sys.stdout.flush()
    sys.exit(code)
