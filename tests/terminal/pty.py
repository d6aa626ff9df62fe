"""A program on a pseudo-terminal, and the line to it: how fast it carries, whether it answers.

Standard library only. Nothing here knows what the bytes mean, but for the question where the cursor
is, which a terminal answers when it has got that far.
"""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tests import PATIENCE

QUESTION = b"\x1b[6n"
ANSWER = b"\x1b[1;1R"

COLOUR_QUESTION, COLOUR_ANSWER = b"\x1bP$qm\x1b\\", b"\x1bP1$r48:2:1:2:3m\x1b\\"
"""How text is coloured now, and that it is in one of 16 million colours."""

GROUND_QUESTION = b"\x1b]11;?\x1b\\"
"""What colour the background is."""

TICK = 0.01
"""Seconds between two looks at a line that carries only so much."""


class Process(Protocol):
    """A process, as far as a terminal has to do with it."""

    pid: int

    def poll(self) -> int | None:
        """Its code, if it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its code."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal, if it still lives."""

    def kill(self) -> None:
        """End it by force."""


class Starting(Protocol):
    """Starts a command in a folder, with an environment, input, output and errors."""

    def __call__(
        self,
        command: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        handles: tuple[int, int, int],
        /,
    ) -> Process: ...


class Child:
    """A program that believes it runs in a terminal.

    Args:
        command: program and arguments.
        size: columns and rows.
        env: its whole environment.
        cwd: folder it starts in.
        answers: whether the terminal tells its cursor position when asked.
        start: starts the program; as a person's shell does, unless it is to be there sooner.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str],
        cwd: Path,
        answers: bool = True,
        start: Starting | None = None,
    ) -> None:
        self.rate = math.inf
        """Bytes a second that the line carries; 0 for one that has stopped."""
        self.buffer = 1 << 16
        """Bytes that wait on the line before a program that writes has to wait, too."""
        self.delay = 0.0
        """Seconds that an answer is on its way back."""
        self.answers = answers
        self.knows_colours = False
        """Whether the terminal tells how it colours text."""
        self.ground = ""
        """The background that the terminal tells, as `ffff/ffff/ffff`; nothing if it does not."""
        self.received = 0
        """Bytes that have come across."""
        self.started = time.perf_counter()
        self._on_the_way = bytearray()
        self._arrived = bytearray()
        self._news = threading.Condition()
        self._tail = b""
        self._owed: deque[float] = deque()
        self._carried = time.perf_counter()
        self._credit = 0.0
        self.is_cut = False
        """Whether nobody holds the program's end any more."""
        self._is_closing = False
        self.fd, slave = pty.openpty()
        self.resize(*size)
        self._process = (start or _started)(command, cwd, env, (slave, slave, slave))
        self.pid = self._process.pid
        os.close(slave)
        self._line = threading.Thread(target=self._carry, name="line", daemon=True)
        self._line.start()

    @property
    def is_alive(self) -> bool:
        """Whether the program runs."""
        return self._process.poll() is None

    @property
    def has_ended(self) -> bool:
        """Whether all has let go of the terminal, and what was written last has been read."""
        return self.is_cut and not self._on_the_way and not self._arrived

    # From the program

    def read(self, timeout: float) -> bytes:
        """Take what has come across; wait so long for it if there is nothing."""
        with self._news:
            self._news.wait_for(lambda: self._arrived or self.has_ended, timeout)
            data = bytes(self._arrived)
            self._arrived.clear()
        return data

    def _carry(self) -> None:
        """Be the line, until it is cut: on a thread of its own, so that nothing holds it up."""
        while not self._is_closing:
            if not self.is_cut and (wants := self.buffer - len(self._on_the_way)) > 0:
                if select.select([self.fd], [], [], self._wait())[0]:
                    self._take(min(wants, 1 << 16))
            else:
                time.sleep(TICK)
            self._deliver()

    def _wait(self) -> float:
        """Seconds for which there is nothing to do unless the program writes."""
        if self._on_the_way:
            return TICK
        return min(0.1, max(0.0, self._owed[0] - time.perf_counter())) if self._owed else 0.1

    def _take(self, most: int) -> None:
        try:
            data = os.read(self.fd, most)
        except OSError:  # Linux: nobody holds the other end any more.
            data = b""
        self._on_the_way += data
        if not data:
            with self._news:
                self.is_cut = True
                self._news.notify_all()

    def _deliver(self) -> None:
        """Give on what the line can have carried since the last time."""
        data = bytes(self._on_the_way[: self._due()])
        del self._on_the_way[: len(data)]
        self._credit -= len(data)
        self._answer(data)
        if data:
            with self._news:
                self.received += len(data)
                self._arrived += data
                self._news.notify_all()

    def _due(self) -> int:
        now = time.perf_counter()
        past, self._carried = now - self._carried, now
        if math.isinf(self.rate):
            self._credit = len(self._on_the_way)
        else:
            self._credit = min(self._credit + past * self.rate, max(1.0, 2 * TICK * self.rate))
        return min(len(self._on_the_way), int(self._credit))

    def _answer(self, data: bytes) -> None:
        whole, now = self._tail + data, time.perf_counter()
        self._tail = whole[whole.rfind(QUESTION) + 1 :][-len(QUESTION) + 1 :]
        if self.knows_colours and COLOUR_QUESTION in data:
            self.write(COLOUR_ANSWER)
        if self.ground and GROUND_QUESTION in data:
            self.write(f"\x1b]11;rgb:{self.ground}\x1b\\".encode())
        if self.answers:
            self._owed.extend([now + self.delay] * whole.count(QUESTION))
        while self._owed and self._owed[0] <= now:
            self._owed.popleft()
            self.write(ANSWER)

    # To the program

    def write(self, data: bytes) -> None:
        """Send keys; a program that is gone hears nothing."""
        with contextlib.suppress(OSError):
            os.write(self.fd, data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the kernel tells the program."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the terminal's end, as a window that is closed does."""
        self._is_closing = True
        self._line.join()
        if self.fd >= 0:
            os.close(self.fd)
        self.fd, self.is_cut = -1, True

    # The end

    def wait(self) -> int:
        """Exit code, negative for a signal."""
        return self._process.wait(PATIENCE)

    def close(self) -> None:
        """End the program by force, if it has not ended, and give everything back."""
        if self.is_alive:
            self._process.kill()
        self._process.wait()
        self.hang_up()

    # Seen from outside

    @property
    def is_echoing(self) -> bool:
        """Whether the terminal echoes and edits lines, as a shell expects it to."""
        flags: int = termios.tcgetattr(self.fd)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON)

    def cpu_seconds(self) -> float:
        """CPU time used so far, all threads (Linux)."""
        fields = self._facts()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def busy_seconds(self) -> float:
        """Time its threads have run or waited for a processor so far; 0 where it is not told."""
        return busy_seconds(self.pid)

    @property
    def is_stopped(self) -> bool:
        """Whether it stands still until it is told to go on (Linux)."""
        return self._facts()[0] == "T"

    def _facts(self) -> list[str]:
        """What Linux says of it, from its state on."""
        return Path(f"/proc/{self.pid}/stat").read_text().rsplit(") ", 1)[1].split()

    def resident_mb(self) -> float:
        """Memory in use, in MB (Linux)."""
        status = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def busy_seconds(pid: int) -> float:
    """Time a process's threads have run or waited for a processor; 0 where it is not told."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            spent += sum(map(int, task.read_text().split()[:2]))
    return spent / 1e9


def _started(
    command: Sequence[str], cwd: Path, env: Mapping[str, str], handles: tuple[int, int, int]
) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = handles
    return subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env=dict(env),
        cwd=cwd,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )


def _take_terminal() -> None:
    """Make standard input the controlling terminal, so that hanging up is a signal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
