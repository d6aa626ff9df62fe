"""The app under measurement: on a pseudo-terminal, seen from outside."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.terminal.pty import Child

SIZE = (160, 50)

PROBES = "ĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩ"
"""Letters that stand nowhere else on the screen, so that their echo is told from all else."""

READY = b"ready"


class App(Child):
    """Opens the app for one measurement, and ends it.

    Args:
        home: the folder that it takes for the user's.
        arguments: of the command line.
        command: another program to open instead.
    """

    def __init__(self, home: Path, *arguments: str, command: Sequence[str] = ()) -> None:
        env = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "TMPDIR": str(home),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
        }
        app = [str(Path(sys.executable).with_name("makemore-tui")), *arguments]
        super().__init__(command or app, size=SIZE, env=env, cwd=home)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.write(b"\x1b\x11")
        self.until(b"\x1b[?1049l", 5)
        self.close()

    def until(self, text: bytes, timeout: float) -> float:
        """Read until a text comes; seconds since the start of the app. TimeoutError if not.

        Of a text that takes the place of a similar one only what differs is sent.
        """
        end, seen = time.perf_counter() + timeout, b""
        while time.perf_counter() < end and not self.has_ended:
            seen = seen[-len(text) :] + self.read(0.05)
            if text in seen:
                return time.perf_counter() - self.started
        raise TimeoutError(f"{text!r} did not come within {timeout:g} s")

    def quiet(self, seconds: float) -> float:
        """Read until nothing has come for so long; seconds from now to what came last."""
        start = last = time.perf_counter()
        while time.perf_counter() - last < seconds and not self.has_ended:
            if self.read(0.05):
                last = time.perf_counter()
        return last - start

    def drain(self, seconds: float) -> float:
        """Read for so long; bytes a second."""
        start, before = time.perf_counter(), self.received
        while (left := start + seconds - time.perf_counter()) > 0 and not self.has_ended:
            self.read(min(left, 0.05))
        return (self.received - before) / (time.perf_counter() - start)

    def cpu(self, seconds: float) -> float:
        """Share of a core that it uses while it is watched for so long."""
        before, start = self.cpu_seconds(), time.perf_counter()
        self.drain(seconds)
        return (self.cpu_seconds() - before) / (time.perf_counter() - start)

    def answer(self, keys: str, text: str) -> float:
        """Press keys; milliseconds until a text comes."""
        start = time.perf_counter()
        self.write(keys.encode())
        self.until(text.encode(), 20)
        return (time.perf_counter() - start) * 1000

    def echo(self, letter: str) -> float:
        """Type a letter into the field that has the focus; milliseconds until it is drawn."""
        return self.answer(letter, letter)

    def echoes(self, letters: str = PROBES, gap: float = 0.12) -> list[float]:
        """Type letters, one after the other; milliseconds of each, the quickest first."""
        times = []
        for letter in letters:
            times.append(self.echo(letter))
            self.drain(gap)
        return sorted(times)


def percentile(times: list[float], share: float) -> float:
    """The time that this share of sorted times does not exceed."""
    return times[min(len(times) - 1, int(share * len(times)))]
