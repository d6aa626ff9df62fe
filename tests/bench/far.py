"""Measures the app on an engine far away: `python -m tests.bench.far`, which takes eight minutes.

There is an ssh daemon of its own on the loopback, and before it a line that takes 100 ms each way
and carries 5 kB/s in either direction. Over that the app attaches to an engine through ssh://, its
screen here; and, to compare, the same app runs there, within a session of ssh, with and without
compression. Bytes are counted where they pass: what ssh adds to them is in it.
"""

from __future__ import annotations

import getpass
import math
import os
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench.app import PROBES, SIZE, percentile
from tests.bench.attached import CORNER, moves, served
from tests.bench.budget import MOVING
from tests.serving import Served, surroundings
from tests.terminal.emulator import app_command
from tests.terminal.pty import QUESTION, Child

DELAY, RATE = 0.1, 5000.0
"""Seconds that a byte is on its way, and bytes a second, in each direction."""

WAYS = "attach ssh://", "within ssh -t", "within ssh -C -t"

VIEW = ("--view", "network_probabilities")

SETTLED = 15.0
"""Seconds of training after which the matrix hardly moves."""

SECONDS = 20.0
"""How long bytes are counted."""

LONGEST = 300.0
"""Seconds after which it is not waited any more that less crosses the line."""

MOVES = re.compile(rb"\x1b\[(?:(\d+);(\d+)H|(\d+)G)")
"""The cursor of the terminal is put somewhere: to a row and a column, or to a column."""

ROWS, COLUMNS = range(4, 31), range(29, 113)
"""Where the heatmap is on a screen of that size."""


class SlowLine:
    """Listens on the loopback, and carries what comes to another port and back, slowly.

    Args:
        port: where it goes to.
    """

    def __init__(self, port: int) -> None:
        self.down = self.up = 0
        """Bytes that have come across, to who has called and from there."""
        self._goal = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def both(self) -> int:
        """Bytes that have come across in all."""
        return self.down + self.up

    def _accept(self) -> None:
        while True:
            near, _ = self._listening.accept()
            far = socket.create_connection(("127.0.0.1", self._goal))
            for source, sink, is_down in ((far, near, True), (near, far, False)):
                under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                # What has been taken from the program is on its way: the rest waits with it.
                source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                for each, arguments in (
                    (self._enter, (source, under_way)),
                    (self._leave, (sink, under_way, is_down)),
                ):
                    threading.Thread(target=each, args=arguments, daemon=True).start()

    def _enter(
        self, source: socket.socket, under_way: queue.SimpleQueue[tuple[float, bytes]]
    ) -> None:
        free = 0.0
        with suppress(OSError):
            while data := source.recv(256):
                free = max(free, time.monotonic()) + len(data) / RATE
                time.sleep(max(0.0, free - time.monotonic()))
                under_way.put((free + DELAY, data))
        under_way.put((0.0, b""))

    def _leave(
        self,
        sink: socket.socket,
        under_way: queue.SimpleQueue[tuple[float, bytes]],
        is_down: bool,
    ) -> None:
        with suppress(OSError):
            while True:
                due, data = under_way.get()
                if not data:
                    break
                time.sleep(max(0.0, due - time.monotonic()))
                sink.sendall(data)
                if is_down:
                    self.down += len(data)
                else:
                    self.up += len(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def daemon(home: Path) -> Iterator[int]:
    """Run an ssh daemon that lets in whoever has the key `home / "key"`; gives its port."""
    for name in ("key", "host"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / name)]
        subprocess.run(command, check=True)
    (home / "let_in").write_text((home / "key.pub").read_text())
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port: int = unused.getsockname()[1]
    there = surroundings(home) | {"COLORTERM": "truecolor"}
    there["PATH"] = f"{Path(app_command()).parent}:{there['PATH']}"
    settings = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": home / "host",
        "PidFile": home / "pid",
        "AuthorizedKeysFile": home / "let_in",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
        "SetEnv": " ".join(f'"{name}={value}"' for name, value in there.items()),
    }
    config = home / "sshd_config"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    log = home / "sshd.log"
    process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", str(config), "-E", str(log)])
    try:
        while not (home / "pid").exists():
            assert process.poll() is None, log.read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def configured(home: Path, port: int) -> list[str]:
    """Write how ssh comes to the box over the line; gives the command."""
    settings = {
        "HostName": "127.0.0.1",
        "Port": port,
        "User": getpass.getuser(),
        "IdentityFile": home / "key",
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": home / "known",
        "StrictHostKeyChecking": "accept-new",
        "LogLevel": "ERROR",
    }
    config = home / "ssh_config"
    text = "".join(f"  {name} {value}\n" for name, value in settings.items())
    config.write_text(f"Host box\n{text}")
    return ["ssh", "-F", str(config)]


class Screen(Child):
    """The app on a terminal here, its engine at the other end of the line.

    Args:
        home: of its user.
        line: counts what passes.
        command: opens it.
        ssh: command of ssh.
    """

    def __init__(self, home: Path, line: SlowLine, command: list[str], ssh: list[str]) -> None:
        self._slow, self._begun = line, line.both
        env = surroundings(home) | {
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "MAKEMORE_TUI_SSH": " ".join(ssh),
        }
        super().__init__(command, size=SIZE, env=env, cwd=home)
        self.frames = 0
        """Frames in which something of the heatmap was drawn."""
        self._unfinished = b""

    @property
    def crossed(self) -> int:
        """Bytes that have crossed the line since the start."""
        return self._slow.both - self._begun

    def read(self, timeout: float) -> bytes:
        """Read, and count frames, each of which ends with a question."""
        data = super().read(timeout)
        *frames, self._unfinished = (self._unfinished + data).split(QUESTION)
        self.frames += sum(map(draws_heatmap, frames))
        return data

    def until(self, text: bytes, timeout: float = 120.0) -> tuple[float, int]:
        """Read until a text comes; seconds and bytes since the start."""
        end, seen = time.perf_counter() + timeout, b""
        while time.perf_counter() < end and not self.has_ended:
            seen = seen[-4096:] + self.read(0.02)
            if text in seen:
                return time.perf_counter() - self.started, self.crossed
        raise TimeoutError(f"{text!r} did not come within {timeout:g} s: {seen[-500:]!r}")

    def drain(self, seconds: float) -> None:
        """Read for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0 and not self.has_ended:
            self.read(min(left, 0.05))

    def answer(self, keys: str, text: str) -> float:
        """Press keys; milliseconds until a text comes."""
        start = time.perf_counter()
        self.write(keys.encode())
        self.until(text.encode())
        return (time.perf_counter() - start) * 1000

    def at_rest(self) -> tuple[float, float, float]:
        """Look on until not much less crosses the line than a while before; see `watched`."""
        before, now = (math.inf, 0.0, 0.0), self.watched(SECONDS / 2)
        while now[0] < 0.9 * before[0] or now[0] > 0.4 * RATE:
            if time.perf_counter() > self.started + LONGEST:
                break
            before, now = now, self.watched(SECONDS)
        return now

    def watched(self, seconds: float) -> tuple[float, float, float]:
        """Look on; bytes a second down and up, and frames of the heatmap a second."""
        down, up, frames = self._slow.down, self._slow.up, self.frames
        start = time.perf_counter()
        self.drain(seconds)
        took = time.perf_counter() - start
        return (
            (self._slow.down - down) / took,
            (self._slow.up - up) / took,
            (self.frames - frames) / took,
        )

    def echoes(self, letters: str) -> list[float]:
        """Type letters into the filter; milliseconds of each."""
        self.write(b"/")
        self.drain(2)
        times = []
        for letter in letters:
            times.append(self.answer(letter, letter))
            self.drain(0.3)
        self.write(b"\x1b")
        self.drain(2)
        return times

    def leave(self) -> None:
        """Leave the app, the engine goes on."""
        self.write(b"q")
        end = time.perf_counter() + 20
        while not self.has_ended and time.perf_counter() < end:
            self.read(0.05)
        self.close()


def draws_heatmap(frame: bytes) -> bool:
    """Whether a frame draws in the heatmap."""
    row = 0
    for move in MOVES.finditer(frame):
        row = int(move[1] or row)
        if row in ROWS and int(move[2] or move[3]) in COLUMNS:
            return True
    return False


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201


def keys(times: list[float]) -> str:
    """The half and nine tenths of times."""
    times = sorted(times)
    return f"p50 {percentile(times, 0.5):.0f}, p90 {percentile(times, 0.9):.0f} ms"


def over(home: Path, line: SlowLine, ssh: list[str], name: str) -> None:
    """Measure one way."""

    def opened(engine: Served) -> Screen:
        there = ["makemore-tui", "attach", engine.name, *VIEW]
        command = {
            "attach ssh://": [app_command(), "attach", f"ssh://box/{engine.name}", *VIEW],
            "within ssh -t": [*ssh, "-t", "box", *there],
            "within ssh -C -t": [*ssh, "-C", "-t", "box", *there],
        }[name]
        return Screen(home, line, command, ssh)

    with served(home, "--train") as engine:
        time.sleep(SETTLED)
        screen = opened(engine)
        took, crossed = screen.until(CORNER)
        say(f"{name}: first heatmap after {took:.1f} s and {crossed:,} bytes")
        down, up, frames = screen.at_rest()
        took = time.perf_counter() - screen.started
        say(f"  at rest after {took:.0f} s and {screen.crossed:,} bytes")
        say(f"  settled: {down:,.0f} bytes/s down, {up:,.0f} up, {frames:.1f} frames/s")
        say(f"  key in the filter: {keys(screen.echoes(PROBES[:15]))}")
        screen.write(b"2")
        screen.drain(1)
        say(f"  key in the heatmap: {keys(moves(screen))}")
        screen.write(b" ")
        down, up, _ = screen.at_rest()
        say(f"  paused: {down:,.0f} bytes/s down, {up:,.0f} up")
        screen.leave()
    with served(home, *MOVING, "--train") as engine:
        screen = opened(engine)
        screen.until(CORNER)
        screen.drain(5)
        down, up, frames = screen.watched(SECONDS)
        say(f"  moving: {down:,.0f} bytes/s down, {up:,.0f} up, {frames:.2f} frames/s")
        say(f"  key in the filter, moving: {keys(screen.echoes(PROBES[:15]))}")
        screen.write(b"2")
        screen.drain(1)
        say(f"  key in the heatmap, moving: {keys(moves(screen))}")
        screen.leave()


def main() -> None:
    """Measure, and print."""
    wanted = sys.argv[1:] or WAYS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with daemon(home) as port:
            line = SlowLine(port)
            ssh = configured(home, line.port)
            begun, start = line.both, time.perf_counter()
            subprocess.run([*ssh, "box", "true"], check=True)
            took = time.perf_counter() - start
            say(f"ssh alone: {took:.1f} s and {line.both - begun:,} bytes")
            for name in wanted:
                over(home, line, ssh, name)


if __name__ == "__main__":
    main()
