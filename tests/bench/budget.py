"""The budget of the screen: what it may take in time, bytes and memory, and what it takes.

Run it on a machine that does nothing else, from the project's folder; it takes six minutes:

    python -m tests.bench.budget [--json]

Everything is seen from outside, through a pseudo-terminal, with the installed command; where two
things are compared they take turns. Not part of the test run.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.app import PROBES, READY, App, percentile

NAMES = Path(__file__).parents[2] / "names.txt"

MOVING = ("--speed", "max", "--learning-rate", "0.05", "--regularization", "0")
"""A run in which the whole table moves for a long time."""

HEADLESS = """
import sys, time
from engine import Inline, Session
from engine.protocol import LoadDataset, Settings, Train
engine = Inline(Session(Settings(learning_rate=0.05, regularization=0.0)))
for command in (LoadDataset(), Train()):
    engine.send(command)
while engine.latest.state != "running":
    engine.events()
for line in sys.stdin:
    first, start = engine.latest.step, time.perf_counter()
    while time.perf_counter() - start < float(line):
        engine.events()
    print((engine.latest.step - first) / (time.perf_counter() - start), flush=True)
"""
"""Trains for as many seconds as a line says, and answers with steps a second."""

BARE = """
from textual.app import App
from textual.widgets import Label
class Bare(App):
    def compose(self):
        yield Label("Dataset")
Bare().run()
"""

TURN, TURNS = 0.3, 60
"""Seconds of a turn, and turns of each contestant: a second later the machine may be half as fast,
and of turns of two seconds two that are the same differ by a third."""

MEMORY = "import torch; print(open('/proc/self/status').read())"


@dataclass(frozen=True)
class Result:
    """One line of the table."""

    measure: str
    target: str
    measured: str
    is_met: bool


def at_most(measure: str, value: float, limit: float, unit: str, digits: int = 0) -> Result:
    """Judge a figure that should be small."""
    shown = f"{value:,.{digits}f} {unit}"
    return Result(measure, f"≤ {limit:,g} {unit}", shown, value <= limit)


def at_least(measure: str, value: float, limit: float, unit: str, digits: int = 0) -> Result:
    """Judge a figure that should be great."""
    shown = f"{value:,.{digits}f} {unit}"
    return Result(measure, f"≥ {limit:,g} {unit}", shown, value >= limit)


def first_paint(home: Path) -> Iterator[Result]:
    """Seconds from the command to the first frame; the median of five.

    In turns with the least that Textual can do, which tells what the machine allows at the time.
    """
    times, least = [], []
    for _ in range(5):
        with App(home) as app:
            times.append(app.until(b"Dataset", 20))
        with App(home, command=[sys.executable, "-c", BARE]) as app:
            least.append(app.until(b"Dataset", 20))
    yield at_most("first paint", statistics.median(times), 0.40, "s", 2)
    bare = f"{statistics.median(least):.2f} s"
    yield Result("  of a Textual app of one label", "", bare, is_met=True)


def keys_while_importing(home: Path) -> Iterator[Result]:
    """Echo of keys from the first words to the end of the import of torch."""
    worst = 0.0
    for _ in range(3):
        with App(home) as app:
            app.until(b"emma", 20)
            app.write(b"/")
            app.drain(0.1)
            worst = max(worst, *app.echoes(PROBES[:14], gap=0.05))
    yield at_most("key to echo, torch being imported, worst", worst, 250, "ms")


def moving_table(home: Path) -> Iterator[Result]:
    """Bytes and echoes while the table moves and the engine trains as fast as it goes."""
    with App(home, *MOVING) as app:
        app.until(READY, 60)
        app.drain(1)
        app.write(b" ")
        app.drain(3)
        yield at_most("bytes, table moving", app.drain(10) / 1000, 25, "kB/s", 1)
        app.write(b"/")
        app.drain(0.5)
        times = app.echoes()
        yield at_most("key to echo, training, p50", percentile(times, 0.5), 10, "ms", 1)
        yield at_most("key to echo, training, p99", percentile(times, 0.99), 40, "ms", 1)


def settled_table(home: Path) -> Iterator[Result]:
    """Bytes when the table has come to rest; bytes and CPU when training is paused."""
    with App(home, "--speed", "max") as app:
        app.until(READY, 60)
        app.drain(1)
        app.write(b" ")
        app.drain(15)
        yield at_most("bytes, table settled, training on", app.drain(5) / 1000, 2, "kB/s", 2)
        app.write(b" ")
        app.drain(3)
        before = app.received
        cpu = app.cpu(10)
        yield at_most("bytes, paused", (app.received - before) / 10, 0, "B/s")
        yield at_most("CPU, paused", cpu * 100, 1, "%", 2)


def speed(home: Path) -> Iterator[Result]:
    """Steps a second in the app and without it, in turns; the mean of three processes of each."""
    with_screen, without = zip(*(_race(home) for _ in range(3)), strict=True)
    ratio = statistics.mean(a / b for a, b in zip(with_screen, without, strict=True))
    yield at_least("steps a second, headless", statistics.mean(without), 50_000, "/s")
    yield at_least("steps a second, app ÷ headless", ratio, 0.9, "×", 3)


def _race(home: Path) -> tuple[float, float]:
    """Steps a second of the app, which is stopped while the other has its turn, and of that one.

    The app draws its whole screen anew at the beginning of each turn, which is to its disadvantage.
    """
    command = [sys.executable, "-c", HEADLESS]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as headless,
        App(home, *MOVING) as app,
    ):
        assert headless.stdin is not None
        assert headless.stdout is not None
        app.until(READY, 60)
        app.drain(1)
        app.write(b" ")
        app.drain(0.5)
        app.write(b"s")
        app.drain(0.3)
        rates, stopped = [], 0.0
        for _ in range(TURNS):
            app.signal(signal.SIGSTOP)
            start = time.perf_counter()
            headless.stdin.write(f"{TURN}\n")
            headless.stdin.flush()
            rates.append(float(headless.stdout.readline()))
            app.signal(signal.SIGCONT)
            stopped += time.perf_counter() - start
            app.drain(TURN)
        app.write(b"s")
        app.drain(0.5)
        app.write(b" ")
        app.drain(0.5)
    return _speed_between_saves(home, stopped), statistics.mean(rates)


def _speed_between_saves(home: Path, stopped: float) -> float:
    """Steps a second between two saves, whose names say the step and whose dates say when."""
    saved = list((home / "state" / "makemore-tui" / "runs").glob("*.safetensors"))
    points = sorted((p.stat().st_mtime, int(p.stem.rpartition("step")[2])) for p in saved)
    for path in saved:
        path.unlink()
    (start, first), (end, last) = points[:2]
    return (last - first) / (end - start - stopped)


def against_the_lecture() -> Iterator[Result]:
    """How many times quicker a step is than the lecture's."""
    command = [str(Path(sys.executable).with_name("makemore-tui")), "bench", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    ways = {way["path"]: way for way in json.loads(run.stdout)["paths"]}
    yield at_least("counts path ÷ the lecture's step", ways["counts"]["ratio"], 10_000, "×")


def memory(home: Path, large: Path) -> Iterator[Result]:
    """Memory beyond that of Python with torch, after a while of training."""
    run = subprocess.run([sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True)
    alone = next(int(x.split()[1]) / 1024 for x in run.stdout.splitlines() if "VmRSS" in x)
    for name, words, limit in (("32k", NAMES, 60), ("1M", large, 250)):
        with App(home, "--data", str(words), "--speed", "max") as app:
            app.until(READY, 60)
            app.drain(1)
            app.write(b" ")
            app.drain(5)
            app.write(b" ")
            more = app.resident_mb() - alone
        yield at_most(f"memory over torch alone, {name} names", more, limit, "MB")


def million(home: Path, large: Path) -> Iterator[Result]:
    """A file of a million words: seen, loaded, filtered, put in order, browsed to its end."""
    with App(home, "--data", str(large)) as app:
        painted = app.until(b"Dataset", 20)
        loaded = app.until(b"1,000,000", 60)
        app.until(READY, 60)
        app.drain(1)
        app.write(b"/")
        app.drain(0.5)
        times = app.echoes(gap=0.5)
        app.write(b"\x1b")
        app.drain(1)
        orders = []
        for _ in range(5):
            app.write(b"O")
            orders.append(app.quiet(1.0) * 1000)
        end = app.answer("\x1b[F", large.read_text().split()[-1])
    yield at_most("1M words: first paint", painted, 0.40, "s", 2)
    yield at_most("1M words: loaded and counted", loaded, 3, "s", 2)
    yield at_most("1M words: key in the filter, p50", percentile(times, 0.5), 50, "ms", 1)
    yield at_most("1M words: key in the filter, worst", times[-1], 50, "ms", 1)
    yield at_most("1M words: another order, slowest", max(orders), 500, "ms")
    yield at_most("1M words: from the first to the last", end, 50, "ms", 1)


def write_million(path: Path) -> None:
    """The names, and random words up to a million."""
    words = NAMES.read_text().split()
    draw = random.Random(1)
    while len(words) < 1_000_000:
        words.append("".join(draw.choices(string.ascii_lowercase, k=draw.randint(3, 12))))
    path.write_text("\n".join(words) + "\n")


def measure() -> Iterator[Result]:
    """All lines of the table, in order."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        large = home / "million.txt"
        write_million(large)
        yield from first_paint(home)
        yield from keys_while_importing(home)
        yield from moving_table(home)
        yield from settled_table(home)
        yield from speed(home)
        yield from against_the_lecture()
        yield from memory(home, large)
        yield from million(home, large)


def show(measured: Iterator[Result], program: str, description: str | None) -> None:
    """Print the table, line by line as it is measured, and leave with 1 where one is missed.

    Args:
        measured: its lines.
        program: the module of tests.bench that measures them.
        description: what it says of itself.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.bench.{program}", description=description
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    as_json = parser.parse_args().json
    results = []
    for result in measured:
        results.append(result)
        if not as_json:
            verdict = "MISSED" if not result.is_met else "ok" if result.target else ""
            line = f"{result.measure:<42} {result.target:>14} {result.measured:>16}  {verdict}"
            print(line, flush=True)  # noqa: T201
    if as_json:
        print(json.dumps([asdict(result) for result in results], indent=1))  # noqa: T201
    sys.exit(not all(result.is_met for result in results))


def main() -> None:
    """Print the table of the budget."""
    show(measure(), "budget", __doc__)


if __name__ == "__main__":
    main()
