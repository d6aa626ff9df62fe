"""An engine served in a process of its own, as a person starts one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.archive import described
from engine.protocol import EngineLost, Event, Refusal
from engine.remote.attach import Attached
from engine.remote.hello import Hello, language
from engine.remote.sockets import connect
from tests import PATIENCE
from tests.standby import Forked
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
        log: file that takes what it says, where that is more than a pipe holds.
        is_at_hand: whether it need not start as a person's does, but is to be there soon.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        sockets: Path | None = None,
        log: Path | None = None,
        is_at_hand: bool = False,
    ) -> None:
        self.folder = folder
        self.sockets = sockets or folder
        out, its_out = os.pipe()
        err, its_err = os.pipe()
        if log is not None:
            os.close(its_err)
            its_err = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        start = Forked if is_at_hand else _started
        env = surroundings(folder, sockets)
        self.process = start(
            (app_command(), "serve", *arguments), folder, env, (0, its_out, its_err)
        )
        os.close(its_out)
        os.close(its_err)
        self._out, self._err = os.fdopen(out), os.fdopen(err)
        self.line = self._out.readline()
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
        line, hello = connect(str(self.socket), PATIENCE), Hello(language(), name)
        return Attached(line, hello, PATIENCE, held=self.step_of)

    def step_of(self, run: str) -> int | None:
        """The step that a run is kept to; None if it is not kept."""
        path = self.folder / "state/makemore-tui/runs" / run
        try:
            return described(str(path)).run.line.step if (path / "journal").exists() else None
        except Refusal:
            return None  # The test is over, and its folders are going.

    def end(self, number: signal.Signals | None = None) -> tuple[int, str, str]:
        """Wait for its end; its code, and what it said since.

        Args:
            number: of a signal to be sent first.
        """
        if number is not None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        with self._out, self._err:
            return code, self._out.read(), self._err.read()

    def close(self) -> None:
        """End it by force, if it has not ended."""
        self.process.kill()
        self.process.wait()
        self._out.close()
        self._err.close()


def _started(
    command: Sequence[str], folder: Path, env: Mapping[str, str], handles: tuple[int, int, int]
) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = handles
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, cwd=folder, env=env)


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


def listed(served: Served) -> list[dict[str, Any]]:
    """What `ps --json` tells."""
    code, out, _ = run(served.folder, "ps", "--json")
    assert code == 0
    engines: list[dict[str, Any]] = json.loads(out)["engines"]
    return engines


def kept_step(served: Served) -> int:
    """The step that the run of an engine is kept to."""
    (run,) = (served.folder / "state/makemore-tui/runs").iterdir()
    return described(str(run)).run.line.step


class Screen:
    """A screen of which only the line is there."""

    def __init__(self, engine: Attached) -> None:
        self.engine = engine
        self.news = threading.Event()
        self.seen: list[Event] = []
        engine.start(self.news.set)

    def wait(self, is_there: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_there():
            assert time.monotonic() < end, [type(event).__name__ for event in self.seen]
            self.news.wait(0.05)
            self.news.clear()
            self.seen += self.engine.events()

    @property
    def step(self) -> int:
        latest = self.engine.latest
        return latest.newest if latest is not None else -1

    def wait_for_end(self) -> EngineLost:
        """Wait until the engine is lost."""
        self.wait(lambda: any(isinstance(event, EngineLost) for event in self.seen))
        return next(event for event in self.seen if isinstance(event, EngineLost))
