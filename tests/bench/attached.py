"""Measures the app with its engine in another process: `python -m tests.bench.attached [--json]`.

Run it on a machine that does nothing else, from the project's folder; it takes four minutes. What
is compared takes turns: the app with its engine on a thread, the app attached to an engine of its
own, and an engine without a screen. Who does not have the turn stands still. Beside the time of
the clock stands that of the processor, which does not depend on who else is at work.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from engine.training.header import read
from tests.bench.app import PROBES, READY, App, percentile
from tests.bench.budget import (
    HEADLESS,
    MOVING,
    Result,
    at_least,
    at_most,
    show,
)
from tests.serving import Served
from tests.terminal.emulator import app_command

CORNER = "┌".encode()
"""A corner of the heatmap; no other frame has such a one."""

QUIET = 3.0
"""Seconds without a word after which nothing more is to be drawn."""

COLUMNS = ".abcdefghijklmnopqrstuvwxyz"
"""What stands over the columns of the heatmap."""

TURN, TURNS = 2.0, 12
"""Seconds that an engine trains, and how often."""

THREAD, UNWATCHED, WATCHED = "thread", "headless", "attached"
"""The app with its engine on a thread; an engine that is served, without a screen and with one."""

BARE, LOADED = "bare loop", "bare loop beside work"
"""An engine in a loop of its own that keeps and shows nothing; and beside something at work."""

BESIDE = """
import time
table = {(i, j): f"{i}.{j}" for i in range(60) for j in range(60)}
while True:
    start = time.perf_counter()
    while time.perf_counter() - start < 0.1 / 15:
        sorted(table, key=table.get)
    time.sleep(0.9 / 15)
"""
"""Takes a tenth of a processor fifteen times a second, as a screen does, and has no engine."""

ROUNDS = 5
"""Times that each has the turn, where keys are measured."""


@dataclass
class Pace:
    """How fast an engine trains, turn by turn."""

    steps: list[float]
    """Steps a second by the clock."""
    cpu: list[float]
    """Share of a processor that its process takes, drawing included where that is its own."""

    @property
    def by_cpu(self) -> list[float]:
        """Steps a second of a processor: what does not depend on who else is at work."""
        return [steps / cpu for steps, cpu in zip(self.steps, self.cpu, strict=True)]


def ratio(of: Sequence[float], to: Sequence[float]) -> float:
    """How much more than another: the median over the turns, each held against that beside it.

    The speed of a machine changes by the minute; two turns that follow each other have the same.
    """
    return statistics.median(one / other for one, other in zip(of, to, strict=True))


class Screen(Protocol):
    """A terminal with the app in it."""

    def answer(self, keys: str, text: str) -> float:
        """Press keys; milliseconds until a text comes."""

    def drain(self, seconds: float) -> object:
        """Read for so long."""


class Run:
    """A run that is kept, and the processes that are at work on it.

    Args:
        home: of its user.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.go()
        self.end()

    @property
    def pid(self) -> int:
        """Process that the engine lives in."""
        raise NotImplementedError

    def end(self) -> None:
        """End all its processes, which are at work."""
        raise NotImplementedError

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to all its processes."""
        os.kill(self.pid, number)

    def go(self) -> None:
        """Go on."""
        self.signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stand still."""
        self.signal(signal.SIGSTOP)

    def drain(self, seconds: float) -> None:
        """Let it work for so long."""
        time.sleep(seconds)

    def take_turn(self, pace: Pace) -> None:
        """Train for a turn, from one time that the weights are kept to another; note how fast."""
        self.go()
        start, first, before = self._next_kept()
        self.drain(TURN)
        end, last, after = self._next_kept()
        self.stop()
        pace.steps.append((last - first) / (end - start))
        pace.cpu.append((after - before) / (end - start))

    def _next_kept(self) -> tuple[float, int, float]:
        """When its weights were kept anew, at which step, after how many seconds of a processor."""
        before, end = self._kept(), time.perf_counter() + 60
        while (kept := self._kept()) is None or kept == before:
            assert time.perf_counter() < end
            self.drain(0.02)
        return *kept, cpu_seconds(self.pid)

    def _kept(self) -> tuple[float, int] | None:
        """When its newest weights were written, and of which step they are."""
        for file in (self.home / "state/makemore-tui/runs").glob("*/newest.safetensors"):
            if head := read(str(file)):
                return file.stat().st_mtime, int(head["step"])
        return None


class Engine(Run):
    """An engine that is served: nobody looks at it, unless a screen is opened."""

    def __init__(self, home: Path, *arguments: str) -> None:
        home.mkdir(exist_ok=True)
        super().__init__(home)
        self.engine = Served(home, "--train", *arguments)
        self.screen: App | None = None
        self.screen_cpu: list[float] = []
        """Share of a processor that the screen took, of each time that it was open."""

    def end(self) -> None:
        """End the engine."""
        self.engine.end(signal.SIGTERM)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Have a screen look at it for a while."""
        self.go()
        with App(self.home, command=[app_command(), "attach"]) as self.screen:
            self.screen.until(CORNER, 60)
            self.screen.drain(2)
            start, before = time.perf_counter(), cpu_seconds(self.screen.pid)
            yield
            used = cpu_seconds(self.screen.pid) - before
            self.screen_cpu.append(used / (time.perf_counter() - start))
            self.go()
        self.screen = None
        self.stop()

    def drain(self, seconds: float) -> None:
        """Let it work for so long, and read what a screen draws."""
        if self.screen is not None:
            self.screen.drain(seconds)
        else:
            super().drain(seconds)

    @property
    def pid(self) -> int:
        """Process that the engine lives in."""
        return self.engine.process.pid


class Way(Run):
    """The app in one of the two ways, in a home of its own.

    Args:
        home: of its user.
        is_attached: whether its engine is another process.
        arguments: of the run.
    """

    def __init__(self, home: Path, *arguments: str, is_attached: bool) -> None:
        home.mkdir(exist_ok=True)
        super().__init__(home)
        self.name = "attached" if is_attached else "thread"
        self.engine = Served(home, *arguments) if is_attached else None
        command = [app_command(), "attach"] if is_attached else ()
        self.app = App(home, *arguments, command=command)

    def __enter__(self) -> Self:
        self.app.until(CORNER if self.engine is not None else READY, 60)
        self.app.drain(1)
        return self

    def end(self) -> None:
        """Close the app, and end its engine where that is another process."""
        self.app.__exit__(None, None, None)
        if self.engine is not None:
            self.engine.end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        """Process that the engine lives in."""
        return self.engine.process.pid if self.engine is not None else self.app.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its screen, and to its engine where that is another process."""
        self.app.signal(number)
        if self.engine is not None:
            self.engine.process.send_signal(number)

    def drain(self, seconds: float) -> None:
        """Let it work for so long, and read what it draws."""
        self.app.drain(seconds)

    def press(self, keys: str, seconds: float) -> None:
        """Press keys, and let them have their effect."""
        self.app.write(keys.encode())
        self.app.drain(seconds)


@contextmanager
def served(home: Path, *arguments: str) -> Iterator[Served]:
    """Serve an engine for a while."""
    engine = Served(home, *arguments)
    try:
        yield engine
        engine.end(signal.SIGTERM)
    finally:
        engine.close()


def cpu_seconds(pid: int) -> float:
    """Seconds of a processor that a process has used (Linux)."""
    facts = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory in use, in MB (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def ways(home: Path, *arguments: str) -> tuple[Way, Way]:
    """Both ways."""
    return (
        Way(home / "thread", *arguments, is_attached=False),
        Way(home / "attached", *arguments, is_attached=True),
    )


def opening(home: Path) -> Iterator[Result]:
    """Seconds from the command to the first frame, to the heatmap, and to all; medians of seven."""
    clock: dict[tuple[bool, str], list[float]] = {}
    used: dict[tuple[bool, str], list[float]] = {}
    attached = home / "attached"
    attached.mkdir(exist_ok=True)
    with served(attached):
        for turn in range(14):
            is_attached = turn % 2 == 1
            command = [app_command(), "attach"] if is_attached else ()
            with App(attached if is_attached else home, command=command) as app:
                for what, (at, cpu) in stages(app).items():
                    clock.setdefault((is_attached, what), []).append(at)
                    used.setdefault((is_attached, what), []).append(cpu)
    for what in (FRAME, HEATMAP, ALL):
        (thread, thread_cpu), (own, own_cpu) = (
            [statistics.median(each[is_attached, what]) for each in (clock, used)]
            for is_attached in (False, True)
        )
        shown = f"{thread:.2f} s ({thread_cpu:.2f})"
        yield Result(f"{what}, thread (of a processor)", "", shown, is_met=True)
        shown = f"{own:.2f} s ({own_cpu:.2f})"
        yield Result(f"{what}, attached", f"≤ {thread:.2f} s", shown, own <= thread)


FRAME, HEATMAP, ALL = "first paint", "heatmap", "all there"
"""What is waited for when the app is opened."""


def stages(app: App) -> dict[str, tuple[float, float]]:
    """Watch the app being opened; seconds of the clock and of a processor to each stage."""
    texts = {FRAME: b"Dataset", HEATMAP: CORNER}
    found: dict[str, tuple[float, float]] = {}
    seen, last, end = b"", (0.0, 0.0), app.started + 60
    while time.perf_counter() < end:
        now = time.perf_counter() - app.started
        if data := app.read(0.02):
            seen += data
            last = now, cpu_seconds(app.pid)
            found |= {what: last for what, text in texts.items() if text in seen}
            texts = {what: text for what, text in texts.items() if what not in found}
        elif not texts and now - last[0] > QUIET:
            return found | {ALL: last}
    raise TimeoutError(f"{', '.join(texts)} did not come")


def race(home: Path) -> Iterator[Result]:
    """Steps a second with a screen and without one, by the clock and by the processor.

    It is the same engine with a screen and without: of two processes that do the same, one may be
    a tenth quicker than the other for all its life. Without a screen there is also a bare loop,
    which keeps nothing, alone and beside something that works as much as a screen does.
    """
    paces = {name: Pace([], []) for name in (THREAD, UNWATCHED, WATCHED, BARE, LOADED)}
    with (
        Alone(home) as alone,
        subprocess.Popen([sys.executable, "-c", BESIDE]) as beside,
        Way(home / "thread", *MOVING, is_attached=False) as thread,
        Engine(home / "served", *MOVING) as engine,
    ):
        beside.send_signal(signal.SIGSTOP)
        engine.stop()
        thread.press(" ", 0.5)
        thread.stop()
        for _ in range(TURNS):
            thread.take_turn(paces[THREAD])
            engine.take_turn(paces[UNWATCHED])
            with engine.watched():
                engine.take_turn(paces[WATCHED])
            alone.take_turn(paces[BARE])
            beside.send_signal(signal.SIGCONT)
            alone.take_turn(paces[LOADED])
            beside.send_signal(signal.SIGSTOP)
        beside.kill()
    for name, pace in paces.items():
        steps, cpu = statistics.median(pace.steps), statistics.median(pace.cpu)
        yield Result(f"steps, {name}", "", f"{steps:,.0f} /s, {cpu:.2f} of a core", is_met=True)
    screen = f"{statistics.median(engine.screen_cpu):.2f} of a core"
    yield Result("the attached screen", "", screen, is_met=True)
    for name, of, least in (
        (LOADED, BARE, 0.0),
        (UNWATCHED, BARE, 0.0),
        (THREAD, UNWATCHED, 0.0),
        (WATCHED, UNWATCHED, 0.98),
    ):
        one, other = paces[name], paces[of]
        by_clock, by_cpu = ratio(one.steps, other.steps), ratio(one.by_cpu, other.by_cpu)
        yield at_least(f"steps a second, {name} ÷ {of}", by_clock, least, "×", 3)
        yield at_least("  a second of its processor", by_cpu, 0.0, "×", 3)


class Alone:
    """An engine without a screen, which trains when it has the turn."""

    def __init__(self, home: Path) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", HEADLESS]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def take_turn(self, pace: Pace) -> None:
        """Train for a turn, and note how fast."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = cpu_seconds(self._process.pid)
        self._process.stdin.write(f"{TURN}\n")
        self._process.stdin.flush()
        pace.steps.append(float(self._process.stdout.readline()))
        pace.cpu.append((cpu_seconds(self._process.pid) - before) / TURN)


def keys(home: Path) -> Iterator[Result]:
    """Echo of keys in a field and in the heatmap, while training goes on; and memory after it."""
    both = ways(home, *MOVING)
    times: dict[tuple[str, str], list[float]] = {}
    with both[0], both[1]:
        for way in both:
            way.press(" ", 1)
            way.stop()
        for turn in range(ROUNDS * 2):
            way = both[turn % 2]
            way.go()
            way.app.drain(1)
            way.press("/", 0.5)
            times.setdefault((way.name, "field"), []).extend(way.app.echoes(PROBES[:20], 0.1))
            way.press("\x1b", 0.5)
            way.press("2", 0.5)
            times.setdefault((way.name, "heatmap"), []).extend(moves(way.app))
            way.stop()
        memory = {way.name: resident_mb(way.app.pid) for way in both}
        of_engine = resident_mb(both[1].pid)
    for where in ("field", "heatmap"):
        for share in (0.5, 0.9, 0.99):
            thread, own = (percentile(sorted(times[way.name, where]), share) for way in both)
            name = f"key in the {where}, p{share * 100:g}"
            yield Result(f"{name}, thread", "", f"{thread:.1f} ms", is_met=True)
            yield at_most(f"{name}, attached", own, round(thread, 1), "ms", 1)
    yield Result("memory of the app, thread", "", f"{memory['thread']:.0f} MB", is_met=True)
    yield at_most("memory of the screen, attached", memory["attached"], 90, "MB")
    yield Result("memory of its engine", "", f"{of_engine:.0f} MB", is_met=True)


def moves(app: Screen) -> list[float]:
    """Move the cursor to the right and back; milliseconds until it stands there.

    The text of its cell follows a change of colour, as no such text does elsewhere.
    """
    there = COLUMNS[2:12]
    times = []
    for key, columns in (("\x1b[C", there), ("\x1b[D", there[-2::-1] + "a")):
        for column in columns:
            times.append(app.answer(key, f"m.{column}"))
            app.drain(0.1)
    return times


def measure() -> Iterator[Result]:
    """All lines of the table, in order."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        yield from opening(home)
        yield from race(home)
        yield from keys(home)


def main() -> None:
    """Print the table, line by line as it is measured."""
    show(measure(), "attached", __doc__)


if __name__ == "__main__":
    main()
