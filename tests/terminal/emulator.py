"""The app on a terminal as a person has it: keys go in, a screen of text comes out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from itertools import islice
from pathlib import Path

import pyte

from engine.text.width import cells
from tests import PATIENCE
from tests.terminal.pty import Child, Starting

KEYS = {
    "space": " ", "enter": "\r", "esc": "\x1b", "tab": "\t", "backtab": "\x1b[Z",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
    "home": "\x1b[H", "end": "\x1b[F", "backspace": "\x7f", "f1": "\x1bOP",
    "f5": "\x1b[15~", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
}  # fmt: skip

PRIVATE = re.compile(
    rb"\x1b\[(?:[<>=][0-9;]*[a-zA-Z]|\?[0-9;]*(?:\$[a-z]|[a-gi-km-z]))|\x1bP[^\x1b]*\x1b\\"
)
"""Questions and keyboard modes, which pyte would take for something else."""

UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;<>=?$]*|\][^\x07\x1b]*\x1b?|P[^\x1b]*\x1b?)?\Z")
"""An escape sequence of which the end is still to come."""

ESCAPES = re.compile(rb"\x1b\[[0-9;<>=?]*[a-zA-Z]")


class Screen(pyte.Screen):
    """pyte, deaf to what would confuse it."""

    def report_device_status(self, *args: object, **more: object) -> None:
        """Leave the answers to the line."""

    def set_title(self, param: str) -> None:
        """Remember that the title was set, which nothing in the data may do."""
        super().set_title(param)


def unlike(now: list[list[str]], before: list[list[str]]) -> list[str]:
    """Say where colours are no longer what they were, for the first few places."""
    places = (
        f"line {y}, column {x}: {a}, was {b}"
        for y, rows in enumerate(zip(now, before, strict=True))
        for x, (a, b) in enumerate(zip(*rows, strict=True))
        if a != b
    )
    return list(islice(places, 5))


class Terminal(Child):
    """A terminal with the app in it.

    Args:
        folder: home of a user who has never run it; nothing outside is touched.
        arguments: of the command line.
        env: changes to a plain environment; an empty value takes a variable away.
        shell: a command of a shell with job control that starts it, `{}` standing for the app's.
        start: starts it otherwise than a shell does.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        answers: bool = True,
        shell: str = "",
        start: Starting | None = None,
    ) -> None:
        self.way_back = "makemore-tui --run"
        """What it names as it is left in the midst of a run."""
        self.state = folder / "state" / "makemore-tui"
        """Where the app keeps its files."""
        if not (memory := self.state / "memory.json").exists():
            # What greets a newcomer takes a line.
            self.state.mkdir(parents=True, exist_ok=True)
            memory.write_text('{"greeted": true}')
        self.output = b""
        """All it wrote."""
        self._screen = Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._held = b""
        surroundings = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            **(env or {}),
        }
        surroundings = {name: value for name, value in surroundings.items() if value}
        command = [app_command(), *arguments]
        runs = ["bash", "--norc", "--noprofile", "-i"] if shell else command
        super().__init__(
            runs,
            size=size,
            env=surroundings,
            cwd=folder,
            answers=answers,
            start=None if shell else start,
        )
        if shell:
            self.write(f"{shell.format(shlex.join(command))}\n".encode())

    # What is seen

    @property
    def text(self) -> str:
        """The screen."""
        return "\n".join(line.rstrip() for line in self._lines)

    @property
    def status(self) -> str:
        """The line above the keys."""
        return self._lines[-2].strip()

    @property
    def _lines(self) -> list[str]:
        """Rows of the screen; of a wide character that lost a half nothing is seen."""
        buffer = self._screen.buffer
        columns = range(self._screen.columns)
        return [_seen([buffer[y][x].data for x in columns]) for y in range(self._screen.lines)]

    @property
    def step(self) -> int:
        """The step of the run, as the status line says."""
        found = re.search(r"step ([\d,]+)", self.status)
        return int(found[1].replace(",", "")) if found else -1

    @property
    def title(self) -> str:
        """The window's title, which the app never sets."""
        return str(self._screen.title)

    @property
    def backgrounds(self) -> list[list[str]]:
        """The colour behind each character."""
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        return [[self._screen.buffer[y][x].bg for x in columns] for y in rows]

    @property
    def colours(self) -> set[str]:
        """Backgrounds on the screen, each once."""
        return {colour for row in self.backgrounds for colour in row}

    def feed(self, seconds: float) -> bool:
        """Read for so long at most; whether anything came."""
        data = self.read(seconds)
        self.output += data
        whole = self._held + data
        rest = UNFINISHED.search(whole)
        self._held = whole[rest.start() :] if rest else b""
        self._stream.feed(PRIVATE.sub(b"", whole[: rest.start()] if rest else whole))
        return bool(data)

    def wait_for(self, what: str | Callable[[], object]) -> float:
        """Wait until a text stands on the screen, or something is so; seconds it took."""
        is_so = (lambda: what in self.text) if isinstance(what, str) else what
        start = time.perf_counter()
        while not is_so():
            if time.perf_counter() - start > PATIENCE:
                raise AssertionError(
                    f"waited {PATIENCE:g} s for {what!r}; on the screen:\n{self.text}"
                )
            if not self.feed(0.05) and self.has_ended:
                assert is_so(), f"it ended before {what!r}:\n{self.text}"
        return time.perf_counter() - start

    def wait_for_no(self, text: str) -> None:
        """Wait until a text is gone from the screen."""
        self.wait_for(lambda: text not in self.text)

    def drain(self, seconds: float) -> int:
        """Read for so long; bytes that came."""
        end, start = time.perf_counter() + seconds, self.received
        while (left := end - time.perf_counter()) > 0 and not self.has_ended:
            self.feed(min(left, 0.05))
        return self.received - start

    def settle(self, quiet: float = 0.4) -> None:
        """Wait until nothing has been drawn for a while in which it had leisure to draw."""
        end = time.perf_counter() + PATIENCE
        is_at_rest = False
        while not is_at_rest:
            assert time.perf_counter() < end, f"it does not come to rest:\n{self.text}"
            before = self.busy_seconds()
            is_at_rest = not self.drain(quiet) and self.busy_seconds() - before < quiet / 2

    # What is done

    def press(self, *keys: str) -> None:
        """Press keys, by name or as they are, as fast as one can; ctrl+ goes before a letter."""
        for key in keys:
            if key.startswith("ctrl+"):
                self.write(bytes([ord(key[5]) & 31]))
            else:
                self.write(KEYS.get(key, key).encode())
            # Together with the next key, escape would be another one.
            self.drain(0.3 if key == "esc" else 0.02)

    def click(self, text: str) -> None:
        """Click on the first place where a text stands, once it comes and all stands still."""
        x, y = self._place(text)
        self.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m".encode())

    def point(self, text: str) -> None:
        """Move the mouse to the first place where a text stands, once it comes and stands still."""
        x, y = self._place(text)
        self.write(f"\x1b[<35;{x};{y}M".encode())

    def _place(self, text: str) -> tuple[int, int]:
        """Column and line of a text, from 1, once it comes and all stands still."""
        self.wait_for(text)
        self.settle(0.1)
        y, line = next((y, line) for y, line in enumerate(self._lines, 1) if text in line)
        return line.index(text) + 1, y

    def wipe(self) -> None:
        """Lose all that stands on the screen, as when something else has written there."""
        self._screen.erase_in_display(2)

    def make(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._screen.resize(rows, columns)
        self.resize(columns, rows)

    def open(self) -> Terminal:
        """Wait until the lab is ready to train."""
        self.wait_for("1 Dataset")
        self.wait_for(lambda: "ready" in self.status or "paused" in self.status)
        return self

    def last_words(self) -> tuple[int, str]:
        """Exit code, and what was written once the screen had been given back."""
        end = time.perf_counter() + PATIENCE
        while not self.has_ended and time.perf_counter() < end:
            self.feed(0.05)
        code = self.wait()
        left = ESCAPES.sub(b"", self.output.rpartition(b"\x1b[?1004l")[2])
        return code, left.decode(errors="replace").replace("\r\n", "\n").strip()

    @property
    def is_restored(self) -> bool:
        """Whether screen, mouse, cursor, paste and line editing are as they were before."""
        modes: dict[bytes, bytes] = {}
        for names, way in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", self.output):
            modes.update(dict.fromkeys(names.split(b";"), way))
        shown = modes.pop(b"25", b"h") == b"h" and modes.pop(b"7", b"h") == b"h"
        pushed = len(re.findall(rb"\x1b\[>[0-9]+u", self.output))
        has_keyboard = pushed == self.output.count(b"\x1b[<u")
        return shown and b"h" not in modes.values() and has_keyboard and self.is_echoing

    @property
    def runs(self) -> list[Path]:
        """Folders of the runs that are kept, that begun first before the others."""
        found = (self.state / "runs").glob("*/journal")
        return [file.parent for file in sorted(found, key=lambda file: file.stat().st_ctime_ns)]

    @property
    def saved(self) -> list[Path]:
        """Runs saved to a file, the oldest first."""
        found = (self.state / "runs").glob("*.safetensors")
        return sorted(found, key=lambda file: file.stat().st_mtime_ns)


def _seen(row: list[str]) -> str:
    """Text of a row: the empty second half of a wide character belongs to its first."""
    halves = zip(row, ["", *row[:-1]], strict=True)
    return "".join(cell or " " * (cells(before) < 2) for cell, before in halves)


@cache
def app_command() -> str:
    """The command as it was installed beside this Python; it must run the code that is here."""
    found = shutil.which("makemore-tui", path=str(Path(sys.executable).parent))
    assert found, "makemore-tui is not installed; pip install -e '.[dev]'"
    # The tests import what is here, whatever is installed: a Python of another copy would have
    # them drive that one's app.
    asked = [sys.executable, "-c", "import tui; print(tui.__path__[0])"]
    runs = subprocess.run(asked, cwd="/", capture_output=True, text=True, check=True).stdout.strip()
    here = str(Path(__file__).parents[2] / "tui")
    assert os.path.samefile(runs, here), f"makemore-tui runs {runs}, and these are tests of {here}"
    return found
