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
from collections.abc import Iterator
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

TURN, TURNS = 3.0, 10
"""Seconds that an engine trains, and how often. Who has stood still has a second's work to catch up
on, such as keeping the run, so short turns would count that several times."""

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
    """How fast an engine trains."""

    steps_per_second: float
    cpu: float
    """Share of a processor that its process takes, drawing included where that is its own."""

    @property
    def steps_per_cpu_second(self) -> float:
        """What does not depend on who else is at work."""
        return self.steps_per_second / self.cpu


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
        name: how it is called in the table.
    """

    def __init__(self, home: Path, name: str) -> None:
        self.home, self.name = home, name
        self.stops: list[tuple[float, float]] = []
        """From when to when it stood still, in seconds since 1970."""
        self._stopped, self._is_stopped = 0.0, False
        self.marks: list[tuple[float, int, float]] = []
        """Of each look: when it was, the step, and the seconds of a processor used by then."""

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
        if self._is_stopped:
            self.stops.append((self._stopped, time.time()))
        self._is_stopped = False
        self.signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stand still."""
        self.signal(signal.SIGSTOP)
        self._stopped, self._is_stopped = time.time(), True

    def drain(self, seconds: float) -> None:
        """Let it work for so long."""
        time.sleep(seconds)

    def mark(self) -> None:
        """Take note of when its weights were kept anew, at which step, after how much work."""
        before, end = self._kept(), time.perf_counter() + 60
        while (kept := self._kept()) is None or kept == before:
            assert time.perf_counter() < end
            self.drain(0.02)
        at, step = kept
        self.marks.append((at, step, cpu_seconds(self.pid)))

    def _kept(self) -> tuple[float, int] | None:
        """When its newest weights were written, and of which step they are."""
        for file in (self.home / "state/makemore-tui/runs").glob("*/newest.safetensors"):
            if head := read(str(file)):
                return file.stat().st_mtime, int(head["step"])
        return None

    def pace(self) -> Pace:
        """How fast it went between two looks."""
        (start, first, before), *_, (end, last, after) = self.marks
        went = end - start - sum(until - since for since, until in self.stops if since > start)
        return Pace((last - first) / went, (after - before) / went)


class Unwatched(Run):
    """An engine that is served, and no screen looks at it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        home.mkdir(exist_ok=True)
        super().__init__(home, "served, no screen")
        self.engine = Served(home, "--train", *arguments)

    def end(self) -> None:
        """End the engine."""
        self.engine.end(signal.SIGTERM)

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
        super().__init__(home, "attached" if is_attached else "thread")
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

    Without one is twice: an engine that is served and keeps its run, which has nobody to show it
    to; and a bare loop, which keeps nothing. A processor is slower where another one is at work
    beside it: so there is the bare loop beside something that works as a screen does, too. The
    screens draw all anew at the beginning of each turn, which is to their disadvantage.
    """
    thread, attached = ways(home, *MOVING)
    with (
        Alone(home) as alone,
        subprocess.Popen([sys.executable, "-c", BESIDE]) as beside,
        thread,
        attached,
        Unwatched(home / "unwatched", *MOVING) as unwatched,
    ):
        beside.send_signal(signal.SIGSTOP)
        runs = (thread, attached, unwatched)
        unwatched.stop()
        for run in runs:
            if isinstance(run, Way):
                run.press(" ", 0.5)
            else:
                run.go()
            run.mark()
            run.stop()
        screen = cpu_seconds(attached.app.pid)
        for _ in range(TURNS):
            alone.take_turn(BARE)
            beside.send_signal(signal.SIGCONT)
            alone.take_turn(LOADED)
            beside.send_signal(signal.SIGSTOP)
            for run in runs:
                run.go()
                run.drain(TURN)
                run.stop()
        screen = (cpu_seconds(attached.app.pid) - screen) / (TURNS * TURN)
        beside.kill()
        paces = {name: alone.pace(name) for name in alone.rates}
        for run in runs:
            run.go()
            run.mark()
            if isinstance(run, Way):
                run.press(" ", 0.5)
            run.stop()
            paces[run.name] = run.pace()
    for name, pace in paces.items():
        shown = f"{pace.steps_per_second:,.0f} /s, {pace.cpu:.2f} of a core"
        yield Result(f"steps, {name}", "", shown, is_met=True)
    yield Result("the attached screen", "", f"{screen:.2f} of a core", is_met=True)
    for name, of, least in (
        (LOADED, BARE, 0.0),
        (unwatched.name, BARE, 0.0),
        (thread.name, BARE, 0.0),
        (attached.name, BARE, 0.0),
        (attached.name, LOADED, 0.98),
        (attached.name, unwatched.name, 0.98),
    ):
        of_it, of_other = paces[name], paces[of]
        ratio = of_it.steps_per_second / of_other.steps_per_second
        yield at_least(f"steps a second, {name} ÷ {of}", ratio, least, "×", 3)
        ratio = of_it.steps_per_cpu_second / of_other.steps_per_cpu_second
        yield at_least("  a second of its processor", ratio, least, "×", 3)


class Alone:
    """An engine without a screen, which trains when it has the turn."""

    def __init__(self, home: Path) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-c", HEADLESS]
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=home)
        self.rates: dict[str, list[float]] = {}
        """Steps a second of each turn, by what it is called."""
        self._used: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def take_turn(self, name: str) -> None:
        """Train for a turn."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = cpu_seconds(self._process.pid)
        self._process.stdin.write(f"{TURN}\n")
        self._process.stdin.flush()
        self.rates.setdefault(name, []).append(float(self._process.stdout.readline()))
        used = cpu_seconds(self._process.pid) - before
        self._used[name] = self._used.get(name, 0.0) + used

    def pace(self, name: str) -> Pace:
        """How fast it went in the turns of a name."""
        rates = self.rates[name]
        return Pace(statistics.mean(rates), self._used[name] / (TURN * len(rates)))


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
