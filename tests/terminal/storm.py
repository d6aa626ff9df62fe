"""Storms: keys, clicks, wheels, pastes and resizes at random, quicker than any hand.

`python -m tests.terminal.storm --seeds 1-200` raises as many, one after the other, and says of each
what became of the app; a storm of a seed is always the same, but for how quick the machine is. With
--attached the engine has a process of its own, which outlives the app unless a storm ends it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from engine.training import lock
from engine.training.places import LOCK
from tests.serving import Served, surroundings
from tests.terminal.emulator import app_command
from tests.terminal.pty import Child

SIZES = ((80, 24), (160, 50), (120, 40), (60, 16), (400, 120), (99, 31), (20, 5), (1, 1), (239, 67))

LETTERS = sorted(set(map(chr, range(32, 127))) - {"q"}) + list("äßéЖ漢👍\u0301")
"""What is typed; q is left out, which ends the app as it should."""

KEYS = (
    "\x1b", "\r", "\t", "\x1b[Z", "\x7f", "\x1b[3~", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D",
    "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1bOP", "\x1b[15~", "\x1b[1;5A", "\x1b[1;2D",
    "\x01", "\x03", "\x05", "\x0b", "\x0c", "\x10", "\x14", "\x15", "\x17",
)  # fmt: skip
"""Keys with a name, and those held with ctrl."""

PALETTE = "\x10"

WAYS = (
    "the tour", "open the lab", "on stage", "a hand", "the keys of", "the word under", "figure",
    "counting model", "all runs", "pick order", "another file", "branch", "letter by letter",
    "apart", "machine", "other colours", "perplexity", "longer contexts", "type a context",
)  # fmt: skip
"""Where keys at random come too seldom: each is asked for in the palette, from wherever one is."""

BURST = 12
"""Events between two looks at how long an answer takes."""

LAST = 120.0
"""Seconds that the app may take to answer or to leave: what was typed before is seen to first."""


@dataclass
class Weather:
    """What became of a storm."""

    seed: int
    events: int = 0
    starts: int = 0
    """How often the app was started: a storm may find the way to quit."""
    code: int | None = 0
    """How the app ended; nothing if it did not."""
    crash: str = ""
    """Last line of its report."""
    slowest: float = 0.0
    """Seconds of the slowest answer."""
    failures: int = 0
    """Kinds of failures that cost a message."""
    failed: str = ""
    """What the log says of the last of them."""
    engines: int = 0
    """How many engines of their own were started to be attached to: a storm may end one."""
    fall: str = ""
    """What the engine said that ended otherwise than it was asked to."""

    @property
    def is_survived(self) -> bool:
        """Whether the app heard all, and it and its engine left only as they were asked to."""
        return self.code == 0 and not (self.crash or self.fall) and self.slowest < LAST


def events(seed: int) -> Iterator[bytes | tuple[int, int]]:
    """Give what happens: bytes that are typed or moved, or a size; without end."""
    dice, size = Random(seed), SIZES[seed % len(SIZES)]
    while True:
        kind = dice.random()
        if kind < 0.02:
            # And in the lab on to the field of the guess, in the help to its filter.
            way = (PALETTE, dice.choice(WAYS), "\r", dice.choice(("\r", "/", "\x1bOP", "")))
            yield from (key.encode() for key in way if key)
        elif kind < 0.48:
            yield dice.choice(LETTERS).encode()
        elif kind < 0.72:
            yield dice.choice(KEYS).encode()
        elif kind < 0.93:
            yield _mouse(dice, *size)
        elif kind < 0.96:
            yield b"\x1b[200~" + bytes(dice.randrange(256) for _ in range(20)) + b"\x1b[201~"
        else:
            size = dice.choice(SIZES)
            yield size


def _mouse(dice: Random, columns: int, rows: int) -> bytes:
    """A click, a drag, a movement or a turn of the wheel, now and then beyond the edge."""
    x, y = dice.randrange(1, columns + 2), dice.randrange(1, rows + 2)
    button = dice.choice((0, 0, 0, 2, 32, 35, 35, 64, 65, 16, 80))
    pressed = f"\x1b[<{button};{x};{y}M"
    return (pressed + f"\x1b[<{button};{x};{y}m" * (button < 3)).encode()


def raise_storm(seed: int, count: int, folder: Path, *, is_attached: bool = False) -> Weather:
    """Let a storm of so many events pass over the app, whose home is a folder of its own."""
    weather, source = Weather(seed), events(seed)
    look = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    state = folder / "state" / "makemore-tui"
    with tempfile.TemporaryDirectory(prefix="mm-", dir="/tmp") as place, ExitStack() as served:
        sockets = Path(place)
        served.callback(_end_engines, state)
        env = surroundings(folder, sockets) | look
        engine: Served | None = None
        while weather.events < count and weather.is_survived:
            weather.starts += 1
            size = SIZES[seed % len(SIZES)]
            if is_attached and (engine is None or not engine.is_alive):
                engine = Served(folder, sockets=sockets)
                served.callback(engine.close)
                weather.engines += 1
            command = [app_command(), *(["attach", engine.name] if engine else [])]
            app = Child(command, size=size, env=env, cwd=folder)
            try:
                _pass_over(app, weather, source, count)
                weather.code = _leave(app)
            finally:
                app.close()
            for report in state.glob("crash-*"):
                weather.crash = (report.read_text().splitlines() or ["?"])[-1]
            if engine is not None and not engine.is_alive:
                weather.fall = _fall(engine)
        if engine is not None and engine.is_alive:
            weather.fall = _fall(engine, signal.SIGTERM)
    log = state / "log.txt"
    if log.exists():
        *_, failed = parts = log.read_text(errors="replace").split("a failure that was left out")
        weather.failures, weather.failed = (
            len(parts) - 1,
            failed.split("\nINFO:")[0] if len(parts) > 1 else "",
        )
    return weather


def _fall(engine: Served, number: signal.Signals | None = None) -> str:
    """Say what an engine that has ended said of it; nothing if it ended as it was asked to."""
    code, _, said = engine.end(number)
    is_asked = code == (128 + number if number else 0)
    faults = [line for line in said.splitlines() if "Traceback" in line or "Error" in line]
    return (
        "" if is_asked and not faults else f"{code}: {(faults or said.splitlines() or ['?'])[-1]}"
    )


def _end_engines(state: Path) -> None:
    """End the engines that the app gave a process of their own: D is a key as any other."""
    for path in (state / "runs").glob(f"*/{LOCK}"):
        if lock.is_held(str(path)) and (holder := lock.holder(str(path))):
            with suppress(ProcessLookupError):
                os.kill(holder.pid, signal.SIGKILL)


def _pass_over(
    app: Child, weather: Weather, source: Iterator[bytes | tuple[int, int]], count: int
) -> None:
    _await_quiet(app)
    while app.is_alive and weather.events < count and weather.slowest < LAST:
        for _ in range(min(BURST, count - weather.events)):
            event = next(source)
            app.write(event) if isinstance(event, bytes) else app.resize(*event)
            app.read(0.002)
            weather.events += 1
        weather.slowest = max(weather.slowest, _answer(app))


def _await_quiet(app: Child) -> None:
    """Wait until the app stands there: until it has written nothing for a moment."""
    end = time.perf_counter() + LAST
    while app.is_alive and not app.received and time.perf_counter() < end:
        app.read(0.1)
    while app.is_alive and app.read(0.5):
        assert time.perf_counter() < end, "it writes and writes, and nobody has touched it"


def _answer(app: Child) -> float:
    """Ask for the screen to be written anew, once nothing comes by itself; seconds it takes."""
    end = time.perf_counter() + 1
    while app.read(0.03) and time.perf_counter() < end:
        pass
    start = time.perf_counter()
    app.write(b"\x0c")
    while app.is_alive and time.perf_counter() - start < LAST:
        if app.read(0.1):
            break
    return time.perf_counter() - start


def _leave(app: Child) -> int | None:
    """Leave, as a user would who has lost patience; the exit code, if it came to that."""
    end = time.perf_counter() + LAST
    while app.is_alive and time.perf_counter() < end:
        app.write(b"\x1b\x11")
        for _ in range(10):
            if app.is_alive:
                app.read(0.2)
    return None if app.is_alive else app.wait()


def main() -> int:
    """Raise storms as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-10", help="FIRST-LAST")
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--attached", action="store_true")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    survived = 0
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            weather = raise_storm(seed, options.events, Path(folder), is_attached=options.attached)
        survived += weather.is_survived
        print(weather, flush=True)  # noqa: T201
    print(f"{survived} of {len(seeds)} survived")  # noqa: T201
    return survived < len(seeds)


if __name__ == "__main__":
    sys.exit(main())
