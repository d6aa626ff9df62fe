"""An engine served in a process of its own, as a person starts one."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from engine.remote.attach import Attached
from engine.remote.hello import Hello, language
from engine.remote.sockets import connect
from tests import PATIENCE
from tests.terminal.emulator import app_command


def surroundings(folder: Path, sockets: Path | None = None) -> dict[str, str]:
    """The environment of a user whose home is a folder, and whose sockets lie there, too.

    Args:
        folder: the home.
        sockets: where they lie, if the path of the home leaves no room for theirs.
    """
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "TMPDIR": str(sockets or folder),
        "LANG": "C.UTF-8",
    }


class Served:
    """An engine in a process of its own.

    Args:
        folder: home of its user.
        arguments: of `makemore-tui serve`.
        sockets: where its socket is to lie, if not there.
    """

    def __init__(self, folder: Path, *arguments: str, sockets: Path | None = None) -> None:
        self.folder = folder
        self.sockets = sockets or folder
        self.process = subprocess.Popen(
            [app_command(), "serve", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=surroundings(folder, sockets),
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        """How to attach."""

    @property
    def is_alive(self) -> bool:
        """Whether it goes on."""
        return self.process.poll() is None

    @property
    def name(self) -> str:
        """By which it is attached to."""
        return self.line.split()[-1]

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.sockets / f"makemore-tui-{os.getuid()}" / self.name

    def attach(self, name: str = "test") -> Attached:
        """Attach to it without a screen."""
        return Attached(connect(str(self.socket), PATIENCE), Hello(language(), name), PATIENCE)

    def end(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """Wait for its end; its code, and what it said since.

        Args:
            number: of a signal to be sent first.
        """
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def close(self) -> None:
        """End it by force, if it has not ended."""
        self.process.kill()
        self.process.communicate()


def run(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run another command of the same user's; its code, and what it said."""
    done = subprocess.run(
        [app_command(), *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=surroundings(folder) | (env or {}),
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stdout, done.stderr
